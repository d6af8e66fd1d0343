"""Two tones: where to part them, and which of them is the paper."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]  # (256,): how many pixels have each level
LEVELS = np.arange(256)
_MOMENTS = np.stack([np.ones_like(LEVELS), LEVELS])  # what sums up to a class's size and its levels
_EIGHT = np.uint64(0x0101010101010101)  # times a byte: eight of it


def count(levels: NDArray[np.uint8]) -> Counts:
    """How many of `levels`, of any shape but not empty, are 0, 1, … 255."""
    flat = levels.ravel()
    whole = flat.size // 8 * 8
    words = flat[:whole].view(np.uint64)
    # On most pictures nearly all is paper: where eight pixels in a row are like the first, they are counted at once.
    rest = words[words != flat[0] * _EIGHT].view(np.uint8)
    counts = np.bincount(rest, minlength=256)
    counts[flat[0]] += whole - rest.size
    if whole < flat.size:
        counts += np.bincount(flat[whole:], minlength=256)
    return counts


def split(counts: Counts) -> float:
    """The level that parts a histogram best in two: the classes are up to it and above it.

    Source: Otsu, "A threshold selection method from gray-level histograms" (1979).
    """
    below, moment = np.add.accumulate(counts * _MOMENTS, axis=1)  # np.cumsum takes three times as long to begin
    total, whole = int(below[-1]), int(moment[-1])
    # The variance between the two classes, times a constant; where a class is empty there is none.
    spread = np.square(whole * below - total * moment, dtype=np.float64) / np.maximum(below * (total - below), 1)
    best = np.flatnonzero(spread >= spread.max() * (1 - 1e-9))  # a plateau where no level lies: its middle
    return float(best[0] + best[-1]) / 2


def threshold(values: NDArray[np.float32]) -> float:
    """Where to part numbers of any range in two, to one part in 255 of that range."""
    low, high = float(values.min()), float(values.max())
    step = max(high - low, 1e-9) / 255
    return low + (split(count(((values - np.float32(low)) / np.float32(step)).astype(np.uint8))) + 1) * step


def level_at(counts: Counts, share: float) -> int:
    """The lowest level up to which `share` of all pixels are: 0.5 gives the median."""
    total: Any = np.add.accumulate(counts)
    return int(total.searchsorted(share * total[-1]))


def is_light_paper(values: NDArray[Any], border: float, above: int) -> bool:
    """Whether the paper of (H, W) `values` is what lies above `border`, rather than below: it has most of the edges and
    of the area, together.

    above  how many of `values` lie there
    """
    edges = np.concatenate((values[0], values[-1], values[:, 0], values[:, -1]))
    return int(np.count_nonzero(edges > border)) / edges.size + above / values.size > 1
