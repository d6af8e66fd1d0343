"""What a network reads in the windows of a picture → the number that stands there.

A path from the first piece to the last goes over windows, each of which is one digit, and over marks, which are none.
The best has the highest sum of its windows' scores. Scores and confidence are two small models of features with names;
fitted.py has their weights, and what fits those computes the features here, too.
"""

from math import exp, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.digit.fitted import FITTED, Fitted, Scores
from function.digit.parts import Parts

MAX_DIGITS = 12  # of a number: longer ones are unknown
LEAST = 1e-5  # probabilities below are rounding
MOST_CROSSED = 3.0  # widths of the pen: beyond, a cut is no worse
LOW = 0.6  # of the line's height: what is lower is less often a digit
LEAST_DIGIT = -3.0  # of the log of a digit's probability among the ten: a smaller one says no more
KNOWN, EACH, CROSSED, CUT = 0, 2, 3, 4  # columns of `features`


class Path(NamedTuple):
    """The windows that are the number's digits, in order; those digits; the probability that all is right."""

    windows: tuple[int, ...]
    digits: tuple[int, ...]
    confidence: float


def best_path(parts: Parts, rows: NDArray[np.float32], fitted: Fitted = FITTED) -> Path | None:
    """The digits in `parts`, one or more, or None where no number is likely: it has too many digits, or is too unsure.

    rows  (n, 11): of each window ten probabilities, and that it is a digit at all
    """
    table, logs = features(parts, rows), log_shares(rows)
    walk = best_walk(parts, table, logs, fitted.scores)
    if not 1 <= len(walk) <= MAX_DIGITS:
        return None
    windows, digits = tuple(walk), tuple(logs[walk].argmax(axis=1).tolist())
    if len(windows) == 1:
        return Path(windows, digits, float(np.exp(logs[windows[0], digits[0]] + table[windows[0], KNOWN])))
    confidence = sure(float(evidence(parts, table, logs, walk) @ fitted.odds))
    return Path(windows, digits, confidence) if confidence >= fitted.least_sure else None


def sure(odds: float) -> float:
    """Log odds → the probability."""
    return 1 / (1 + exp(-min(max(odds, -30.0), 30.0)))


def log_shares(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n, 10): logs of the probabilities of each window's digit among the ten."""
    return np.log(np.maximum(rows[:, :10], LEAST, dtype=np.float64))


def features(parts: Parts, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n, 7): what each window's score adds up from, whatever digit it is; from `known` to `short` as in Scores."""
    starts, stops = parts.windows.T
    sides = np.zeros(len(parts.pieces.cuts) + 2)
    np.minimum(parts.pieces.cuts, MOST_CROSSED, out=sides[1:-1])
    before, behind = sides[starts], sides[stops]
    high = (parts.boxes[:, 1] - parts.boxes[:, 0]) / (parts.pieces.height * parts.pieces.factor)
    table = np.empty((len(rows), 7))
    known = table[:, KNOWN] = np.log(np.maximum(rows[:, 10], LEAST, dtype=np.float64))
    np.multiply(known, stops - starts - 1, out=table[:, 1])
    table[:, EACH] = 1
    np.add(before, behind, out=table[:, CROSSED])
    np.add(before > 0, behind > 0, out=table[:, CUT], dtype=np.float64)
    table[:, 5] = parts.gaps
    np.maximum(0, LOW - high, out=table[:, 6])
    return table


def evidence(
    parts: Parts, table: NDArray[np.float64], logs: NDArray[np.float64], walk: list[int]
) -> NDArray[np.float64]:
    """(8,): what the log odds add up from that a walk over two windows or more is right, in the order of Odds."""
    own, shares = table[walk], np.maximum(logs[walk].max(axis=1), LEAST_DIGIT)
    boxes = parts.boxes[walk]
    return np.array(
        [
            1.0,
            own[:, KNOWN].mean(),
            shares.min(),
            shares.mean(),
            log(len(own)),
            np.log(boxes[:, 1] - boxes[:, 0]).std(),
            own[:, CROSSED].mean(),
            np.mean((own[:, CUT] > 0) & (logs[walk].argmax(axis=1) == 1)),
        ]
    )


def best_walk(parts: Parts, table: NDArray[np.float64], logs: NDArray[np.float64], scores: Scores) -> list[int]:
    """The windows of the best path by these scores, each the digit that is most probable there; none without a path.

    table, logs  as `features` and `log_shares` have them
    """
    tops = table @ scores[1:-1] + scores.share * logs.max(axis=1)
    count = len(parts.pieces.boxes)
    best = [0.0] + [-np.inf] * count
    back: list[tuple[int, int]] = [(0, -1)] * (count + 1)
    ways: list[list[tuple[int, int, float]]] = [[] for _ in range(count + 1)]
    for index, ((start, stop), score) in enumerate(zip(parts.windows.tolist(), tops.tolist(), strict=True)):
        ways[stop].append((index, start, score))
    for mark in np.flatnonzero(parts.pieces.is_mark).tolist():
        ways[mark + 1].append((-1, mark, scores.skipped))
    for stop in range(1, count + 1):
        for index, start, score in ways[stop]:
            if best[start] + score > best[stop]:
                best[stop], back[stop] = best[start] + score, (start, index)
    chosen: list[int] = []
    at = count if best[count] > -np.inf else 0
    while at > 0:
        at, index = back[at]
        if index >= 0:
            chosen.append(index)
    return chosen[::-1]
