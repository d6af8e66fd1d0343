"""Ink → the pieces that a line of digits may be made of, from left to right."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink
from function.digit.components import components, count_runs
from function.digit.cuts import cuts_through
from function.digit.normalize import BOX, FAINT, SKIRT, pen_width

MAX_PIECES = 32  # twelve digits of two pieces each, and some marks
MAX_SHAPES = 64  # components beyond specks: twice as many as pieces, as small ones join others
MAX_RUNS = 6_000  # horizontal runs of ink: twelve digits 100 pixels high have about 3,000
LINE = 64  # pixels: higher lines are averaged down toward this, three times what a digit's frame needs
INKED = 0.3  # of the darkest ink: less is blur between strokes
SPECK = 0.12  # of the line's height: smaller in both directions is dust
TALL = 0.55  # of the line's height: what is less high is no digit by itself
SMALL = 0.42  # of the line's height: less high and not wide is a mark
WIDE = 0.75  # of the line's height: wider shapes may be two digits; in a short line, where more cuts cost little, …
WIDE_ALONE = 0.6  # … these too
CUTS = 2.2  # for a length of the line's height: a digit takes two thirds of it, and one seam in two is needed
LESS = 1.0  # … but no more than one where one is likely; in a short line, …
LESS_ALONE = 0.5  # … where two are
FEW = 3  # shapes in a short line
APART = 0.25  # of the line's height: closer seams are variants of each other, and there are better ones elsewhere
CROSSED = 4.5  # widths of the pen: a seam that crosses more cuts no two digits apart


class Pieces(NamedTuple):
    """What stands in one line.

    ink      (h, w): cropped and perhaps averaged down
    owners   (h, w): the piece that each pixel belongs to, -1 where none
    boxes    (n, 4): top, bottom, left, right in its pixels
    is_mark  (n,): too small for a digit: a dot, a comma, a dash, or a stroke of a neighbor
    cuts     (n - 1,): the ink, in widths of the pen, that the cut between a piece and the next crosses; 0 for a gap
    height   of the line's digits, in its pixels
    corner   row and column of its first pixel in the picture
    factor   pixels of the picture in one of its own, along a side
    """

    ink: Ink
    owners: NDArray[np.int16]
    boxes: NDArray[np.int64]
    is_mark: NDArray[np.bool_]
    cuts: NDArray[np.float64]
    height: float
    corner: tuple[int, int]
    factor: int


def pieces_of(ink: Ink) -> Pieces | None:
    """The pieces of what is drawn in (H, W) ink; None where there are too many for a number, or they are no line."""
    corner, ink, mask = _cropped(ink)
    factor = max(1, _column_height(mask) // LINE)
    if factor > 1:
        ink = _averaged(ink, factor)
        mask = ink > np.float32(INKED) * ink.max()
    if count_runs(mask) > MAX_RUNS:
        return None
    found = components(ink, mask)
    height = _line_height(found.boxes)
    sizes = _sizes(found.boxes)
    is_kept = (sizes.max(axis=1) > SPECK * height) & (found.peak >= FAINT * ink.max())
    if not 0 < np.count_nonzero(is_kept) <= MAX_SHAPES:
        return None
    boxes = found.boxes[is_kept]
    group = _joined(boxes, height)
    if group is None:
        return None
    heads, group = np.unique(group, return_inverse=True)
    shapes = np.array([_union(boxes[group == index]) for index in range(len(heads))])
    order = np.argsort(shapes[:, 2] + shapes[:, 3], kind="stable")
    place = np.empty(len(order), np.int16)
    place[order] = np.arange(len(order))
    lookup = np.full(len(is_kept), -1, np.int16)
    lookup[is_kept] = place[group]
    owners = np.full(mask.shape, -1, np.int16)
    owners[mask] = np.repeat(lookup[found.owners], found.lengths)
    cuts = _cut(ink, owners, shapes[order], height, pen_width(mask))
    if len(cuts) >= MAX_PIECES:
        return None
    owners = _grown(owners, ink)
    boxes = _boxes(owners, len(cuts) + 1)
    sizes = _sizes(boxes)
    is_whole = np.concatenate(([True], cuts == 0)) & np.concatenate((cuts == 0, [True]))
    is_mark = is_whole & (sizes[:, 0] < SMALL * height) & (sizes[:, 1] < 0.8 * height)
    return Pieces(ink, owners, boxes, is_mark, cuts, height, corner, factor)


def _cropped(ink: Ink) -> tuple[tuple[int, int], Ink, NDArray[np.bool_]]:
    """Row and column of the first pixel, the ink, and where it is dark, of what is dark and two pixels around it."""
    mask = ink > np.float32(INKED) * ink.max()
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = max(int(rows[0]) - 2, 0), max(int(columns[0]) - 2, 0)
    frame = slice(top, int(rows[-1]) + 3), slice(left, int(columns[-1]) + 3)
    return (top, left), ink[frame], mask[frame]


def _column_height(mask: NDArray[np.bool_]) -> int:
    """How far apart the first and last ink is in nine tenths of the columns: a line may be slanted."""
    far = mask.argmax(axis=0) + mask[::-1].argmax(axis=0)
    return len(mask) - int(np.partition(far, len(far) // 10)[len(far) // 10])


def _averaged(ink: Ink, factor: int) -> Ink:
    """(h, w) → means of squares of `factor` pixels, paper added at the right and at the bottom."""
    height, width = (-(-side // factor) for side in ink.shape)
    padded = np.zeros((height * factor, width * factor), np.float32)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    rows = padded.reshape(height, factor, -1).sum(axis=1)
    total: NDArray[np.float32] = rows[:, ::factor].copy()
    for index in range(1, factor):
        total += rows[:, index::factor]
    total /= np.float32(factor**2)
    return total


def _sizes(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    return boxes[:, [1, 3]] - boxes[:, [0, 2]]


def _line_height(boxes: NDArray[np.int64]) -> float:
    """Of the digits that (n, 4) boxes may be: the middle of those that are at least half as high as the highest."""
    heights = boxes[:, 1] - boxes[:, 0]
    return float(np.median(heights[heights >= 0.6 * heights.max()]))


def _joined(boxes: NDArray[np.int64], height: float) -> NDArray[np.int64] | None:
    """For each box the one it belongs to: itself, or a larger one that it lies over or in. None for two lines."""
    group = np.arange(len(boxes))
    sizes = _sizes(boxes)
    across = np.minimum(boxes[:, None, 3], boxes[:, 3]) - np.maximum(boxes[:, None, 2], boxes[:, 2])
    down = np.minimum(boxes[:, None, 1], boxes[:, 1]) - np.maximum(boxes[:, None, 0], boxes[:, 0])
    is_tall = sizes[:, 0] > TALL * height
    narrower = np.minimum(sizes[:, 1][:, None], sizes[:, 1])
    over = (across > 0.5 * narrower) & (down <= 0)
    np.fill_diagonal(over, False)
    if (over & is_tall & is_tall[:, None]).any():
        return None
    for index in np.flatnonzero(~is_tall):
        if (five := _under_flag(index, boxes, is_tall, height)) is not None:
            group[index] = five
            continue
        share = across[index] / np.maximum(sizes[index, 1], 1)
        share[~is_tall] = 0
        best = int(share.argmax())
        if share[best] < 0.6 or -down[index, best] > 0.5 * height:
            continue
        is_below = boxes[index, :2].mean() > boxes[best, 1] - 0.15 * height
        if not (is_below and sizes[index, 1] < 0.3 * height):  # else a comma
            group[index] = best
    return group


def _under_flag(index: int, boxes: NDArray[np.int64], is_tall: NDArray[np.bool_], height: float) -> int | None:
    """The tall box whose top a flat stroke, the box at `index`, begins at, as a five's flag does wherever it ends."""
    top, bottom, left, right = boxes[index]
    if right - left < max(0.3 * height, 1.5 * (bottom - top)):
        return None
    begins = (boxes[:, 2] - 0.1 * height <= left) & (left <= boxes[:, 3] + 0.12 * height)
    is_at_top = (bottom > boxes[:, 0] - 0.3 * height) & (bottom < boxes[:, 0] + 0.35 * height)
    fives = np.flatnonzero(is_tall & begins & is_at_top & (boxes[:, 2] < left + 0.5 * (right - left)))
    return int(fives[np.abs(boxes[fives, 3] - left).argmin()]) if len(fives) else None


