"""What a `.weights.h5` file tells of itself: the HDF5 attributes beside its arrays, and the digest of what decides."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from function.network.hdf5 import check
from function.network.network import Known, checked_scores


@dataclass(frozen=True)
class About:
    """What was written beside the arrays; a file from elsewhere tells nothing.

    temperature  probabilities = softmax(logits / temperature)
    known        how it is told what is a digit; None where it isn't
    scores       what was measured when the weights were made, by name
    history      an entry an epoch
    corrections  what learning from corrections won and cost, a row a set of digits
    digest       of the arrays and what else decides the answers; empty where there is none
    """

    architecture: str = ""
    temperature: float = 1.0
    scores: Mapping[str, float] = field(default_factory=dict)
    history: Sequence[Mapping[str, float]] = ()
    corrections: Sequence[Mapping[str, Any]] = ()
    digest: str = ""
    known: Known | None = None


def read_about(file: Any) -> About:
    """Of an open file. Raises ValueError, TypeError or KeyError for what our own files never tell."""
    attributes = file.attrs
    return About(
        architecture=str(attributes.get("architecture", "")),
        temperature=float(attributes.get("temperature", 1.0)),
        scores=checked_scores(json.loads(attributes.get("scores", "{}"))),
        history=tuple(json.loads(attributes.get("history", "[]"))),
        corrections=tuple(json.loads(attributes.get("corrections", "[]"))),
        digest=str(attributes.get("digest", "")),
        known=_known(attributes),
    )


def _known(attributes: Any) -> Known | None:
    """Raises ValueError, TypeError for anything but what our own training writes."""
    return Known(**json.loads(attributes["known"])) if "known" in attributes else None


def about_of(path: Path) -> About:
    """What the file at `path` tells. Raises OSError, ValueError, TypeError or KeyError when it can't be read."""
    import h5py

    with h5py.File(path, "r") as file:
        return read_about(file)


def digest(file: Any) -> str:
    """SHA-256 of all that decides the answers in an open HDF5 file: architecture, temperature, known, every array.

    HDF5 itself reads flipped bits as if nothing had happened.
    """
    decisive = [str(file.attrs.get("architecture", "")), float(file.attrs.get("temperature", 1.0))]
    if (known := _known(file.attrs)) is not None:
        decisive += [known.threshold, known.slope, known.offset]
    total = hashlib.sha256(json.dumps(decisive).encode())
    for array in sorted(check(file), key=lambda array: array.name):
        total.update(f"{array.name[1:]} {array.dtype} {array.shape}".encode())
        total.update(array[()].tobytes())
    return total.hexdigest()
