"""The report: scores by the function's own path, from the shipped weights."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from function.formats import BUNDLED
from function.network.keras import load_keras
from function.network.network import Network
from function.store.folder import hash_of
from training.data.distortion import inverted, scaled, shifted
from training.data.drawings import Drawing
from training.data.examples import golden, rare_forms
from training.data.glyphs import PLAIN
from training.data.sets import LabeledDigits, NoData, load_mnist, load_pens
from training.measuring.evaluate import evaluate
from training.measuring.evaluation import Evaluation, Row
from training.measuring.held_out import HeldOut
from training.measuring.reading import as_png, as_text, to_digit
from training.measuring.report import write_report


@pytest.fixture(scope="module")
def network() -> Network:
    return load_keras(BUNDLED)


@pytest.fixture(scope="module")
def evaluation(network: Network) -> Evaluation:
    """Of the shipped weights, on our own glyphs: sets that every checkout has."""
    test = LabeledDigits(np.rint(golden() * 255).astype(np.uint8), np.arange(10, dtype=np.uint8))
    pens = [Drawing(int(label), strokes, "own") for label, strokes in PLAIN.items()]
    return evaluate(network, BUNDLED, HeldOut(test, pens), few=10)


def test_every_row_is_measured_on_all_pictures_of_its_set(evaluation: Evaluation) -> None:
    counts = {row.name: row.count for row in evaluation.rows}
    assert counts == {
        **dict.fromkeys(("mnist", "shifted", "scaled", "inverted", "thin", "rare", "kept_mnist", "kept_pens"), 10),
        **dict.fromkeys(("pens", "calibration"), 50),
        "composed": 10,
        "touching": 10,
        "single": 20,
    }


def test_the_shipped_weights_read_our_own_plain_digits(evaluation: Evaluation) -> None:
    rows = {row.name: row for row in evaluation.rows}
    assert rows["mnist"].value == 100
    assert rows["inverted"].value == 0
    assert rows["pens"].value >= 94


def test_the_confusion_counts_each_picture_once(evaluation: Evaluation) -> None:
    assert evaluation.confusion.sum() == 10 + 50
    assert evaluation.confusion.sum(axis=1).tolist() == [6] * 10


def test_the_report_tells_the_same_numbers_as_the_table(evaluation: Evaluation, tmp_path: Path) -> None:
    page = write_report(evaluation, tmp_path)
    report = json.loads((tmp_path / "report.json").read_text())
    html = page.read_text()
    assert report["version"] == hash_of(BUNDLED.read_bytes())
    assert [row["name"] for row in report["rows"]] == [row.name for row in evaluation.rows]
    for row in report["rows"]:
        assert row["text"] in evaluation.table()
        assert row["text"] in html
    for part in ("Where it bends", "What is taken for what", "confidence be believed", "Every mistake"):
        assert part in html
    assert 'src="http' not in html  # opens without a network


def test_a_mistake_is_shown_with_what_was_seen_and_its_confidence(tmp_path: Path) -> None:
    """A network that answers 3 to everything."""

    def three(digits: np.ndarray) -> np.ndarray:
        answer = np.full((len(digits), 10), 0.01, np.float32)
        answer[:, 3] = 0.91
        return answer

    test = LabeledDigits(np.rint(golden() * 255).astype(np.uint8), np.arange(10, dtype=np.uint8))
    pens = [Drawing(int(label), strokes, "own") for label, strokes in PLAIN.items()]
    evaluation = evaluate(Network("three", "keras", three), BUNDLED, HeldOut(test, pens), few=10)
    rows = {row.name: row.value for row in evaluation.rows}
    assert rows["mnist"] == pytest.approx(10) and rows["calibration"] == pytest.approx(81, abs=0.1)
    assert [mistake.label for mistake in evaluation.mistakes if mistake.set == "MNIST"] == [*"012456789"]
    assert "7 → 3, 91%" in write_report(evaluation, tmp_path).read_text()


def test_a_picture_that_the_function_refuses_gives_no_digit() -> None:
    assert to_digit(as_png(Image.new("L", (64, 64), 255))) is None
    assert to_digit("1,2,3") is None


def test_numbers_and_png_of_a_digit_give_the_same_digit() -> None:
    pixels = np.rint(golden()[5] * 255).astype(np.uint8)
    assert to_digit(as_text(pixels)) == pytest.approx(to_digit(as_png(Image.fromarray(pixels))), abs=1e-6)


@pytest.mark.parametrize("down, right", [(-14, -14), (14, 14), (8, -8)])
def test_a_shifted_digit_keeps_all_its_ink(down: int, right: int) -> None:
    pixels = np.rint(golden()[2] * 255).astype(np.uint8)
    assert np.asarray(shifted(pixels, down, right)).sum() == pixels.sum()


def test_scaling_keeps_the_whole_digit_on_the_canvas() -> None:
    pixels = np.rint(golden()[2] * 255).astype(np.uint8)
    assert scaled(pixels, 0.5).size == (28, 28)
    assert scaled(pixels, 2).size == (56, 56)
    assert float(np.asarray(scaled(pixels, 2)).sum()) == pytest.approx(4.0 * float(pixels.sum()), rel=0.02)


def test_inverting_twice_changes_nothing() -> None:
    pixels = np.rint(golden()[2] * 255).astype(np.uint8)
    assert np.array_equal(np.asarray(inverted(np.asarray(inverted(pixels)))), pixels)


@pytest.mark.parametrize(
    "value, less, verdict",
    [(99.8, False, "aim"), (99.7, False, "must"), (99.0, False, "missed"), (99.0, True, "aim"), (99.9, True, "missed")],
)
def test_a_row_says_what_it_meets(value: float, less: bool, verdict: str) -> None:
    must, aim = (99.75, 99.65) if less else (99.65, 99.75)
    assert Row("x", "x", value, 1, must, aim, less_is_better=less).verdict == verdict


def test_the_sheet_of_rare_forms_holds_at_least_100_drawings_of_five_forms() -> None:
    forms = list(rare_forms())
    assert len(forms) >= 100
    assert {form.drawing.label for form in forms} == {0, 1, 4, 6, 7}
    assert all(form.name[0] == str(form.drawing.label) for form in forms)


def test_the_shipped_weights_read_the_first_thousand_test_images_and_held_out_pens(
    network: Network, data: Path
) -> None:
    mnist, pens = load_mnist(data), load_pens(data)
    written: list[Any] = [to_digit(as_text(digit)) for digit in mnist.test.digits[:1000]]
    digits = np.stack(written)
    assert (network.probabilities(digits).argmax(axis=1) == mnist.test.labels[:1000]).mean() >= 0.993
    assert len(pens.held_out) == 800


def test_the_committed_pictures_are_the_ones_that_the_command_draws(tmp_path: Path) -> None:
    from training.data.examples import write_golden, write_pictures

    root = Path(__file__).parent
    write_golden(tmp_path / "golden.png")
    write_pictures(tmp_path / "digits")
    committed = [root.parent / "function/weights/golden.png", *sorted((root / "digits").glob("*.png"))]
    drawn = [tmp_path / "golden.png", *sorted((tmp_path / "digits").glob("*.png"))]
    assert [path.name for path in committed] == [path.name for path in drawn]
    for one, two in zip(committed, drawn, strict=True):
        assert np.array_equal(np.asarray(Image.open(one)), np.asarray(Image.open(two))), one.name


def test_a_report_replaces_an_earlier_one_and_nobody_elses_page(evaluation: Evaluation, tmp_path: Path) -> None:
    page = write_report(evaluation, tmp_path / "report")
    assert write_report(evaluation, tmp_path / "report") == page
    (tmp_path / "index.html").write_text("<!doctype html><title>Mine</title>")
    with pytest.raises(NoData, match="another folder with --out"):
        write_report(evaluation, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"index.html", "report"}
    assert "Mine" in (tmp_path / "index.html").read_text()
