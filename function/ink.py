"""Pixels → ink: which color is the paper, how far from it is every pixel, and how much of that is noise."""

import numpy as np
from numpy.typing import NDArray

from function.errors import NoInk

Ink = NDArray[np.float32]
Pixels = NDArray[np.float32]

MIN_CONTRAST = 12 / 255  # fainter than this, people don't see a drawing either, and JPEG leaves such traces
NOISE_SIGMAS = 5.0  # of a million pixels of plain camera noise, less than one is this far from the paper
NOISE_MARGIN = 1.5  # ink begins this far above the noise that 99.5 % of the paper shows
MAX_NOISE = 0.5  # … but no later than halfway to the ink, or thin strokes break
GRAIN = 25.0  # when ink is not this many sigmas above the paper, averaging 3×3 pixels costs less than the noise does
BLOCKS = 16  # along each side; a block is wider than the lines that people draw, or the closing mends it
CLOSING = 5  # blocks: a third of the side, more than where two of the thickest strokes cross
QUARTILE = 0.3186  # of a normal distribution's deviations, a quarter is within so many sigmas
LEVELS = np.arange(256, dtype=np.float64)
EXACT = 0.5 / 255  # differences below half a level of 8 bits are rounding


def find_ink(pixels: Pixels) -> Ink:
    """What is drawn on `pixels`, whatever the colors of pen and paper.

    pixels  (H, W) gray or (H, W, 3) color, float32 in 0..1
    return  (H, W) float32, 0 = paper, 1 = ink; the paper exactly 0 also where the picture is noisy
    Raises NoInk when nothing stands out from the paper.
    """
    channels = pixels.reshape(*pixels.shape[:2], -1)
    if channels.shape[2] > 1 and _is_gray(channels):
        channels = channels[:, :, :1]
    tone = channels[:, :, int(np.argmax(channels.var(axis=(0, 1))))]
    if tone.max() - tone.min() < MIN_CONTRAST:
        raise NoInk("expected a drawing, got a picture of a single color")
    light = tone > _otsu(tone)
    paper = light if _paper(light) else ~light
    color = np.array([_median(channel[paper]) for channel in np.moveaxis(channels, 2, 0)], np.float32)
    difference = channels - color
    if np.count_nonzero(np.abs(difference).max(axis=2)[paper] <= EXACT) >= np.count_nonzero(paper) / 2:
        ink, sigma = _distance(difference, paper), 0.0  # drawn on a canvas: most of the paper has one exact color
    else:
        ink, sigma = _even_out(tone)
        if ink.max() < GRAIN * sigma:
            ink, sigma = _even_out(_smooth(tone, 3))
    peak = float(np.partition(ink.ravel(), -5)[-5:].min())  # five pixels: one may be a hot one
    if peak < max(MIN_CONTRAST, NOISE_SIGMAS * sigma):
        raise NoInk("expected a drawing, got a picture on which nothing stands out from the paper")
    return _clear(ink, sigma)


