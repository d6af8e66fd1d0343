"""The traffic that is shown, simulated on each runtime. Same seed, same numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.capacity import arrivals
from scripts.capacity.arrivals import DAY, STROKES
from scripts.capacity.fleet import Outcome, Platform, simulate
from scripts.capacity.measured import Measured
from scripts.capacity.prices import DAYS, Usage

SEED = 20_261_121  # any; this one is a date
FEW, MANY = 10_000, 30_000  # requests to simulate: shares to half a percent; at full load, some seconds of it
BUSY = 100  # requests a second from which on many are simulated, as several instances are at work
MOST = 1_000  # instances to allow: what a load needs is the question, and Google raises its default of 100 on request

LOADS = {  # requests a second
    "1 a day": 1 / DAY,
    "1 an hour": 1 / 3600,
    "10 an hour": 10 / 3600,
    "1 a minute": 1 / 60,
    "10 a minute": 10 / 60,
    "1 a second": 1.0,
    "10 a second": 10.0,
    "100 a second": 100.0,
    "1,000 a second": 1_000.0,
    "10,000 a second": 10_000.0,
}
VISITS = (1, 10, 50, 500, 5_000)  # visitors a day, each with STROKES requests; more come as steadily as LOADS
SURGES = {  # requests a second before and after
    "from 0.1 to 10 a second": (0.1, 10.0),
    "from 1 to 100 a second": (1.0, 100.0),
    "from 10 to 1,000 a second": (10.0, 1_000.0),
}
QUIET, SURGE = 30.0, 60.0  # seconds until the surge, and of it


@dataclass(frozen=True)
class Case:
    """One traffic on one runtime, and what became of it.

    rate  requests a second in the mean
    """

    title: str
    rate: float
    measured: Measured
    outcome: Outcome

    @property
    def month(self) -> Usage:
        """What a month of this traffic is billed for."""
        outcome = self.outcome
        seconds = DAYS * DAY / outcome.span
        vcpu, gib = outcome.billed + outcome.boosted, outcome.billed * self.measured.gib
        return Usage(self.rate * outcome.span, vcpu, gib).times(seconds)


def steady(measured: Measured, title: str, rate: float, platform: Platform | None = None) -> Case:
    """Requests that come independently of each other; the fleet is used to them where there are many."""
    random = np.random.default_rng(SEED)
    times = arrivals.steady(rate, MANY if rate >= BUSY else FEW, random)
    work = measured.draw(times.size, random)
    platform = platform or Platform(max_instances=MOST)
    # With ten requests in the time that an instance idles, the first start of all would be the only one to be seen.
    load = rate * float(np.mean(measured.work)) if rate * platform.idle >= 10 else 0.0
    return Case(title, rate, measured, simulate(times, work, measured.starts, platform, load=load))


def loads(measured: Measured, platform: Platform | None = None) -> Iterator[Case]:
    """From one request a day to ten thousand a second, evenly at random."""
    return (steady(measured, title, rate, platform) for title, rate in LOADS.items())


def visits(measured: Measured, visitors: int, platform: Platform | None = None) -> Case:
    """So many visitors a day, by day and by night."""
    random = np.random.default_rng(SEED)
    rate = visitors * STROKES / DAY
    times = arrivals.daily(rate, max(1, round(FEW / (rate * DAY))), random)
    outcome = simulate(times, measured.draw(times.size, random), measured.starts, platform)
    title = f"{visitors:,} visitor{'s' if visitors > 1 else ''}"
    return Case(title, times.size / outcome.span, measured, outcome)


def days(measured: Measured, platform: Platform | None = None) -> Iterator[Case]:
    """From one visitor a day to some thousands."""
    return (visits(measured, visitors, platform) for visitors in VISITS)


def surges(measured: Measured, platform: Platform | None = None) -> Iterator[Case]:
    """A hundred times the traffic from one second to the next; only those who come after that are counted."""
    for title, (quiet, peak) in SURGES.items():
        random = np.random.default_rng(SEED)
        times = arrivals.surge(quiet, peak, QUIET, QUIET + SURGE, random)
        work = measured.draw(times.size, random)
        load = quiet * float(np.mean(measured.work))
        outcome = simulate(times, work, measured.starts, platform or Platform(max_instances=MOST), load=load)
        yield Case(title, times.size / outcome.span, measured, _only(outcome, times >= QUIET))


def _only(outcome: Outcome, those: NDArray[np.bool_]) -> Outcome:
    kept = {name: getattr(outcome, name)[those] for name in ("answered", "waited", "refused")}
    return Outcome(**{**vars(outcome), **kept})
