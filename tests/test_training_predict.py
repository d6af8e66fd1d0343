"""`python -m training` from the command line: reading a picture, drawing the examples, and saying what is wrong."""

from pathlib import Path

import pytest
from PIL import Image

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
