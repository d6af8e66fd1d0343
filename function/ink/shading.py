"""Unevenly lit paper → how dark each pixel is against the paper around it: photographs and scans.

Paper is what remains when all that is dark and narrower than a window is filled up from around it. Light that falls off
stays what it is, and so do the edges of a shadow or of the table, however sharp.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Levels
from function.ink.components import MAX_RUNS, count_runs
from function.ink.filled import filled
from function.ink.morphology import closing, odd, side_of, smooth
from function.ink.polarity import LOOK, is_on_light_paper, sketch

Tone = NDArray[np.float32]

FAINTEST = 0.1  # of the paper's light: what shines through from the back takes 0.07 of it, the faintest pencil 0.14
CLEAR = 6.0  # sigmas of the paper's noise: so dark is no grain
PATTERN = 0.25  # of the paper's light: what is printed all over the paper and takes so much is no grain, …
ABOVE = 1.6  # … and ink is so many times as dark as most of it
BEGINS = 0.55  # of the least darkness: a piece reaches so far into the paper, before it is judged

GRAIN = 25.0  # when ink is not this many sigmas above the paper, averaging 3×3 pixels costs less than the noise does
WINDOW = 0.3  # of the shorter side: wider than the strokes of a digit that fills the picture, where they cross too
DARKEST = 48  # levels: darker paper is taken for this light, or its noise would be ink
BLOCKS = 8  # along each side, whose paper and noise are told by themselves, …
SQUARE = (
    1.6  # … and more along what is longer than so many times the other: of a number, some lie between its digits, …
)
MOST = 64  # … but no more
LOW = 0.25  # of a block's values: below it nothing is ink, where strokes cover three quarters of it too
HIGH = 0.97  # of a block's values: nearly the darkest of it; …
EMPTY = 0.3  # … and so many blocks have no ink in them
BETWEEN = 0.6745  # sigmas between that part and the middle of a normal distribution


class Shade(NamedTuple):
    """How dark each pixel of a picture is.

    dark   (H, W): in 0..1, the part of the paper's light that is missing
    mask   (H, W): where it is so dark that a piece of ink may begin
    tone   (H, W): levels of what was seen, without its grain, the paper lighter than the ink
    light  (H, W): the paper's
    least  how dark ink is at least
    side   pixels: what its strokes are measured by
    """

    dark: Tone
    mask: NDArray[np.bool_]
    tone: Tone
    light: Tone
    least: float
    side: float

    def turned(self) -> "Shade":
        """The same with rows for columns, on the same arrays."""
        return Shade(self.dark.T, self.mask.T, self.tone.T, self.light.T, self.least, self.side)

    def within(self, frame: tuple[slice, slice]) -> "Shade":
        """A part of it, on the same arrays."""
        return Shade(self.dark[frame], self.mask[frame], self.tone[frame], self.light[frame], self.least, self.side)

    def copy(self) -> "Shade":
        """Another, whose darkness and mask may be changed."""
        return self._replace(dark=self.dark.copy(), mask=self.mask.copy())


def even_out(tone: Levels) -> Shade:
    """How much darker than the paper, or lighter than dark paper, each pixel of (H, W) levels is."""
    small, factor = sketch(tone)
    full = filled(small)
    side = side_of(tone.shape) if full is None else full.side * factor
    if not (is_on_light_paper(small) if full is None else full.is_light):
        tone = np.uint8(255) - tone
    even = smooth(tone)
    paper = closing(np.rint(even).astype(np.uint8), odd(WINDOW * side))
    light = np.maximum(paper, np.uint8(DARKEST)).astype(np.float32)
    dark, sigma, most = _missing(tone, paper, light, side)
    if dark.max() < GRAIN * sigma:
        dark, sigma, most = _missing(even, paper, light, side)
    least = max(FAINTEST, min(CLEAR * sigma, max(PATTERN, ABOVE * most)))
    border = max(BEGINS * least, most)
    while count_runs(mask := dark > border) > MAX_RUNS:  # ends, as darkness does
        border *= 2
    return Shade(dark, mask, even, light, least, side)


def _missing(tone: NDArray[np.float32] | Levels, paper: Levels, light: Tone, side: float) -> tuple[Tone, float, float]:
    """How dark each pixel is, the paper's noise as a standard deviation, and how dark nearly all of the paper is."""
    ink: Tone = np.divide(paper - tone.astype(np.float32), light, dtype=np.float32)
    low, middle, high = _blocks(ink)
    # Of blocks that strokes fill, the next ones without tell what paper is.
    empty, away = low, max(1, math.ceil((WINDOW * side * BLOCKS / min(ink.shape) - 1) / 2))
    for which in (np.minimum, np.maximum):
        for _ in range(away):
            empty = _neighbors(empty, which)
    ink -= _enlarge(empty, ink.shape)
    sigma = float(np.median(middle - low)) / BETWEEN
    most = float(np.quantile(high - low, EMPTY))
    return np.maximum(ink, 0, out=ink), sigma, most


def _blocks(ink: Tone) -> tuple[Tone, Tone, Tone]:
    """The LOW and the HIGH part and the middle of the values in each of BLOCKS × BLOCKS blocks."""
    step = max(1, math.isqrt(ink.size) // LOOK)
    some = ink[step // 2 :: step, step // 2 :: step]
    square = SQUARE * min(some.shape)
    rows, columns = (min(max(BLOCKS, int(BLOCKS * side / square)), MOST, side) for side in some.shape)
    h, w = some.shape[0] // rows, some.shape[1] // columns
    blocks = some[: rows * h, : columns * w].reshape(rows, h, columns, w).swapaxes(1, 2).reshape(rows, columns, h * w)
    low, middle, high = int(h * w * LOW), h * w // 2, int(h * w * HIGH)
    ordered = np.partition(blocks, (low, middle, high), axis=2)
    return ordered[:, :, low], ordered[:, :, middle], ordered[:, :, high]


def _neighbors(grid: Tone, extreme: np.ufunc) -> Tone:
    """The maximum or minimum over 3 × 3 cells around each."""
    padded = np.pad(grid, 1, mode="edge")
    rows = extreme(extreme(padded[:-2], padded[1:-1]), padded[2:])
    found: Tone = extreme(extreme(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    return found


def _enlarge(grid: Tone, shape: tuple[int, ...]) -> Tone:
    """`grid` interpolated linearly to `shape`, each cell's value at the middle of its block."""
    for axis in (0, 1):
        position = np.clip(
            (np.arange(shape[axis]) + 0.5) * grid.shape[axis] / shape[axis] - 0.5, 0, grid.shape[axis] - 1
        )
        first = np.minimum(position.astype(int), max(grid.shape[axis] - 2, 0))
        part = (position - first).astype(np.float32)
        part = part[:, None] if axis == 0 else part
        last = np.minimum(first + 1, grid.shape[axis] - 1)
        grid = grid.take(first, axis) * (1 - part) + grid.take(last, axis) * part
    return grid
