"""How well a model in training reads validation digits, which decides where a run stops and how sure it may be."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from function.arrays import from_levels
from training.data.sets import LabeledDigits
from training.learning.calibration import best_temperature, calibration_error, softmax
from training.learning.samples import Samples

CHUNK = 500  # digits that a model reads at once: more gain nothing, and cost memory
SETS = {"mnist": "MNIST", "pens": "pens", "corrected": "corrected"}  # what validation is made of, with its name


def validate(model: Any, samples: Samples) -> dict[str, float]:
    """For each of SETS that isn't empty its accuracy in 0..1 and, as NAME_loss, the mean negative log likelihood.

    `score` is the mean of the accuracies. Without corrections for validation, those that were learned stand for them.
    """
    scores = {}
    corrected = samples.corrected_validation if len(samples.corrected_validation) else samples.corrected
    parts = (samples.mnist_validation, samples.pen_validation, corrected)
    found = [(name, digits) for name, digits in zip(SETS, parts, strict=True) if len(digits)]
    for name, digits in found:
        probabilities = softmax(logits_of(model, digits))
        scores[name] = float((probabilities.argmax(axis=1) == digits.labels).mean())
        right = probabilities[np.arange(len(digits)), digits.labels]
        scores[f"{name}_loss"] = float(-np.log(np.maximum(right, 1e-12)).mean())
    return {**scores, "score": sum(scores[name] for name, _ in found) / len(found)}


def total_loss(scores: dict[str, float]) -> float:
    """The losses of all sets in what `validate` found."""
    return sum(scores.get(f"{name}_loss", 0.0) for name in SETS)


def calibrate(model: Any, samples: Samples) -> tuple[float, float]:
    """The temperature that suits validation digits of MNIST and pens best, and the calibration error (0..1) with it."""
    sets = [each for each in (samples.mnist_validation, samples.pen_validation) if len(each)]
    logits = np.concatenate([logits_of(model, each) for each in sets])
    labels = np.concatenate([each.labels for each in sets])
    temperature = best_temperature(logits, labels)
    return temperature, calibration_error(softmax(logits, temperature), labels)


def logits_of(model: Any, digits: LabeledDigits) -> NDArray[np.float32]:
    """(n, 10)."""
    chunks = np.array_split(digits.digits, max(1, len(digits) // CHUNK))
    return np.concatenate([np.asarray(model(from_levels(chunk), training=False)) for chunk in chunks])
