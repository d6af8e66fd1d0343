"""Unevenly lit paper → how dark each pixel is against the paper around it: photographs and scans."""

import numpy as np
from numpy.typing import NDArray

from function.ink.threshold import is_light_paper, threshold

Tone = NDArray[np.float32]

GRAIN = 25.0  # when ink is not this many sigmas above the paper, averaging 3×3 pixels costs less than the noise does
BLOCKS = 16  # along each side; a block is wider than the lines that people draw, or the closing mends it
CLOSING = 5  # blocks: a third of the side, more than where two of the thickest strokes cross
QUARTILE = 0.3186  # of a normal distribution's deviations, a quarter is within so many sigmas


def even_out(tone: Tone) -> tuple[Tone, float]:
    """Ink over unevenly lit paper, and the paper's noise as a standard deviation.

    tone    (H, W) float32 in 0..1
    return  (H, W) float32, at least 0, in tone's scale
    """
    ink, sigma = _darkness(tone)
    return _darkness(_smooth(tone, 3)) if ink.max() < GRAIN * sigma else (ink, sigma)


def _darkness(tone: Tone) -> tuple[Tone, float]:
    if not _is_on_light_paper(tone):
        tone = -tone
    tone = tone - _enlarge(_trend(_blocks(tone, 90)), tone.shape)
    if not _is_on_light_paper(tone):  # strong light had hidden which is which
        tone = -tone
    # Paper is what remains when everything dark and narrower than CLOSING blocks is filled up from around it.
    paper = _smooth(_shift_extreme(_shift_extreme(_blocks(tone, 90), CLOSING, np.maximum), CLOSING, np.minimum), 3)
    ink = _enlarge(paper, tone.shape) - tone
    ink -= np.median(ink)
    # The quarter of the pixels nearest to the paper tells its noise even where thick strokes cover half of it.
    sigma = float(np.partition(np.abs(ink).ravel(), ink.size // 4)[ink.size // 4]) / QUARTILE
    return np.maximum(ink, 0), sigma


def _is_on_light_paper(tone: Tone) -> bool:
    border = threshold(tone)
    return is_light_paper(tone, border, int(np.count_nonzero(tone > border)))


def _trend(grid: Tone) -> Tone:
    """The quadratic surface along the light parts of `grid`: the light of a lamp or a lens, corners included."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side, dtype=np.float32) for side in grid.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2)
    light = np.ones(grid.shape, bool)
    for _ in range(4):  # each fit shows better which blocks are ink
        surface: Tone = terms @ np.linalg.lstsq(terms[light], grid[light], rcond=None)[0]
        rest = grid - surface
        light = rest >= -rest.std()
    return surface


def _blocks(tone: Tone, percentile: float) -> Tone:
    """A percentile of each of up to BLOCKS × BLOCKS blocks; a rest of rows and columns is left out."""
    height, width = tone.shape
    rows, columns = min(BLOCKS, height), min(BLOCKS, width)
    h, w = height // rows, width // columns
    blocks = tone[: rows * h, : columns * w].reshape(rows, h, columns, w).swapaxes(1, 2).reshape(rows, columns, h * w)
    found: Tone = np.partition(blocks, int((h * w - 1) * percentile / 100), axis=2)[
        :, :, int((h * w - 1) * percentile / 100)
    ]
    return found


def _shift_extreme(grid: Tone, span: int, extreme: np.ufunc) -> Tone:
    """The maximum or minimum over span × span cells around each."""
    for axis in (0, 1):
        padded = np.pad(grid, [(span // 2, span // 2) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        grid = extreme.reduce(np.lib.stride_tricks.sliding_window_view(padded, span, axis=axis), axis=-1)
    return grid


def _smooth(grid: Tone, span: int) -> Tone:
    """The mean over span × span cells around each."""
    for axis in (0, 1):
        padded = np.pad(grid, [(span // 2, span // 2) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        total = np.add.reduce([padded.take(range(k, k + grid.shape[axis]), axis) for k in range(span)])
        grid = np.asarray(total / np.float32(span), np.float32)
    return grid


def _enlarge(grid: Tone, shape: tuple[int, ...]) -> Tone:
    """`grid` interpolated linearly to `shape`, each cell's value at the middle of its block."""
    for axis in (0, 1):
        position = np.clip(
            (np.arange(shape[axis]) + 0.5) * grid.shape[axis] / shape[axis] - 0.5, 0, grid.shape[axis] - 1
        )
        low = np.minimum(position.astype(int), max(grid.shape[axis] - 2, 0))
        part = (position - low).astype(np.float32).reshape((-1, 1) if axis == 0 else (1, -1))
        high = np.minimum(low + 1, grid.shape[axis] - 1)
        grid = grid.take(low, axis) * (1 - part) + grid.take(high, axis) * part
    return grid
