"""Ink → what stands apart in a line: components, and the strokes over and in them that belong to them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink
from function.digit.normalize import FAINT
from function.ink.components import components, count_runs

MAX_SHAPES = 64  # components beyond specks: twice as many as pieces, as small ones join others
MAX_RUNS = 6_000  # horizontal runs of ink: twelve digits 100 pixels high have about 3,000
# In heights of the line:
SPECK = 0.12  # what is smaller in both directions is dust
TALL = 0.55  # what is less high is no digit by itself
SMALL = 0.42  # less high, and not wide, is a mark
UNLIKE = 0.6  # of the highest: what is less high says nothing of the line's height
ACROSS = 0.5  # of the narrower one's width: two that share so much of it stand over each other …
SHARED = 0.15  # … in two lines, if they share no more height, …
LINES = 1.5  # … and are so high together; the loops of an eight that stand apart are not
OVER = 0.6  # of a stroke's width: so much of it is over or in the digit that it belongs to
FAR = 0.5  # a stroke further above or below belongs to nothing
COMMA = 0.3  # below a digit, what is less wide is no foot of it
FLAG = 0.3  # a five's flag is longer, and 1.5 times as long as high
BEGINS = 0.12  # it begins at most so far beside the five
TOP = 0.35  # and at most so far from its top


class Shapes(NamedTuple):
    """What stands apart, from left to right.

    owners  (h, w): the shape that each pixel belongs to, -1 where none
    boxes   (n, 4): top, bottom, left, right
    height  of the line's digits, in pixels
    """

    owners: NDArray[np.int16]
    boxes: NDArray[np.int64]
    height: float


def shapes_of(ink: Ink, mask: NDArray[np.bool_]) -> Shapes | None:
    """What stands apart on (h, w) ink, which is dark where `mask` is; None where it is no line, or too much."""
    if count_runs(mask) > MAX_RUNS:
        return None
    found = components(ink, mask)
    height = _line_height(found.boxes)
    is_kept = (sizes_of(found.boxes).max(axis=1) > SPECK * height) & (found.peak >= FAINT * ink.max())
    kept = np.flatnonzero(is_kept)
    if not 0 < len(kept) <= MAX_SHAPES:
        return None
    kept = kept[_order(found.boxes[kept])]
    if _ends_in_percent(found.boxes[kept]):
        kept = kept[:-3]
    boxes = found.boxes[kept]
    group = _joined(boxes, height)
    if group is None:
        return None
    heads, group = np.unique(group, return_inverse=True)
    united = np.array([_union(boxes[group == index]) for index in range(len(heads))])
    order = _order(united)
    numbers = np.full(len(is_kept), -1, np.int16)
    numbers[kept] = np.argsort(order)[group]
    owners = np.full(mask.shape, -1, np.int16)
    owners[mask] = np.repeat(numbers[found.owners], found.lengths)
    return Shapes(owners, united[order], height)


def _order(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of (n, 4) boxes, the order of their middles from left to right."""
    return np.argsort(boxes[:, 2] + boxes[:, 3], kind="stable")


def sizes_of(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Height and width of (n, 4) boxes: (n, 2)."""
    return boxes[:, [1, 3]] - boxes[:, [0, 2]]


def _union(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The (4,) box around (n, 4) boxes."""
    return np.array([boxes[:, 0].min(), boxes[:, 1].max(), boxes[:, 2].min(), boxes[:, 3].max()])


def _line_height(boxes: NDArray[np.int64]) -> float:
    """Of the digits that (n, 4) boxes may be: the middle of those that are not much less high than the highest."""
    heights = boxes[:, 1] - boxes[:, 0]
    return float(np.median(heights[heights >= UNLIKE * heights.max()]))


def _joined(boxes: NDArray[np.int64], height: float) -> NDArray[np.int64] | None:
    """For each of (n, 4) boxes, in order of place, the one it belongs to: itself, or a larger one that it lies over or
    in. None for two lines."""
    group = np.arange(len(boxes))
    sizes = sizes_of(boxes)
    across = np.minimum(boxes[:, None, 3], boxes[:, 3]) - np.maximum(boxes[:, None, 2], boxes[:, 2])
    down = np.minimum(boxes[:, None, 1], boxes[:, 1]) - np.maximum(boxes[:, None, 0], boxes[:, 0])
    is_tall = sizes[:, 0] > TALL * height
    if _are_two_lines(boxes[is_tall], across[is_tall][:, is_tall], down[is_tall][:, is_tall], height):
        return None
    for index in np.flatnonzero(~is_tall).tolist():
        five = _under_flag(index, boxes, is_tall, height)
        if five is not None:
            group[index] = five
            continue
        share = np.where(is_tall, across[index], 0) / sizes[index, 1]
        best = int(share.argmax())
        if share[best] < OVER or -down[index, best] > FAR * height:
            continue
        is_below = boxes[index, :2].mean() > boxes[best, 1] - height / 6
        if not is_below or sizes[index, 1] >= COMMA * height:
            group[index] = best
    return group


def _are_two_lines(boxes: NDArray[np.int64], across: NDArray[np.int64], down: NDArray[np.int64], height: float) -> bool:
    """Whether one of (n, 4) tall boxes, in order of place, stands above another, or above its neighbor.

    across, down  (n, n): how far they overlap
    """
    widths = boxes[:, 3] - boxes[:, 2]
    both = np.maximum(boxes[:, None, 1], boxes[:, 1]) - np.minimum(boxes[:, None, 0], boxes[:, 0])
    is_met = across > ACROSS * np.minimum(widths[:, None], widths)
    is_met |= np.eye(len(boxes), k=1, dtype=bool)
    return bool((is_met & (down <= SHARED * height) & (both > LINES * height)).any())


def _under_flag(index: int, boxes: NDArray[np.int64], is_tall: NDArray[np.bool_], height: float) -> int | None:
    """The tall box whose top a flat stroke, the box at `index`, begins at, as a five's flag does wherever it ends."""
    top, bottom, left, right = boxes[index].tolist()
    if right - left < max(FLAG * height, 1.5 * (bottom - top)):
        return None
    begins = (boxes[:, 2] - BEGINS * height <= left) & (left <= boxes[:, 3] + BEGINS * height)
    is_at_top = np.abs(bottom - boxes[:, 0]) < TOP * height
    fives = np.flatnonzero(is_tall & begins & is_at_top & (boxes[:, 2] < (left + right) / 2))
    return int(fives[np.abs(boxes[fives, 3] - left).argmin()]) if len(fives) else None


def _ends_in_percent(boxes: NDArray[np.int64]) -> bool:
    """Whether the last three of (n, 4) boxes, in order of place, are a percent sign behind something else.

    That is a small ring on either side of a stroke, the first above its middle, the other below.
    """
    if len(boxes) < 4:
        return False
    (first, stroke, last), center = boxes[-3:], boxes[-3:, :2].mean(axis=1)
    most = TALL * (stroke[1] - stroke[0])
    is_small = max(first[1] - first[0], last[1] - last[0]) <= most
    is_round = 0.5 * most < min(first[1] - first[0], last[1] - last[0])
    return bool(is_small and is_round and first[1] <= center[1] + most / 3 and last[0] >= center[1] - most / 3)
