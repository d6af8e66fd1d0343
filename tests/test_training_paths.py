"""The weights of paths: texts' likelihoods, what is fitted to them, and the file that the function reads."""

import importlib.util
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from function.digit.fitted import FITTED, Fitted, Odds, Scores
from function.formats import BUNDLED
from function.network.network import Network
from function.picture.picture import Picture
from function.reading.line import read, see
from training.__main__ import main
from training.data.drawings import Drawing, Writing
from training.data.glyphs import PLAIN
from training.data.numbers import HELD_OUT_SOURCES, split_numbers
from training.data.others.kinds import Material
from training.data.sets import NONE, LabeledDigits, NoData
from training.measuring.held_out import load_held_out
from training.paths.command import SHIPPED, write
from training.paths.crossed import fit_crossed
from training.paths.fitting import MOST_SURE, fit_scores, lattice_of, least_sure
from training.paths.lattices import Lattice, Lattices
from training.paths.seen import Item, look
from training.paths.shown import Sources, load_halves, show
from training.paths.solving import highest, log_odds
from training.paths.tables import compared, constants, trade_off

SCORES = Scores(1.3, 0.8, 0.4, -0.5, -0.9, -0.7, -2.0, -3.0, -0.4)
WEIGHTS = np.array(SCORES)


def lattice(pieces: int, text: str, seed: int) -> Lattice:
    """All windows of up to three pieces, made up; the last piece but one may be a mark."""
    rng = np.random.default_rng(seed)
    windows = [(start, stop) for start in range(pieces) for stop in range(start + 1, min(start + 3, pieces) + 1)]
    logs = np.log(rng.dirichlet(np.full(10, 0.5), len(windows)) + 1e-5)
    is_mark = np.arange(pieces) == pieces - 2
    return Lattice(text, np.array(windows), -rng.random((len(windows), 7)), logs, is_mark)


def paths(one: Lattice, at: int = 0) -> list[list[int]]:
    """All of them from a piece on, as windows by their index, and -1 for a mark."""
    if at == len(one.is_mark):
        return [[]]
    found = [[-1, *rest] for rest in (paths(one, at + 1) if one.is_mark[at] else [])]
    for index, (start, stop) in enumerate(one.windows.tolist()):
        if start == at:
            found += [[index, *rest] for rest in paths(one, stop)]
    return found


def likelihood(one: Lattice) -> float:
    """Its text's share of all paths and all digits, each looked at."""
    base = one.table @ WEIGHTS[1:-1]
    right = total = 0.0
    for path in paths(one):
        windows = [index for index in path if index >= 0]
        score = base[windows].sum() + WEIGHTS[-1] * path.count(-1)
        total += exp(score) * float(np.prod(np.exp(WEIGHTS[0] * one.logs[windows]).sum(axis=1)))
        if len(windows) == len(one.text):
            digits = [int(digit) for digit in one.text]
            right += exp(score + WEIGHTS[0] * one.logs[windows, digits].sum())
    return log(right / total) if right else -np.inf


MANY = [lattice(4, "42", 1), lattice(5, "700", 2), lattice(2, "1", 3), lattice(6, "123456", 4), lattice(3, "90", 5)]


def test_a_text_s_likelihood_is_its_part_of_all_paths() -> None:
    found = Lattices(MANY).likelihoods(WEIGHTS)
    assert found == pytest.approx([likelihood(one) for one in MANY])
    assert [Lattices([one]).likelihoods(WEIGHTS)[0] for one in MANY] == pytest.approx(found)


def test_a_text_that_no_path_reads_has_none() -> None:
    assert Lattices([lattice(3, "12345", 1), MANY[0]]).likelihoods(WEIGHTS)[0] == -np.inf


def test_the_gradient_is_the_likelihoods_slope() -> None:
    shares = np.array([1, 0.5, 2, 0.1, 0.7])
    lattices = Lattices(MANY)
    steps = 1e-5 * np.eye(len(WEIGHTS))
    slope = [(lattices.likelihoods(WEIGHTS + step) - lattices.likelihoods(WEIGHTS - step)) @ shares for step in steps]
    assert lattices.gradient(WEIGHTS, shares) == pytest.approx(np.array(slope) / 2e-5, abs=1e-6)


