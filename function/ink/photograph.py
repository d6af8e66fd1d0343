"""Photographs and scans → ink: neither ruled lines, nor shadow and grain, nor what the picture's edge cut off."""

import numpy as np
from numpy.typing import NDArray

from function.arrays import Found, Ink, Levels
from function.errors import NoInk
from function.ink.components import components
from function.ink.edges import is_cut, touching
from function.ink.lines import SPAN, Line, chosen, erase, lines_along, places
from function.ink.marks import Marks, marks_of
from function.ink.shading import Shade, even_out
from function.ink.sides import Sides, without_shadows

Mask = NDArray[np.bool_]
Ways = tuple[list[Line], list[Line]]  # along the rows, and along the columns

MIN_SIDE = 48  # pixels: on smaller pictures strokes are as long and straight as lines
LARGE = 0.3  # of a side: what remains without lines and is as large may be a part of a digit that fills the picture, …
FILLING = 0.7  # … if all of it fills so much of a side
BESIDE = 0.22  # of the darkest piece: a piece that is fainter was not written with it
SPECK = 0.12  # of the largest piece: what is smaller in both directions is dust
INKED = 0.75  # of the darkness of ink: what is so dark may be a stroke
HEM = 0.015  # of the shorter side: beside a line, its blur …
REST = 0.7  # … holds so much of what is only a rest of it
SIDED = 0.4  # of a piece's darkness lies between two lighter sides: of strokes nearly all, of shadows hardly any
BALANCE = 0.05  # … and across strokes and along them more of it does than doesn't: a wedge has streaks that do
CUT = 0.3  # of a piece's darkness: what is fainter is blur around it
FULL = 0.85  # of a piece's darkness: it is all ink from there on


def find_photographed_ink(tone: Levels) -> Found:
    """What is written on (H, W) levels of a photograph.

    return  its ink (h, w), the paper exactly 0. Margins are left out where they are nothing but paper.
    Raises NoInk when nothing was written there.
    """
    shade, covered = even_out(tone), None
    if min(tone.shape) >= MIN_SIDE and any(ways := lines_of(shade, INKED)):
        rest, around = without(shade, ways, max(2, round(HEM * min(tone.shape))))
        if not _is_cropped(rest, shade.mask, ways):
            shade, covered = rest, around
    return written_on(shade, covered)


def written_on(shade: Shade, covered: Mask | None) -> Found:
    """The pieces of what is dark that were written.

    covered  where lines were, whose rests are none
    Raises NoInk when nothing was written there.
    """
    marks = marks_of(shade)
    if marks is not None and marks.is_written.any():
        shade, sides = without_shadows(shade, marks)
        marks = marks_of(shade)
    if marks is None or not marks.is_written.any() or not (kept := _written(marks, shade, sides, covered)).any():
        raise NoInk("expected a drawing, got a picture on which nothing stands out from the paper")
    return _found(shade, marks, kept)


def lines_of(shade: Shade, inked: float) -> Ways:
    """The lines of what is dark, along its rows and along its columns.

    inked  of the darkness of ink: what is so dark may be a stroke, if it ends within the picture
    """
    return chosen(lines_along(shade, inked), lines_along(shade.turned(), inked), shade.mask.shape)


def without(shade: Shade, ways: Ways, hem: int) -> tuple[Shade, Mask]:
    """What is dark but for lines; and what they cover, and so many pixels on either side of them."""
    free, rest, covered = shade.mask.copy(), shade.copy(), np.zeros(shade.mask.shape, bool)
    for each, around, lines in zip((free, free.T), (covered, covered.T), ways, strict=True):
        for line in lines:
            rows, columns, is_in = places(line, len(each))
            each[rows[is_in], columns[is_in]] = False
            rows, columns, is_in = places(line._replace(top=line.top - hem, bottom=line.bottom + hem), len(each))
            around[rows[is_in], columns[is_in]] = True
    for turned, each, lines in zip((rest, rest.turned()), (free, free.T), ways, strict=True):
        for line in lines:
            erase(turned, each, line)
    return rest, covered


