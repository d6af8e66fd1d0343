"""How probable texts are under a number's paths, for many numbers at once, and where more probable ones lie.

A path's probability is the exponential of its score over the sum of all paths', whatever they read; a text's is the sum
of its paths'. Both sums run from left to right, and again from right to left to tell what each window has in them.

Source: Lafferty, McCallum & Pereira, "Conditional random fields" (2001).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Lattice(NamedTuple):
    """One number.

    text     its digits
    windows  (n, 2): first piece and end of each
    table    (n, 7): path.features
    logs     (n, 10): path.log_shares
    is_mark  (pieces,)
    """

    text: str
    windows: Ints
    table: Floats
    logs: Floats
    is_mark: NDArray[np.bool_]


class _Step(NamedTuple):
    """Ways from one place to another, in all lattices that have one: windows, or marks where `is_mark`."""

    start: int
    stop: int
    is_mark: bool
    ways: Ints  # windows, or marks, by their index
    owners: Ints  # the lattice of each


class Lattices:
    """Many, as one batch; `weights` (9,) are in the order of Scores everywhere."""

    def __init__(self, lattices: Sequence[Lattice]) -> None:
        self._count = len(lattices)
        self._table = np.concatenate([each.table for each in lattices])
        self._logs = np.concatenate([each.logs for each in lattices])
        self._owners = np.repeat(np.arange(self._count), [len(each.windows) for each in lattices])
        self._starts, self._stops = np.concatenate([each.windows for each in lattices]).T
        marks = [np.flatnonzero(each.is_mark) for each in lattices]
        self._marks = np.concatenate(marks)
        self._mark_owners = np.repeat(np.arange(self._count), [len(each) for each in marks])
        self._ends = np.array([len(each.is_mark) for each in lattices])
        self._lengths = np.array([len(each.text) for each in lattices])
        texts = np.zeros((self._count, self._lengths.max()), np.int64)
        for row, each in zip(texts, lattices, strict=True):
            row[: len(each.text)] = [int(digit) for digit in each.text]
        self._texts = texts[self._owners]  # (windows, longest text)
        self._told: Floats = np.take_along_axis(self._logs, self._texts, axis=1)
        self._steps = [
            *_steps(self._starts, self._stops, self._owners, is_mark=False),
            *_steps(self._marks, self._marks + 1, self._mark_owners, is_mark=True),
        ]
        self._steps.sort(key=lambda step: (step.stop, step.start))

    def likelihoods(self, weights: Floats) -> Floats:
        """(n,): log probability of each text; -inf where no path reads it."""
        base, whole = self._gains(weights)
        free = self._sums(whole[:, None], weights[-1], texts=False)
        told = self._sums(base[:, None] + weights[0] * self._told, weights[-1], texts=True)
        return self._totals(told, texts=True) - self._totals(free, texts=False)

    def gradient(self, weights: Floats, shares: Floats) -> Floats:
        """(9,): of the sum of `likelihoods`, each times its share (n,); that of an impossible text must be 0."""
        base, whole = self._gains(weights)
        digits = np.exp(weights[0] * self._logs + (base - whole)[:, None])  # what each has in its window
        gradient = np.zeros(len(weights))
        for gains, texts, sign in ((base[:, None] + weights[0] * self._told, True, 1.0), (whole[:, None], False, -1.0)):
            there = self._sums(gains, weights[-1], texts)
            back = self._sums(gains, weights[-1], texts, backward=True)
            end = np.where(shares != 0, self._totals(there, texts), np.inf)
            last = gains.shape[1] if texts else None
            before = there[self._owners, self._starts][:, :last]
            behind = back[self._owners, self._stops][:, 1 if texts else 0 :]
            part = np.exp(before + gains + behind - end[self._owners][:, None]) * (sign * shares)[self._owners, None]
            gradient[1:-1] += part.sum(axis=1) @ self._table
            gradient[0] += (part * (self._told if texts else (digits * self._logs).sum(axis=1)[:, None])).sum()
            skip = there[self._mark_owners, self._marks] + back[self._mark_owners, self._marks + 1] + weights[-1]
            part = np.exp(skip - end[self._mark_owners][:, None])
            gradient[-1] += ((sign * shares)[self._mark_owners, None] * part).sum()
        return gradient

    def _gains(self, weights: Floats) -> tuple[Floats, Floats]:
        """(windows,): of each the score without its digit, and with all ten."""
        base = self._table @ weights[1:-1]
        return base, base + np.log(np.exp(weights[0] * self._logs).sum(axis=1))

    def _sums(self, gains: Floats, skipped: float, texts: bool, backward: bool = False) -> Floats:
        """(n, places, texts read so far): log of the sum of all ways there; or `backward`, from there to the end.

        gains  (windows, longest text): of each window as each of the text's digits; or (windows, 1)
        """
        wide = gains.shape[1] + 1 if texts else 1
        sums = np.full((self._count, int(self._ends.max()) + 1, wide), -np.inf)
        if backward:
            sums[np.arange(self._count), self._ends, self._lengths if texts else 0] = 0
        else:
            sums[:, 0, 0] = 0
        # A window reads one digit more of the text.
        begins, goes = (slice(None, -1), slice(1, None)) if texts else (slice(None), slice(None))
        for step in sorted(self._steps, key=lambda step: -step.start) if backward else self._steps:
            origin, target = (step.stop, step.start) if backward else (step.start, step.stop)
            here, there = (goes, begins) if backward else (begins, goes)
            if step.is_mark:
                here = there = slice(None)
            added = skipped if step.is_mark else gains[step.ways]
            arriving = sums[step.owners, origin, here] + added
            sums[step.owners, target, there] = np.logaddexp(sums[step.owners, target, there], arriving)
        return sums

    def _totals(self, sums: Floats, texts: bool) -> Floats:
        return np.asarray(sums[np.arange(self._count), self._ends, self._lengths if texts else 0])


def _steps(starts: Ints, stops: Ints, owners: Ints, is_mark: bool) -> list[_Step]:
    """One for each pair of start and stop; no lattice has two ways between the same."""
    order = np.lexsort((starts, stops))
    changes = np.flatnonzero(np.diff(starts[order]) | np.diff(stops[order])) + 1
    return [
        _Step(int(starts[ways[0]]), int(stops[ways[0]]), is_mark, ways, owners[ways])
        for ways in np.split(order, changes)
        if len(ways)
    ]
