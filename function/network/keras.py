"""A `.weights.h5` file → a network on Keras and TensorFlow.

TensorFlow is imported inside the functions: the server imports this package before it forks, and a
TensorFlow started before the fork hangs in the workers.
"""

import gc
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from function.arrays import Digits, Probabilities
from function.errors import WeightsRefused
from function.network.about import digest, read_about
from function.network.architectures import ARCHITECTURES
from function.network.hdf5 import check
from function.network.network import Network


@dataclass(frozen=True)
class Model:
    """A Keras model, `layers`, from digits to logits, and what its file tells: probabilities = softmax(logits / t)."""

    layers: Any
    architecture: str
    temperature: float = 1.0
    scores: Mapping[str, float] = field(default_factory=dict)


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
    _, keras = import_keras()
    import h5py

    try:
        with h5py.File(path, "r") as file:
            check(file)
            about = read_about(file)
            if about.digest not in ("", digest(file)):
                raise WeightsRefused(f"{path.name} is damaged: its weights don't match the digest it carries")
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise WeightsRefused(f"{path.name} is not a readable weights file: {error}") from error
    names = [about.architecture] if about.architecture else list(ARCHITECTURES)
    reasons = []
    for name in names:
        if name not in ARCHITECTURES:
            raise WeightsRefused(f"architecture {name!r} is not one of {', '.join(ARCHITECTURES)}")
        model = ARCHITECTURES[name](keras)
        try:
            model.load_weights(path)
        except Exception as error:  # noqa: BLE001  Keras and HDF5 raise whatever a damaged file makes them raise
            reasons.append(f"{name}: {error}")
            continue
        return Model(model, name, about.temperature, about.scores)
    raise WeightsRefused(f"{path.name} fits no architecture: {'; '.join(reasons)}")


def keras_network(model: Model) -> Network:
    """A network that answers with `model`."""
    tensorflow, keras = import_keras()
    keras.utils.clear_session()  # else each build leaves a megabyte in TensorFlow's cache of kernels
    traced, constant = trace(tensorflow, model), tensorflow.constant

    def probabilities(digits: Digits) -> Probabilities:
        answer: Probabilities = traced(constant(digits)).numpy()
        return answer

    return Network(model.architecture, "keras", probabilities, model.scores)


def trace(tensorflow: Any, model: Model) -> Any:
    """One concrete function for any batch size, softmax and temperature included."""
    signature = tensorflow.TensorSpec([None, 28, 28], tensorflow.float32)

    @tensorflow.function(input_signature=[signature])  # type: ignore[untyped-decorator]
    def forward(digits: Any) -> Any:
        return tensorflow.nn.softmax(model.layers(digits, training=False) / model.temperature)

    return forward.get_concrete_function()
