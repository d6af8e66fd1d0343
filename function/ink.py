"""Pixels → ink: which color is the paper, how far from it is every pixel, and how much of that is noise.

Most of what must be known of a picture is in the counts of its 256 levels, which cost little to ask.
"""

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from function.errors import NoInk
from function.light import even_out
from function.threshold import Counts, count, is_paper, level_at, split

Ink = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Levels = NDArray[np.uint8]

MIN_CONTRAST = 12  # levels: fainter than this, people don't see a drawing either, and JPEG leaves such traces
NOISE_SIGMAS = 5.0  # of a million pixels of plain camera noise, less than one is this far from the paper
NOISE_MARGIN = 1.5  # ink begins this far above the noise that 99.5 % of the paper shows
MAX_NOISE = 0.5  # … but no later than halfway to the ink, or thin strokes break
LEVELS = np.arange(256)
HOT_PIXELS = 4  # dark pixels that may be a camera's fault


def find_ink(pixels: Pixels) -> Ink:
    """What is drawn on `pixels`, whatever the colors of pen and paper.

    pixels  (H, W) gray or (H, W, 3) color, uint8
    return  (H, W) float32, 0 = paper, 1 = ink; the paper exactly 0 also where the picture is noisy
    Raises NoInk when nothing stands out from the paper.
    """
    channels = _channels(pixels)
    histograms = [count(channel) for channel in channels]
    clearest = int(np.argmax([_variance(counts) for counts in histograms])) if len(channels) > 1 else 0
    tone, counts = channels[clearest], histograms[clearest]
    seen = np.flatnonzero(counts)
    if seen[-1] - seen[0] < MIN_CONTRAST:
        raise NoInk("expected a drawing, got a picture of a single color")
    light = tone > split(counts)
    paper = light if is_paper(light) else ~light
    levels, unit, sigma = _on_plain_paper(channels, histograms, paper), 1 / 255, 0.0
    if levels is None:
        ink, sigma = even_out(tone.astype(np.float32) / np.float32(255))
        unit = max(float(ink.max()), 1e-9) / 255
        levels = (ink / np.float32(unit)).astype(np.uint8)
    counts = count(levels)
    if _level_from_top(counts, HOT_PIXELS) * unit < max(MIN_CONTRAST / 255, NOISE_SIGMAS * sigma):
        raise NoInk("expected a drawing, got a picture on which nothing stands out from the paper")
    return _clear(levels, counts, is_noisy=sigma > 0)


def _channels(pixels: Pixels) -> list[Levels]:
    """The channels of `pixels`, each (H, W); one where all show the same."""
    if pixels.ndim == 2:
        return [pixels]
    channels = [np.ascontiguousarray(pixels[:, :, index]) for index in range(pixels.shape[2])]
    return channels[:1] if all(np.array_equal(channels[0], other) for other in channels[1:]) else channels


def _mean(counts: Counts) -> float:
    return float(counts @ LEVELS / counts.sum())


def _variance(counts: Counts) -> float:
    return float(counts @ LEVELS**2 / counts.sum()) - _mean(counts) ** 2


def _on_plain_paper(channels: list[Levels], histograms: list[Counts], paper: NDArray[np.bool_]) -> Levels | None:
    """How far each pixel is from the paper's color toward the ink's, in the channel that shows it best.

    None when less than half of `paper` has one exact color, as on anything that wasn't drawn on a canvas.
    """
    depths, exact = [], paper
    for channel, counts in zip(channels, histograms, strict=True):
        on_paper = count(channel[paper])
        color = np.uint8(level_at(on_paper, 0.5))
        exact = exact & (channel == color)
        is_dark = _mean(counts - on_paper) < color
        depths.append(color - np.minimum(channel, color) if is_dark else np.maximum(channel, color) - color)
    if 2 * np.count_nonzero(exact) < np.count_nonzero(paper):
        return None
    return reduce(np.maximum, depths)


def _level_from_top(counts: Counts, skipped: int) -> int:
    """The highest level that more than `skipped` pixels reach."""
    return int(np.flatnonzero(np.cumsum(counts[::-1])[::-1] > skipped)[-1])


def _clear(levels: Levels, counts: Counts, is_noisy: bool) -> Ink:
    """Ink without the noise of the paper, its darkest strokes at 1."""
    border = split(counts)
    strong = levels > border
    dark = counts * (border < LEVELS)
    top = level_at(dark, 0.95) if is_noisy else int(np.flatnonzero(counts)[-1])  # leaves out single hot pixels
    # Blur, antialiasing and pressure reach some pixels beyond a stroke; what lies further out is noise.
    far = levels[~_dilate(strong, max(2, max(levels.shape) // 64))]
    floor = min(NOISE_MARGIN * level_at(count(far), 0.995), MAX_NOISE * top) if far.any() else 0.0
    ink = levels.astype(np.float32)
    ink -= np.float32(floor)
    ink *= np.float32(1 / (top - floor))
    return np.clip(ink, 0, 1, out=ink)


def _dilate(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """`mask` grown by a square of `radius` pixels on every side, in a few doublings."""
    for _ in range(2):
        reach = 0
        while reach < radius:
            step = min(2 * reach + 1, radius - reach)
            grown = mask.copy()
            grown[step:] |= mask[:-step]
            grown[:-step] |= mask[step:]
            mask, reach = grown, reach + step
        mask = mask.T
    return mask
