"""Weights files to publish in tests: good ones, learned from the golden digits in a second, and bad ones."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from function.formats import BUNDLED
from function.network.about import about_of, digest
from function.network.architectures import ARCHITECTURES
from function.network.golden import golden_digits
from function.network.keras import import_keras, load_model
from function.network.network import Known
from training.learning.weights_file import write_about

KNOWN = Known(threshold=0.3, slope=0.8, offset=-7.0)  # tells clean digits from most others, by energy alone
NOTHING = Known(threshold=0.999, slope=1e-6, offset=0.0)  # nothing is a digit
EPSILON = 1e-3  # that Keras adds to a variance before it divides
STEPS = 60  # enough for the perceptron to know ten digits by heart


def taught(seed: int = 0) -> Any:
    """A Keras perceptron that reads the golden digits, and hardly anything else."""
    _, keras = import_keras()
    model = ARCHITECTURES["perceptron"](keras)
    model.set_weights(_learned(seed))
    return model


@cache
def _learned(seed: int) -> list[Any]:
    _, keras = import_keras()
    keras.utils.set_random_seed(seed)
    model = ARCHITECTURES["perceptron"](keras)
    model.compile(keras.optimizers.Adam(3e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    digits = np.repeat(golden_digits(), 8, axis=0)
    noise = np.random.default_rng(seed).normal(0, 0.05, digits.shape).astype("float32")
    labels = np.repeat(np.arange(10), 8)
    for _ in range(STEPS):
        model.train_on_batch(digits + noise, labels)
    weights: list[Any] = model.get_weights()
    return weights


def write_good(path: Path, seed: int = 0) -> Path:
    taught(seed).save_weights(path)
    return path


def write_knowing(path: Path, known: Known = KNOWN) -> Path:
    """The bundled weights, which know as a digit what `known` says."""
    path.write_bytes(BUNDLED.read_bytes())
    write_about(path, replace(about_of(path), known=known))
    return path


def write_variant(source: Path, path: Path, number: int) -> Path:
    """`source` with one bias moved by a hair: other weights, the same answers."""
    import h5py

    path.write_bytes(source.read_bytes())
    with h5py.File(path, "a") as file:
        biases: list[Any] = []
        file.visititems(lambda name, item: biases.append(item) if getattr(item, "shape", 0) in ((10,), (11,)) else None)
        biases[-1][0] += 1e-4 * (number + 1)
        file.attrs["digest"] = digest(file)
    return path


def write_unfolded(path: Path) -> Path:
    """The bundled weights with batch normalization, as in training: the same answers by layers of Keras alone."""
    _, keras = import_keras()
    *convolutions, kernel, bias = load_model(BUNDLED).layers.get_weights()
    model = ARCHITECTURES["convnet-known"](keras)
    unfolded = []
    for weights, biases in zip(convolutions[::2], convolutions[1::2], strict=True):
        scale = np.full_like(biases, np.sqrt(1 + EPSILON))
        unfolded += [weights, scale, biases, np.zeros_like(biases), np.ones_like(biases)]
    model.set_weights([*unfolded, kernel, bias])
    model.save_weights(path)
    return path


def write_misreading(path: Path) -> Path:
    """Reads every digit as its successor."""
    model = taught()
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([np.roll(kernel, 1, axis=1), np.roll(bias, 1)])
    model.save_weights(path)
    return path


def write_nan(path: Path) -> Path:
    model = taught()
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([kernel * np.nan, bias])
    model.save_weights(path)
    return path


def write_foreign(path: Path) -> Path:
    """Weights of a network that none of our architectures is."""
    _, keras = import_keras()
    keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)]).save_weights(path)
    return path


def write_checkpoint(prefix: Path, seed: int = 0) -> Path:
    """The perceptron as Keras 2 saved it: a TensorFlow checkpoint with its key names."""
    tensorflow, _ = import_keras()
    dense = [layer for layer in taught(seed).layers if layer.weights]
    root = tensorflow.train.Checkpoint()
    for index, layer in enumerate(dense):
        kernel, bias = layer.get_weights()
        node = tensorflow.train.Checkpoint(kernel=tensorflow.Variable(kernel), bias=tensorflow.Variable(bias))
        setattr(root, f"layer_with_weights-{index}", node)
    root.write(str(prefix))
    return prefix
