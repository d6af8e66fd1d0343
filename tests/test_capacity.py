"""The simulation obeys the laws of queues, the bill is Google's, and the README shows what both say."""

import json
import math
import statistics
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.benchmark.results import Results, Sample
from scripts.capacity import chart, measured, scenarios, tables
from scripts.capacity.__main__ import CHART, block
from scripts.capacity.arrivals import DAY, daily, steady, surge
from scripts.capacity.fleet import Platform, simulate
from scripts.capacity.measured import Measured, condensed
from scripts.capacity.prices import Prices, Usage, bill
from scripts.environment import ROOT
from scripts.runtimes import RUNTIMES

README = (ROOT / "README.md").read_text("utf-8")
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
    arrivals = steady(use / 0.002, 60_000, random)
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
    arrivals = steady(3000, 45_000, random)  # a quarter of a minute
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


@settings(max_examples=60)
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


def test_the_busiest_percent_of_what_was_measured_keeps_its_weight() -> None:
    times = rng().lognormal(-6, 0.5, 5_600)
    kept = np.array(condensed(list(times)))
    assert kept.size == 200
    assert kept.mean() == pytest.approx(times.mean(), rel=1e-3)
    assert np.quantile(kept, 0.99) == pytest.approx(np.quantile(times, 0.99), rel=0.05)


def test_measured_numbers_are_read_from_a_run_of_the_benchmark_and_kept(tmp_path: Path) -> None:
    samples = {
        name: Sample(first, pixels=[1.0], drawing=[milliseconds, 3.0], throughput=100.0, memory=2**20, peak=2**20)
        for name, first, milliseconds in (("keras", 1.5, 2.0), ("lite", 0.4, 1.0), ("naive", 2.0, 50.0))
    }
    results = Results("a machine", [samples, samples], [], {}, {}, {}).as_json()
    found = measured.from_bench(json.loads(json.dumps(results)))
    assert [one.runtime for one in found] == ["keras", "lite"]
    assert found[0].starts == (1.5, 1.5)
    assert found[0].work == (0.002, 0.002, 0.003, 0.003)
    measured.write(found, tmp_path / "measured.json")
    assert measured.read(tmp_path / "measured.json") == found


def test_a_month_s_bill_is_what_a_pencil_says() -> None:
    found = bill(Usage(requests=30e6, vcpu_seconds=1_180_000, gib_seconds=760_000), Prices())
    assert (found.requests, found.vcpu, found.memory) == pytest.approx((11.20, 24.00, 1.00))
    assert found.total == pytest.approx(36.20)


def test_a_small_pad_stays_within_the_free_tier() -> None:
    assert bill(Usage(30_000, 20_000, 40_000), Prices()).total == 0


EXAMPLE = Measured("keras", (1.5, 1.7), (0.002, 0.003))  # not measured: for tests of the reckoning only


def test_traffic_is_billed_in_proportion_to_its_time() -> None:
    case = scenarios.steady(EXAMPLE, "1 a second", 1.0)
    assert case.month.requests == pytest.approx(30 * DAY)
    assert case.month.vcpu_seconds == pytest.approx(30 * DAY * 0.1 / (0.1 + 1), rel=0.02)  # the renewal law again
    assert case.month.gib_seconds == pytest.approx(2 * case.month.vcpu_seconds)  # Keras is deployed with 2 GiB


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, other = (next(scenarios.surges(EXAMPLE)) for _ in range(2))
    assert one.outcome.answered.tolist() == other.outcome.answered.tolist()


def test_the_chart_is_an_image_with_a_line_for_every_question() -> None:
    cases = [[scenarios.steady(replace(EXAMPLE, runtime=name), "", rate) for rate in (0.01, 1)] for name in RUNTIMES]
    root = ElementTree.fromstring(chart.draw(cases))  # noqa: S314  our own
    assert len(root.findall(".//{*}polyline")) == 2 * sum(len(panel.values) for panel in chart.PANELS)
    for point in " ".join(line.get("points", "") for line in root.findall(".//{*}polyline")).split():
        x, y = map(float, point.split(","))
        assert 0 <= x <= chart.PANEL and chart.HEAD <= y <= chart.HEAD + chart.PLOT


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 %"), (0.0001, "< 0.1 %"), (0.0123, "1.2 %"), (0.776, "78 %"), (1, "100 %")]
)
def test_a_share_is_written_so_that_what_happened_is_never_nothing(value: float, text: str) -> None:
    assert tables.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.00266, "2.7 ms"), (0.5117, "512 ms"), (1.72, "1.7 s"), (0.999, "1.0 s")]
)
def test_a_time_is_written_in_the_unit_that_people_would_choose(value: float, text: str) -> None:
    assert tables.duration(value) == text


def test_the_simulated_platform_is_the_deployed_one() -> None:
    build = (ROOT / "cloudbuild.yaml").read_text("utf-8")
    assert f'_CONCURRENCY: "{Platform().concurrency}"' in build
    assert f'_MAX_INSTANCES: "{tables.DEPLOYED}"' in build


def test_a_readme_without_its_marks_is_not_written() -> None:
    assert tables.replaced("a <!-- x -->old<!-- /x --> b", "x", "new") == "a <!-- x -->\nnew\n<!-- /x --> b"
    with pytest.raises(ValueError, match="expected the marks"):
        tables.replaced("<!-- x --> without an end", "x", "new")


@pytest.fixture(scope="module")
def kept() -> list[Measured]:
    """The numbers that the README's come from."""
    assert measured.KEPT.exists(), "`python -m scripts.capacity --bench FILE --readme` keeps those of a benchmark"
    return measured.read()


def test_the_kept_numbers_are_those_of_the_readme_s_benchmark(kept: list[Measured]) -> None:
    row = {cells[0]: cells[1:] for line in README.splitlines() if len(cells := line.strip("| *").split(" | ")) > 6}
    for one in kept:
        first = next(cells[0] for name, cells in row.items() if name.startswith(f"ours on {one.title}"))
        assert float(first.split()[0]) == pytest.approx(statistics.median(one.starts), abs=0.006)


def test_the_readme_s_costs_are_what_the_command_prints(kept: list[Measured]) -> None:
    assert tables.replaced(README, "costs", tables.costs(kept)) == README


def test_the_readme_s_capacity_is_what_the_command_prints(kept: list[Measured]) -> None:
    cases = [list(scenarios.loads(one)) for one in kept]
    assert tables.replaced(README, "capacity", block(kept, cases)) == README
    assert (ROOT / CHART).read_text("utf-8") == chart.draw(cases)