def _union(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.array([boxes[:, 0].min(), boxes[:, 1].max(), boxes[:, 2].min(), boxes[:, 3].max()])


def _cut(
    ink: Ink, owners: NDArray[np.int16], shapes: NDArray[np.int64], height: float, pen: float
) -> NDArray[np.float64]:
    """Cuts wide shapes, writing the pieces' numbers into `owners`; what is crossed between each piece and the next."""
    sizes = _sizes(shapes)
    is_few = len(shapes) <= FEW
    most = np.ceil(CUTS * sizes[:, 1] / height - (LESS_ALONE if is_few else LESS)).astype(int)
    is_wide = (sizes[:, 1] > (WIDE_ALONE if is_few else WIDE) * height) & (sizes[:, 0] > SMALL * height)
    wide = np.flatnonzero(is_wide)
    if not len(wide):
        return np.zeros(len(shapes) - 1)
    frames = [np.s_[top:bottom, left:right] for top, bottom, left, right in shapes[wide].tolist()]
    masks = [owners[frame] == index for frame, index in zip(frames, wide, strict=True)]
    inks = [np.where(mask, ink[frame], np.float32(0)) for frame, mask in zip(frames, masks, strict=True)]
    found = cuts_through(inks, most[wide].tolist(), height, APART * height)
    costs: list[list[float]] = [[] for _ in shapes]
    inner: list[NDArray[np.int64]] = []
    for index, mask, cuts in zip(wide, masks, found, strict=True):
        part = np.zeros(mask.shape, np.int64)
        columns = np.arange(mask.shape[1])
        for seam, cost in zip(cuts.seams, cuts.costs / max(pen, 1.0), strict=True):
            if cost > CROSSED:
                continue
            beyond = columns >= seam[:, None]
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
