"""What a network computes with → one file of float16, small enough for a page, which then reads by itself.

The file is a safetensors file (github.com/huggingface/safetensors): the header's length as eight bytes, little-endian,
the header as JSON, then the arrays of float16, little-endian, one after another as the header says. Its `__metadata__`
has, as texts:

    format         FORMAT; another number is another meaning
    version        of the weights
    architecture   its name
    layers         JSON: in order, each as Keras's layer of that kind is described, with the names of its variables
    temperature    probabilities = softmax(the first ten outputs / temperature)
    known          JSON: threshold, slope and offset, as Known in network.py means them; null where it isn't told
    digest         of all this but the version, and of the arrays: the same weights under any version, from any runtime
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np

from function.network.golden import golden_digits
from function.network.network import Network, Parameters
from function.network.numeric import computed

FORMAT = "1"
MOST_BYTES = 500_000  # a page on a slow line, 1.5 Mbit/s, has them after 2.7 s; the shipped weights have 327 kB
TOLERANCE = 0.02  # of any output: float16 changes one of the shipped weights' by 0.002 at most
ALIGNMENT = 8  # bytes, as safetensors pads its header
DIGITS = "#.6g"  # of numbers beside the arrays: a runtime's float32 makes the seventh its own


class Packed(NamedTuple):
    """A file of float16, and the digest of the weights in it."""

    content: bytes
    digest: str


def packed(network: Network, version: str) -> Packed | None:
    """What `network` computes with.

    None where it can't tell, or it isn't the same in float16 any more: on the golden digits, to TOLERANCE; or where the
    file would have more than MOST_BYTES.
    """
    parameters = network.parameters()
    if parameters is None:
        return None
    with np.errstate(over="ignore"):  # what becomes infinite is found out below
        halves = {name: array.astype("<f2") for name, array in parameters.arrays.items()}
    if sum(half.nbytes for half in halves.values()) > MOST_BYTES or not _agrees(network, parameters, halves):
        return None
    told = {
        "format": FORMAT,
        "architecture": network.architecture,
        "layers": json.dumps(_described(parameters)),
        "temperature": format(parameters.temperature, DIGITS),
        "known": json.dumps(_known(parameters)),
    }
    data = b"".join(half.tobytes() for half in halves.values())
    digest = hashlib.sha256(json.dumps(told).encode() + data).hexdigest()
    header: dict[str, Any] = {"__metadata__": {**told, "version": version, "digest": digest}}
    end = 0
    for name, half in halves.items():
        header[name] = {"dtype": "F16", "shape": list(half.shape), "data_offsets": [end, end + half.nbytes]}
        end += half.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    content = len(text).to_bytes(8, "little") + text + data
    return Packed(content, digest) if len(content) <= MOST_BYTES else None


def _described(parameters: Parameters) -> list[dict[str, Any]]:
    """The layers in order: their kinds and options, and the names of their arrays."""
    chain = parameters.layers
    return [
        {"layer": layer.folder, **asdict(layer), "variables": [name for name, _ in variables]}  # type: ignore[call-overload]
        for (layer, _), variables in zip(chain.links, chain.variables(), strict=True)
    ]


def _known(parameters: Parameters) -> dict[str, float] | None:
    known = parameters.known
    return {name: float(format(value, DIGITS)) for name, value in asdict(known).items()} if known else None


def _agrees(network: Network, parameters: Parameters, halves: dict[str, Any]) -> bool:
    """Whether the network answers the same with `halves` as its arrays."""
    arrays = {name: half.astype(np.float32) for name, half in halves.items()}
    digits = golden_digits()
    again = computed(Parameters(parameters.layers, arrays, parameters.temperature, parameters.known))(digits)
    expected = network.outputs(digits)
    return again.shape == expected.shape and bool(np.abs(again - expected).max() <= TOLERANCE)  # false for nan, too
