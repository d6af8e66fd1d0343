"""Ink → the pieces that a line of digits may be made of, from left to right."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink
from function.digit.crops import cropped
from function.digit.cuts import cuts_through
from function.digit.normalize import BOX, SKIRT, pen_width
from function.digit.shapes import SMALL, shapes_of, sizes_of

LONG = 0.8  # of the line's height: a longer dash is none
WIDE = 0.8  # of the line's height: wider shapes may be two digits; in a short line, where more cuts cost little, …
WIDE_ALONE = 0.6  # … these too
LESS = 1.0  # … but no more than one where one is likely; in a short line, …
LESS_ALONE = 0.5  # … where two are
FEW = 3  # shapes in a short line
SLIVER = 0.65  # of the line's height: a seam near an end must cut off something that high, …
RIM_CROSSED = 1.5  # … crossing no more than one stroke, which is slanted perhaps
CROSSED = 4.5  # widths of the pen: a seam that crosses more cuts no two digits apart


class Cutting(NamedTuple):
    """How finely what may touch is cut.

    most       pieces of a picture: those of twelve digits, and some marks
    per_height  seams through a length of the line's height, of which a digit takes two thirds
    apart      heights of the line between two seams
    aside      what a seam's step aside costs, in ink
    neighbors  pieces that may be one digit
    """

    most: int
    per_height: float
    apart: float
    aside: float
    neighbors: int


WHOLE = Cutting(32, 0.0, 0.25, 0.2, 4)  # what stands apart is not cut at all
# One seam in two is needed, and closer ones are variants of each other. A 4 or 5 in two strokes may be cut twice.
COARSE = Cutting(32, 2.2, 0.25, 0.2, 4)
# Where digits touch throughout, 44 in 100 meet with a gap all the same; coarse cuts part 79, these 85.
FINE = Cutting(64, 4.0, 0.16, 0.4, 6)


class Pieces(NamedTuple):
    """What stands in one line.

    ink      (h, w): cropped and perhaps averaged down
    owners   (h, w): the piece that each pixel belongs to, -1 where none
    boxes    (n, 4): top, bottom, left, right in its pixels
    is_mark  (n,): too small for a digit: a dot, a comma, a dash, or a stroke of a neighbor
    cuts     (n - 1,): the ink, in widths of the pen, that the cut between a piece and the next crosses; 0 for a gap
    is_wide  whether a shape is so wide that it may be several digits
    height   of the line's digits, in its pixels
    corner   row and column of its first pixel in the picture
    factor   pixels of the picture in one of its own, along a side
    """

    ink: Ink
    owners: NDArray[np.int16]
    boxes: NDArray[np.int64]
    is_mark: NDArray[np.bool_]
    cuts: NDArray[np.float64]
    is_wide: bool
    height: float
    corner: tuple[int, int]
    factor: int


def pieces_of(ink: Ink, cutting: Cutting) -> Pieces | None:
    """The pieces of what is drawn in (H, W) ink; None where there are too many for a number, or they are no line."""
    corner, factor, ink, mask = cropped(ink)
    found = shapes_of(ink, mask)
    if found is None:
        return None
    owners, shapes, height = found
    wide = _wide(shapes, height)
    cuts = np.zeros(len(shapes) - 1)
    if cutting.per_height and len(wide):
        cuts = _cut(ink, owners, shapes, wide, height, pen_width(mask), cutting)
    if len(cuts) >= cutting.most:
        return None
    owners = _grown(owners, ink)
    boxes = _boxes(owners, len(cuts) + 1)
    sizes = sizes_of(boxes)
    is_whole = np.concatenate(([True], cuts == 0)) & np.concatenate((cuts == 0, [True]))
    is_mark = is_whole & (sizes[:, 0] < SMALL * height) & (sizes[:, 1] < LONG * height)
    return Pieces(ink, owners, boxes, is_mark, cuts, bool(len(wide)), height, corner, factor)


def _wide(shapes: NDArray[np.int64], height: float) -> NDArray[np.int64]:
    """Which of (n, 4) shapes may be several digits."""
    sizes = sizes_of(shapes)
    least = WIDE_ALONE if len(shapes) <= FEW else WIDE
    return np.flatnonzero((sizes[:, 1] > least * height) & (sizes[:, 0] > SMALL * height))


def _cut(
    ink: Ink,
    owners: NDArray[np.int16],
    shapes: NDArray[np.int64],
    wide: NDArray[np.int64],
    height: float,
    pen: float,
    cutting: Cutting,
) -> NDArray[np.float64]:
    """Cuts the wide shapes, writing the pieces' numbers into `owners`; what is crossed between a piece and the next."""
    less = LESS_ALONE if len(shapes) <= FEW else LESS
    most = np.ceil(cutting.per_height * sizes_of(shapes)[:, 1] / height - less).astype(int)
    frames = [np.s_[top:bottom, left:right] for top, bottom, left, right in shapes[wide].tolist()]
    masks = [owners[frame] == index for frame, index in zip(frames, wide, strict=True)]
    inks = [np.where(mask, ink[frame], np.float32(0)) for frame, mask in zip(frames, masks, strict=True)]
    found = cuts_through(inks, most[wide].tolist(), height, cutting.apart * height, cutting.aside)
    costs: list[list[float]] = [[] for _ in shapes]
    inner: list[NDArray[np.int64]] = []
    for index, mask, cuts in zip(wide, masks, found, strict=True):
        part = np.zeros(mask.shape, np.int64)
        columns = np.arange(mask.shape[1])
        for seam, cost, rim in zip(cuts.seams, cuts.costs / max(pen, 1.0), cuts.is_rim, strict=True):
            if cost > (RIM_CROSSED if rim else CROSSED):
                continue
            beyond = columns >= seam[:, None]
            if rim:
                off = mask & (~beyond if seam[len(seam) // 2] < mask.shape[1] / 2 else beyond)
                if np.count_nonzero(off.any(axis=1)) < SLIVER * height:
                    continue
            last = mask & (part == len(costs[index]))
            if (last & beyond).any() and (last & ~beyond).any():
                part += beyond
                costs[index].append(max(float(cost), 1e-3))  # 0 is a gap
        inner.append(part)
    first = np.cumsum([0] + [len(own) + 1 for own in costs]).astype(np.int16)
    owners[:] = np.append(first[:-1], -1)[owners]
    for frame, mask, part in zip(frames, masks, inner, strict=True):
        owners[frame] += np.where(mask, part, 0).astype(np.int16)
    return np.array([cost for own in costs for cost in (*own, 0.0)][:-1])


def _grown(owners: NDArray[np.int16], ink: Ink) -> NDArray[np.int16]:
    """Owners of the gray around strokes too, two pixels on each side, as far as `normalize` would count it."""
    height = float(len(owners))
    is_gray = ink > np.float32(SKIRT * min(1.0, max(0.0, height / BOX - 1))) * ink.max()
    for _ in range(2):
        free = (owners < 0) & is_gray
        near = np.full(owners.shape, -1, np.int16)
        np.maximum(near[1:], owners[:-1], out=near[1:])
        np.maximum(near[:-1], owners[1:], out=near[:-1])
        np.maximum(near[:, 1:], owners[:, :-1], out=near[:, 1:])
        np.maximum(near[:, :-1], owners[:, 1:], out=near[:, :-1])
        owners = np.where(free, near, owners)
    return owners


def _boxes(owners: NDArray[np.int16], count: int) -> NDArray[np.int64]:
    """(count, 4): top, bottom, left, right of each owner, all of which have pixels."""
    height, width = owners.shape
    rows, columns = np.nonzero(owners >= 0)
    own = owners[rows, columns]
    in_row, in_column = np.zeros((count, height), bool), np.zeros((count, width), bool)
    in_row[own, rows], in_column[own, columns] = True, True
    return np.stack(
        [
            in_row.argmax(axis=1),
            height - in_row[:, ::-1].argmax(axis=1),
            in_column.argmax(axis=1),
            width - in_column[:, ::-1].argmax(axis=1),
        ],
        axis=1,
    )
