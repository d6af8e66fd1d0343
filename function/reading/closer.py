"""Readings of drawings as one digit → readings of what stands in them part by part, where there is reason to look."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from function.arrays import Ink, Levels, Outputs, from_levels, to_levels
from function.digit.parts import SHAPE, Parts, is_simple, parts_of
from function.digit.path import best_path
from function.digit.pieces import COARSE, FINE, WHOLE, Cutting
from function.network.network import Network
from function.reading.outputs import BATCH, outputs_of
from function.reading.values import Part, Reading, Seen, within

MOST_WINDOWS = 2**14  # in all pictures of a request: 256 numbers of ten digits; beyond, only single digits are read


class Look(NamedTuple):
    """How what is drawn is cut, and what that finds needs no finer cuts.

    number  the confidence from which a number is sure
    digit   whether a single digit is
    """

    cutting: Cutting
    number: float
    digit: bool


LOOKS = (Look(WHOLE, 0.9, digit=False), Look(COARSE, 0.8, digit=True), Look(FINE, 0.0, digit=True))


def look_closer(readings: list[Reading], seen: Seen, network: Network, threshold: float) -> None:
    """Reads anew, part by part, all but single known digits in one piece, as long as MOST_WINDOWS last.

    What is wide, and no sure number yet, is looked at again, cut, and once more, cut finely: the last look reads a
    quarter more of the numbers whose digits all touch, and few others need it.
    """
    doubtful = [index for index, each in enumerate(readings) if each.kind != "digit" or not is_simple(each.digit)]
    for index in doubtful:
        readings[index] = _unless_wide(readings[index], seen.inks[index].shape)
    looking = _Looking(readings, seen, network, threshold)
    for look in LOOKS:
        doubtful = looking.at(doubtful, look)


class _Looking:
    """What is read on which pictures, and how many more windows may be."""

    def __init__(self, readings: list[Reading], seen: Seen, network: Network, threshold: float) -> None:
        self._readings, self._seen, self._network, self._threshold = readings, seen, network, threshold
        self._left = MOST_WINDOWS

    def at(self, indices: Sequence[int], look: Look) -> list[int]:
        """Puts what is written there among the readings; which of them may be worth finer cuts."""
        unsure: list[int] = []
        waiting: dict[int, Parts] = {}
        count = 0
        for index in indices:
            parts = parts_of(_ink(self._seen.inks[index]), look.cutting) if self._left > 0 else None
            if parts is None:
                continue
            waiting[index] = parts
            count, self._left = count + len(parts.digits), self._left - len(parts.digits)
            if count >= BATCH:
                unsure += self._read(waiting, look)
                count = 0
        return unsure + self._read(waiting, look)

    def _read(self, waiting: dict[int, Parts], look: Look) -> list[int]:
        """Reads the parts, by their picture's index, all at once; then none waits any more."""
        if not waiting:
            return []
        rows = outputs_of(np.concatenate([parts.digits for parts in waiting.values()]), self._network)
        unsure, start = [], 0
        for index, parts in waiting.items():
            own = rows[start : start + len(parts.digits)]
            start += len(parts.digits)
            reading = self._readings[index] = self._surer(index, parts, own)
            is_sure = (
                look.digit
                if reading.kind == "digit"
                else reading.kind == "number" and reading.confidence >= look.number
            )
            if not is_sure and parts.pieces.is_wide:
                unsure.append(index)
        waiting.clear()
        return unsure

    def _surer(self, index: int, parts: Parts, rows: Outputs) -> Reading:
        """What is written in the parts, which a network answered with `rows`, or what was read before, if surer."""
        before, area, shape = self._readings[index], self._seen.areas[index], self._seen.inks[index].shape
        path = best_path(parts, rows)
        if path is None or (len(path.windows) == 1 and path.confidence < self._threshold):
            return before
        if before.kind == "number" and before.confidence >= path.confidence:
            return before
        written = tuple(
            Part(
                value,
                float(rows[window, :10].max()),
                within(area, parts.boxes[window].tolist(), shape),
                parts.digits[window],
            )
            for window, value in zip(path.windows, path.digits, strict=True)
        )
        return replace(
            before, kind="digit" if len(written) == 1 else "number", confidence=path.confidence, parts=written
        )


def _unless_wide(reading: Reading, shape: tuple[int, ...]) -> Reading:
    """The reading of a drawing as one digit or none; what is too wide for a digit is none."""
    if reading.kind != "digit" or shape[1] <= SHAPE * shape[0]:
        return reading
    return replace(reading, kind="unknown", confidence=1 - reading.confidence, parts=())


def _ink(kept: Ink | Levels) -> Ink:
    """As it would be had it been kept as levels: so a picture is read alike alone and among others."""
    return from_levels(kept.astype(np.uint8, copy=False) if kept.dtype == np.uint8 else to_levels(kept))
