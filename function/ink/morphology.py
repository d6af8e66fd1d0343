"""Extremes over windows, in a few doublings each: what fills narrow dark places, and what keeps long runs alone.

And means over small windows, and how large windows are.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

SLIM = 1.5  # times as high as wide: what is slimmer shows no sheet

T = TypeVar("T", np.uint8, np.bool_)


def closing(levels: NDArray[T], span: int) -> NDArray[T]:
    """(H, W) with every dark place filled from around into which no square of `span` pixels fits; span is odd."""
    wide = extreme(extreme(levels, span, np.maximum, 0), span, np.maximum, 1)
    return extreme(extreme(wide, span, np.minimum, 0), span, np.minimum, 1)


def runs(mask: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Of an (H, W) mask what lies in horizontal runs of at least `length` within it, an odd number."""
    beyond = np.pad(mask, [(0, 0), (length // 2, length // 2)])
    kept = extreme(extreme(beyond, length, np.minimum, 1), length, np.maximum, 1)
    return kept[:, length // 2 : length // 2 + mask.shape[1]]


def extreme(levels: NDArray[T], span: int, which: np.ufunc, axis: int) -> NDArray[T]:
    """The maximum or minimum of `span` pixels, an odd number, around each along an axis; edges are repeated."""
    before = span // 2
    moved = np.pad(levels, [(before, before) if each == axis else (0, 0) for each in (0, 1)], mode="edge")
    done = 1
    while done < span:
        step = min(done, span - done)
        length = moved.shape[axis] - step
        first, last = np.s_[:length], np.s_[step:]
        moved = which(moved[first], moved[last]) if axis == 0 else which(moved[:, first], moved[:, last])
        done += step
    return moved


def smooth(tone: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The mean over 3 × 3 pixels around each."""
    padded = np.pad(tone, 1, mode="edge").astype(np.uint16)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    mean: NDArray[np.float32] = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) * np.float32(1 / 9)
    return mean


def odd(length: float) -> int:
    """The side of a window of about that length in pixels."""
    return max(3, int(length) | 1)


def side_of(shape: tuple[int, ...]) -> float:
    """What a picture's strokes are measured by: the shorter side, but of what is cut out as slim as a 1, more."""
    height, width = shape
    return min(height, max(width, height / SLIM))