def _is_cropped(rest: Shade, mask: Mask, ways: Ways) -> bool:
    """Whether a picture shows what is written from edge to edge, so that its lines are strokes.

    Then what remains without them reaches an edge, too, and all of it hung on them, or it is as long as they are.

    rest  what remains of `mask` without the lines
    ways  lines along the rows, and along the columns
    """
    marks = marks_of(rest)
    if marks is None:
        return False
    shape, boxes = np.array(mask.shape), marks.found.boxes
    is_large = marks.is_written & (((boxes[:, [1, 3]] - boxes[:, [0, 2]]) / shape).max(axis=1) > LARGE)
    large = boxes[is_large]
    if not len(large) or not touching(large, mask.shape).any(axis=1).all():
        return False
    high, wide = (large.max(axis=0)[[1, 3]] - large.min(axis=0)[[0, 2]]) / shape
    if (ways[0] and wide > SPAN) or (ways[1] and high > SPAN):
        return True
    if max(high, wide) < FILLING:
        return False
    whole = components(mask, mask)
    owners = np.full(mask.shape, -1, np.int64)
    owners[mask] = np.repeat(whole.owners, whole.lengths)
    pieces = np.repeat(is_large[marks.found.owners], marks.found.lengths)
    return bool(np.isin(owners[rest.mask][pieces], owners[mask & ~rest.mask]).all())


def _written(marks: Marks, shade: Shade, sides: Sides, covered: Mask | None) -> NDArray[np.bool_]:
    """Which pieces of the mask were written.

    sides    of the mask
    covered  where lines were, whose rests are none
    """
    mask, boxes = shade.mask, marks.found.boxes
    owners = np.repeat(marks.found.owners, marks.found.lengths)
    dark = shade.dark[mask]
    kept = marks.is_written & _is_stroke(marks, dark, sides, owners)
    if covered is not None:
        kept &= np.bincount(owners, dark * covered[mask], len(boxes)) < REST * marks.found.mass
    kept[kept] &= ~is_cut(boxes[kept], marks.darkness[kept], mask.shape)
    if kept.any():
        kept &= marks.darkness >= BESIDE * marks.darkness[kept].max()
        sizes = (boxes[:, [1, 3]] - boxes[:, [0, 2]]).max(axis=1)
        kept &= sizes >= SPECK * sizes[kept].max()
    return kept


def _is_stroke(marks: Marks, dark: NDArray[np.float32], sides: Sides, owners: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pieces lie between two lighter sides.

    dark    (n,): how dark each pixel of the mask is; with its sides, and the piece that it belongs to
    """
    mass = marks.found.mass
    some = np.bincount(owners, dark * sides.some, len(mass))
    balance = np.bincount(owners, dark * sides.votes, len(mass))
    return np.asarray((some >= SIDED * mass) & (balance > BALANCE * mass))


def _found(shade: Shade, marks: Marks, kept: NDArray[np.bool_]) -> Found:
    """The ink of the pieces that are kept, each as dark as the next."""
    boxes = marks.found.boxes[kept]
    top, left = boxes[:, 0].min(), boxes[:, 2].min()
    frame = np.s_[top : boxes[:, 1].max(), left : boxes[:, 3].max()]
    full = np.where(kept, marks.darkness, np.float32(np.inf))
    own = np.full(shade.mask.shape, np.inf, np.float32)
    own[shade.mask] = np.repeat(full[marks.found.owners], marks.found.lengths)
    ink: Ink = (shade.dark[frame] / own[frame] - np.float32(CUT)) * np.float32(1 / (FULL - CUT))
    return Found(np.minimum(np.maximum(ink, np.float32(0)), np.float32(1)), int(top), int(left), is_photographed=True)
