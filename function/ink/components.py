"""Ink → its connected components, by horizontal runs, of which a drawing has few."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink, Levels

MAX_RUNS = 20_000  # horizontal runs: no drawing has a tenth, and noise that has more is looked at only as a whole


class Components(NamedTuple):
    """The 8-connected components of a mask, in the order of their topmost runs.

    boxes    (n, 4): top, bottom, left, right, ends exclusive
    mass     (n,): sum of the ink
    peak     (n,): its darkest
    owners   (r,): the component that each horizontal run belongs to, runs in the order of rows
    lengths  (r,): pixels of each run
    """

    boxes: NDArray[np.int64]
    mass: NDArray[np.float64]
    peak: NDArray[np.float32]
    owners: NDArray[np.int64]
    lengths: NDArray[np.int64]


def count_runs(mask: NDArray[np.bool_]) -> int:
    """How many horizontal runs a (H, W) mask has, but for those that begin at its left edge."""
    return int(np.count_nonzero(mask[:, 1:] & ~mask[:, :-1]))


def components(ink: Ink | Levels | NDArray[np.bool_], mask: NDArray[np.bool_]) -> Components:
    """The 8-connected components of `mask`, which is not empty. Rounds grow with the log of the longest."""
    height, width = mask.shape
    stride = width + 2  # two empty columns keep neighbors from meeting across the end of a row
    flat = np.zeros(height * stride + 1, bool)  # and an empty pixel before all
    flat[1:].reshape(height, stride)[:, :width] = mask
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    starts, ends = edges[::2], edges[1::2]
    # Runs touch those of the next row that begin no later than one past their end and end no earlier than their start.
    first = np.searchsorted(ends, starts + stride)
    count = np.maximum(np.searchsorted(starts, ends + stride, side="right") - first, 0)
    upper = np.repeat(np.arange(len(starts)), count)
    lower = np.arange(len(upper)) + np.repeat(first - np.cumsum(count) + count, count)
    label = np.arange(len(starts))
    while True:  # each round hooks neighboring trees together, then has every run point at its root
        one, other = label[upper], label[lower]
        joined = label.copy()
        np.minimum.at(joined, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(joined, further := joined[joined]):
            joined = further
        if np.array_equal(joined, label):
            break
        label = joined
    roots = np.flatnonzero(label == np.arange(len(label)))
    owner = np.searchsorted(roots, label)
    row, left = np.divmod(starts, stride)
    inked, first = ink[mask], np.cumsum(ends - starts) - (ends - starts)
    mass = np.bincount(owner, np.add.reduceat(inked, first, dtype=np.float64)).astype(np.float64)
    boxes = np.empty((len(mass), 4), np.int64)
    boxes[:, (0, 2)], boxes[:, (1, 3)] = max(height, width), 0
    np.minimum.at(boxes[:, 0], owner, row)
    np.maximum.at(boxes[:, 1], owner, row + 1)
    np.minimum.at(boxes[:, 2], owner, left)
    np.maximum.at(boxes[:, 3], owner, left + ends - starts)
    peak = np.zeros(len(mass), np.float32)
    np.maximum.at(peak, owner, np.maximum.reduceat(inked, first).astype(np.float32))
    return Components(boxes, mass, peak, owner, ends - starts)
