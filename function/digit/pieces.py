"""Ink → the pieces that a line of digits may be made of, from left to right."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink
from function.digit.components import components, count_runs
from function.digit.cuts import cuts_through

MAX_PIECES = 32  # twelve digits of two pieces each, and some marks; four windows each are 128, a batch of 10 ms
MAX_SHAPES = 64  # components beyond specks: twice as many as pieces, as small ones join others
MAX_RUNS = 8_000  # horizontal runs of ink: twelve digits 100 pixels high have about 3,000
INKED = 0.3  # of the darkest ink: less is blur between strokes
SPECK = 0.12  # of the line's height: smaller in both directions is dust
SMALL = 0.42  # of the line's height: what is no larger can't be a digit of it
WIDE = 0.62  # of the line's height: wider ones may be two
LINE_SIDE = 64  # pixels that a line's height is reduced toward: three times a digit's box


class Pieces(NamedTuple):
    """What stands in one line.

    ink       (h, w): cropped and perhaps reduced
    owners    (h, w): the piece each pixel belongs to, -1 where none
    boxes     (n, 4): top, bottom, left, right in its pixels
    is_mark   (n,): too small for a digit: a dot, a comma, a dash, or a stroke of a neighbor
    cuts      (n - 1,): the ink, in widths of the pen, that a cut between a piece and the next crosses; 0 for a gap
    height    of the line's digits, in its pixels
    corner    row and column of its first pixel in the picture
    factor    pixels of the picture in one of its own, along a side
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
    mask = ink > np.float32(INKED) * ink.max()
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = max(int(rows[0]) - 1, 0), max(int(columns[0]) - 1, 0)
    frame = slice(top, int(rows[-1]) + 2), slice(left, int(columns[-1]) + 2)
    ink, mask = ink[frame], mask[frame]
    if count_runs(mask) > MAX_RUNS:
        return None
    found = components(ink, mask)
    height = _line_height(found.boxes)
    sides = np.maximum(found.boxes[:, 1] - found.boxes[:, 0], found.boxes[:, 3] - found.boxes[:, 2])
    is_kept = (sides > SPECK * height) & (found.peak >= 0.35 * ink.max())
    if not 0 < np.count_nonzero(is_kept) <= MAX_SHAPES:
        return None
    numbers = np.cumsum(is_kept) - 1
    owner_of = np.where(is_kept, numbers, -1).astype(np.int16)
    owners = np.full(mask.shape, -1, np.int16)
    owners[mask] = np.repeat(owner_of[found.owners], found.lengths)
    boxes = found.boxes[is_kept]
    group = _joined(boxes, height)
    if group is None:
        return None
    return _cut(ink, owners, boxes, group, height, (top, left))


def _line_height(boxes: NDArray[np.int64]) -> float:
    """Of the digits that (n, 4) boxes may be: the middle of those that are at least half as high as the highest."""
    heights = boxes[:, 1] - boxes[:, 0]
    widths = boxes[:, 3] - boxes[:, 2]
    high = heights[heights >= 0.5 * heights.max()]
    return float(max(np.median(high), 0.25 * widths.max() / 12))


def _joined(boxes: NDArray[np.int64], height: float) -> NDArray[np.int64] | None:
    """For each box the one it belongs to: itself, or a larger one that it lies over or under. None for two lines."""
    group = np.arange(len(boxes))
    sizes = boxes[:, [1, 3]] - boxes[:, [0, 2]]
    across = np.minimum(boxes[:, None, 3], boxes[:, 3]) - np.maximum(boxes[:, None, 2], boxes[:, 2])
    down = np.minimum(boxes[:, None, 1], boxes[:, 1]) - np.maximum(boxes[:, None, 0], boxes[:, 0])
    is_tall = sizes[:, 0] > 0.55 * height
    narrower = np.minimum(sizes[:, 1][:, None], sizes[:, 1])
    over = (across > 0.5 * narrower) & (down <= 0.1 * height)
    np.fill_diagonal(over, False)
    if (over & is_tall & is_tall[:, None]).any():
        return None
    for index in np.flatnonzero(~is_tall):
        share = across[index] / np.maximum(sizes[index, 1], 1)
        share[index] = 0
        share[~is_tall] = 0
        best = int(share.argmax())
        gap = -down[index, best]
        if share[best] >= 0.6 and gap < 0.5 * height:
            group[index] = best
    return group