def _clear(ink: Ink, sigma: float) -> Ink:
    """`ink` with the noise of the paper taken off and its darkest strokes at 1."""
    strong = ink > _otsu(ink)
    top = float(ink.max()) if sigma == 0 else float(np.percentile(ink[strong], 95))  # leaves out single hot pixels
    # Blur, antialiasing and pressure reach some pixels beyond a stroke; what lies further out is noise.
    faint = ink[~_dilate(strong, max(2, max(ink.shape) // 64))]
    noise = float(np.percentile(faint, 99.5)) if len(faint) and faint.max() > EXACT else 0.0
    floor = min(NOISE_MARGIN * noise, MAX_NOISE * top)
    clear: Ink = np.clip((ink - np.float32(floor)) / np.float32(top - floor), 0.0, 1.0)
    return clear


def _even_out(tone: Ink) -> tuple[Ink, float]:
    """Ink over unevenly lit paper, and the paper's noise as a standard deviation.

    tone    (H, W) float32 in 0..1
    return  (H, W) float32, at least 0, in tone's scale
    """
    if not _paper(tone > _otsu(tone)):
        tone = -tone
    tone = tone - _enlarge(_trend(_blocks(tone, 90)), tone.shape)
    if not _paper(tone > _otsu(tone)):  # strong light had hidden which is which
        tone = -tone
    # Paper is what remains when everything dark and narrower than CLOSING blocks is filled up from around it.
    paper = _smooth(_shift_extreme(_shift_extreme(_blocks(tone, 90), CLOSING, np.maximum), CLOSING, np.minimum), 3)
    ink = _enlarge(paper, tone.shape) - tone
    ink -= np.median(ink)
    # The quarter of the pixels nearest to the paper tells its noise even where thick strokes cover half of it.
    sigma = float(np.partition(np.abs(ink).ravel(), ink.size // 4)[ink.size // 4]) / QUARTILE
    return np.maximum(ink, 0), sigma


def _trend(grid: Ink) -> Ink:
    """The quadratic surface along the light parts of `grid`: the light of a lamp or a lens, corners included."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, side, dtype=np.float32) for side in grid.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2)
    light = np.ones(grid.shape, bool)
    for _ in range(4):  # each fit shows better which blocks are ink
        surface: Ink = terms @ np.linalg.lstsq(terms[light], grid[light], rcond=None)[0]
        rest = grid - surface
        light = rest >= -rest.std()
    return surface


def _blocks(tone: Ink, percentile: float) -> Ink:
    """A percentile of each of up to BLOCKS × BLOCKS blocks; a rest of rows and columns is left out."""
    height, width = tone.shape
    rows, columns = min(BLOCKS, height), min(BLOCKS, width)
    h, w = height // rows, width // columns
    blocks = tone[: rows * h, : columns * w].reshape(rows, h, columns, w).swapaxes(1, 2).reshape(rows, columns, h * w)
    found: Ink = np.partition(blocks, int((h * w - 1) * percentile / 100), axis=2)[
        :, :, int((h * w - 1) * percentile / 100)
    ]
    return found


def _shift_extreme(grid: Ink, span: int, extreme: np.ufunc) -> Ink:
    """The maximum or minimum over span × span cells around each."""
    for axis in (0, 1):
        padded = np.pad(grid, [(span // 2, span // 2) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        grid = extreme.reduce(np.lib.stride_tricks.sliding_window_view(padded, span, axis=axis), axis=-1)
    return grid


def _smooth(grid: Ink, span: int) -> Ink:
    """The mean over span × span cells around each."""
    for axis in (0, 1):
        padded = np.pad(grid, [(span // 2, span // 2) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        total = np.add.reduce([padded.take(range(k, k + grid.shape[axis]), axis) for k in range(span)])
        grid = np.asarray(total / np.float32(span), np.float32)
    return grid


def _enlarge(grid: Ink, shape: tuple[int, ...]) -> Ink:
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


def _distance(difference: Pixels, paper: NDArray[np.bool_]) -> Ink:
    """How far each pixel is from the paper toward the ink, in the channel that shows it best; 0 on the other side."""
    if paper.all():
        toward = np.sign(difference)
    else:
        toward = np.where(difference[~paper].mean(axis=0) < 0, np.float32(-1), np.float32(1))
    ink: Ink = np.maximum((difference * toward).max(axis=2), 0)
    return ink


def _is_gray(channels: Pixels) -> bool:
    return all(np.array_equal(channels[:, :, 0], channels[:, :, other]) for other in range(1, channels.shape[2]))


def _otsu(values: NDArray[np.float32]) -> float:
    """The threshold that best parts `values` in two. Source: Otsu (1979), on 256 levels."""
    low, high = float(values.min()), float(values.max())
    scaled = (values - low) * np.float32(255 / max(high - low, 1e-9))
    count = np.bincount(scaled.astype(np.uint8).ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(count)[:-1]
    above = scaled.size - below
    moment = np.cumsum(count * LEVELS)
    # The variance between the two classes, times a constant; where a class is empty there is none.
    spread = (moment[-1] * below - moment[:-1] * scaled.size) ** 2 / np.maximum(below * above, 1)
    best = np.flatnonzero(spread >= spread.max() * (1 - 1e-9))  # a plateau where no value lies: its middle
    return low + (float(best[0] + best[-1]) / 2 + 1) / 255 * (high - low)


def _paper(mask: NDArray[np.bool_]) -> bool:
    """Whether `mask` is the paper rather than the ink: it has most of the border and of the area, together."""
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    return float(border.mean() + mask.mean()) > 1


def _median(values: NDArray[np.float32]) -> float:
    return float(np.median(values[:: max(1, len(values) // 4096)]))


def _dilate(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """`mask` grown by a square of `radius` pixels on every side."""
    for axis in (0, 1):
        length = mask.shape[axis]
        index = np.arange(length)
        total = np.zeros([side + (number == axis) for number, side in enumerate(mask.shape)], np.int32)
        np.cumsum(mask, axis=axis, out=total[1:] if axis == 0 else total[:, 1:])
        ends, starts = np.minimum(index + radius + 1, length), np.maximum(index - radius, 0)
        mask = total.take(ends, axis) != total.take(starts, axis)
    return mask
