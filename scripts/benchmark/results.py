"""Everything that one run measured, as it is kept in a JSON file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Sample:
    """One contender in one round.

    first_answer     seconds
    pixels, drawing  milliseconds of each request; none of a drawing where PNG isn't taken
    throughput       answers per second, by the connections at once
    memory           bytes that the largest process had resident after the load
    """

    first_answer: float
    pixels: Sequence[float]
    drawing: Sequence[float]
    throughput: Mapping[str, float]
    memory: int


@dataclass(frozen=True)
class Growth:
    """How cost grows.

    batch         a request of 256 pictures in single requests
    first, last   p99 in milliseconds of the first and the last 500 of many requests; None = not measured
    memory        bytes by which the largest process grew meanwhile; None = not measured
    """

    batch: float
    first: float | None = None
    last: float | None = None
    memory: int | None = None


@dataclass(frozen=True)
class Results:
    """Everything measured, by contender's name.

    disk      seconds to the first answer with nothing in the page cache; empty where that can't be measured
    together  bytes that all processes of a contender hold, of which those that they share count once; several times
    skipped   why a contender wasn't measured
    """

    machine: str
    rounds: Sequence[Mapping[str, Sample]]
    disk: Sequence[Mapping[str, float]]
    growth: Mapping[str, Growth]
    installed: Mapping[str, int]
    together: Mapping[str, Sequence[int]]
    skipped: Mapping[str, str] = field(default_factory=dict)

    def has(self, contender: str) -> bool:
        """Whether it was measured."""
        return all(contender in one for one in self.rounds)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        rounds = [{name: Sample(**sample) for name, sample in one.items()} for one in value["rounds"]]
        growth = {name: Growth(**one) for name, one in value["growth"].items()}
        return cls(**{**value, "rounds": rounds, "growth": growth})
