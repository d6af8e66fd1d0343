"""What is dark between two lighter sides, as strokes are; the wedge of a shadow, a fold and a stain have one at most.

Where a shadow narrows, as in a corner of the picture, the paper is taken for as light as beside it, and looks like ink.
"""

import numpy as np
from numpy.typing import NDArray

from function.ink.components import components
from function.ink.shading import Shade

Mask = NDArray[np.bool_]

REACH = 0.03  # of the shorter side: so far outside its edge a stroke out of focus is as light as paper, …
NARROW = (6, 0.08)  # … and on small pictures, so many pixels, or so much of the side
LOOKS = 4  # on the way there
SHARP = 0.5  # of its darkness: so much of it ends within that reach
LONGEST = 0.25  # of the shorter side: strokes are no wider
PALE = 0.6  # of a piece's darkest: what has no two sides and is paler is a shadow that it touches


def sided(shade: Shade) -> Mask:
    """Where the mask's run along the row, or that along the column, ends at lighter paper on both sides."""
    found = _along_rows(shade)
    found |= _along_rows(shade.turned()).T
    return found


def without_shadows(shade: Shade) -> tuple[Shade, Mask]:
    """The same without the shadows that its pieces touch; and where it lies between two sides."""
    is_sided = sided(shade)
    mask, one_sided = shade.mask, shade.mask & ~is_sided
    if not one_sided.any():
        return shade, is_sided
    found = components(shade.dark, mask)
    least = np.repeat(PALE * found.peak[found.owners], found.lengths)
    left = mask.copy()
    left[mask] = is_sided[mask] | (shade.dark[mask] >= least)
    shade = shade._replace(mask=left)
    return shade, is_sided | sided(shade)


def _along_rows(shade: Shade) -> Mask:
    mask = shade.mask
    height, width = mask.shape
    side = min(mask.shape)
    reach = max(2, round(REACH * side), round(min(NARROW[0], NARROW[1] * side)))
    stride = width + 2 * reach
    flat = np.zeros(height * stride + 1, bool)
    flat[1:].reshape(height, stride)[:, reach : reach + width] = mask
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    starts, ends = edges[::2], edges[1::2]
    found = np.zeros(mask.shape, bool)
    if not len(starts):
        return found
    beyond = np.zeros((height, stride), np.float32)  # the picture's edge is no lighter side
    beyond[:, reach : reach + width] = shade.tone
    levels = beyond.ravel()
    lengths = ends - starts
    least = SHARP * np.maximum.reduceat((shade.dark * shade.light)[mask], np.cumsum(lengths) - lengths)
    is_sided = lengths <= LONGEST * side
    steps = np.unique(np.linspace(0, reach, LOOKS + 1).round().astype(np.int64)[1:])
    for end, way in ((starts, 1), (ends - 1, -1)):
        inside = np.minimum.reduce([levels[np.clip(end + way * step, starts, ends - 1)] for step in steps])
        outside = np.maximum.reduce([levels[end - way * step] for step in steps])
        is_sided &= outside - inside >= least
    found[mask] = np.repeat(is_sided, lengths)
    return found
