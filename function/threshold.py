"""Two tones: where to part them, and which of them is the paper."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]  # (256,): how many pixels have each level
_LEVELS = np.arange(256, dtype=np.float64)


def count(levels: NDArray[np.uint8]) -> Counts:
    """How many of `levels`, of any shape but not empty, are 0, 1, … 255."""
    flat = levels.ravel()
    other = flat != flat[0]
    if 2 * (rest := np.count_nonzero(other)) > flat.size:
        return np.bincount(flat, minlength=256)
    # On most pictures nearly all is paper, and counting the rest alone is several times faster.
    counts = np.bincount(flat[other], minlength=256)
    counts[flat[0]] = flat.size - rest
    return counts


def split(counts: Counts) -> float:
    """The level that parts a histogram best in two: the classes are up to it and above it. Source: Otsu (1979)."""
    below = np.cumsum(counts, dtype=np.float64)[:-1]
    moment = np.cumsum(counts * _LEVELS)
    total = below[-1] + float(counts[-1])
    # The variance between the two classes, times a constant; where a class is empty there is none.
    spread = (moment[-1] * below - moment[:-1] * total) ** 2 / np.maximum(below * (total - below), 1)
    best = np.flatnonzero(spread >= spread.max() * (1 - 1e-9))  # a plateau where no level lies: its middle
    return float(best[0] + best[-1]) / 2


def threshold(values: NDArray[np.float32]) -> float:
    """Where to part numbers of any range in two, to one part in 255 of that range."""
    low, high = float(values.min()), float(values.max())
    step = max(high - low, 1e-9) / 255
    return low + (split(count(((values - np.float32(low)) / np.float32(step)).astype(np.uint8))) + 1) * step


def level_at(counts: Counts, share: float) -> int:
    """The lowest level up to which `share` of all pixels are: 0.5 gives the median."""
    total: Any = np.cumsum(counts)
    return int(np.searchsorted(total, share * total[-1]))


def is_paper(mask: NDArray[np.bool_]) -> bool:
    """Whether `mask` is the paper rather than the ink: it has most of the border and of the area, together."""
    border = sum(int(np.count_nonzero(edge)) for edge in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    return border / (2 * sum(mask.shape)) + int(np.count_nonzero(mask)) / mask.size > 1
