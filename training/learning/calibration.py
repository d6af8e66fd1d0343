"""How far confidence can be believed: temperature, expected calibration error."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BINS = 15  # of confidence, equally wide. Source: Guo et al., "On Calibration of Modern Neural Networks" (2017)


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """(n, 10) logits → (n, 10) probabilities."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def best_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """The temperature with the least negative log likelihood, to 1 %. Source: Guo et al. (2017)."""
    candidates = np.exp(np.arange(np.log(0.3), np.log(3.0), 0.01))
    losses = [
        -np.log(np.maximum(softmax(logits, candidate)[np.arange(len(labels)), labels], 1e-12)).mean()
        for candidate in candidates
    ]
    return round(float(candidates[int(np.argmin(losses))]), 3)


def calibration_error(probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Expected calibration error in 0..1: how far confidence and accuracy differ, averaged over all digits."""
    return expected_error(reliability(probabilities, labels))


def expected_error(bins: Sequence[tuple[float, float, float]]) -> float:
    """The same of what `binned` gives."""
    return float(sum(part * abs(confidence - right) for part, confidence, right in bins))


def reliability(probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> list[tuple[float, float, float]]:
    """For each bin that holds digits: its share of them, their mean confidence, the share that is right."""
    return binned(probabilities.max(axis=1), probabilities.argmax(axis=1) == labels)


def binned(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], share: NDArray[np.floating] | None = None
) -> list[tuple[float, float, float]]:
    """The same of (n,) confidences in 0..1, whether each was right, and what each counts; None = alike."""
    index = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.ones(len(confidence)) if share is None else share
    rows = []
    for number in range(BINS):
        chosen = index == number
        if (part := float(counts[chosen].sum())) > 0:
            sure, is_right = (float(np.average(each[chosen], weights=counts[chosen])) for each in (confidence, right))
            rows.append((part / float(counts.sum()), sure, is_right))
    return rows