def test_an_impossible_text_that_counts_nothing_moves_nothing() -> None:
    both = Lattices([MANY[0], lattice(3, "12345", 1)])
    assert both.gradient(WEIGHTS, np.array([1.0, 0.0])) == pytest.approx(
        Lattices(MANY[:1]).gradient(WEIGHTS, np.array([1.0]))
    )


def test_the_way_up_ends_at_the_top() -> None:
    top, shape = np.array([3.0, -2.0]), np.array([[4.0, 1.0], [1.0, 0.5]])
    found = highest(lambda at: -(at - top) @ shape @ (at - top), lambda at: -2 * shape @ (at - top), np.zeros(2), "")
    assert found == pytest.approx(top, abs=1e-2)


def test_log_odds_are_found_again() -> None:
    rng = np.random.default_rng(0)
    columns = np.concatenate([np.ones((40_000, 1)), rng.normal(2, 3, (40_000, 2))], axis=1)
    weights = np.array([-1.0, 0.8, -0.3])
    truth = rng.random(len(columns)) < 1 / (1 + np.exp(-columns @ weights))
    assert log_odds(columns, truth, np.ones(len(columns))) == pytest.approx(weights, abs=0.1)


def test_columns_that_part_all_or_never_change_keep_their_weights_finite() -> None:
    columns = np.array([[1.0, 5.0, 0.0], [1.0, 5.0, 1.0]])
    assert np.isfinite(log_odds(columns, np.array([False, True]), np.ones(2))).all()


def digits() -> list[Drawing]:
    return [Drawing(int(label), strokes, "any") for label, strokes in PLAIN.items()]


def sources() -> Sources:
    rng = np.random.default_rng(0)
    pixels = np.zeros((10, 28, 28), np.uint8)
    pixels[:, 4:24, 8:20] = rng.integers(100, 255, (10, 20, 12))
    words = tuple(Writing("word", strokes, "s") for strokes in PLAIN.values())
    return Sources(
        digits(),
        LabeledDigits(pixels, np.arange(10, dtype=np.uint8)),
        [Writing("4", PLAIN["4"], "apd")],
        Material("validation", NONE, (), words),
    )


@pytest.fixture(scope="module")
def items() -> list[Item]:
    """A handful, as the bundled weights see them."""
    from function.network.keras import load_keras

    return list(look(show((sources(), sources()), few=6), load_keras(BUNDLED)))


def test_every_kind_is_seen_in_both_halves(items: list[Item]) -> None:
    assert {item.half for item in items} == {0, 1}
    assert {"apart", "near", "touching", "pasted", "written", "in strokes", "words"} <= {item.kind for item in items}
    assert all((item.text == "") == (item.kind in ("words", "letters", "doodles")) for item in items)


def test_what_is_fitted_makes_texts_more_likely_and_twice_the_same(items: list[Item]) -> None:
    found = [lattice_of(view, item.text) for item in items if item.text for view in item.views]
    lattices = Lattices(found)

    def worth(scores: Scores) -> float:
        return float(np.exp(lattices.likelihoods(np.array(scores))).mean())

    fitted = fit_scores(items)
    assert worth(fitted) > worth(Scores(1, 1, 0, 0, -1, -1, -3, -3, 0))
    assert fit_scores(items) == fitted


def test_a_fit_s_tables_tell_all_kinds_and_all_weights(items: list[Item]) -> None:
    new, crossed = fit_crossed(items)
    assert 0 < new.least_sure <= MOST_SURE
    table = compared(items, FITTED, crossed)
    assert all(kind in table for kind in ("apart", "touching", "written", "words"))
    assert "at most 0.5 % of words" in trade_off(items, FITTED, crossed, new.least_sure)
    assert len(constants(FITTED, new).splitlines()) == len(Scores._fields) + len(Odds._fields) + 1


