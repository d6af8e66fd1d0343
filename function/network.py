"""A weights file → a network; digits → probabilities. The Keras architectures, shared with training.

TensorFlow is imported inside the functions: the server imports this package before it forks, and a
TensorFlow started before the fork hangs in the workers.
"""

import gc
import hashlib
import importlib
import json
import math
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from function.arrays import Digits, Probabilities
from function.errors import WeightsRefused
from function.hdf5 import check

Runtime = Literal["keras", "lite"]

MOST_SCORES = 100  # of a weights file: each stands in every answer of /model


@dataclass(frozen=True)
class Network:
    """A network ready to read digits.

    probabilities  (n, 28, 28) float32 in 0..1, ink = 1 → (n, 10) float32, each row summing to 1. Thread-safe.
    scores         what was measured when the weights were made, by name; empty when the file tells nothing
    """

    architecture: str
    runtime: Runtime
    probabilities: Callable[[Digits], Probabilities]
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """A Keras model, `layers`, from digits to logits, and what its file tells: probabilities = softmax(logits / t)."""

    layers: Any
    architecture: str
    temperature: float = 1.0
    scores: Mapping[str, float] = field(default_factory=dict)


def perceptron(keras: Any) -> Any:
    """784-128-128-128-10 with ReLU: the classic first network, as many published checkpoints hold it."""
    hidden = [keras.layers.Dense(128, activation="relu") for _ in range(3)]
    return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), *hidden, keras.layers.Dense(10)])


# Filters, kernel and stride of each convolution. Strides come early: most of what a digit costs is then computed at
# 14×14 and 7×7 instead of 28×28.
_CONVOLUTIONS = [(32, 5, 2), (32, 3, 1), (64, 3, 2), (64, 3, 1), (128, 3, 2)]


def convnet(keras: Any) -> Any:
    """Five convolutions with batch normalization, 160,000 parameters, 5.9 million multiplications: for training."""
    inputs = keras.Input((28, 28))
    x = keras.layers.Reshape((28, 28, 1))(inputs)
    for filters, size, strides in _CONVOLUTIONS:
        x = keras.layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.ReLU()(x)
    x = keras.layers.Dropout(0.3)(keras.layers.Flatten()(x))
    return keras.Model(inputs, keras.layers.Dense(10)(x))


def convnet_folded(keras: Any) -> Any:
    """`convnet` with its batch normalization folded into the convolutions: the same answers, sooner."""
    inputs = keras.Input((28, 28))
    x = keras.layers.Reshape((28, 28, 1))(inputs)
    for filters, size, strides in _CONVOLUTIONS:
        x = keras.layers.Conv2D(filters, size, strides=strides, padding="same", activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(10)(keras.layers.Flatten()(x)))


# Each builds a network from (n, 28, 28) digits to (n, 10) logits. A published name never changes its meaning.
ARCHITECTURES: Mapping[str, Callable[[Any], Any]] = {
    "convnet": convnet,
    "convnet-folded": convnet_folded,
    "perceptron": perceptron,
}


def import_keras() -> tuple[Any, Any]:
    """TensorFlow and Keras, imported on first use.

    The garbage collector pauses meanwhile: walking the growing heap took a fifth of the import's time.
    """
    if "keras" in sys.modules:  # frozen again, the network in service could never be collected
        return importlib.import_module("tensorflow"), importlib.import_module("keras")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # greetings at start-up are no errors, and errors still show
    collecting = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module("tensorflow"), importlib.import_module("keras")
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
    h5py = importlib.import_module("h5py")
    try:
        with h5py.File(path, "r") as file:
            check(file)
            architecture = str(file.attrs.get("architecture", ""))
            temperature = float(file.attrs.get("temperature", 1.0))
            scores = checked_scores(json.loads(file.attrs.get("scores", "{}")))
            if file.attrs.get("digest", "") not in ("", digest(file)):
                raise WeightsRefused(f"{path.name} is damaged: its weights don't match the digest it carries")
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise WeightsRefused(f"{path.name} is not a readable weights file: {error}") from error
    names = [architecture] if architecture else list(ARCHITECTURES)
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
        return Model(model, name, temperature, scores)
    raise WeightsRefused(f"{path.name} fits no architecture: {'; '.join(reasons)}")


def checked_scores(scores: Any) -> dict[str, float]:
    """`scores` as /model can tell them. Raises ValueError unless they are finite numbers by name."""
    if not isinstance(scores, dict) or len(scores) > MOST_SCORES:
        raise ValueError(f"its scores aren't at most {MOST_SCORES} numbers by name")
    for name, value in scores.items():
        if not isinstance(name, str) or type(value) not in (int, float) or not math.isfinite(value):
            raise ValueError(f"its score {str(name)[:40]!r} is no finite number: {str(value)[:40]}")
    return scores


def digest(file: Any) -> str:
    """SHA-256 of all that decides the answers in an open HDF5 file: architecture, temperature, every array.

    HDF5 itself reads flipped bits as if nothing had happened.
    """
    decisive = [str(file.attrs.get("architecture", "")), float(file.attrs.get("temperature", 1.0))]
    total = hashlib.sha256(json.dumps(decisive).encode())

    def add(name: str, item: Any) -> None:
        if hasattr(item, "shape"):
            total.update(f"{name} {item.dtype} {item.shape}".encode())
            total.update(item[()].tobytes())

    file.visititems(add)
    return total.hexdigest()


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
