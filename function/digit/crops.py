"""Ink → what is dark of it, no larger than its digits need."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink

LINE = 64  # pixels: higher lines are averaged down toward this, three times what a digit's frame needs
INKED = 0.3  # of the darkest ink: less is blur between strokes
AROUND = 2  # pixels of paper: gray reaches as far beside a stroke


class Crop(NamedTuple):
    """A part of some ink, perhaps averaged down.

    corner  row and column of its first pixel in that ink
    factor  pixels of it in one of its own, along a side
    ink     (h, w)
    mask    (h, w): where it is dark
    """

    corner: tuple[int, int]
    factor: int
    ink: Ink
    mask: NDArray[np.bool_]


def cropped(ink: Ink) -> Crop:
    """What is dark of (H, W) ink, and AROUND pixels more."""
    mask = _dark(ink)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = max(int(rows[0]) - AROUND, 0), max(int(columns[0]) - AROUND, 0)
    frame = slice(top, int(rows[-1]) + AROUND + 1), slice(left, int(columns[-1]) + AROUND + 1)
    ink, mask = ink[frame], mask[frame]
    factor = max(1, _column_height(mask) // LINE)
    if factor > 1:
        ink = _averaged(ink, factor)
        mask = _dark(ink)
    return Crop((top, left), factor, ink, mask)


def _dark(ink: Ink) -> NDArray[np.bool_]:
    dark: NDArray[np.bool_] = ink > np.float32(INKED) * ink.max()
    return dark


def _column_height(mask: NDArray[np.bool_]) -> int:
    """How far apart the first and last ink is in nine tenths of the columns: a line may be slanted."""
    far = mask.argmax(axis=0) + mask[::-1].argmax(axis=0)
    return len(mask) - int(np.partition(far, len(far) // 10)[len(far) // 10])


def _averaged(ink: Ink, factor: int) -> Ink:
    """(h, w) → means of squares of `factor` pixels, paper added at the right and at the bottom."""
    height, width = (-(-side // factor) for side in ink.shape)
    padded = np.zeros((height * factor, width * factor), np.float32)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    rows = padded.reshape(height, factor, -1).sum(axis=1)
    total: NDArray[np.float32] = rows[:, ::factor].copy()
    for index in range(1, factor):
        total += rows[:, index::factor]
    total /= np.float32(factor**2)
    return total
