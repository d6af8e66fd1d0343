"""What all those numbers amount to: medians with ranges."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Self

from scripts.benchmark.results import Results, Sample


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of them don't exceed (nearest rank)."""
    return sorted(values)[max(1, ceil(len(values) * percent / 100)) - 1]


@dataclass(frozen=True)
class Spread:
    """The median of several rounds, and the lowest and highest of them."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        return cls(median(values), min(values), max(values))

    def __mul__(self, factor: float) -> "Spread":
        return Spread(self.middle * factor, self.low * factor, self.high * factor)


Measure = Callable[[Sample], float | None]

MEASURES: Mapping[str, Measure] = {  # of one round; None = not asked, or not measured
    "first answer": lambda sample: sample.first_answer,
    "pixels p50": lambda sample: percentile(sample.pixels, 50),
    "pixels p99": lambda sample: percentile(sample.pixels, 99),
    "PNG p50": lambda sample: percentile(sample.drawing, 50) if sample.drawing else None,
    "PNG p99": lambda sample: percentile(sample.drawing, 99) if sample.drawing else None,
    "requests/s on 1": lambda sample: sample.throughput.get("1"),
    "requests/s": lambda sample: sample.throughput.get("8"),
    "requests/s on 64": lambda sample: sample.throughput.get("64"),
    "memory": lambda sample: sample.memory,
}
DISK, TOGETHER, INSTALLED = "from a cold disk", "memory of all processes", "installed"  # what isn't measured in rounds


def values(results: Results, contender: str, measure: str) -> list[float]:
    """One a round, in the unit of the sample, seconds or bytes; empty = not measured."""
    if measure == DISK:
        found = [one.get(contender) for one in results.disk]
    elif measure == TOGETHER:
        found = [*results.together.get(contender, ())]
    elif measure == INSTALLED:
        found = [results.installed.get(contender)]
    elif results.has(contender):
        found = [MEASURES[measure](one[contender]) for one in results.rounds]
    else:
        return []
    return [value for value in found if value is not None]


def spread(results: Results, contender: str, measure: str) -> Spread | None:
    """Of one contender over the rounds; None = not measured."""
    found = values(results, contender, measure)
    return Spread.of(found) if found else None