def _cut(
    ink: Ink,
    owners: NDArray[np.int16],
    boxes: NDArray[np.int64],
    group: NDArray[np.int64],
    height: float,
    corner: tuple[int, int],
) -> Pieces | None:
    """Groups of components in order of place, wide ones cut."""
    heads = np.unique(group)
    united = np.array([_union(boxes[group == head]) for head in heads])
    order = np.argsort(united[:, 2] + united[:, 3], kind="stable")
    place = np.empty(len(heads), np.int64)
    place[order] = np.arange(len(heads))
    lookup = np.append(place[np.searchsorted(heads, group)], -1).astype(np.int16)
    owners, united = lookup[owners], united[order]
    pen = _pen(ink, owners)
    final = np.full(owners.shape, -1, np.int16)
    all_boxes: list[NDArray[np.int64]] = []
    costs: list[float] = []
    for index, box in enumerate(united):
        window = slice(box[0], box[1]), slice(box[2], box[3])
        mine = owners[window] == index
        wide = box[3] - box[2]
        count = 0
        if wide > WIDE * height and box[1] - box[0] > SMALL * height:
            count = min(int(np.ceil(2.2 * wide / height)), 2 * 12)
        elif len(united) == 1:
            count = 2
        part = np.zeros(mine.shape, np.int64)
        seam_costs: list[float] = []
        if count:
            found = cuts_through(np.where(mine, ink[window], np.float32(0)), count, 0.16 * height)
            fair = found.costs <= 3.5 * pen
            columns = np.arange(mine.shape[1])
            for seam, cost in zip(found.seams[fair], found.costs[fair], strict=True):
                right = mine & (columns >= seam[:, None])
                fresh = part + right
                part = fresh
                seam_costs.append(float(cost) / pen)
        base = len(all_boxes)
        made = 0
        number = np.full(len(seam_costs) + 1, -1)
        for piece in range(len(seam_costs) + 1):
            inside = mine & (part == piece)
            rows, columns_ = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
            if not len(rows):
                continue
            if all_boxes:
                costs.append(seam_costs[piece - 1] if made else 0.0)
            number[piece] = base + made
            made += 1
            all_boxes.append(np.array([rows[0], rows[-1] + 1, columns_[0], columns_[-1] + 1]) + box[[0, 0, 2, 2]])
        final[window][mine] = number[part[mine]]
    if len(all_boxes) > MAX_PIECES:
        return None
    done = np.array(all_boxes)
    sizes = done[:, [1, 3]] - done[:, [0, 2]]
    from_gap = np.concatenate(([0.0], costs)) == 0
    alone = from_gap & np.append(from_gap[1:], True)
    is_mark = alone & (sizes[:, 0] < SMALL * height) & (sizes[:, 1] < 0.8 * height)
    return Pieces(ink, _grown(final, ink), done, is_mark, np.array(costs), height, corner, 1)


def _union(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.array([boxes[:, 0].min(), boxes[:, 1].max(), boxes[:, 2].min(), boxes[:, 3].max()])


def _pen(ink: Ink, owners: NDArray[np.int16]) -> float:
    """Mean width of the strokes, in pixels."""
    from function.digit.normalize import pen_width

    return max(pen_width(owners >= 0), 1.0)


def _grown(owners: NDArray[np.int16], ink: Ink) -> NDArray[np.int16]:
    """Owners of the gray around strokes too: two pixels on each side."""
    for _ in range(2):
        free = (owners < 0) & (ink > 0)
        near = np.full(owners.shape, -1, np.int16)
        np.maximum(near[1:], owners[:-1], out=near[1:])
        np.maximum(near[:-1], owners[1:], out=near[:-1])
        np.maximum(near[:, 1:], owners[:, :-1], out=near[:, 1:])
        np.maximum(near[:, :-1], owners[:, 1:], out=near[:, :-1])
        owners = np.where(free, near, owners)
    return owners
