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
from function.network.architectures import ARCHITECTURES
from function.network.contents import Contents, opened
from function.network.layers import chain_of
from function.network.network import Known, Network, Parameters


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
    with opened(path) as contents:
        about, shapes = contents.about, Counter(_shapes(contents))
    _, keras = import_keras()
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


def _shapes(contents: Contents) -> list[tuple[int, ...]]:
    """Of the layers' variables; a dataset without a space has none."""
    return [array.shape for array in contents.arrays.values() if array.shape is not None]


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
    return Network(model.architecture, "keras", outputs, model.scores, threshold, lambda: _parameters(model))


def _parameters(model: Model) -> Parameters | None:
    """What the model computes with; None for layers that Keras alone computes."""
    chain = chain_of(ARCHITECTURES[model.architecture])
    if chain is None:
        return None
    names = [name for variables in chain.variables() for name, _ in variables]
    arrays = dict(zip(names, model.layers.get_weights(), strict=True))
    return Parameters(chain, arrays, model.temperature, model.known)


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
