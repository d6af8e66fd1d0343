"""How a network tells a digit from everything else: the raw score, the line that calibrates it, and the threshold."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from function.network.network import Known

LOST = 0.01  # of each source's validation digits, at most, are said to be none
STEPS = 50  # Newton's method on two numbers has settled after ten
RIDGE = 1e-6  # keeps a line finite where digits and others don't overlap at all
MOST = 30.0  # of slope × raw + offset, either way: beyond it float32 knows no probability but 0 and 1


def raw_of(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n,) of (n, 11) or (n, 10) logits: the eleventh, else the logarithm of the sum of the exponentials."""
    wide = logits.astype(np.float64)
    if wide.shape[1] > 10:
        return wide[:, 10]
    most = wide.max(axis=1)
    return np.asarray(most + np.log(np.exp(wide - most[:, None]).sum(axis=1)))


def cut_of(digits: Sequence[NDArray[np.floating]]) -> float:
    """The score below which LOST of the digits lie of the source that has most of them there."""
    return float(min(np.quantile(raw, LOST, method="lower") for raw in digits))


def known_of(
    digits: Sequence[NDArray[np.floating]],
    others: Sequence[NDArray[np.floating]],
    shares: Sequence[NDArray[np.floating]],
) -> Known:
    """What calibrates raw scores, from those of `digits` by source and of `others` by kind.

    Digits and others weigh the same, each source and each kind as much as the next. The threshold is where LOST of the
    digits are lost of the source that loses most.

    shares  of `digits`: the highest of the ten probabilities of each

    Source: Platt, "Probabilistic outputs for support vector machines" (1999).
    """
    parts = [(raw, 1.0, 0.5 / len(digits)) for raw in digits] + [(raw, 0.0, 0.5 / len(others)) for raw in others]
    raw = np.concatenate([part for part, _, _ in parts]).astype(np.float64)
    truth = np.concatenate([np.full(len(part), is_digit) for part, is_digit, _ in parts])
    weight = np.concatenate([np.full(len(part), share / len(part)) for part, _, share in parts])
    center, spread = float(raw.mean()), float(raw.std()) or 1.0
    columns = np.stack([(raw - center) / spread, np.ones_like(raw)], axis=1)
    line = np.array([1.0, 0.0])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-np.clip(columns @ line, -MOST, MOST)))
        gradient = columns.T @ (weight * (likely - truth)) + RIDGE * line
        curve = columns.T @ (columns * (weight * likely * (1 - likely))[:, None]) + RIDGE * np.eye(2)
        step = np.linalg.solve(curve, gradient)
        line = line - step * min(1.0, 5.0 / float(np.abs(step).max()))  # far from the end, a whole step overshoots
    slope = max(float(line[0]) / spread, 1e-3)  # a network that has learned nothing may slope the other way
    offset = float(line[1]) - slope * center
    known = Known(0.5, slope, offset)
    sure = [probabilities(raw, known) * share for raw, share in zip(digits, shares, strict=True)]
    threshold = float(np.clip(cut_of(sure), 1e-4, 1 - 1e-4))  # one of 0 or 1 would tell nothing
    return replace(known, threshold=threshold)


def probabilities(raw: NDArray[np.floating], known: Known) -> NDArray[np.float64]:
    """Raw scores → how probably each is a digit."""
    return np.asarray(1 / (1 + np.exp(-np.clip(known.slope * raw + known.offset, -MOST, MOST))))
