"""The Keras architectures, shared with training: each builds a network from (n, 28, 28) digits to (n, 10) logits, or
(n, 11): the eleventh tells whether it is a digit at all.

Adding one is a function and a row. `keras` is an argument: importing it takes seconds, nobody may before the fork, and
where NumPy answers nobody does: then it is the stand-in of layers.py.
"""

from collections.abc import Callable, Mapping
from typing import Any


def perceptron(keras: Any) -> Any:
    """784-128-128-128-10 with ReLU: the classic first network, as many published checkpoints hold it.

    134,794 parameters.
    """
    hidden = [keras.layers.Dense(128, activation="relu") for _ in range(3)]
    return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), *hidden, keras.layers.Dense(10)])


# Filters, kernel and stride of each convolution. Strides come early: most of what a digit costs is then computed at
# 14×14 and 7×7 instead of 28×28.
_CONVOLUTIONS = [(32, 5, 2), (32, 3, 1), (64, 3, 2), (64, 3, 1), (128, 3, 2)]


def convnet(keras: Any) -> Any:
    """Five convolutions with batch normalization: for training. (28, 28, 1) → (14, 14, 32) → (14, 14, 32) →
    (7, 7, 64) → (7, 7, 64) → (4, 4, 128) → 2048 → 10; 160,810 parameters when it is folded."""
    return _normalized(keras, 10)


def convnet_folded(keras: Any) -> Any:
    """`convnet` with its batch normalization folded into the convolutions: the same answers, sooner."""
    return _folded(keras, 10)


def convnet_known(keras: Any) -> Any:
    """`convnet` with an eleventh logit, for training: → 2048 → 11; 162,859 parameters when it is folded."""
    return _normalized(keras, 11)


def convnet_known_folded(keras: Any) -> Any:
    """`convnet_known` with its batch normalization folded into the convolutions."""
    return _folded(keras, 11)


def _normalized(keras: Any, outputs: int) -> Any:
    inputs = keras.Input((28, 28))
    x = keras.layers.Reshape((28, 28, 1))(inputs)
    for filters, size, strides in _CONVOLUTIONS:
        x = keras.layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.ReLU()(x)
    x = keras.layers.Dropout(0.3)(keras.layers.Flatten()(x))
    return keras.Model(inputs, keras.layers.Dense(outputs)(x))


def _folded(keras: Any, outputs: int) -> Any:
    inputs = keras.Input((28, 28))
    x = keras.layers.Reshape((28, 28, 1))(inputs)
    for filters, size, strides in _CONVOLUTIONS:
        x = keras.layers.Conv2D(filters, size, strides=strides, padding="same", activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(outputs)(keras.layers.Flatten()(x)))


# A published name never changes its meaning.
ARCHITECTURES: Mapping[str, Callable[[Any], Any]] = {
    "convnet": convnet,
    "convnet-folded": convnet_folded,
    "convnet-known": convnet_known,
    "convnet-known-folded": convnet_known_folded,
    "perceptron": perceptron,
}

# What a trained network is released as: the same answers in fewer layers.
FOLDED: Mapping[str, str] = {"convnet": "convnet-folded", "convnet-known": "convnet-known-folded"}
