"""Scans → ink: paper of one exact level with printed lines on it, which are no ink.

A scanner clips the paper, and an app cleans it. Then a drawing and a form look alike, and most pictures are drawings:
so a line must be longer than strokes are, or be of another pen, or enclose what is written.
"""

import numpy as np
from numpy.typing import NDArray

from function.arrays import Found, Ink, Levels
from function.errors import NoInk
from function.ink.edges import touching
from function.ink.lines import MEETING, SIDE, SPAN, Line
from function.ink.morphology import side_of
from function.ink.photograph import MIN_SIDE, Ways, lines_of, without, written_on
from function.ink.shading import Shade

Mask = NDArray[np.bool_]

BEGINS = 0.1  # of the darkest ink: fainter are the rings that a JPEG leaves around strokes
LEAST = 0.15  # … and no piece is fainter
STATIONS = 14  # columns in which a line that runs from end to end is looked for, …
AWAY = 0.12  # … so much of the length from its ends
EVERY = 8  # … and rows or columns between those that tell how far lines across them reach
RISE = 9  # a line rises by one pixel on so many at most
LONG = 1.6  # times the height of what is written: no stroke along the rows is so long
TALL = 1.25  # … and along the columns, if it lies apart: a 1 beside other digits is hardly taller
APART = 0.15  # of that height
SLACK = 0.1  # of what is written: so much of it may reach over the side of a box
HEM = 2  # pixels that a scanner's blur reaches beyond a line
BEND = 0.012  # of its length: what is bent more was drawn


def scanned(levels: Levels) -> Found | None:
    """What `find_scanned_ink` finds, if a glance at (H, W) levels doesn't tell that there are no lines."""
    if min(levels.shape) < MIN_SIDE:
        return None
    faintest = BEGINS * levels.max()
    if _is_passed(levels, faintest) or _is_passed(levels.T, faintest):
        return find_scanned_ink(levels)
    rows = _extent((levels[:, ::EVERY] > faintest).any(axis=1))
    columns = _extent((levels[::EVERY] > faintest).any(axis=0))
    part = levels[rows, columns]
    is_large = min(part.shape[0] / len(levels), part.shape[1] / levels.shape[1]) >= SIDE
    is_box = is_large and _is_passed(part, faintest) and _is_passed(part.T, faintest)
    return find_scanned_ink(levels) if is_box else None


def _extent(is_inked: Mask) -> slice:
    places = np.flatnonzero(is_inked)
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 1)


def find_scanned_ink(levels: Levels | Ink) -> Found | None:
    """What is written on an (H, W) picture, of which is told how far from the paper each pixel is, between its lines.

    None where there are no printed lines, or nothing else.
    """
    shade = _shade(levels)
    rows, columns = lines_of(shade, np.inf)
    ways = [*filter(_is_straight, rows)], [*filter(_is_straight, columns)]
    found = _found_between(shade, ways)
    if found is None and len(ways[0]) > 1 and ways[1]:  # a 1 on ruled paper
        found = _found_between(shade, (ways[0], []))
    return found


def _found_between(shade: Shade, ways: Ways) -> Found | None:
    """What is written between lines, or None where they may be strokes."""
    if not any(ways):
        return None
    rest, covered = without(shade, ways, HEM)
    try:
        found = written_on(rest._replace(tone=255 * (1 - rest.dark)), covered)
    except NoInk:
        return None
    return found if _are_printed(ways, found, rest.mask) else None


def _shade(levels: Levels | Ink) -> Shade:
    dark = np.multiply(levels, np.float32(1 / levels.max()), dtype=np.float32)
    light = np.broadcast_to(np.float32(255), dark.shape)
    return Shade(dark, dark > BEGINS, 255 * (1 - dark), light, LEAST, side_of(dark.shape))


def _is_straight(line: Line) -> bool:
    middle = (line.top + line.bottom) / 2
    bend = np.abs(middle - np.linspace(middle[0], middle[-1], len(middle))).max()
    return bool(bend <= max(2.0, BEND * len(middle)))


