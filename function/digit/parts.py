"""Ink → its parts: the windows over a line's pieces that may be a digit each, in the frame that a network reads."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Digit, Digits, Ink
from function.digit.frames import framed_together
from function.digit.normalize import FRAME
from function.digit.pieces import COARSE, Cutting, Pieces, pieces_of

WIDEST = 1.5  # heights of the line: few digits are wider
SHAPE = 2.0  # … and none, even if nothing else touches it
STROKES = 1.1  # … nor those in two tall strokes that stand apart
HIGHEST = 2.2  # heights of the line: no digit is higher
NEAR = 0.3  # heights of the line: strokes of one digit are no further apart
INKED = 0.25  # of the darkest ink: fainter is the blur between neighbors
ORDINARY = (
    0.95  # width, in heights, of what may be one digit without a closer look: three of four; fewer than 3 % of pairs
)


class Parts(NamedTuple):
    """What may be read in one picture.

    windows  (n, 2): first piece and end (exclusive) of each
    digits   (n, 28, 28): what is drawn in each
    boxes    (n, 4): top, bottom, left, right in pixels of the ink
    gaps     (n,): between its pieces, in heights of the line
    pieces   what they are made of
    """

    windows: NDArray[np.int64]
    digits: Digits
    boxes: NDArray[np.int64]
    gaps: NDArray[np.float64]
    pieces: Pieces


def is_simple(digit: Digit) -> bool:
    """Whether a drawing, as `normalize` gives it, stands in one piece of ordinary width: (28, 28) float32.

    False says nothing; True is seldom said of two digits that don't touch.
    """
    codes = np.packbits(_with_margin(digit), bitorder="little").view("<u4").astype(np.int64)  # a bit for each pixel
    (rows,) = codes.nonzero()
    height = int(rows[-1] - rows[0] + 1)
    lit = np.bitwise_or.reduce(codes << _SHEARS, axis=1).tolist()
    if len(rows) < height or (lit[0] // (lit[0] & -lit[0])).bit_length() > ORDINARY * height:
        return False
    # Without a free column between two others, the lit ones are the bits from the lowest to the highest.
    return all((filled := each | (each - 1)) & (filled + 1) == 0 for each in lit)


def _with_margin(digit: Digit) -> NDArray[np.bool_]:
    """(28, 28) → (28, 32): where ink is."""
    wide = np.zeros((FRAME, 32), bool)
    np.greater(digit, INKED, out=wide[:, :FRAME])
    return wide


# How far each row is moved aside, for five slants, the first none: by up to 17 columns, which 64 bits still hold.
_SHEARS = np.rint(np.linspace(0, 0.6, 4)[:, None] * np.arange(FRAME)).astype(np.int64)
_SHEARS = np.concatenate((_SHEARS, _SHEARS[1:2, ::-1]))


def parts_of(ink: Ink, cutting: Cutting = COARSE) -> Parts | None:
    """What may be digits in (H, W) ink; None where it can't be a number: two lines, a scribble, too many pieces.

    ink  float32, 0 = paper, 1 = ink, with a pixel of ink at least
    """
    pieces = pieces_of(ink, cutting)
    if pieces is None:
        return None
    windows, boxes, gaps = _windows(pieces, cutting.neighbors)
    heights, widths = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    crops = np.zeros((len(windows), heights.max(), widths.max()), np.float32)
    for crop, (start, stop), (top, bottom, left, right) in zip(crops, windows.tolist(), boxes.tolist(), strict=True):
        owners = pieces.owners[top:bottom, left:right]
        is_mine = (owners >= start) & (owners < stop) if stop > start + 1 else owners == start
        np.multiply(pieces.ink[top:bottom, left:right], is_mine, out=crop[: bottom - top, : right - left])
    digits = framed_together(crops, heights, widths)
    y, x = pieces.corner
    return Parts(windows, digits, boxes * pieces.factor + np.array([y, y, x, x]), gaps, pieces)


def _windows(pieces: Pieces, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The windows that may be a digit, their boxes and gaps, as Parts has them.

    They are of one to `most` neighbors, and of all pieces of a shape that was cut.
    """
    found, united, apart = [], [], []
    boxes, marks, gaps = pieces.boxes.tolist(), pieces.is_mark.tolist(), [*(pieces.cuts == 0).tolist(), True]
    height = pieces.height
    for start, (top, bottom, left, right) in enumerate(boxes):
        is_first = start == 0 or gaps[start - 1]
        whole = int(not marks[start])  # shapes that might be digits by themselves
        gap = 0.0
        for stop in range(start + 1, len(boxes) + 1):
            above, below, first, last = boxes[stop - 1]
            if stop > start + 1 and gaps[stop - 2]:
                whole += not marks[stop - 1]
                gap += max(0, first - right) / height
                if first - right > NEAR * height or whole > 2 or stop > start + most:
                    break
            top, bottom, left, right = min(top, above), max(bottom, below), min(left, first), max(right, last)
            is_shape = is_first and gaps[stop - 1] and whole <= 1
            if not is_shape and stop > start + most:
                continue
            widest = SHAPE if is_shape else STROKES if whole > 1 else WIDEST
            if stop == start + 1 or (right - left <= widest * height and bottom - top <= HIGHEST * height):
                found.append((start, stop))
                united.append((top, bottom, left, right))
                apart.append(gap)
    return np.array(found, np.int64), np.array(united, np.int64), np.array(apart)
