"""Ruled and printed lines, the sides of boxes and grids: no ink, where they run through the picture or into its edge.

A line is long, straight but for a bend of the paper, and reaches an edge of the picture or another line. What is darker
than the line all along stays where it crosses it; of what is not, the gap that the line leaves is filled again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.ink.components import MAX_RUNS, components, count_runs
from function.ink.edges import reach_of
from function.ink.morphology import extreme, runs
from function.ink.shading import Shade

Mask = NDArray[np.bool_]

RUN = 1 / 5  # of a side: the shortest straight piece of a line
SLOPE = 20  # a piece may rise by one pixel on so many on either side, 6 degrees with the width of the line
SPAN = 0.88  # of a side: a line that is as long runs through the picture
HUGGING = 0.3  # … and so does one that begins at an edge and is as long, where it is near another edge all along
SIDE = 0.5  # … and the side of a box is as long, …
MEETING = 0.06  # of a side: … whose ends are so near to other sides
NEAR = 0.2  # of a side: so near
ENDS = 0.04  # of a side: a line that ends so near to an edge reaches it
STRIP = 1.6  # times as long as wide: across a number that is cut out so, its digits run from side to side
THICK = 0.13  # of the shorter side: what is thicker and not near an edge is no line
DARKER = 1.35  # times the line's darkness: what is darker on its way was written there
FULL = 0.95  # of what is dark: as dark is ink
MOST = 96  # lines of either direction: squared paper has fewer


class Line(NamedTuple):
    """A line along the rows of a picture.

    left, right  its columns, the end exclusive
    top, bottom  (n,): its rows in each of them
    is_sure      whether it is a line whatever it meets; else it may be a stroke, or the side of a box
    leaves       whether its ends, the left and the right one, are at the picture's edge
    """

    left: int
    right: int
    top: NDArray[np.int64]
    bottom: NDArray[np.int64]
    is_sure: bool
    leaves: tuple[bool, bool]


def lines_along(shade: Shade, inked: float) -> list[Line]:
    """The lines that run roughly along the rows of what is dark.

    inked  of the darkness of ink: what is so dark may be a stroke
    """
    mask = np.ascontiguousarray(shade.mask)
    width = mask.shape[1]
    length = max(7, int(RUN * width) | 1)
    drift = max(1, length // SLOPE)
    thick = extreme(mask, 2 * drift + 1, np.maximum, 0)
    straight = runs(thick, length)
    if not straight.any() or count_runs(straight) > MAX_RUNS:
        return []
    found = components(straight, straight)
    sizes = found.boxes[:, [1, 3]] - found.boxes[:, [0, 2]]
    order = np.argsort(-sizes[:, 1], kind="stable")[:MOST]
    owners = np.full(mask.shape, -1, np.int64)
    owners[straight] = np.repeat(found.owners, found.lengths)
    lines = []
    dark = inked * float(np.quantile(shade.dark[mask], FULL))
    for index in order[sizes[order, 1] >= HUGGING * width].tolist():
        top, bottom, left, right = found.boxes[index].tolist()
        own = (owners[top:bottom, left:right] == index) & mask[top:bottom, left:right]
        line = _line(own, top, left)
        if line is not None and (judged := _judged(line, shade, dark)) is not None:
            lines.append(judged)
    return lines


def chosen(rows: list[Line], columns: list[Line], shape: tuple[int, ...]) -> tuple[list[Line], list[Line]]:
    """Those that are sure, and those that leave the picture or end at others that run across, as a box's sides do.

    rows, columns  lines along the rows and along the columns of the same picture, of that shape
    """
    while True:
        kept = _held(rows, columns, shape), _held(columns, rows, shape[::-1])
        if (len(kept[0]), len(kept[1])) == (len(rows), len(columns)):
            return kept
        rows, columns = kept  # what went held others


def _held(lines: list[Line], crossing: list[Line], shape: tuple[int, ...]) -> list[Line]:
    """Those that are sure, and those both of whose ends leave the picture, of that shape, or meet one that crosses."""
    height, width = shape
    near = MEETING * (height + width) / 2

    def meets(line: Line, end: int) -> bool:
        column, row = (line.right if end else line.left), int(line.top[end])
        for each in crossing:
            if each.left - near <= row <= each.right + near:
                at = min(max(row - each.left, 0), len(each.top) - 1)
                top, bottom = int(each.top[at]), int(each.bottom[at])
                is_beyond = (1 - NEAR) * width <= top <= column if end else column <= bottom <= NEAR * width
                if abs(top - column) <= near or (each.is_sure and is_beyond):
                    return True
        return False

    return [each for each in lines if each.is_sure or all(each.leaves[end] or meets(each, end) for end in (0, -1))]


def _line(own: Mask, top: int, left: int) -> Line | None:
    """The line that most of the columns of `own` show, which begins at that corner; None where they show none."""
    counts = np.count_nonzero(own, axis=0)
    columns = np.flatnonzero(counts)
    if not len(columns):
        return None
    width = float(np.median(counts[columns]))
    rows = np.arange(len(own))[:, None]
    middle = (own * rows).sum(axis=0)[columns] / counts[columns]
    is_plain = counts[columns] <= 1.5 * width + 1  # elsewhere, something else stands on it
    if np.count_nonzero(is_plain) < 8:
        return None
    at = columns[is_plain]
    curve = _curve(at, middle[is_plain], columns[0], columns[-1] + 1)
    if curve is None:
        return None
    half = width / 2 + 0.5
    first = np.floor(curve - half + 0.5).astype(np.int64)
    last = np.ceil(curve + half + 0.5).astype(np.int64)
    return Line(left + int(columns[0]), left + int(columns[-1]) + 1, top + first, top + last, False, (False, False))


def _curve(at: NDArray[np.int64], middle: NDArray[np.float64], left: int, right: int) -> NDArray[np.float64] | None:
    """The parabola along most of the middles, for each column; None where they follow none."""
    scale = max(1.0, (right - left) / 2)
    terms = np.vander((at - (left + right) / 2) / scale, 3)
    kept = np.ones(len(at), bool)
    for _ in range(4):
        factors = np.linalg.lstsq(terms[kept], middle[kept], rcond=None)[0]
        rest = np.abs(terms @ factors - middle)
        bound = max(1.0, 2.5 * float(np.median(rest[kept])))
        if np.count_nonzero(rest <= bound) < max(8, len(at) // 2):
            return None
        kept = rest <= bound
    found: NDArray[np.float64] = np.vander((np.arange(left, right) - (left + right) / 2) / scale, 3) @ factors
    return found


def _judged(line: Line, shade: Shade, dark: float) -> Line | None:
    """A line that is sure, or may be the side of a box; None for what is neither.

    dark  what is as dark may be a stroke
    """
    height, width = shape = shade.mask.shape
    length = line.right - line.left
    ends, reach = max(2, round(ENDS * width)), reach_of(shape)
    near = NEAR * min(height, STRIP * width)
    is_hugging = bool(line.bottom.max() <= near or line.top.min() >= height - near)
    if not is_hugging and np.median(line.bottom - line.top) > max(4, THICK * min(shape)):
        return None
    is_inked = _darkness(line, shade) >= dark
    if is_inked and not is_hugging and height > STRIP * width:
        return None
    leaves = line.left < reach, line.right > width - reach
    is_reaching = line.left <= ends or line.right >= width - ends
    if length >= SPAN * width or (is_reaching and is_hugging and length >= HUGGING * width):
        return line._replace(is_sure=all(leaves) or not is_inked, leaves=leaves)
    return line._replace(leaves=leaves) if length >= SIDE * width else None


def places(line: Line, height: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Mask]:
    """Rows and columns of what a line covers, (columns, thickness), and which of them it does on so high a picture."""
    columns = np.arange(line.left, line.right)
    rows = line.top[:, None] + np.arange(int((line.bottom - line.top).max()))
    is_in = (rows < line.bottom[:, None]) & (rows >= 0) & (rows < height)
    rows = np.clip(rows, 0, height - 1)
    return rows, np.broadcast_to(columns[:, None], rows.shape), is_in


def _darkness(line: Line, shade: Shade) -> float:
    """Of what a line along the rows covers, the darkest of a column, by the median."""
    rows, columns, is_in = places(line, len(shade.mask))
    return float(np.median(np.where(is_in, shade.dark[rows, columns], 0).max(axis=1)))


def erase(shade: Shade, free: Mask, line: Line) -> None:
    """Takes a line along the rows out of what is dark, in place, but for what crosses it.

    free  what of the mask no line covers
    """
    rows, columns, is_in = places(line, len(free))
    band = np.where(is_in, shade.dark[rows, columns], 0)
    own = float(np.median(band.max(axis=1)))
    reach = 1 + int(np.median(line.bottom - line.top)) // 2
    crossed = np.ones(len(columns), bool)
    for edge in (line.top - 1, line.bottom):
        crossed &= extreme(_at(free, edge, columns[:, 0])[None], 2 * reach + 1, np.maximum, 1)[0]
    is_kept = (band > max(DARKER * own, own + shade.least)) | crossed[:, None]
    gone = is_in & ~is_kept
    shade.dark[rows[gone], columns[gone]] = 0
    shade.mask[rows[gone], columns[gone]] = False


def _at(mask: Mask, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Mask:
    """Whether the mask is set at those places; beyond its edge it is not."""
    inside = (rows >= 0) & (rows < len(mask))
    found: Mask = mask[np.clip(rows, 0, len(mask) - 1), columns] & inside
    return found
