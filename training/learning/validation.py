"""How well a model in training reads validation digits and tells what is none, which decides where a run stops."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from function.arrays import from_levels
from function.network.network import Known
from training.data.sets import NO_DIGIT, LabeledDigits
from training.learning.calibration import best_temperature, calibration_error, softmax
from training.learning.knowing import cut_of, known_of, probabilities, raw_of
from training.learning.samples import Samples

CHUNK = 500  # digits that a model reads at once: more gain nothing, and cost memory
SETS = {"mnist": "MNIST", "pens": "pens", "corrected": "corrected"}  # what validation is made of, with its name
REJECTED = "rejected"  # of what is no digit, the mean over all kinds
MOST_LOSS = 0.1  # points on validation digits, 5 of MNIST's 5,000: what corrections may cost everybody else
REJECTED_PART = 0.25  # of the score: a point of what is turned away counts a quarter of a point of what is read


@dataclass(frozen=True)
class Calibration:
    """What a model's file tells of its certainty.

    temperature  that suits validation digits best
    error        of confidence with it, 0..1
    known        None where a run saw nothing but digits
    known_error  of `known`, digits and others half and half, 0..1
    """

    temperature: float
    error: float
    known: Known | None
    known_error: float


def validate(model: Any, samples: Samples) -> dict[str, float]:
    """For each of SETS that isn't empty its accuracy in 0..1 and, as NAME_loss, the mean negative log likelihood.

    "rejected" is the mean over all kinds of what is no digit of the part that is turned away, "rejected KIND" that part
    of each, where LOST of the digits of a source are lost. A correction that says "none" is right when turned away.

    `score` is the mean of the accuracies, and a little of what is rejected. Without corrections for validation, those
    that were learned stand for them.
    """
    scores: dict[str, float] = {}
    corrected = samples.corrected_validation if len(samples.corrected_validation) else samples.corrected
    parts = (samples.mnist_validation, samples.pen_validation, corrected)
    found = {name: digits for name, digits in zip(SETS, parts, strict=True) if len(digits)}
    logits = {name: logits_of(model, digits) for name, digits in found.items()}
    turned_away = _rejected(model, samples, logits)
    cut = turned_away.pop("cut", -np.inf)
    for name, digits in found.items():
        scores |= _read(name, logits[name], digits.labels, cut)
    scores["score"] = sum(scores[name] for name in found) / len(found)
    if turned_away:
        scores["score"] = (1 - REJECTED_PART) * scores["score"] + REJECTED_PART * turned_away[REJECTED]
    return scores | turned_away


def _read(name: str, logits: NDArray[np.float32], labels: NDArray[np.uint8], cut: float) -> dict[str, float]:
    """Accuracy and loss by the set's name. What is labeled none has no loss, and is right below the cut."""
    is_digit = labels < NO_DIGIT
    chances = softmax(logits[:, :10])
    right = np.where(is_digit, chances.argmax(axis=1) == labels, raw_of(logits) < cut)
    likelihood = chances[is_digit, labels[is_digit]]
    loss = -np.log(np.maximum(likelihood, 1e-12)).mean() if len(likelihood) else 0.0
    return {name: float(right.mean()), f"{name}_loss": float(loss)}


def _rejected(model: Any, samples: Samples, logits: Mapping[str, NDArray[np.float32]]) -> dict[str, float]:
    """The cut, and by kind what lies below it; nothing for a run of digits alone."""
    if not len(samples.others_validation):
        return {}
    digits = [raw_of(logits[name]) for name in ("mnist", "pens") if name in logits]
    digits += [raw_of(logits_of(model, samples.printed_validation))] if len(samples.printed_validation) else []
    cut = cut_of(digits)
    kinds = _raw_by_kind(model, samples)
    parts = {f"{REJECTED} {name}": float((raw < cut).mean()) for name, raw in kinds.items()}
    return {"cut": cut, REJECTED: sum(parts.values()) / len(parts), **parts}


def _raw_by_kind(model: Any, samples: Samples) -> dict[str, NDArray[np.float64]]:
    others = samples.others_validation
    raw = raw_of(logits_of(model, others.digits))
    kinds = {name: raw[others.kinds == index] for index, name in enumerate(others.names)}
    return {name: found for name, found in kinds.items() if len(found)}


def total_loss(scores: Mapping[str, float]) -> float:
    """The losses of all sets in what `validate` found."""
    return sum(scores.get(f"{name}_loss", 0.0) for name in SETS)


def costs_too_much(before: Mapping[str, float], after: Mapping[str, float]) -> bool:
    """Whether MNIST or the pens lose more than MOST_LOSS from one `validate` to the other."""
    return any(100 * (before[name] - after[name]) > MOST_LOSS + 1e-9 for name in ("mnist", "pens") if name in before)


def calibrate(model: Any, samples: Samples) -> Calibration:
    """How far to believe the model: temperature and what it knows, from validation digits and what is none."""
    sets = [each for each in (samples.mnist_validation, samples.pen_validation) if len(each)]
    found = [logits_of(model, each) for each in sets]
    logits = np.concatenate(found)[:, :10]
    labels = np.concatenate([each.labels for each in sets])
    temperature = best_temperature(logits, labels)
    error = calibration_error(softmax(logits, temperature), labels)
    if not len(samples.others_validation):
        return Calibration(temperature, error, None, 0.0)
    if len(samples.printed_validation):
        found.append(logits_of(model, samples.printed_validation))
    digits = [raw_of(each) for each in found]
    shares = [softmax(each[:, :10], temperature).max(axis=1) for each in found]
    others = [*_raw_by_kind(model, samples).values()]
    known = known_of(digits, others, shares)
    return Calibration(temperature, error, known, _known_error(known, digits, others))


def _known_error(known: Known, digits: list[NDArray[np.float64]], others: list[NDArray[np.float64]]) -> float:
    """The calibration error of `known`, digits and others half and half, each source and kind as often."""
    rng = np.random.default_rng(0)  # which of them stand for a source is chance, the same on every call
    count = 12_000
    columns = []
    for parts in (digits, others):
        raw = np.concatenate([rng.choice(part, count // len(parts)) for part in parts])
        columns.append(probabilities(raw, known))
    chances = np.concatenate(columns)
    truth = np.concatenate([np.ones(len(columns[0]), np.uint8), np.zeros(len(columns[1]), np.uint8)])
    return calibration_error(np.stack([1 - chances, chances], axis=1), truth)


def logits_of(model: Any, digits: LabeledDigits) -> NDArray[np.float32]:
    """(n, 10), or (n, 11) of an architecture with a score of its own for what it knows."""
    chunks = np.array_split(digits.digits, max(1, len(digits) // CHUNK))
    return np.concatenate([np.asarray(model(from_levels(chunk), training=False)) for chunk in chunks])
