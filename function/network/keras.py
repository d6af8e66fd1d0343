"""A `.weights.h5` file → a network on Keras and TensorFlow.

TensorFlow is imported inside the functions: the server imports this package before it forks, and a
TensorFlow started before the fork hangs in the workers.
"""

import gc
import os
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from function.arrays import Digits, Outputs
from function.errors import WeightsRefused
from function.network.about import digest, read_about
from function.network.architectures import ARCHITECTURES
from function.network.hdf5 import check
from function.network.network import Known, Network

UNREADABLE = "They are no readable file of weights."


@dataclass(frozen=True)
class Model:
    """A Keras model, `layers`, from digits to logits, and what its file tells."""

    layers: Any
    architecture: str
    temperature: float = 1.0
    scores: Mapping[str, float] = field(default_factory=dict)
    known: Known | None = None


def import_keras() -> tuple[Any, Any]:
    """TensorFlow and Keras, imported on first use.

    The garbage collector pauses meanwhile: walking the growing heap took a fifth of the import's time.
    """
    if "keras" in sys.modules:  # frozen again, the network in service could never be collected
        import keras
        import tensorflow

        return tensorflow, keras
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # greetings at start-up are no errors, and errors still show
    collecting = gc.isenabled()
    gc.disable()
    try:
        import keras
        import tensorflow

        return tensorflow, keras
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def load_keras(path: Path) -> Network:
    """The network in a `.weights.h5` file: one of ours, or any that `model.save_weights()` wrote.

    Raises WeightsRefused when the file is damaged or fits none of ARCHITECTURES.
    """
    return keras_network(load_model(path))


def load_model(path: Path) -> Model:
    """The Keras model in a `.weights.h5` file. Raises as load_keras does."""
    if not path.is_file():
        raise WeightsRefused(f"there is no file {path}", "There is no such file.")
    _, keras = import_keras()
    import h5py

    try:
        with h5py.File(path, "r") as file:
            check(file)
            about = read_about(file)
            if about.digest not in ("", digest(file)):
                reason = "They are damaged: they don't match the digest that they carry."
                raise WeightsRefused(f"{path.name}: {reason}", reason)
            shapes = _shapes(file)
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise WeightsRefused(f"{path.name} is not a readable weights file: {error}", UNREADABLE) from error
    if about.architecture and about.architecture not in ARCHITECTURES:
        reason = f"They are of the architecture {about.architecture[:40]!r}, not of {', '.join(ARCHITECTURES)}."
        raise WeightsRefused(f"{path.name}: {reason}", reason)
    misfits = {}
    for name in [about.architecture] if about.architecture else ARCHITECTURES:
        model = ARCHITECTURES[name](keras)
        wanted = Counter(tuple(variable.shape) for variable in model.weights)
        misfits[name] = wanted
        if wanted - shapes:  # Keras would say so in a page of arrays
            continue
        with suppress(Exception):  # Keras and HDF5 raise whatever a damaged file makes them raise
            model.load_weights(path)
            return Model(model, name, about.temperature, about.scores, about.known)
    ranks = {name: _apart(_ranks(shapes), _ranks(wanted)) for name, wanted in misfits.items()}
    nearest = min(misfits, key=lambda name: (ranks[name], _apart(shapes, misfits[name])))
    reason = (
        f"They fit no architecture; the nearest is {nearest}, which has {_told(misfits[nearest] - shapes)} "
        f"where they have {_told(shapes - misfits[nearest])}."
    )
    raise WeightsRefused(f"{path.name}: {reason}", reason)


def _shapes(file: Any) -> Counter[tuple[int, ...]]:
    """Of the layers' variables in an open `.weights.h5` file, which may hold an optimizer's as well."""
    found: Counter[tuple[int, ...]] = Counter()
    layers = file.get("layers", {})
    if hasattr(layers, "visititems"):
        layers.visititems(lambda _, item: found.update([shape] if isinstance(shape := _shape(item), tuple) else []))
    return found


def _shape(item: Any) -> object:
    """Of a group there is none, and of a dataset without a space it is None."""
    return getattr(item, "shape", None)


def _ranks(shapes: Counter[tuple[int, ...]]) -> Counter[int]:
    """How many variables have how many dimensions: the kind of a network, whatever its widths."""
    return Counter(len(shape) for shape in shapes.elements())


def _apart(one: Counter[Any], other: Counter[Any]) -> int:
    return (one - other).total() + (other - one).total()


def _told(shapes: Counter[tuple[int, ...]]) -> str:
    """A few of them, as 784×128."""
    few = list(shapes.elements())[:3]
    told = [" × ".join(map(str, shape)) or "a number" for shape in few]
    return ", ".join([*told, *(["…"] if shapes.total() > len(few) else [])]) or "nothing"


def keras_network(model: Model) -> Network:
    """A network that answers with `model`."""
    tensorflow, keras = import_keras()
    keras.utils.clear_session()  # else each build leaves a megabyte in TensorFlow's cache of kernels
    traced, constant = trace(tensorflow, model), tensorflow.constant

    def outputs(digits: Digits) -> Outputs:
        answer: Outputs = traced(constant(digits)).numpy()
        return answer

    threshold = model.known.threshold if model.known else None
    return Network(model.architecture, "keras", outputs, model.scores, threshold)


def trace(tensorflow: Any, model: Model) -> Any:
    """One concrete function for any batch size, from digits to what Network calls outputs."""
    signature = tensorflow.TensorSpec([None, 28, 28], tensorflow.float32)

    @tensorflow.function(input_signature=[signature])  # type: ignore[untyped-decorator]
    def forward(digits: Any) -> Any:
        logits = model.layers(digits, training=False)
        if logits.shape[1] > 10:
            logits, raw = logits[:, :10], logits[:, 10:]
        else:
            raw = tensorflow.reduce_logsumexp(logits, axis=1, keepdims=True)
        probabilities = tensorflow.nn.softmax(logits / model.temperature)
        if model.known is None:
            return probabilities
        known = tensorflow.sigmoid(model.known.slope * raw + model.known.offset)
        return tensorflow.concat([probabilities, known], axis=1)

    return forward.get_concrete_function()
