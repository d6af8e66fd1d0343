"""When requests come: evenly at random, by visitors in the course of a day, or all at once. Times in seconds."""

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]

DAY = 86_400.0  # seconds
NIGHT = 0.1  # of the mean rate comes in at four in the morning, and 2 - NIGHT of it at four in the afternoon
QUIETEST = 4 * 3600.0  # seconds after midnight
STROKES = 20  # requests of one visit in the mean: the page asks after every stroke of a few digits
PAUSE = 2.0  # seconds between a visitor's strokes in the mean


def steady(rate: float, count: int, rng: np.random.Generator) -> Times:
    """`count` independent requests, `rate` a second in the mean: a Poisson stream."""
    return np.cumsum(rng.exponential(1 / rate, count))


def daily(rate: float, days: int, rng: np.random.Generator) -> Times:
    """Whole days of visits, few by night and many by day, each a burst of requests; `rate` a second in the mean."""
    minutes = np.arange(days * DAY / 60) * 60
    swing = 1 - (1 - NIGHT) * np.cos(2 * np.pi * (minutes - QUIETEST) / DAY)
    visits_of = rng.poisson(rate / STROKES * 60 * swing)
    begins = np.repeat(minutes, visits_of) + rng.uniform(0, 60, visits_of.sum())
    lengths = rng.geometric(1 / STROKES, begins.size)
    pauses = rng.exponential(PAUSE, lengths.sum())
    firsts = np.cumsum(lengths) - lengths
    pauses[firsts] = 0
    since_first = np.cumsum(pauses)
    times = np.repeat(begins, lengths) + since_first - np.repeat(since_first[firsts], lengths)
    return np.sort(times)


def surge(quiet: float, peak: float, at: float, seconds: float, rng: np.random.Generator) -> Times:
    """A steady `quiet` rate until the moment `at`, from then on `peak`: somebody known shared the link."""
    before = at * rng.uniform(size=rng.poisson(quiet * at))
    after = at + (seconds - at) * rng.uniform(size=rng.poisson(peak * (seconds - at)))
    return np.sort(np.concatenate([before, after]))
