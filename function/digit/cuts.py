"""Where ink that touches may be cut: seams from top to bottom that cross as little of it as they can."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink

ROWS = 32  # of a line's height, in which seams are looked for: a digit of 20 needs no more
SLIM = 0.3  # of `apart`: so near its ends a shape may have one seam more, for a one
WALL = np.float32(1e6)  # between shapes, in ink: no seam leaves its shape
_ASIDE = np.array([0, -1, 1], np.int8)


class Cuts(NamedTuple):
    """Seams through one shape of (h, w) pixels, from left to right.

    seams  (k, h): in each row, the first column to the right of the seam
    costs  (k,): the ink that each crosses, in pixels
    is_rim  (k,): whether it passes the middle row nearer to an end than others may
    """

    seams: NDArray[np.int64]
    costs: NDArray[np.float64]
    is_rim: NDArray[np.bool_]


def cuts_through(shapes: Sequence[Ink], most: Sequence[int], height: float, apart: float, aside: float) -> list[Cuts]:
    """The best seams through each of the (h, w) shapes of a line `height` pixels high: at most `most` of each, and one
    more at each of its ends.

    apart  pixels between two of the most, and between them and the ends, in the shape's middle row
    aside  what a seam's step aside costs, in ink: bent seams cut odd digits
    Source: seam carving's dynamic program (Avidan, Shamir 2007), for all shapes at once, from both ends to the middle.
    """
    factor = max(1, round(height / ROWS))
    small = [_reduced(shape, factor) for shape in shapes]
    half = max(len(shape) for shape in small) // 2 + 1
    strip = np.full((2 * half - 1, sum(shape.shape[1] + 1 for shape in small)), WALL, np.float32)
    places, left = [], 0
    for shape in small:  # each in the middle of its height
        top = half - 1 - len(shape) // 2
        strip[:, left : left + shape.shape[1]] = 0
        strip[top : top + len(shape), left : left + shape.shape[1]] = shape
        places.append((top, left))
        left += shape.shape[1] + 1
    total, steps = _accumulated(np.stack((strip[:half], strip[::-1][:half]), axis=1), aside)
    valleys = [
        left + _valleys(total[left : left + little.shape[1]], count, apart / factor)
        for little, (_, left), count in zip(small, places, most, strict=True)
    ]
    all_seams, end, found = _followed(steps, np.concatenate(valleys)), 0, []
    for shape, little, (top, left), middle in zip(shapes, small, places, valleys, strict=True):
        start, end = end, end + len(middle)
        seams = all_seams[start:end, top : top + len(little)] - left
        full = np.repeat(seams * factor + factor // 2, factor, axis=1)[:, : len(shape)]
        rim = max(1, round(apart / factor))
        is_rim = (middle - left < rim) | (middle - left >= little.shape[1] - rim)
        found.append(Cuts(full, total[middle].astype(np.float64) * factor, is_rim))
    return found


def _reduced(ink: Ink, factor: int) -> NDArray[np.float32]:
    """(h, w) → means of squares of `factor` pixels, paper added at the right and at the bottom."""
    if factor == 1:
        return ink
    height, width = (-(-side // factor) for side in ink.shape)
    padded = np.zeros((height * factor, width * factor), np.float32)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    small: NDArray[np.float32] = padded.reshape(height, factor, width, factor).mean(axis=(1, 3))
    return small


def _accumulated(halves: NDArray[np.float32], aside: float) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """(h, 2, w) rows from the top and from the bottom to the middle one → the ink on the best seam through each of its
    pixels, (w,), and the steps back from each pixel, (h, 2, w) in -1..1."""
    height, _, width = halves.shape
    steps = np.zeros(halves.shape, np.int8)
    ways = np.full((3, 2, width), WALL, np.float32)
    total, step = halves[0], np.float32(aside)
    for row in range(1, height):
        ways[0] = total
        np.add(total[:, :-1], step, out=ways[1, :, 1:])
        np.add(total[:, 1:], step, out=ways[2, :, :-1])
        steps[row] = _ASIDE[ways.argmin(axis=0)]
        total = halves[row] + ways.min(axis=0)
    return total[0] + total[1] - halves[-1, 0], steps


def _followed(steps: NDArray[np.int8], middle: NDArray[np.int64]) -> NDArray[np.int64]:
    """The columns, (k, 2 h - 1), of the seams through (k,) columns of the middle row; they touch, but never cross."""
    half = len(steps)
    seams = np.empty((len(middle), 2 * half - 1), np.int64)
    seams[:, half - 1] = middle
    above = below = middle
    for row in range(half - 1, 0, -1):
        above = above + steps[row, 0, above]
        below = below + steps[row, 1, below]
        seams[:, row - 1], seams[:, 2 * half - 1 - row] = above, below
    return np.maximum.accumulate(seams, axis=0)


def _valleys(costs: NDArray[np.float32], most: int, apart: float) -> NDArray[np.int64]:
    """Columns where `costs` is least, in their order, each at least `apart` from the others and from both ends; and the
    best nearer to each end."""
    rim = max(1, round(apart))
    closed = costs.astype(np.float64)
    closed[:rim], closed[len(costs) - rim :] = np.inf, np.inf
    found: list[int] = []
    while len(found) < most and (low := closed.min()) < np.inf:
        first = int(closed.argmin())
        level = closed[first : first + max(rim, 2)] <= low + 1e-3
        run = len(level) if level.all() else int(level.argmin())
        at = first + (run - 1) // 2  # the middle of a flat valley
        found.append(at)
        closed[max(0, at - rim + 1) : at + rim] = np.inf
    slim = max(1, round(apart * SLIM))
    for start, stop in ((slim, rim), (len(costs) - rim, len(costs) - slim)):
        if 0 < start < stop <= len(costs):
            found.append(start + int(costs[start:stop].argmin()))
    return np.array(sorted(set(found)), np.int64)