def test_an_item_says_what_the_function_reads_on_its_picture() -> None:
    from function.network.keras import load_keras

    network = load_keras(BUNDLED)
    shown = list(show((sources(), sources()), few=6))
    readings = [read(see([Picture(each.picture)]), network)[0] for each in shown]
    found = list(look(shown, network))
    assert [item.said(FITTED) for item in found] == [reading.text for reading in readings]
    for item, reading in zip(found, readings, strict=True):
        if reading.kind == "number":
            path = item.path(FITTED)
            assert path is not None and path.confidence == pytest.approx(reading.confidence, abs=1e-4)
    assert {reading.kind for reading in readings} == {"digit", "number", "unknown"}


def test_weights_without_a_threshold_are_refused() -> None:
    network = Network("none", "keras", lambda digits: np.zeros((len(digits), 10), np.float32))
    with pytest.raises(NoData, match="threshold"):
        next(look(show((sources(), sources()), few=1), network))


def test_the_least_confidence_lets_one_word_in_200_pass() -> None:
    levels = np.concatenate([np.zeros(197), [0.2, 0.305, np.inf]])
    assert least_sure(levels) == 0.31
    assert least_sure(np.full(10, np.inf)) == MOST_SURE


def test_writing_changes_the_weights_alone_and_what_is_written_can_be_imported(tmp_path: Path) -> None:
    path = tmp_path / "fitted.py"
    path.write_bytes(SHIPPED.read_bytes())
    new = Fitted(SCORES, Odds(*np.round(np.linspace(-7, 3, 8), 2).tolist()), 0.42)
    for _ in range(2):
        write(path, new, "some weights")
    before, after = SHIPPED.read_text("utf-8").splitlines(), path.read_text("utf-8").splitlines()
    end = next(index for index, line in enumerate(before) if line.startswith("# Fitted to"))
    assert after[:end] == before[:end]
    assert len(after) == len(before)
    spec = importlib.util.spec_from_file_location("written", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert tuple(module.FITTED) == tuple(new)


def test_a_module_that_was_not_written_so_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("FITTED = None\n")
    with pytest.raises(NoData, match="no line"):
        write(tmp_path / "other.py", FITTED, "some weights")
    assert (tmp_path / "other.py").read_text() == "FITTED = None\n"


def test_numbers_are_fitted_to_or_held_out_by_their_source() -> None:
    writings = [Writing("12", PLAIN["1"], source) for source in ("apd", *HELD_OUT_SOURCES, "cec")]
    fitted, held_out = split_numbers(writings)
    assert [one.source for one in fitted] == ["apd", "cec"]
    assert {one.source for one in held_out} == HELD_OUT_SOURCES


def test_no_data_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paths", "--data", str(tmp_path / "none")], {}) == 1
    assert "there is no folder" in capsys.readouterr().err


def test_nothing_that_is_held_out_is_fitted_to(data: Path) -> None:
    held = load_held_out(data)
    assert {one.source for one in held.numbers} == HELD_OUT_SOURCES
    first, second = load_halves(data)
    for half in (first, second):
        assert not {one.source for one in half.numbers} & HELD_OUT_SOURCES
        assert not {one.source for one in half.others.writings} & (HELD_OUT_SOURCES | {"tos", "imp", "phi", "not"})
    assert not {one.source for one in first.numbers} & {one.source for one in second.numbers}
    assert not {id(one.strokes) for one in first.pens} & {id(one.strokes) for one in second.pens}
    strokes = {drawing.strokes[0].tobytes() for drawing in held.pens}
    assert not strokes & {drawing.strokes[0].tobytes() for half in (first, second) for drawing in half.pens}


def test_the_command_runs_on_a_few_pictures_of_each_set(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = SHIPPED.read_bytes()
    assert main(["paths", "--data", str(data), "--few", "4"], {}) == 0
    said = capsys.readouterr().out
    assert "scores.share" in said and "least_sure" in said and "written" in said
    assert SHIPPED.read_bytes() == before
