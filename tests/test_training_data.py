"""The splits: nothing that is measured at the end was seen before."""

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data.drawings import Drawing, Writing, read_drawings, read_writings, write_drawings
from training.data.sets import (
    HELD_OUT_SOURCES,
    KEYS,
    MNIST,
    NO_PENS,
    PENS,
    TRAIN_SOURCES,
    VALIDATION_SOURCES,
    NoData,
    NoPart,
    load_mnist,
    load_pens,
    pens_or_none,
    split_pens,
)


def a_drawing(source: str, label: int = 1) -> Drawing:
    return Drawing(label, (np.array([[0, 0], [10, 1000]], np.float32),), source)


@pytest.fixture
def small_mnist(tmp_path: Path) -> Path:
    """A folder with a file like Keras's mnist.npz, each image filled with its own number."""
    train = np.repeat(np.arange(200, dtype=np.uint8), 784).reshape(200, 28, 28)
    labels = np.arange(200, dtype=np.uint8) % 10
    np.savez(tmp_path / "mnist.npz", x_train=train, y_train=labels, x_test=train[:20], y_test=labels[:20])
    return tmp_path


def test_every_training_image_is_in_train_or_validation_and_never_in_both(small_mnist: Path) -> None:
    mnist = load_mnist(small_mnist)
    train, validation = (set(part.digits[:, 0, 0].tolist()) for part in (mnist.train, mnist.validation))
    assert not train & validation
    assert train | validation == set(range(200))


def test_the_split_of_mnist_is_the_same_on_every_call(small_mnist: Path) -> None:
    first, second = load_mnist(small_mnist), load_mnist(small_mnist)
    assert np.array_equal(first.validation.digits, second.validation.digits)


def test_labels_stay_with_their_images(small_mnist: Path) -> None:
    mnist = load_mnist(small_mnist)
    for part in (mnist.train, mnist.validation, mnist.test):
        assert np.array_equal(part.digits[:, 0, 0] % 10, part.labels)


def test_no_pen_source_is_on_two_sides() -> None:
    assert not TRAIN_SOURCES & VALIDATION_SOURCES
    assert not (TRAIN_SOURCES | VALIDATION_SOURCES) & HELD_OUT_SOURCES
    pens = split_pens(a_drawing(source) for source in sorted(TRAIN_SOURCES | VALIDATION_SOURCES | HELD_OUT_SOURCES))
    assert {drawing.source for drawing in pens.train} == TRAIN_SOURCES
    assert {drawing.source for drawing in pens.validation} == VALIDATION_SOURCES
    assert {drawing.source for drawing in pens.held_out} == HELD_OUT_SOURCES


def test_an_unknown_pen_source_is_refused_instead_of_trained_on() -> None:
    with pytest.raises(NoData, match="'new'"):
        split_pens([a_drawing("new")])


def test_drawings_survive_being_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / PENS
    assert write_drawings(path, [a_drawing("tos", 7), a_drawing("syn", 1)]) == 2
    again = list(read_drawings(path))
    assert [(drawing.label, drawing.source) for drawing in again] == [(7, "tos"), (1, "syn")]
    assert np.array_equal(again[0].strokes[0], [[0, 0], [10, 1000]])


def test_writing_keeps_its_text(tmp_path: Path) -> None:
    path = tmp_path / "others.jsonl.gz"
    strokes = (np.array([[0, 0], [500, 1000]], np.float32), np.array([[3, 4]], np.float32))
    assert write_drawings(path, [Writing("é 12", strokes, "tos")]) == 1
    (found,) = read_writings(path)
    assert (found.text, found.source) == ("é 12", "tos")
    assert [stroke.tolist() for stroke in found.strokes] == [stroke.tolist() for stroke in strokes]


def test_the_same_drawings_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_drawings(tmp_path / name, [a_drawing("tos")])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_pen_that_never_moved_is_left_out(tmp_path: Path) -> None:
    rows = [
        {"label": 4, "strokes": [[[0, 0]]], "source": "ibm"},
        {"label": 1, "strokes": [[[0, 0], [0, 9]]], "source": "ibm"},
    ]
    with gzip.open(tmp_path / PENS, "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    assert [drawing.label for drawing in load_pens(tmp_path).train] == [1]


@pytest.mark.parametrize("folder", [None, Path("nowhere")])
def test_missing_pen_strokes_say_how_to_make_them(folder: Path | None) -> None:
    with pytest.raises(NoData, match=rf"`python -m training data {folder or 'FOLDER'}`"):
        load_pens(folder)


def unreachable() -> Mapping[str, NDArray[Any]]:
    raise NoPart("MNIST can't be downloaded: no network")


@pytest.mark.parametrize("load", [lambda folder: load_mnist(folder, unreachable), load_pens])
def test_a_folder_that_does_not_exist_is_told_with_what_makes_it(
    load: Callable[[Path], object], tmp_path: Path
) -> None:
    """And nothing is downloaded for it: its name is mistyped."""
    folder = tmp_path / "nowhere"
    with pytest.raises(NoData, match=f"no folder {folder}; `python -m training data {folder}`") as raised:
        load(folder)
    assert not isinstance(raised.value, NoPart)


def test_a_folder_without_mnist_says_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(NoPart, match=rf"no mnist\.npz in {tmp_path}, and MNIST can't be downloaded"):
        load_mnist(tmp_path, unreachable)


@pytest.mark.parametrize("is_named", [True, False])
def test_mnist_is_downloaded_when_the_folder_lacks_it_or_none_is_named(
    small_mnist: Path, tmp_path: Path, is_named: bool
) -> None:
    with np.load(small_mnist / "mnist.npz") as file:
        arrays = {name: file[name] for name in KEYS}
    empty = tmp_path / "empty"
    empty.mkdir()
    downloaded = load_mnist(empty if is_named else None, lambda: arrays)
    assert np.array_equal(downloaded.test.digits, load_mnist(small_mnist, unreachable).test.digits)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut off"])
def test_a_broken_file_of_data_is_told_by_its_name(tmp_path: Path, content: bytes) -> None:
    for name, load in ((MNIST, lambda folder: load_mnist(folder, unreachable)), (PENS, load_pens)):
        (tmp_path / name).write_bytes(content or b"\x1f\x8b")
        with pytest.raises(NoData, match=f"{name} can't be read") as raised:
            load(tmp_path)
        assert not isinstance(raised.value, NoPart)  # nobody goes on without what is there and broken


def test_other_arrays_in_the_file_of_mnist_are_told(tmp_path: Path) -> None:
    np.savez(tmp_path / MNIST, images=np.zeros(3))
    with pytest.raises(NoData, match="x_train"):
        load_mnist(tmp_path, unreachable)


def test_whoever_goes_on_without_pens_says_what_it_means(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pens_or_none(tmp_path, "So it goes.") == NO_PENS
    said = capsys.readouterr().out
    assert f"`python -m training data {tmp_path}`" in said and "156 MB" in said and said.endswith("So it goes.\n")


def test_the_real_mnist_splits_into_55000_5000_and_10000(data: Path) -> None:
    mnist = load_mnist(data)
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (55_000, 5_000, 10_000)


def test_the_real_pen_strokes_hold_hundreds_of_digits_on_each_side(data: Path) -> None:
    pens = load_pens(data)
    assert (len(pens.train), len(pens.validation), len(pens.held_out)) == (8_953, 428, 800)
