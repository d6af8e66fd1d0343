"""The simulation obeys the laws of queues, the bill is Google's, and the README shows what both say."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.capacity.arrivals import DAY, daily, steady, surge
from scripts.capacity.fleet import Platform, simulate

SEED = 7  # any; the tolerances hold for others as well
ALONE = Platform(max_instances=1, concurrency=100)  # one instance that takes everybody at once: a textbook's queue


def rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


@pytest.mark.parametrize("use", [0.3, 0.6, 0.8])
def test_a_shared_processor_takes_as_long_as_the_law_says(use: float) -> None:
    """M/M/1-PS: the mean time to the answer is 1 / (mu - lambda)."""
    work, random = 0.002, rng()
    arrivals = steady(use / work, 60_000, random)
    outcome = simulate(arrivals, random.exponential(work, arrivals.size), [3.0], ALONE, load=0.6)
    assert outcome.answered.mean() == pytest.approx(work / (1 - use), rel=0.06)


def test_only_the_mean_of_the_work_matters_to_a_shared_processor() -> None:
    """M/G/1-PS is insensitive: all alike, or a few a hundred times as long as the others, take the same mean time."""
    random, use = rng(), 0.6
    arrivals = steady(use / 0.002, 100_000, random)
    alike = np.full(arrivals.size, 0.002)
    uneven = np.where(random.uniform(size=arrivals.size) < 0.01, 0.1, 0.001) * (0.002 / 0.00199)
    for work in (alike, uneven):
        outcome = simulate(arrivals, work, [3.0], ALONE, load=0.6)
        assert outcome.answered.mean() == pytest.approx(0.005, rel=0.12)


def test_requests_that_are_there_together_slow_each_other_down() -> None:
    arrivals, work = np.array([0.0, 0.5, 10.0]), np.array([1.0, 1.0, 1.0])
    outcome = simulate(arrivals, work, [3.0], Platform(max_instances=1), load=0.1)
    assert outcome.answered == pytest.approx([1.5, 1.5, 1.0])


@pytest.mark.parametrize("an_hour", [1, 4, 10])
def test_a_rare_request_waits_for_a_start_as_often_as_fifteen_minutes_pass_without_one(an_hour: int) -> None:
    """Poisson arrivals: the part of the pauses that are longer than T is exp(-lambda T)."""
    random, rate = rng(), an_hour / 3600
    outcome = simulate(steady(rate, 20_000, random), np.full(20_000, 0.002), [2.0])
    assert outcome.waited.mean() == pytest.approx(math.exp(-rate * 900), abs=0.01)


@pytest.mark.parametrize("rate", [0.01, 5, 300, 2000])
def test_as_many_requests_are_there_as_arrive_in_the_time_that_one_takes(rate: float) -> None:
    """Little's law, whatever the load."""
    random = rng()
    arrivals = steady(rate, 20_000, random)
    outcome = simulate(arrivals, random.exponential(0.002, arrivals.size), [2.0, 3.0])
    assert outcome.present == pytest.approx(rate * outcome.answered.mean(), rel=0.03)


def test_billed_time_of_rare_short_requests_is_a_step_for_each() -> None:
    outcome = simulate(np.array([0.0, 10.0, 20.0]), np.full(3, 0.002), [2.05])
    assert outcome.billed == pytest.approx(2.1 + 0.1 + 0.1)  # the first one's start-up, which it shares a step with
    assert outcome.boosted == pytest.approx(2.1 + 0.1)  # that, and what is billed in the ten seconds after


def test_billed_time_of_frequent_short_requests_follows_the_renewal_law() -> None:
    """A step, then a pause of 1 / lambda until the next request, and so on: step / (step + pause) of the time."""
    random, rate = rng(), 11.6
    outcome = simulate(steady(rate, 50_000, random), np.full(50_000, 1e-6), [2.0], load=0.1)
    assert outcome.billed / outcome.span == pytest.approx(0.1 / (0.1 + 1 / rate), rel=0.01)


def test_a_steady_load_keeps_as_many_instances_as_its_work_needs_at_the_target() -> None:
    random = rng()
    arrivals = steady(3000, 90_000, random)  # half a minute
    outcome = simulate(arrivals, np.full(arrivals.size, 0.002), [2.0], load=6.0)
    assert outcome.existing == pytest.approx(6.0 / 0.6, abs=1)
    assert not outcome.waited.any()


def test_a_surge_starts_instances_and_everybody_is_answered() -> None:
    random = rng()
    arrivals = surge(1, 500, 30, 120, random)
    outcome = simulate(arrivals, np.full(arrivals.size, 0.01), [1.0], load=0.01)
    assert outcome.most > 5
    assert 0 < outcome.waited.mean() < 0.1
    assert not outcome.refused.any()
    assert outcome.answered[arrivals > 60].max() < 0.5


def test_a_limit_on_instances_is_kept_and_those_who_find_no_room_are_refused() -> None:
    random = rng()
    arrivals = steady(500, 20_000, random)  # two and a half times what two instances can do
    outcome = simulate(arrivals, np.full(arrivals.size, 0.01), [1.0], Platform(max_instances=2))
    assert outcome.most == 2
    assert outcome.refused.mean() == pytest.approx(1 - 200 / 500, abs=0.15)
    assert outcome.answered.max() <= 10 + 8 * 0.01 + 1e-6


def test_an_unused_instance_ends_after_fifteen_minutes() -> None:
    outcome = simulate(np.array([0.0, 5000.0]), np.array([1.0, 1.0]), [2.0])
    assert outcome.waited.tolist() == [True, True]
    assert outcome.existing * 5000 == pytest.approx(2.0 + 1.0 + 900.0)


@settings(max_examples=60, deadline=None)
@given(
    pauses=st.lists(st.floats(0, 30), min_size=2, max_size=60),
    work=st.floats(0.001, 5),
    start=st.floats(0.1, 20),
    concurrency=st.integers(1, 4),
    most=st.integers(1, 4),
)
def test_no_request_is_lost_and_no_work_is_done_twice(
    pauses: list[float], work: float, start: float, concurrency: int, most: int
) -> None:
    arrivals = np.cumsum(pauses)
    platform = Platform(concurrency=concurrency, max_instances=most)
    outcome = simulate(arrivals + 1.0, np.full(arrivals.size, work), [start], platform)
    served = ~outcome.refused
    assert (outcome.answered[served] >= work - 1e-9).all()
    assert outcome.worked == pytest.approx(work * served.sum())
    assert outcome.most <= most
    assert outcome.billed >= outcome.worked - 1e-6
    assert outcome.boosted <= outcome.billed + 1e-6


def test_a_day_of_visits_has_the_rate_it_was_asked_for_and_sleeps_at_night() -> None:
    times = daily(0.05, 60, rng())
    assert times.size / (60 * DAY) == pytest.approx(0.05, rel=0.05)
    assert (np.diff(times) >= 0).all()
    hours = np.bincount((times % DAY // 3600).astype(int), minlength=24)
    assert hours[[3, 4]].sum() < 0.2 * hours[[15, 16]].sum()
    assert np.median(np.diff(times)) < 3  # a visitor's next stroke, mostly
