"""Where ink that touches may be cut: seams from top to bottom that cross as little of it as they can."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink

ROWS = 32  # of a shape in which seams are looked for: a digit of 20 needs no more
STEP = 0.06  # what a seam's step aside costs, in ink: a straight cut is taken where others save nothing


class Cuts(NamedTuple):
    """Seams through one shape of (h, w) pixels, from left to right.

    seams  (k, h): in each row, the first column to the right of the seam
    costs  (k,): the ink that each crosses, in pixels
    """

    seams: NDArray[np.int64]
    costs: NDArray[np.float64]


def cuts_through(ink: Ink, most: int, apart: float) -> Cuts:
    """The best `most` seams through the (h, w) ink of one shape, at least `apart` pixels from each other and its sides.

    Source: seam carving's dynamic program (Avidan, Shamir 2007), from both ends to the middle row at once.
    """
    height = len(ink)
    factor = max(1, -(-height // ROWS))
    small = _reduced(ink, factor)
    rows = len(small)
    middle = rows // 2
    above, from_above = _accumulated(small[: middle + 1])
    below, from_below = _accumulated(small[: middle - 1 if middle else None : -1])
    total = above + below - small[middle]
    chosen = _valleys(total, most, apart / factor)
    seams = np.empty((len(chosen), rows), np.int64)
    seams[:, middle] = chosen
    for steps, direction in ((from_above, -1), (from_below, 1)):
        at = chosen
        for index in range(len(steps) - 1, 0, -1):
            at = at + steps[index, at]
            seams[:, middle + direction * (len(steps) - index)] = at
    seams = np.maximum.accumulate(seams, axis=0)
    full = np.repeat(seams * factor + factor // 2, factor, axis=1)[:, :height]
    return Cuts(full, total[chosen] * factor)


def _reduced(ink: Ink, factor: int) -> NDArray[np.float32]:
    """(h, w) → means of squares of `factor` pixels, paper added at the right and at the bottom."""
    if factor == 1:
        return ink
    height, width = (-(-side // factor) for side in ink.shape)
    padded = np.zeros((height * factor, width * factor), np.float32)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    small: NDArray[np.float32] = padded.reshape(height, factor, width, factor).mean(axis=(1, 3))
    return small


def _accumulated(small: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Least ink on a way from the first row to each pixel of the last, (w,), and the steps back, (h, w) in -1..1."""
    height, width = small.shape
    steps = np.zeros((height, width), np.int8)
    ways = np.full((3, width), np.inf, np.float32)
    total = small[0]
    for row in range(1, height):
        ways[0] = total
        ways[1, 1:] = total[:-1] + np.float32(STEP)
        ways[2, :-1] = total[1:] + np.float32(STEP)
        best = ways.argmin(axis=0)
        steps[row] = _STEPS[best]
        total = small[row] + ways.min(axis=0)
    return total, steps


_STEPS = np.array([0, -1, 1], np.int8)


def _valleys(total: NDArray[np.float32], most: int, apart: float) -> NDArray[np.int64]:
    """Columns where `total` is least, in order of columns, each at least `apart` from the others and from both ends."""
    first, last = round(apart), len(total) - round(apart)
    if first >= last:
        return np.zeros(0, np.int64)
    open_to = total.astype(np.float64)
    open_to[:first], open_to[last:] = np.inf, np.inf
    found: list[int] = []
    while len(found) < most and np.isfinite(open_to).any():
        low = open_to.min()
        flat = np.flatnonzero(open_to <= low + 1e-3)
        stop = np.flatnonzero(np.diff(flat) > 1)
        run = flat[: stop[0] + 1] if len(stop) else flat
        at = int(run[len(run) // 2])  # of a valley the middle
        found.append(at)
        open_to[max(0, int(at - apart + 1)) : int(at + apart)] = np.inf
    return np.array(sorted(found), np.int64)
