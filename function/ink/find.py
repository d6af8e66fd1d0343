"""Pixels → ink: which color is the paper, how far from it is every pixel, and how much of that is noise.

Most of what must be known of a picture is in the counts of its 256 levels, which cost little to ask.
"""

from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Found, Ink, Levels, Pixels
from function.errors import NoInk
from function.ink.hairlines import hanging_on
from function.ink.photograph import find_photographed_ink
from function.ink.plain import HOT_PIXELS, MIN_CONTRAST, dilate, find_plain_ink, reach
from function.ink.scan import find_scanned_ink, may_have_lines, scanned
from function.ink.threshold import LEVELS, Counts, count, is_light_paper, level_at, split

NOISE_MARGIN = 1.5  # ink begins this far above the noise that 99.5 % of the paper shows
MAX_NOISE = 0.5  # … but no later than halfway to the ink, or thin strokes break


def find_ink(pixels: Pixels) -> Found:
    """What is drawn on `pixels`, whatever the colors of pen and paper.

    pixels  (H, W) gray or (H, W, 3) color, uint8
    return  its ink (h, w), the paper exactly 0 also where the picture is noisy. Margins may be left out where they are
            nothing but paper.
    Raises NoInk when nothing stands out from the paper.
    """
    channels = _channels(pixels)
    if len(channels) == 1 and (plain := find_plain_ink(channels[0])) is not None:
        return _without_lines(plain, channels[0].shape)
    histograms = [count(channel) for channel in channels]
    clearest = int(np.argmax([_variance(counts) for counts in histograms])) if len(channels) > 1 else 0
    tone, counts = channels[clearest], histograms[clearest]
    seen = np.flatnonzero(counts)
    if seen[-1] - seen[0] < MIN_CONTRAST:
        raise NoInk("expected a drawing, got a picture of a single color")
    first_light = int(split(counts)) + 1
    is_light = is_light_paper(tone, first_light - 1, int(counts[first_light:].sum()))
    if len(channels) == 1:
        depths = _on_plain_tone(tone, counts, first_light, is_light)
    else:
        depths = _on_plain_colors(channels, histograms, (tone >= first_light) == is_light)
    if depths is None:
        return find_photographed_ink(tone)
    if depths.counts[MIN_CONTRAST:].sum() <= HOT_PIXELS:
        raise NoInk("expected a drawing, got a picture on which nothing stands out from the paper")
    return scanned(depths.levels) or Found(_clear(depths))


def _without_lines(plain: Found, shape: tuple[int, ...]) -> Found:
    """The same but for lines that are printed on a picture of that shape."""
    if not may_have_lines(plain.ink, shape):
        return plain
    whole = np.zeros(shape, np.float32)
    height, width = plain.ink.shape
    whole[plain.top : plain.top + height, plain.left : plain.left + width] = plain.ink
    return find_scanned_ink(whole) or plain


class _Depths(NamedTuple):
    """How far from the paper each pixel is.

    levels  (H, W)
    counts  of the levels
    border  ink is above it
    """

    levels: Levels
    counts: Counts
    border: float

    @classmethod
    def of(cls, levels: Levels) -> "_Depths":
        counts = count(levels)
        return cls(levels, counts, split(counts))


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


def _on_plain_tone(tone: Levels, counts: Counts, first_light: int, is_light: bool) -> _Depths | None:
    """How far each pixel is from the paper's level toward the ink's.

    first_light  the lowest level of the lighter class, which is the paper if `is_light`
    None when less than half of the paper has one exact level, as on anything that wasn't drawn on a canvas.
    """
    paper = counts[first_light:] if is_light else counts[:first_light]
    level = level_at(paper, 0.5) + (first_light if is_light else 0)
    if 2 * counts[level] < paper.sum():
        return None
    own = np.zeros(256, np.int64)
    if is_light:
        levels = np.uint8(level) - np.minimum(tone, np.uint8(level))
        own[: level + 1] = counts[level::-1]
    else:
        levels = np.maximum(tone, np.uint8(level)) - np.uint8(level)
        own[: 256 - level] = counts[level:]
    own[0] = tone.size - own[1:].sum()
    return _Depths(levels, own, split(own))  # not where the tones parted: what lies beyond the paper is none of the ink


def _on_plain_colors(channels: list[Levels], histograms: list[Counts], paper: NDArray[np.bool_]) -> _Depths | None:
    """How far each pixel is from the paper's color toward the ink's, in the channel that shows it best.

    None when less than half of `paper` has one exact color.
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
    return _Depths.of(reduce(np.maximum, depths))


def _clear(depths: _Depths) -> Ink:
    """Ink without the noise of the paper, its darkest strokes at 1."""
    levels, counts, border = depths
    top = int(np.flatnonzero(counts)[-1])
    near = dilate(levels > border, reach(levels.shape))
    far = levels * ~near
    floor = 0.0
    if far.any():
        far *= ~hanging_on(levels, border, top)
        outside = count(far)
        outside[0] -= np.count_nonzero(near)
        floor = min(NOISE_MARGIN * level_at(outside, 0.995), MAX_NOISE * top)
    ink: Ink = (levels - np.float32(floor)) * np.float32(1 / (top - floor))
    return np.minimum(np.maximum(ink, np.float32(0), out=ink), np.float32(1), out=ink)
