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
    if np.ptp(tone) < MIN_CONTRAST:
        raise NoInk("expected a drawing, got a picture of a single color")
    light = tone > _otsu(tone)
    paper = light if _border(light).mean() + light.mean() > 1 else ~light
    color = np.array([_median(channel[paper]) for channel in np.moveaxis(channels, 2, 0)], np.float32)
    ink = _distance(channels - color, paper)
    if np.count_nonzero(ink <= EXACT) >= np.count_nonzero(paper) / 2:
        sigma = 0.0  # drawn on a canvas: most of the paper has one exact color
    else:
        ink, sigma = _flatten(channels, paper)
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


def _flatten(channels: Pixels, paper: NDArray[np.bool_]) -> tuple[Ink, float]:
    """Ink over unevenly lit paper, and the paper's noise as a standard deviation.

    The paper's light is a quadratic surface fitted to what looks like paper; each fit shows better what does.
    """
    height, width = paper.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2).astype(np.float32)
    step = max(1, int(np.sqrt(paper.size / 4096)))  # some 4,000 samples fix six coefficients well
    for _ in range(3):  # the third fit changes less than a level of 8 bits
        sample = paper[::step, ::step]
        known, seen = terms[::step, ::step][sample], channels[::step, ::step][sample]
        if len(known) < 2 * terms.shape[2]:  # too small a picture to fit a surface to
            break
        surface = terms @ np.linalg.lstsq(known, seen, rcond=None)[0]
        ink = _distance(channels - surface, paper)
        paper = ink <= _otsu(ink)
    rest = np.abs(channels - surface).max(axis=2)
    return ink, 1.4826 * float(np.median(rest))  # a normal distribution's deviation from its median one


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
    above = count.sum() - below
    moment = np.cumsum(count * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = below * above * (moment[:-1] / below - (moment[-1] - moment[:-1]) / above) ** 2
    spread = np.nan_to_num(spread)
    best = np.flatnonzero(spread >= spread.max() * (1 - 1e-9))  # a plateau where no value lies: its middle
    return low + (float(best.mean()) + 1) / 255 * (high - low)


def _border(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])


def _median(values: NDArray[np.float32]) -> float:
    return float(np.median(values[:: max(1, len(values) // 4096)]))


def _dilate(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """`mask` grown by a square of `radius` pixels on every side."""
    for axis in (0, 1):
        total = np.cumsum(np.pad(mask, [(radius + 1, radius) if a == axis else (0, 0) for a in (0, 1)]), axis=axis)
        span = 2 * radius + 1
        mask = (
            np.diff(
                np.stack(
                    [
                        total.take(range(total.shape[axis] - span), axis),
                        total.take(range(span, total.shape[axis]), axis),
                    ]
                ),
                axis=0,
            )[0]
            > 0
        )
    return mask
