"""The splits: nothing that is measured at the end was seen before."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from training.data.drawings import Drawing, read_drawings, write_drawings
from training.data.sets import (
    HELD_OUT_SOURCES,
    PENS,
    TRAIN_SOURCES,
    VALIDATION_SOURCES,
    NoData,
    load_mnist,
    load_pens,
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
    with pytest.raises(NoData, match="python -m training unipen"):
        load_pens(folder)


def test_a_folder_without_mnist_says_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(NoData, match=r"mnist\.npz"):
        load_mnist(tmp_path)


def test_the_real_mnist_splits_into_55000_5000_and_10000(data: Path) -> None:
    mnist = load_mnist(data)
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (55_000, 5_000, 10_000)


def test_the_real_pen_strokes_hold_hundreds_of_digits_on_each_side(data: Path) -> None:
    pens = load_pens(data)
    assert (len(pens.train), len(pens.validation), len(pens.held_out)) == (8_953, 428, 800)
