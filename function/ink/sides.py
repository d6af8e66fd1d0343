"""What is dark between two lighter sides, as strokes are; the wedge of a shadow, a fold and a stain have one at most.

Where a shadow narrows, as in a corner of the picture, the paper is taken for as light as beside it, and looks like ink.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.ink.components import Components
from function.ink.edges import reach_of as edge_reach
from function.ink.edges import touching
from function.ink.marks import Marks
from function.ink.plain import dilate, reach
from function.ink.shading import Shade

Mask = NDArray[np.bool_]

REACH = 0.03  # of the shorter side: so far outside its edge a stroke out of focus is as light as paper, …
NARROW = (6, 0.08)  # … and on small pictures, so many pixels, or so much of the side
LOOKS = 4  # on the way there
SHARP = 0.4  # of its darkness: so much of it ends within that reach
LONGEST = 0.25  # of the shorter side: strokes are no wider
CORE = 0.1  # of a piece's area: what is dark of it is no speck
PALE = 0.6  # of a piece's darkest: what has no two sides and is paler is a shadow that it touches


class Sides(NamedTuple):
    """Where each of the n pixels of a mask lies, along its row and its column.

    some   (n,): between two lighter sides along one of them at least
    votes  (n,): +1 for each along which it does, -1 for each along which it doesn't, 0 where the picture's edge hides
           a side
    """

    some: Mask
    votes: NDArray[np.int8]


def sides_of(shade: Shade, frame: tuple[slice, slice]) -> Sides:
    """Of the pixels of the mask, all of which are within `frame`, and so far from its ends that strokes end there."""
    part = shade.within(frame)
    rows, columns = _along_rows(part)[part.mask], _along_rows(part.turned()).T[part.mask]
    return Sides((rows > 0) | (columns > 0), rows + columns)


def without_shadows(shade: Shade, marks: Marks) -> tuple[Shade, Sides]:
    """What may be written alone, without the shadows that it touches; and its sides."""
    mask, found = shade.mask, marks.found
    owners = np.repeat(found.owners, found.lengths)
    may_be = marks.is_written[owners]
    owners = owners[may_be]
    mask = mask.copy()
    mask[mask] = may_be
    shade, frame = shade._replace(mask=mask), _frame(found.boxes[marks.is_written], shade.side)
    sides = sides_of(shade, frame)
    is_core = shade.dark[mask] >= PALE * found.peak[owners]
    left = sides.some & ~_hanging_out(found, owners, is_core, mask)[owners]
    if (left | is_core).all():
        return shade, sides
    core, kept = np.zeros_like(mask), np.zeros_like(mask)
    core[mask], kept[mask] = is_core, left
    kept[frame] |= dilate(core[frame], reach(mask.shape)) & mask[frame]
    shade = shade._replace(mask=kept)
    return shade, sides_of(shade, frame)


def _frame(boxes: NDArray[np.int64], side: float) -> tuple[slice, slice]:
    """What (n, 4) boxes cover, and as far around it as sides are looked for."""
    away = 1 + _reach(side)
    top, left = (max(0, int(boxes[:, index].min()) - away) for index in (0, 2))
    return slice(top, int(boxes[:, 1].max()) + away), slice(left, int(boxes[:, 3].max()) + away)


def _reach(side: float) -> int:
    return max(2, round(REACH * side), round(min(NARROW[0], NARROW[1] * side)))


def _hanging_out(found: Components, owners: NDArray[np.int64], is_core: Mask, mask: Mask) -> Mask:
    """Which pieces leave the picture, though their core, of some size, doesn't: it stands on something paler.

    owners   of the mask's pixels
    is_core  which of those are
    """
    is_out: Mask = np.asarray(touching(found.boxes, mask.shape).any(axis=1))
    if not is_out.any():
        return is_out
    height, width = mask.shape
    margin = edge_reach(mask.shape)
    rim = np.ones_like(mask)
    rim[margin : height - margin, margin : width - margin] = False
    core = np.bincount(owners, is_core, len(is_out))
    is_out[owners[is_core & rim[mask]]] = False
    return np.asarray(is_out & (core >= CORE * np.bincount(owners, minlength=len(is_out))))


def _along_rows(shade: Shade) -> NDArray[np.int8]:
    """What Sides.votes counts, along the rows of an (H, W) mask."""
    mask, side = shade.mask, shade.side
    height, width = mask.shape
    away = _reach(side)
    stride = width + 2 * away
    flat = np.zeros(height * stride + 1, bool)
    flat[1:].reshape(height, stride)[:, away : away + width] = mask
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    starts, ends = edges[::2], edges[1::2]
    found = np.zeros(mask.shape, np.int8)
    if not len(starts):
        return found
    beyond = np.zeros((height, stride), np.float32)
    beyond[:, away : away + width] = shade.tone
    levels = beyond.ravel()
    lengths = ends - starts
    least = SHARP * np.maximum.reduceat((shade.dark * shade.light)[mask], np.cumsum(lengths) - lengths)
    steps = np.unique(np.linspace(0, away, LOOKS + 1).round().astype(np.int64)[1:])
    hidden = np.stack([starts % stride == away, ends % stride == away + width])
    lighter = np.empty_like(hidden)
    for index, (end, way) in enumerate(((starts, 1), (ends - 1, -1))):
        inside = np.minimum.reduce([levels[np.clip(end + way * step, starts, ends - 1)] for step in steps])
        outside = np.maximum.reduce([levels[end - way * step] for step in steps])
        lighter[index] = outside - inside >= least
    is_sided = lighter.all(axis=0) & (lengths <= LONGEST * side)
    votes = np.where(is_sided, 1, np.where((lighter | hidden).all(axis=0), 0, -1)).astype(np.int8)
    found[mask] = np.repeat(votes, lengths)
    return found
