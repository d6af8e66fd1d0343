"""What a network reads in the windows of a picture → the number that stands there."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.digit.parts import Parts

MAX_DIGITS = 12  # of a number: longer ones are unknown
LEAST = 1e-6  # probabilities below are rounding
SKIPPED = 0.1  # log score lost by a mark that is none of the digits


class Path(NamedTuple):
    """The windows that are the number's digits, in order, those digits, and the probability that this is right."""

    windows: tuple[int, ...]
    digits: tuple[int, ...]
    confidence: float


def best_path(parts: Parts, rows: NDArray[np.float32]) -> Path | None:
    """The number in `parts`, or None where none can be read: a piece is left over, or there are more than MAX_DIGITS.

    rows  (n, 11): of each window ten probabilities, and that it is a digit at all
    """
    pieces = parts.pieces
    count = len(pieces.boxes)
    scores = _scores(parts, rows)
    best = np.full(count + 1, -np.inf)
    back = np.full(count + 1, -2)
    best[0] = 0
    by_stop: list[list[int]] = [[] for _ in range(count + 1)]
    for index, (_, stop) in enumerate(parts.windows):
        by_stop[stop].append(index)
    for stop in range(1, count + 1):
        if pieces.is_mark[stop - 1]:
            best[stop], back[stop] = best[stop - 1] - SKIPPED, -1
        for index in by_stop[stop]:
            start = parts.windows[index, 0]
            if best[start] + scores[index] > best[stop]:
                best[stop], back[stop] = best[start] + scores[index], index
    chosen: list[int] = []
    at = count
    while at > 0:
        index = int(back[at])
        if index == -2:
            return None
        if index == -1:
            at -= 1
        else:
            chosen.append(index)
            at = int(parts.windows[index, 0])
    chosen.reverse()
    if not 1 <= len(chosen) <= MAX_DIGITS:
        return None
    digits = tuple(int(digit) for digit in rows[chosen, :10].argmax(axis=1))
    sure = float(np.prod(rows[chosen, :10].max(axis=1) * rows[chosen, 10]))
    return Path(tuple(chosen), digits, sure)


def _scores(parts: Parts, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """The log of how likely each window is one digit of the number."""
    pieces = parts.pieces
    scores = np.log(np.maximum(rows[:, :10].max(axis=1), LEAST)) + np.log(np.maximum(rows[:, 10], LEAST))
    borders = np.concatenate(([0.0], pieces.cuts, [0.0]))
    starts, stops = parts.windows.T
    scores = scores - 0.5 * 0.5 * (np.minimum(borders[starts], 3) + np.minimum(borders[stops], 3))
    for index, (start, stop) in enumerate(parts.windows):  # a gap inside a digit
        for piece in range(start, stop - 1):
            if pieces.cuts[piece] == 0:
                gap = pieces.boxes[piece + 1, 2] - pieces.boxes[start : piece + 1, 3].max()
                scores[index] -= 3 * max(0.0, gap / pieces.height)
    tall = (parts.boxes[:, 1] - parts.boxes[:, 0]) / (pieces.height * pieces.factor)
    return np.asarray(scores - 3 * np.maximum(0, 0.55 - tall), np.float64)
