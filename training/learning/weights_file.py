"""A trained model → digits.weights.h5: float32 weights, no optimizer, and what the function wants to know of them."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from function.errors import WeightsRefused
from function.network.about import About, about_of, digest
from function.network.architectures import ARCHITECTURES, FOLDED
from function.network.network import Known, checked_scores
from function.store.folder import hash_of, write_whole

WEIGHTS = "digits.weights.h5"
LARGEST = 1_000_000  # bytes: the function fetches this file while somebody waits


def write_weights(
    model: Any,
    path: Path,
    architecture: str,
    temperature: float,
    scores: Mapping[str, float],
    history: Sequence[Mapping[str, float]] = (),
    *,
    known: Known | None = None,
) -> None:
    """Writes the weights of `model` with what a reader of the file wants to know; `history` has an entry an epoch;
    `known` is None where nothing but digits was learned.

    Replaces `path` in one step. Raises ValueError when the file would be larger than LARGEST, or a score isn't finite.
    """
    partial = path.with_name(f"partial-{path.name}")
    model.save_weights(partial)
    write_about(partial, About(architecture, temperature, scores, history, known=known))
    size = partial.stat().st_size
    if size > LARGEST:
        partial.unlink()
        raise ValueError(f"{path.name} would be {size:,} bytes, more than {LARGEST:,}")
    partial.replace(path)


def write_about(path: Path, about: About) -> None:
    """Writes `about` into the file at `path`, with the digest of what is there, in one step.

    The file is written anew: HDF5 keeps the room of an attribute that is replaced, and a file would grow with each.
    Raises ValueError, and writes nothing, when a score isn't finite: every loader would refuse the file.
    """
    import h5py

    told = {
        "architecture": about.architecture,
        "temperature": float(about.temperature),
        "scores": json.dumps(checked_scores(dict(about.scores))),
        "history": json.dumps([dict(entry) for entry in about.history]),
        "corrections": json.dumps([dict(row) for row in about.corrections]),
    }
    if about.known is not None:
        told |= {"known": json.dumps(asdict(about.known))}
    content = io.BytesIO()
    with h5py.File(path, "r") as old, h5py.File(content, "w") as new:
        for name in old:
            old.copy(name, new)
        for name, value in {**old.attrs, **told}.items():
            new.attrs[name] = value
        new.attrs["digest"] = digest(new)
    write_whole(path, content.getvalue())


def fold(model: Any, keras: Any, architecture: str) -> Any:
    """`model` as the architecture that leaves its batch normalization out, with weights that answer the same."""
    folded = ARCHITECTURES[architecture](keras)
    weights: list[NDArray[np.float32]] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = (np.asarray(value, np.float64) for value in layer.get_weights())
            scale = gamma / np.sqrt(variance + layer.epsilon)
            weights[-1] = weights[-1] * scale
            weights.append(beta - mean * scale)
        else:
            weights += layer.get_weights()
    folded.set_weights(weights)
    return folded


def released_as(model: Any, keras: Any, architecture: str) -> str:
    """The architecture that weights of `model` are released as: without batch normalization, if it has a twin so."""
    return FOLDED.get(architecture, architecture) if is_normalized(model, keras) else architecture


def is_normalized(model: Any, keras: Any) -> bool:
    """True for a model that holds batch normalization."""
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)


def version_of(weights: Path) -> str:
    """The version that a folder gives this file: a hash of its content."""
    return hash_of(weights.read_bytes())


def record_scores(weights: Path, scores: Mapping[str, float]) -> None:
    """Adds `scores` to those that the file carries: its version changes.

    Raises WeightsRefused, and changes nothing, when one isn't finite: the function would refuse the file.
    """
    about = about_of(weights)
    try:
        write_about(weights, replace(about, scores={**about.scores, **scores}))
    except ValueError as error:
        raise WeightsRefused(f"{weights.name}: {error}") from error
