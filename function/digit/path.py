"""What a network reads in the windows of a picture → the number that stands there.

A path from the first piece to the last goes over windows, each of which is one digit, and over marks, which are none.
The best has the highest sum of its windows' scores; how far all others fall behind tells how sure it is. Scores and
confidence are two small models of features that are easy to name; their weights were fitted, not chosen.
"""

from math import exp, log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.digit.parts import Parts

MAX_DIGITS = 12  # of a number: longer ones are unknown
LEAST = 1e-5  # probabilities below are rounding
MOST_CROSSED = 3.0  # widths of the pen: beyond, a cut is no worse
LOW = 0.6  # of the line's height: what is lower is less often a digit
LEAST_SURE = 0.35  # confidence: below, a number is unknown. Loses 1.5 % of the right ones, lets 1 % of words pass

# What a window's score adds up from. Source: conditional likelihood of the texts of 1,290 numbers, 441 of them really
# written, 700 composed of pen digits and 150 of MNIST's, of writers that the network had not learned from.
SHARE = 1.47  # times the log of the probability of its digit among the ten
KNOWN = 1.17  # times the log of the probability that it is a digit …
KNOWN_MORE = 0.61  # … and again for each piece after its first, or many small windows would win
EACH = -0.83  # for each window
CROSSED = -1.09  # times the ink, in widths of the pen, that the cuts at its sides cross
CUT = -0.82  # for each side that is a cut
APART = -3.00  # times the gaps inside it, in heights of the line
SHORT = -3.39  # times how far it is lower than LOW
SKIPPED = -0.12  # for a mark that is none of the digits

# The log odds that a number of two digits or more is right. Source: logistic regression on the same numbers, and on
# 1,345 letters, words and doodles with the same weight together. On other writers, calibrated within 0.03.
ODDS = 2.77
ODDS_PATH = 1.39  # times the log of the path's share of all paths, at least …
LEAST_SHARE = -5.0  # … this
ODDS_KNOWN = 1.24  # times the mean log of the probabilities that its windows are digits
ODDS_SHARE = 1.98  # times the lowest log of the probabilities of its digits among the ten, at least …
LEAST_DIGIT = -3.0  # … this
ODDS_LENGTH = 0.45  # times the log of how many digits it has
ODDS_UNEVEN = -7.29  # times the standard deviation of the logs of its digits' heights
ODDS_SLICED = -6.17  # times the part of its digits that are ones cut off something: so come ones out of letters
ODDS_CROSSED = -0.92  # times the mean ink that the cuts at its windows' sides cross


class Path(NamedTuple):
    """The windows that are the number's digits, in order; those digits; the probability that all is right."""

    windows: tuple[int, ...]
    digits: tuple[int, ...]
    confidence: float


def best_path(parts: Parts, rows: NDArray[np.float32]) -> Path | None:
    """The digits in `parts`, one or more, or None where no number is likely: it has too many digits, or is too unsure.

    rows  (n, 11): of each window ten probabilities, and that it is a digit at all
    """
    shares = np.log(np.maximum(rows[:, :10].max(axis=1), LEAST)).astype(np.float64)
    known = np.log(np.maximum(rows[:, 10], LEAST)).astype(np.float64)
    crossed, cut = _crossed(parts)
    scores = _scores(parts, shares, known, crossed, cut)
    chosen, share = _best(parts, scores, (scores - SHARE * shares) + _all_digits(rows))
    if not 1 <= len(chosen) <= MAX_DIGITS:
        return None
    digits = tuple(rows[chosen, :10].argmax(axis=1).tolist())
    if len(chosen) == 1:
        return Path(tuple(chosen), digits, float(np.exp(shares[chosen[0]] + known[chosen[0]])))
    heights = np.log(parts.boxes[chosen, 1] - parts.boxes[chosen, 0])
    odds = (
        ODDS
        + ODDS_PATH * max(share, LEAST_SHARE)
        + ODDS_KNOWN * known[chosen].mean()
        + ODDS_SHARE * max(shares[chosen].min(), LEAST_DIGIT)
        + ODDS_LENGTH * np.log(len(chosen))
        + ODDS_UNEVEN * heights.std()
        + ODDS_CROSSED * crossed[chosen].mean()
        + ODDS_SLICED * np.mean((cut[chosen] > 0) & (np.array(digits) == 1))
    )
    confidence = 1 / (1 + exp(-float(np.clip(odds, -30, 30))))
    return Path(tuple(chosen), digits, confidence) if confidence >= LEAST_SURE else None


def _crossed(parts: Parts) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Of each window, the ink that the cuts at its sides cross, in widths of the pen, and how many they are."""
    sides = np.concatenate(([0.0], np.minimum(parts.pieces.cuts, MOST_CROSSED), [0.0]))[parts.windows]
    return sides.sum(axis=1), np.count_nonzero(sides, axis=1)


def _scores(
    parts: Parts,
    shares: NDArray[np.float64],
    known: NDArray[np.float64],
    crossed: NDArray[np.float64],
    cut: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Of each window, as the digit that is most probable."""
    more = parts.windows[:, 1] - parts.windows[:, 0] - 1
    high = (parts.boxes[:, 1] - parts.boxes[:, 0]) / (parts.pieces.height * parts.pieces.factor)
    scores: NDArray[np.float64] = (
        SHARE * shares
        + (KNOWN + KNOWN_MORE * more) * known
        + EACH
        + CROSSED * crossed
        + CUT * cut
        + APART * parts.gaps
        + SHORT * np.maximum(0, LOW - high)
    )
    return scores


def _all_digits(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log of the sum of what the ten digits add to a window's score."""
    return np.asarray(np.log((np.maximum(rows[:, :10], LEAST).astype(np.float64) ** SHARE).sum(axis=1)), np.float64)


def _best(parts: Parts, scores: NDArray[np.float64], sums: NDArray[np.float64]) -> tuple[list[int], float]:
    """The windows of the best path, none where there is no path, and the log of its share of all paths.

    sums  like scores, over all ten digits
    """
    count = len(parts.pieces.boxes)
    best, total = ([0.0] + [-np.inf] * count for _ in range(2))
    back: list[tuple[int, int]] = [(0, -1)] * (count + 1)
    ways: list[list[tuple[int, int, float, float]]] = [[] for _ in range(count + 1)]
    for index, ((start, stop), score, whole) in enumerate(
        zip(parts.windows.tolist(), scores.tolist(), sums.tolist(), strict=True)
    ):
        ways[stop].append((index, start, score, whole))
    for mark in np.flatnonzero(parts.pieces.is_mark).tolist():
        ways[mark + 1].append((-1, mark, SKIPPED, SKIPPED))
    for stop in range(1, count + 1):
        for index, start, score, whole in ways[stop]:
            if best[start] + score > best[stop]:
                best[stop], back[stop] = best[start] + score, (start, index)
            total[stop] = _log_sum(total[stop], total[start] + whole)
    chosen: list[int] = []
    at = count if best[count] > -np.inf else 0
    while at > 0:
        at, index = back[at]
        if index >= 0:
            chosen.append(index)
    return chosen[::-1], best[count] - total[count]


def _log_sum(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return high if low == -np.inf else high + log1p(exp(low - high))
