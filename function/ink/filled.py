"""Pictures that strokes fill, as a digit by marker cut out along its sides does: what their strokes are measured by.

On others a stroke is narrow beside the picture, and what isn't is a shadow. Here the picture says nothing of how wide
strokes are, so they say it themselves, where they can be told from shadows: they end within the picture, are sharp and
deep, and reach from end to end of it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Levels
from function.ink.components import components
from function.ink.morphology import side_of
from function.ink.threshold import count, split

Mask = NDArray[np.bool_]

HIGH = 0.75  # of the picture: the largest piece, or it isn't filled
SIDED = 0.85  # of the strokes ends on both sides within the picture, along its row or its column
WIDEST = 0.65  # of a side: a stroke
SHARP = 0.2  # of the way from tone to tone is gone in one step across their border: most shadows' is softer
DEEP = 0.38  # of the light: shadows are seldom deeper, and digits take …
CUT = 0.2  # … no more of the picture's edges; …
PALE = 0.2  # … so pale may be only what …
FREE = 0.12  # … takes no more of them
STROKES = 90  # percent of them are no wider, as rows and columns measure them
USUAL = 0.2  # of what strokes are measured by: elsewhere they are no wider


class Filled(NamedTuple):
    """is_light  whether the paper is the lighter tone; side  what its strokes are measured by, in the pixels given"""

    is_light: bool
    side: float


def filled(small: Levels) -> Filled | None:
    """What fills (H, W) levels; None where nothing does so surely that it can't be shadow, or strokes are narrow."""
    is_light = small > split(count(small))
    if is_light.all() or not is_light.any():
        return None
    light, dark = float(small[is_light].mean()), float(small[~is_light].mean())
    apart, side = light - dark, side_of(small.shape)
    if apart < PALE * light or _step(small, is_light) < SHARP * apart:
        return None
    tones = ~is_light, is_light
    found = [_sided(mask, WIDEST * side) for mask in tones]
    ink = int(found[1][0] > found[0][0])
    sided, width = found[ink]
    if sided < SIDED or width <= USUAL * side or _height(tones[ink]) < HIGH * len(small):
        return None
    if _of_edges(tones[ink]) > (CUT if apart >= DEEP * light else FREE):
        return None
    return Filled(ink == 0, width / USUAL)


def _step(small: Levels, is_light: Mask) -> float:
    """How far apart the levels of neighbors of different tones are, by the median."""
    steps = [np.abs(np.diff(small.astype(np.int16), axis=axis))[np.diff(is_light, axis=axis)] for axis in (0, 1)]
    return float(np.median(np.concatenate(steps)))


def _sided(mask: Mask, widest: float) -> tuple[float, float]:
    """How much of an (H, W) mask lies in runs within the picture, no longer than `widest`; and how wide those are."""
    widths = np.minimum(_lengths(mask), _lengths(mask.T).T)[mask]
    is_sided = widths < widest
    return float(is_sided.mean()), float(np.percentile(widths[is_sided], STROKES)) if is_sided.any() else 0.0


def _lengths(mask: Mask) -> NDArray[np.int64]:
    """How long the run along its row is in which each pixel of a mask lies; endless where the picture cuts it."""
    height, width = mask.shape
    flat = np.zeros(height * (width + 1) + 1, bool)
    flat[1:].reshape(height, width + 1)[:, :width] = mask
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    starts, ends = edges[::2], edges[1::2]
    is_cut = (starts % (width + 1) == 0) | (ends % (width + 1) == width)
    found = np.zeros(mask.shape, np.int64)
    found[mask] = np.repeat(np.where(is_cut, np.iinfo(np.int64).max, ends - starts), ends - starts)
    return found


def _height(mask: Mask) -> int:
    """Of the largest piece of a mask."""
    found = components(mask, mask)
    top, bottom, _, _ = found.boxes[found.mass.argmax()]
    return int(bottom - top)


def _of_edges(mask: Mask) -> float:
    """How much of an (H, W) mask's edges is set."""
    return float(np.concatenate((mask[0], mask[-1], mask[:, 0], mask[:, -1])).mean())
