"""`python -m training` from the command line: reading a picture, drawing the examples, and saying what is wrong."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.weights import NOTHING, write_knowing
from tests.support.written import number
from training.__main__ import main

DIGITS = sorted((Path(__file__).parent / "digits").glob("*.png"))


@pytest.mark.parametrize("path", DIGITS, ids=lambda path: path.stem)
def test_every_picture_of_our_own_is_read_right(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(path)]) == 0
    assert capsys.readouterr().out.rstrip().splitlines()[-1].startswith(f"{path.name}: {path.name[0]} (")


def test_what_the_network_saw_is_shown_in_28_rows_above_ten_probabilities(capsys: pytest.CaptureFixture[str]) -> None:
    main(["predict", str(DIGITS[0])])
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 28 + 10 + 1
    assert max(map(len, rows[:28])) <= 56 and any("█" in row for row in rows[:28])
    assert [row.split()[0] for row in rows[28:38]] == list("0123456789")


@pytest.fixture(scope="module")
def knowing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_knowing(tmp_path_factory.mktemp("knowing") / "digits.weights.h5")


def test_a_number_is_told_with_each_of_its_digits(
    tmp_path: Path, knowing: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "204.png"
    picture.write_bytes(number("204"))
    assert main(["predict", str(picture), "--weights", str(knowing)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 * 28 + 3 + 1  # two digits abreast and one below, how probable each is, and the number
    assert len(lines[14]) > 60 and max(map(len, lines[28:56])) <= 56
    assert [line.split()[0] for line in lines[56:59]] == ["2", "0", "4"]
    assert lines[-1].startswith("204.png: number 204 (")
    assert 0 < float(lines[-1].partition("(")[2].rstrip("%)")) <= 100


def test_what_is_no_digit_is_told_with_the_nearest_and_ten_probabilities(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = write_knowing(tmp_path / "digits.weights.h5", NOTHING)
    assert main(["predict", str(DIGITS[0]), "--weights", str(weights)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 28 + 10 + 1
    assert lines[-1].startswith(f"{DIGITS[0].name}: unknown (") and lines[-1].endswith(f", nearest {DIGITS[0].name[0]}")


@pytest.mark.parametrize("text", ["7", "42", "123456789012"])
def test_a_plot_of_any_reading_shows_the_picture_with_its_boxes(text: str, tmp_path: Path, knowing: Path) -> None:
    picture, plotted = tmp_path / "number.png", tmp_path / "plot.png"
    picture.write_bytes(number(text))
    assert main(["predict", str(picture), "--weights", str(knowing), "--plot", str(plotted)]) == 0
    with Image.open(plotted) as image:
        left = np.asarray(image.convert("RGB").crop((0, 0, image.width // 3, image.height)), int)
    assert np.ptp(left, axis=2).max() > 100  # the picture is gray, its boxes have a color


def test_a_plot_is_a_picture_in_the_named_file(tmp_path: Path) -> None:
    plot = tmp_path / "plot.png"
    assert main(["predict", str(DIGITS[0]), "--plot", str(plot)]) == 0
    with Image.open(plot) as image:
        assert image.format == "PNG" and image.width > 300


def test_a_file_that_is_no_picture_ends_with_a_message_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.png"
    path.write_text("not a picture")
    assert main(["predict", str(path)]) == 1
    assert "predict: expected PNG" in capsys.readouterr().err


def test_training_without_data_says_how_to_get_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "data"
    for command in (["fit"], ["evaluate"]):
        assert main([*command, "--data", str(folder)], environ={}) == 1
        told = capsys.readouterr().err
        assert "mnist.npz" in told and f"python -m training data {folder}" in told


def test_an_unknown_profile_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "--profile", "huge"], environ={}) == 1
    assert "full, quick, smoke" in capsys.readouterr().err