def _are_printed(ways: Ways, found: Found, mask: Mask) -> bool:
    """Whether none of the lines is a stroke of what was found without them.

    mask  of what remains without them
    """
    high, wide = found.ink.shape
    box = found.top, found.top + high, found.left, found.left + wide
    rows, columns = ways
    if _encloses(rows, columns, box) or _encloses(columns, rows, box[2:] + box[:2]):
        return True
    if _is_corner(rows, columns, high, mask):
        return True
    is_ruled = len(rows) > 1
    is_off = bool(touching(np.array([box]), mask.shape).any())  # then strokes may leave the picture, too
    return all(_length(each) > LONG * high and (is_ruled or not is_off) for each in rows) and all(
        (is_ruled and _length(each) > LONG * high) or (not is_off and _is_apart(each, box, mask.T)) for each in columns
    )


def _length(line: Line) -> int:
    return line.right - line.left


def _is_apart(line: Line, box: tuple[int, int, int, int], mask: Mask) -> bool:
    """Whether a line runs through the picture beside what is written, and nothing hangs on it.

    box   top, bottom, left and right of what is written
    line, mask  with columns for rows
    """
    high = box[1] - box[0]
    gap = max(box[2] - int(line.bottom.max()), int(line.top.min()) - box[3])
    is_through = line.left <= 1 and line.right >= mask.shape[1] - 1
    return is_through and gap > APART * high and _length(line) > TALL * high and not _hangs(line, mask)


def _is_corner(rows: list[Line], columns: list[Line], high: int, mask: Mask) -> bool:
    """Whether the lines are a corner of a box that the picture's edge cut, on which nothing so high hangs."""
    if len(rows) != 1 or len(columns) != 1:
        return False
    (row,), (column,), near = rows, columns, MEETING * sum(mask.shape) / 2
    if min(_length(row), _length(column)) < TALL * high:
        return False
    is_met = any(
        abs(at - int(column.top[other])) <= near and abs(along - int(row.top[end])) <= near
        for at, end in ((row.left, 0), (row.right, -1))
        for along, other in ((column.left, 0), (column.right, -1))
    )
    return is_met and not _hangs(row, mask) and not _hangs(column, mask.T)


def _hangs(line: Line, mask: Mask) -> bool:
    """Whether something of a mask without it hangs on a line along the rows."""
    columns = np.arange(line.left, line.right)
    inside = [np.clip(edge, 0, len(mask) - 1) for edge in (line.top - 2, line.bottom + 1)]
    return bool(max(np.count_nonzero(mask[rows, columns]) for rows in inside) > 2)


def _encloses(lines: list[Line], crossing: list[Line], box: tuple[int, ...]) -> bool:
    """Whether one of the lines lies before a box, one behind it, and one that runs across beside it.

    box  its first and last of what the lines run across, and of what they run along
    """
    slack, beside = (SLACK * (box[end] - box[end - 1]) for end in (1, 3))
    return (
        any(np.median(each.bottom) <= box[0] + slack for each in lines)
        and any(np.median(each.top) >= box[1] - slack for each in lines)
        and any(
            np.median(each.bottom) <= box[2] + beside or np.median(each.top) >= box[3] - beside for each in crossing
        )
    )


def may_have_lines(ink: Ink, shape: tuple[int, ...]) -> bool:
    """Whether ink, cropped to its extent on a picture of that shape, may show lines: a glance."""
    if min(shape) < MIN_SIDE:
        return False
    high, wide = (own / side for own, side in zip(ink.shape, shape, strict=True))
    if (wide >= SPAN and _is_passed(ink, BEGINS)) or (high >= SPAN and _is_passed(ink.T, BEGINS)):
        return True
    return min(high, wide) >= SIDE and _is_passed(ink, BEGINS) and _is_passed(ink.T, BEGINS)


def _is_passed(ink: Levels | Ink, border: float) -> bool:
    """Whether one can go from the left of (H, W) ink to its right with hardly a turn; looked at in few columns."""
    width = ink.shape[1]
    first = int(AWAY * width)
    step = max(1, (width - 2 * first) // STATIONS)
    reach, way = max(1, step // RISE), -1
    for station in np.packbits(border < ink[:, first : width - first : step].T, axis=1):
        for _ in range(reach):
            way |= way << 1 | way >> 1
        way &= int.from_bytes(station.tobytes(), "big")
        if not way:
            return False
    return True
