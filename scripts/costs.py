"""What a traffic costs and who waits, by closed forms over measured times: one table and one picture.

    python -m scripts.costs [--readme]

Requests come independently of each other. What Google tells of Cloud Run with request-based billing, and what is
assumed beyond it, stands in the constants. Not reckoned: how long requests wait for each other, traffic to the
internet, storage and logs, and the time that the platform needs to place a container.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp
from pathlib import Path

from scripts.environment import ROOT
from scripts.runtimes import RUNTIMES

FIGURES = ROOT / "docs" / "figures.json"
DAY, DAYS = 86_400, 30  # seconds; days of a month, over which its free tier is spread
MILLION = 1_000_000

# US dollars, regions of tier 1. Source: https://cloud.google.com/run/pricing, November 2026.
VCPU_SECOND, GIB_SECOND, REQUEST = 0.000024, 0.0000025, 0.40 / MILLION
FREE_VCPU_SECONDS, FREE_GIB_SECONDS, FREE_REQUESTS = 180_000, 360_000, 2 * MILLION  # a month
STEP = 0.1  # seconds that billed time is rounded up to; requests that are there together share them
BOOST = 10.0  # seconds after a start that "startup CPU boost" bills a second CPU for
# Source: https://docs.cloud.google.com/run/docs/about-instance-autoscaling.
TARGET = 0.6  # of an instance's CPU that the platform keeps in use
IDLE = 900.0  # seconds until an unused instance ends, "at most": assumed to be what it takes

LOADS = {  # requests a second
    "1 a day": 1 / DAY,
    "1 an hour": 1 / 3600,
    "10 an hour": 10 / 3600,
    "1 a minute": 1 / 60,
    "1 a second": 1.0,
    "10 a second": 10.0,
    "100 a second": 100.0,
    "1,000 a second": 1_000.0,
    "10,000 a second": 10_000.0,
}


@dataclass(frozen=True)
class Measured:
    """A runtime: seconds from its start to a first answer, and seconds of CPU that a request with a PNG takes."""

    title: str
    gib: float
    start: float
    work: float


@dataclass(frozen=True)
class Load:
    """What so many requests a second mean for one runtime.

    waiting    the part of the requests that find no instance, and wait for one to start
    instances  that exist, in the mean
    billed     seconds of instance time a day
    dollars    a day
    """

    waiting: float
    instances: float
    billed: float
    dollars: float


def read(figures: Path = FIGURES) -> list[Measured]:
    """Of the published figures."""
    told = json.loads(figures.read_text("utf-8"))["costs"]
    gib = {"Gi": 1.0, "Mi": 1 / 1024}
    return [
        Measured(title, float(memory[:-2]) * gib[memory[-2:]], told[name]["start"], told[name]["work"])
        for name, title in (("keras", "Keras"), ("lite", "LiteRT"))
        for memory in [RUNTIMES[name].memory]
    ]


def reckon(rate: float, one: Measured, hours: float = 24) -> Load:
    """`rate` requests a second at random, on so many hours a day."""
    instances = max(1, ceil(rate * one.work / TARGET))
    waiting = exp(-rate * IDLE)  # nobody came in the time that an instance idles
    each = rate / instances
    step = max(STEP, ceil(one.work / STEP) * STEP)
    share = step / (step + 1 / each)  # of the time is billed: a step, then the wait for the next request, and so on
    starts = rate * waiting * 3600 * hours
    billed = instances * share * 3600 * hours + starts * one.start
    vcpu = billed + starts * (one.start + BOOST)
    return Load(waiting, instances * (1 - waiting), billed, dollars(rate * 3600 * hours, vcpu, billed * one.gib))


def dollars(requests: float, vcpu_seconds: float, gib_seconds: float) -> float:
    """A day's bill for what a day uses, beyond the month's free tier."""
    parts = (
        (requests, FREE_REQUESTS, REQUEST),
        (vcpu_seconds, FREE_VCPU_SECONDS, VCPU_SECOND),
        (gib_seconds, FREE_GIB_SECONDS, GIB_SECOND),
    )
    return sum(max(0.0, used - free / DAYS) * price for used, free, price in parts)


def table(measured: Sequence[Measured]) -> str:
    """In Markdown: a row a load; of each runtime who waits for a start, how many instances there are, and dollars."""
    head = ["requests", *(cell for one in measured for cell in (f"{one.title}: wait", "instances", "a day"))]
    rows = [["none", *("–", "0", "$0") * len(measured)]]
    for title, rate in LOADS.items():
        loads = [reckon(rate, one) for one in measured]
        rows.append([title, *(cell for load in loads for cell in _cells(load))])
    rows.append(["a million within one hour", *(cell for one in measured for cell in _rush(one))])
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def _rush(one: Measured) -> list[str]:
    return _cells(reckon(MILLION / 3600, one, hours=1))


def _cells(load: Load) -> list[str]:
    waiting = "0 %" if load.waiting < 5e-5 else f"{100 * load.waiting:.2g} %"
    instances = f"{load.instances:.2g}" if load.instances < 0.995 else f"{load.instances:.0f}"
    return [waiting, instances, money(load.dollars)]


def money(amount: float) -> str:
    """With cents below ten dollars."""
    if amount == 0:
        return "$0"
    return f"${amount:,.0f}" if amount >= 9.995 else f"${amount:.2f}" if amount >= 0.005 else "< $0.01"
