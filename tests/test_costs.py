"""What a traffic costs follows from the times that are published, by laws that can be said in a line each."""

from math import exp
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import costs, published
from scripts.costs import DAY, DAYS, IDLE, TARGET, Measured, dollars, money, reckon

ONE = Measured("one", 0.5, 2.0, 0.01)
RATES = st.floats(-5, 4).map(lambda exponent: 10**exponent)


def test_nobody_pays_for_nothing() -> None:
    assert dollars(0, 0, 0) == 0


def test_a_bill_is_google_s() -> None:
    """A million requests a day of 0.1 s on one vCPU and 2 GiB, by hand from the published prices."""
    requests = (30e6 - 2e6) * 0.40 / 1e6
    vcpu, memory = (3e6 - 180_000) * 0.000024, (6e6 - 360_000) * 0.0000025
    assert dollars(1e6, 1e5, 2e5) * DAYS == pytest.approx(requests + vcpu + memory)


@given(RATES, RATES)
def test_more_traffic_costs_more_and_waits_less(one: float, other: float) -> None:
    less, more = reckon(min(one, other), ONE), reckon(max(one, other), ONE)
    assert less.waiting >= more.waiting
    assert less.dollars <= more.dollars + 1e-9


@given(RATES)
def test_no_instance_is_billed_for_more_than_the_day_or_less_than_the_work(rate: float) -> None:
    load = reckon(rate, ONE)
    starts = rate * load.waiting * DAY * ONE.start
    assert rate * DAY * ONE.work <= load.billed + 1e-6
    assert load.billed - starts <= max(1, load.instances / (1 - load.waiting)) * DAY * (1 + 1e-9)


def test_who_comes_after_the_idle_time_waits() -> None:
    assert reckon(1 / IDLE, ONE).waiting == pytest.approx(exp(-1))


def test_instances_keep_their_processors_in_use_as_far_as_the_platform_wants() -> None:
    assert reckon(1000, ONE).instances == pytest.approx(1000 * ONE.work / TARGET, abs=1)


def test_the_table_has_a_row_a_load_for_each_runtime() -> None:
    rows = costs.table(costs.measured(published.read())).splitlines()
    assert len(rows) == 2 + 1 + len(costs.LOADS) + 2
    assert rows[-1] == "| none, and one instance kept warm | – | 1 | $0.65 | – | 1 | $0.32 |"
    assert {row.count("|") for row in rows} == {8}


def test_the_picture_is_the_same_for_the_same_figures(tmp_path: Path) -> None:
    runtimes = costs.measured(published.read())
    for name in ("one.svg", "other.svg"):
        costs.draw(runtimes, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


@pytest.mark.parametrize(("amount", "shown"), [(0, "$0"), (0.001, "< $0.01"), (1.234, "$1.23"), (1234.5, "$1,234")])
def test_money_is_shown_as_people_say_it(amount: float, shown: str) -> None:
    assert money(amount) == shown
