"""How cost grows is measured of the real function, compared with its law, and drawn."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import published
from scripts.benchmark import growing, questions
from scripts.benchmark.contenders import contenders
from scripts.benchmark.curves import CURVES, Curves, Pace, line, measure, saturation, squares
from scripts.benchmark.figures import Spread
from scripts.benchmark.server import Unanswered

OURS = [one for one in contenders() if one.is_ours]
HERE_INSTALLED = Path(sys.prefix)  # the tests' own environment
POINTS = {"connections": (1, 3), "sides": (28, 600), "batches": (1, 256), "digits": (1, 12)}  # the ends, or near them
FEW = [replace(curve, points=POINTS[curve.name]) for curve in CURVES]


def curves() -> Curves:
    """Two rounds in which all grows with x."""
    points = {curve.name: {str(x): [float(x), 2.0 * x] for x in curve.points} for curve in CURVES}
    return Curves("2 × a processor", {name: {one.name: of for one in OURS} for name, of in points.items()})


@given(st.floats(0.1, 10), st.floats(0.001, 1))
def test_a_line_is_found_again(start: float, slope: float) -> None:
    xs = [1, 10, 256]
    expected, _ = line("picture")(xs, [Spread.of([start + slope * x]) for x in xs])
    assert expected == pytest.approx([start + slope * x for x in xs])


def test_a_line_is_told_by_its_start_and_its_slope_and_never_starts_below_nothing() -> None:
    def told(*found: float) -> str:
        return line("picture")([1, 10], [Spread.of([each]) for each in found])[1]

    assert told(3.25, 7.75) == "2.75 ms + 500 µs for each picture"
    assert told(2.02, 2.2) == "2.00 ms + 20 µs for each picture"
    assert told(0.1, 2.0).startswith("0.00 ms + ")


def test_a_picture_costs_by_its_pixels_and_not_by_its_sides() -> None:
    sides = [28, 280, 4096]
    expected, words = squares(sides, [Spread.of([2 + side**2 * 1e-5]) for side in sides])
    assert expected == pytest.approx([2 + side**2 * 1e-5 for side in sides])
    assert words == "2.00 ms + 10 µs for each 1,000 pixels"


def test_connections_add_up_until_the_processors_are_busy() -> None:
    found = [Spread.of([rate]) for rate in (100.0, 190.0, 300.0, 290.0)]
    assert saturation([1, 2, 4, 8], found) == ([100, 200, 300, 300], "100 a second for each, 300 at most")


def test_every_point_is_measured_of_a_function_that_reads_it_right() -> None:
    lite = replace(next(one for one in OURS if one.name == "lite"), home=HERE_INSTALLED)
    said: list[str] = []
    found = measure(Pace(2, 2, 0.05), [lite], said.append, FEW)
    for curve in FEW:
        spreads = found.spreads(curve.name, "lite")
        assert len(spreads) == 2 and all(each.low > 0 for each in spreads)
    assert found.spreads("batches", "lite")[1].low > found.spreads("batches", "lite")[0].high
    assert said[-1] == "round 2 of 2: digits in a number"


def test_what_is_read_wrongly_is_not_timed() -> None:
    lite = replace(next(one for one in OURS if one.name == "lite"), home=HERE_INSTALLED)
    wrong = replace(FEW[3], question=lambda x: replace(questions.number(x), digit="1"))
    with pytest.raises(Unanswered, match="reads '7' instead of '1'"):
        measure(Pace(1, 1, 0.05), [lite], lambda _: None, [wrong])


def test_the_table_has_a_row_for_each_curve_and_runtime_with_its_ends_and_its_law() -> None:
    rows = growing.laws(curves(), contenders()).splitlines()
    assert len(rows) == 2 + len(CURVES) * len(OURS)
    assert rows[6].startswith("| Pictures in a request, NumPy, milliseconds | 1.5 at 1 | 384 at 256 | 0.00 ms + ")
    assert "× " in rows[4] and rows[4].endswith(" |")


def test_the_picture_has_a_panel_a_curve_and_is_the_same_for_the_same_numbers(tmp_path: Path) -> None:
    figure = growing.draw(curves(), contenders(), tmp_path / "curves.svg")
    assert [axes.get_xlabel() for axes in figure.axes] == [curve.across for curve in CURVES]
    drawn = (tmp_path / "curves.svg").read_text()
    growing.draw(curves(), contenders(), tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").read_text() == drawn


def test_published_curves_are_read_back_and_none_is_no_error(tmp_path: Path) -> None:
    assert published.read_curves(tmp_path / "none.json") is None
    published.publish_curves(curves(), tmp_path / "curves.json")
    assert published.read_curves(tmp_path / "curves.json") == curves()
