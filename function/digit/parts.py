"""Ink → its parts: the windows over a line's pieces that may be a digit each, in the frame that a network reads."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Digit, Digits, Ink
from function.digit.normalize import FRAME, normalize
from function.digit.pieces import Pieces, pieces_of

MAX_NEIGHBORS = 4  # pieces of one digit: a 4 or 5 in two strokes, one of them cut twice
MAX_WINDOWS = 128  # of a picture: MAX_PIECES times MAX_NEIGHBORS
WIDEST = 1.7  # heights of the line: no digit is wider
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
    rows = inked.any(axis=1)
    columns = np.flatnonzero(inked.any(axis=0))
    height = int(np.count_nonzero(rows))
    if columns[-1] - columns[0] + 1 > ORDINARY * height:
        return False
    words = inked @ _BITS
    lit = np.bitwise_or.reduce(words << _SHEARS, axis=1)
    # A free column on the way of some slant has ink on both sides of it.
    spread = lit | lit << 1
    for shift in (2, 4, 8, 16, 32):
        spread |= spread << shift
    lowest = lit & -lit
    highest = np.left_shift(1, np.log2(lit.astype(np.float64)).astype(np.int64) + 1)
    return bool((lit == highest - lowest).all())


_BITS = 1 << np.arange(FRAME, dtype=np.int64)
# How far each row is moved aside, for five slants: by up to 14 columns, which an integer of 64 bits still holds.
_SHEARS = np.rint(np.linspace(0, 0.6, 4)[:, None] * np.arange(FRAME)).astype(np.int64)
_SHEARS = np.concatenate((_SHEARS, _SHEARS[1:2, ::-1]))


def parts_of(ink: Ink) -> Parts | None:
    """What may be digits in (H, W) ink; None where it can't be a number: two lines, a scribble, too many pieces.

    ink  float32, 0 = paper, 1 = ink, with a pixel of ink at least
    """
    pieces = pieces_of(ink)
    if pieces is None:
        return None
    windows = _windows(pieces)
    digits = np.empty((len(windows), FRAME, FRAME), np.float32)
    boxes = np.empty((len(windows), 4), np.int64)
    for index, (start, stop) in enumerate(windows):
        inside = pieces.boxes[start:stop]
        top, left = inside[:, 0].min(), inside[:, 2].min()
        bottom, right = inside[:, 1].max(), inside[:, 3].max()
        boxes[index] = top, bottom, left, right
        frame = slice(max(top - 2, 0), bottom + 2), slice(max(left - 2, 0), right + 2)
        owners = pieces.owners[frame]
        is_mine = (owners >= start) & (owners < stop)
        digits[index] = normalize(np.where(is_mine, pieces.ink[frame], np.float32(0)))
    y, x = pieces.corner
    return Parts(windows, digits, boxes * pieces.factor + np.array([y, y, x, x]), pieces)


def _windows(pieces: Pieces) -> NDArray[np.int64]:
    """All windows of one to MAX_NEIGHBORS neighbors that are no wider than a digit."""
    count = len(pieces.boxes)
    found = []
    for start in range(count):
        for stop in range(start + 1, min(start + MAX_NEIGHBORS, count) + 1):
            inside = pieces.boxes[start:stop]
            wide = inside[:, 3].max() - inside[:, 2].min()
            if stop == start + 1 or wide <= WIDEST * pieces.height:
                found.append((start, stop))
    return np.array(found, np.int64)
