"""What all those numbers amount to: medians with ranges, and the ratios that are promised."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Self

from scripts.benchmark.results import Results, Sample

SLACK = 1.5  # a ratio this many times behind the published one is no noise any more
# … and so many times more on another processor: with the same code, pixels on Keras ÷ naive were 0.033 on an AMD EPYC
# with AVX-512 and 0.052 on a Xeon at 2.5 GHz.
FOREIGN = 1.6


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


Measure = Callable[[Sample], float]

MEASURES: Mapping[str, Measure] = {
    "first answer": lambda sample: sample.first_answer,
    "pixels p50": lambda sample: percentile(sample.pixels, 50),
    "pixels p99": lambda sample: percentile(sample.pixels, 99),
    "PNG p50": lambda sample: percentile(sample.drawing, 50),
    "PNG p99": lambda sample: percentile(sample.drawing, 99),
    "requests/s": lambda sample: sample.throughput,
    "memory": lambda sample: sample.memory,
}


def spread(results: Results, contender: str, measure: str) -> Spread:
    """Of one contender over the rounds, in the unit of the sample."""
    return Spread.of([MEASURES[measure](one[contender]) for one in results.rounds])


@dataclass(frozen=True)
class Promise:
    """A ratio that must hold, and one to aim for. Requests per second count upwards, everything else downwards."""

    title: str
    measure: str
    ours: str
    theirs: str
    must: float
    aim: float

    @property
    def upwards(self) -> bool:
        return self.measure == "requests/s"

    def measured(self, results: Results) -> Spread:
        """Of the ratios within each round, so that a machine's drift divides out."""
        value = MEASURES[self.measure]
        return Spread.of([value(one[self.ours]) / value(one[self.theirs]) for one in results.rounds])

    def holds(self, ratio: float) -> bool:
        return ratio >= self.must if self.upwards else ratio <= self.must

    def is_behind(self, ratio: float, published: float, slack: float = SLACK) -> bool:
        """Whether `ratio` is so much worse than the published one that something has become slower."""
        return ratio < published / slack if self.upwards else ratio > published * slack


PROMISES = (
    Promise("first answer, Keras ÷ naive", "first answer", "keras", "naive", must=0.95, aim=0.80),
    Promise("first answer, LiteRT ÷ naive", "first answer", "lite", "naive", must=0.25, aim=0.15),
    Promise("first answer, LiteRT ÷ echo", "first answer", "lite", "echo", must=4, aim=2.5),
    Promise("pixels p50, Keras ÷ naive", "pixels p50", "keras", "naive", must=1 / 12, aim=1 / 20),
    Promise("pixels p50, LiteRT ÷ echo", "pixels p50", "lite", "echo", must=2.5, aim=1.6),
    Promise("PNG p50, LiteRT ÷ echo", "PNG p50", "lite", "echo", must=5, aim=3),
    Promise("requests/s, LiteRT ÷ naive", "requests/s", "lite", "naive", must=10, aim=20),
    Promise("memory, Keras ÷ naive", "memory", "keras", "naive", must=1.0, aim=0.9),
    Promise("memory, LiteRT ÷ naive", "memory", "lite", "naive", must=0.25, aim=0.18),
)


def behind(results: Results, published: Results) -> list[str]:
    """One sentence for each promise that the results keep so much worse than the published ones."""
    slack = SLACK if results.machine == published.machine else SLACK * FOREIGN
    sentences = []
    for promise in PROMISES:
        ratio, before = promise.measured(results).middle, promise.measured(published).middle
        if promise.is_behind(ratio, before, slack):
            sentences.append(
                f"{promise.title} is {ratio:.3g}, more than {slack:.2g}× behind the published {before:.3g}"
            )
    return sentences
