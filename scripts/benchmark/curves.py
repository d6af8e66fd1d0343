"""How cost grows with the connections, the size of a picture, the pictures in a request and the digits in a number."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Self

import numpy as np

from scripts.benchmark import questions
from scripts.benchmark.client import Connection, latencies, throughput
from scripts.benchmark.contender import Contender
from scripts.benchmark.figures import Spread
from scripts.benchmark.questions import Question
from scripts.benchmark.rounds import Say, machine
from scripts.benchmark.server import Unanswered, running

# (x, a spread at each x) → what should be at each x, and that in words
Law = Callable[[Sequence[float], Sequence[Spread]], tuple[list[float], str]]


@dataclass(frozen=True)
class Pace:
    """How thoroughly to measure: rounds, and in each of every point at most so many requests and seconds."""

    rounds: int
    requests: int
    seconds: float


FULL, QUICK = Pace(7, 60, 1.0), Pace(2, 15, 0.2)


@dataclass(frozen=True)
class Curves:
    """Everything measured: by curve, contender and x, a value a round; milliseconds, or answers per second."""

    machine: str
    values: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]

    def spreads(self, curve: str, contender: str) -> list[Spread]:
        """In the order of x."""
        found = self.values[curve].get(contender, {})
        return [Spread.of(found[x]) for x in sorted(found, key=int)]

    @classmethod
    def read(cls, path: Path) -> Self:
        kept: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        return cls(kept["machine"], kept["values"])


def line(unit: str) -> Law:
    """A start, and so much for each: fitted by ratios, so that the cheap ends count as much as the dear ones."""

    def law(xs: Sequence[float], found: Sequence[Spread]) -> tuple[list[float], str]:
        y = np.array([each.middle for each in found])
        per, share = 1 / y, np.array(xs) / y  # start * per + slope * share should be 1 at each point
        start, slope = np.linalg.lstsq(np.stack([per, share], axis=1), np.ones(len(y)), rcond=None)[0]
        if start < 0:  # nothing costs less than nothing: a line through the origin, then
            start, slope = 0.0, share.sum() / (share * share).sum()
        expected = [float(start + slope * x) for x in xs]
        each = f"{slope * 1000:,.0f}" if slope > 0.1 else f"{slope * 1000:.3g}"
        return expected, f"{start:.2f} ms + {each} µs for each {unit}"

    return law


def squares(xs: Sequence[float], found: Sequence[Spread]) -> tuple[list[float], str]:
    """A line over the pixels of a picture of x a side."""
    return line("1,000 pixels")([side * side / 1000 for side in xs], found)


def saturation(xs: Sequence[float], found: Sequence[Spread]) -> tuple[list[float], str]:
    """Each connection adds its own until the processors are busy, and none takes anything away then."""
    alone, most = found[0].middle / xs[0], max(each.middle for each in found)
    return [min(alone * x, most) for x in xs], f"{alone:,.0f} a second for each, {most:,.0f} at most"


@dataclass(frozen=True)
class Curve:
    """One kind of growth.

    question  what is asked at x
    rated     whether answers per second are measured on x connections, and not the time of an answer
    law       what it should follow
    """

    name: str
    title: str
    across: str
    points: Sequence[int]
    question: Callable[[int], Question]
    law: Law
    rated: bool = False

    @property
    def unit(self) -> str:
        return "answers a second" if self.rated else "milliseconds"


CURVES = (
    Curve(
        "connections", "Connections at once", "connections", (1, 2, 4, 8, 16, 32, 64),
        lambda _: questions.pixels(), saturation, rated=True,
    ),
    Curve(
        "sides", "Size of a picture", "pixels a side", (28, 56, 112, 224, 448, 896, 1792, 4096),
        questions.sized, squares,
    ),
    Curve(
        "batches", "Pictures in a request", "pictures", (1, 2, 4, 8, 16, 32, 64, 128, 256),
        questions.batch, line("picture"),
    ),
    Curve(
        "digits", "Digits in a number", "digits", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        questions.number, line("digit"),
    ),
)  # fmt: skip


def measure(pace: Pace, contenders: Sequence[Contender], say: Say, curves: Sequence[Curve] = CURVES) -> Curves:
    """All contenders run at the same time and are asked in turn, point by point. Raises Unanswered."""
    values: dict[str, dict[str, dict[str, list[float]]]] = {
        curve.name: {one.name: {str(x): [] for x in curve.points} for one in contenders} for curve in curves
    }
    with ExitStack() as stack:
        servers = [stack.enter_context(running(one)) for one in contenders]
        for server in servers:
            say(f"reads what it is asked: {server.contender.title}")
            server.first_answer(server.contender.pixels())
            _check(server.port, server.contender, curves)
        for number in range(pace.rounds):
            for curve in curves:
                say(f"round {number + 1} of {pace.rounds}: {curve.title.lower()}")
                for x in curve.points:
                    request = curve.question(x).request
                    for server in servers:
                        times = values[curve.name][server.contender.name][str(x)]
                        if curve.rated:
                            times.append(round(throughput(server.port, request, x, pace.seconds), 1))
                        else:
                            found = latencies(server.port, request, pace.requests, pace.seconds)
                            times.append(round(median(found), 4))
    return Curves(machine(), values)


def _check(port: int, contender: Contender, curves: Sequence[Curve]) -> None:
    """Raises Unanswered unless every question is read right: what reads wrongly may have stopped on its way."""
    with Connection(port) as connection:
        for curve in curves:
            for x in curve.points:
                question = curve.question(x)
                answer = json.loads(connection.ask(question.request))
                for each in answer.get("predictions", [answer])[:1]:
                    text = each["reading"]["text"]
                    if curve.question is not questions.batch and text != question.digit:
                        wrong = f"reads {text!r} instead of {question.digit!r}: {curve.title.lower()}, {x}"
                        raise Unanswered(contender.title, wrong, "")
