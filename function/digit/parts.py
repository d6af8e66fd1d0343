"""Ink → its parts: the windows over a line's pieces that may be a digit each, in the frame that a network reads."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Digit, Digits, Ink
from function.digit.frames import framed_together
from function.digit.normalize import FRAME
from function.digit.pieces import MAX_PIECES, Pieces, pieces_of

MAX_NEIGHBORS = 4  # pieces of one digit: a 4 or 5 in two strokes, one of them cut twice
MAX_WINDOWS = MAX_PIECES * MAX_NEIGHBORS
WIDEST = 1.25  # heights of the line: no digit of several pieces is wider
HIGHEST = 2.2  # heights of the line: no digit is higher
NEAR = 0.3  # heights of the line: strokes of one digit are no further apart
ORDINARY = 0.9  # width of what may be one digit without a closer look, in heights


class Parts(NamedTuple):
    """What may be read in one picture.

    windows  (n, 2): first piece and end (exclusive) of each
    digits   (n, 28, 28): what is drawn in each
    boxes    (n, 4): top, bottom, left, right in pixels of the ink
    pieces   what they are made of
    """

    windows: NDArray[np.int64]
    digits: Digits
    boxes: NDArray[np.int64]
    pieces: Pieces


def is_simple(digit: Digit) -> bool:
    """Whether a drawing, as `normalize` gives it, stands in one piece of ordinary width: (28, 28) float32.

    False says nothing; True is seldom said of two digits that don't touch.
    """
    inked = digit > 0.15
    rows = np.flatnonzero(inked.any(axis=1))
    columns = np.flatnonzero(inked.any(axis=0))
    height = int(rows[-1] - rows[0] + 1)
    if len(rows) < height or columns[-1] - columns[0] + 1 > ORDINARY * height:
        return False
    lit = np.bitwise_or.reduce((inked @ _BITS) << _SHEARS, axis=1)
    # Without a free column between two others, the lit ones are the bits from the lowest to the highest.
    filled = lit | (lit - 1)
    return bool(((filled & (filled + 1)) == 0).all())


_BITS = 1 << np.arange(FRAME, dtype=np.int64)
# How far each row is moved aside, for five slants: by up to 17 columns, which an integer of 64 bits still holds.
_SHEARS = np.rint(np.linspace(0, 0.6, 4)[:, None] * np.arange(FRAME)).astype(np.int64)
_SHEARS = np.concatenate((_SHEARS, _SHEARS[1:2, ::-1]))


def parts_of(ink: Ink) -> Parts | None:
    """What may be digits in (H, W) ink; None where it can't be a number: two lines, a scribble, too many pieces.

    ink  float32, 0 = paper, 1 = ink, with a pixel of ink at least
    """
    pieces = pieces_of(ink)
    if pieces is None:
        return None
    windows, boxes = _windows(pieces)
    heights, widths = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    crops = np.zeros((len(windows), heights.max(), widths.max()), np.float32)
    for crop, (start, stop), (top, bottom, left, right) in zip(crops, windows.tolist(), boxes.tolist(), strict=True):
        owners = pieces.owners[top:bottom, left:right]
        is_mine = (owners >= start) & (owners < stop) if stop > start + 1 else owners == start
        np.multiply(pieces.ink[top:bottom, left:right], is_mine, out=crop[: bottom - top, : right - left])
    digits = framed_together(crops, heights, widths)
    y, x = pieces.corner
    return Parts(windows, digits, boxes * pieces.factor + np.array([y, y, x, x]), pieces)


def _windows(pieces: Pieces) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The windows of one to MAX_NEIGHBORS neighbors that may be a digit, (n, 2), and their boxes, (n, 4)."""
    found, united = [], []
    boxes, marks, gaps = pieces.boxes.tolist(), pieces.is_mark.tolist(), (pieces.cuts == 0).tolist()
    height = pieces.height
    for start, (top, bottom, left, right) in enumerate(boxes):
        found.append((start, start + 1))
        united.append((top, bottom, left, right))
        whole = 0 if marks[start] else 1
        for stop in range(start + 2, min(start + MAX_NEIGHBORS, len(boxes)) + 1):
            above, below, first, last = boxes[stop - 1]
            if gaps[stop - 2]:
                if first - right > NEAR * height:
                    break
                whole += not marks[stop - 1]
            top, bottom, left, right = min(top, above), max(bottom, below), min(left, first), max(right, last)
            if right - left > WIDEST * height or bottom - top > HIGHEST * height or whole > 2:
                break
            found.append((start, stop))
            united.append((top, bottom, left, right))
    return np.array(found, np.int64), np.array(united, np.int64)
