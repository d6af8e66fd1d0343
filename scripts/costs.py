"""What a traffic costs and who waits, by closed forms over the published times: one table and one picture.

    python -m scripts.costs                    python -m scripts.readme writes them into docs/cost.md

Requests come independently of each other. What Google tells of Cloud Run with request-based billing, and what is
assumed beyond it, stands in the constants. Not reckoned: how long requests wait for each other, traffic to the
internet, storage and logs, and the time that the platform needs to place a container.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp
from pathlib import Path
from statistics import fmean, median

from scripts.benchmark import tables
from scripts.benchmark.results import Results
from scripts.published import read
from scripts.runtimes import RUNTIMES

DAY, DAYS, MILLION = 86_400, 30, 1_000_000  # seconds; days of a month, over which its free tier is spread

# US dollars, regions of tier 1. Source: https://cloud.google.com/run/pricing, November 2026.
VCPU_SECOND, GIB_SECOND, REQUEST = 0.000024, 0.0000025, 0.40 / MILLION
IDLE_VCPU_SECOND = 0.0000025  # of an instance that is kept warm and has nothing to do; its memory costs the same
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


def measured(results: Results) -> list[Measured]:
    """What the bench measured of either runtime."""
    gib = {"Gi": 1.0, "Mi": 1 / 1024}
    return [
        Measured(
            title,
            float(RUNTIMES[name].memory[:-2]) * gib[RUNTIMES[name].memory[-2:]],
            median(one[name].first_answer for one in results.rounds),
            fmean(milliseconds / 1000 for one in results.rounds for milliseconds in one[name].drawing),
        )
        for name, title in (("keras", "NumPy"), ("lite", "LiteRT"))
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


def table(runtimes: Sequence[Measured]) -> str:
    """In Markdown: a row a load; of each runtime who waits for a start, how many instances there are, and dollars."""
    head = ["requests", *(cell for one in runtimes for cell in (f"{one.title}: wait", "instances", "a day"))]
    rows = [["none", *("–", "0", "$0") * len(runtimes)]]
    for title, rate in LOADS.items():
        loads = [reckon(rate, one) for one in runtimes]
        rows.append([title, *(cell for load in loads for cell in _cells(load))])
    rush = [reckon(MILLION / 3600, one, hours=1) for one in runtimes]
    rows.append(["a million within one hour", *(cell for load in rush for cell in _cells(load))])
    warm = [DAY * (IDLE_VCPU_SECOND + GIB_SECOND * one.gib) for one in runtimes]
    rows.append(["none, and one instance kept warm", *(cell for cost in warm for cell in ("–", "1", money(cost)))])
    return tables.table(head, rows)


def _cells(load: Load) -> list[str]:
    waiting = "0 %" if load.waiting < 5e-5 else f"{100 * load.waiting:.2g} %"
    instances = f"{load.instances:.2g}" if load.instances < 0.995 else f"{load.instances:.0f}"
    return [waiting, instances, money(load.dollars)]


def money(amount: float) -> str:
    """With cents below ten dollars."""
    if amount == 0:
        return "$0"
    return f"${amount:,.0f}" if amount >= 9.995 else f"${amount:.2f}" if amount >= 0.005 else "< $0.01"


def draw(runtimes: Sequence[Measured], path: Path) -> None:
    """Dollars a day, and who waits for a start, over the requests a second: an SVG, the same for the same numbers."""
    import matplotlib as mpl
    from matplotlib.figure import Figure  # a Figure without pyplot needs no display

    rates = [10 ** (exponent / 20) for exponent in range(-100, 81)]
    with mpl.rc_context({"svg.hashsalt": "costs", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=(9, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        for one, color in zip(runtimes, ("#0969da", "#bc4c00"), strict=True):
            left.plot(rates, [reckon(rate, one).dollars for rate in rates], color=color, label=one.title)
        right.plot(rates, [100 * reckon(rate, runtimes[0]).waiting for rate in rates], color="#57606a")
        left.set(xscale="log", yscale="symlog", ylim=(0, 1000), title="US dollars a day")
        left.set_yticks([0, 1, 10, 100, 1000], ["0", "1", "10", "100", "1,000"])
        right.set(xscale="log", title="Requests that wait for a start, %")
        for axes in (left, right):
            axes.set_xticks(
                [1 / DAY, 1 / 3600, 1 / 60, 1, 100, 10_000], ["1/day", "1/hour", "1/min", "1/s", "100/s", "10,000/s"]
            )
            axes.minorticks_off()
            axes.grid(alpha=0.25)
            axes.spines[["top", "right"]].set_visible(False)
        left.legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    print(table(measured(read())))
