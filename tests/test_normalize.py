"""Ink → digit: MNIST's frame, the same for every place, size and pen."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from function.digit.normalize import BOX, CENTER, normalize
from function.errors import NoInk


def a_seven(side: int, pen: int) -> np.ndarray:
    """A bar and a slanted stem filling a square of `side` pixels."""
    ink = np.zeros((side, side), np.float32)
    ink[:pen] = 1
    for y in range(side):
        x = round((side - pen) * (1 - y / (2 * side)))
        ink[y, x : x + pen] = 1
    return ink


def on_paper(ink: np.ndarray, shape: tuple[int, int], top: int, left: int) -> np.ndarray:
    paper = np.zeros(shape, np.float32)
    paper[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return paper


def noise(shape: tuple[int, int], seed: int, share: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.random(shape, np.float32) * (rng.random(shape) < share)).astype(np.float32)


def no_faint_ink(ink: np.ndarray) -> np.ndarray:
    return np.where(ink > 0.01, ink, np.float32(0))


def sides(most: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(1, most), st.integers(1, most))


levels = st.floats(0, 1, width=32)
drawings = (  # small ones pixel by pixel, and large ones of a few pixels or of noise: thousands of choices take seconds
    st.one_of(
        arrays.arrays(np.float32, sides(12), elements=levels, fill=st.nothing()),
        arrays.arrays(np.float32, sides(60), elements=levels, fill=st.just(0.0)),
        st.builds(noise, sides(60), st.integers(0, 2**32), st.floats(0.01, 1)),
    )
    .map(no_faint_ink)
    .filter(lambda ink: ink.max() > 0)
)


@given(drawings)
def test_a_digit_is_28_by_28_from_0_to_1_with_its_darkest_at_1(ink: np.ndarray) -> None:
    digit: Any = normalize(ink)
    assert (digit.shape, digit.dtype) == ((28, 28), np.float32)
    assert digit.min() >= 0
    assert digit.max() == 1


@given(drawings, st.integers(0, 30), st.integers(0, 30))
def test_where_on_the_paper_makes_no_difference(ink: np.ndarray, top: int, left: int) -> None:
    here = normalize(on_paper(ink, (100, 100), 0, 0))
    assert np.allclose(normalize(on_paper(ink, (100, 100), top, left)), here, atol=1e-6)


@given(st.integers(3, 30), st.sampled_from([1, 2, 3]))
def test_how_large_makes_little_difference(factor: int, pen: int) -> None:
    small = normalize(a_seven(BOX, pen))
    large = normalize(np.kron(a_seven(BOX, pen), np.ones((factor, factor), np.float32)))
    assert np.abs(large - small).max() < 1e-4


def test_the_longer_side_fills_the_box_and_the_shape_keeps_its_aspect() -> None:
    digit = normalize(np.ones((200, 50), np.float32))
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    assert (len(rows), len(columns)) == (BOX, BOX // 4)


def test_the_center_of_mass_lies_where_mnist_has_it() -> None:
    drawing = on_paper(a_seven(150, 12), (400, 300), 200, 10)
    drawing[330:350, 10:110] = 1  # a foot
    digit = normalize(drawing)
    for axis in (0, 1):
        mass = digit.sum(axis=1 - axis)
        assert CENTER - 0.5 <= mass @ np.arange(28) / mass.sum() < CENTER + 0.5


def test_normalizing_twice_changes_nothing() -> None:
    once = normalize(a_seven(97, 9))
    assert np.allclose(normalize(once), once, atol=1e-6)


def test_a_stray_dot_does_not_shrink_the_digit() -> None:
    drawing = on_paper(a_seven(100, 8), (300, 300), 150, 150)
    dotted = drawing.copy()
    dotted[20:28, 20:28] = 1
    assert np.array_equal(normalize(dotted), normalize(drawing))


def test_faint_traces_far_from_the_drawing_do_not_shrink_it() -> None:
    drawing = on_paper(a_seven(100, 8), (300, 300), 150, 150)
    traced = drawing.copy()
    traced[10, 10:60] = 0.2
    assert np.array_equal(normalize(traced), normalize(drawing))


def test_a_detached_stroke_is_kept() -> None:
    five = np.zeros((60, 60), np.float32)
    five[0:4, 20:50] = 1  # the bar, apart from the rest
    five[10:60, 10:14] = 1
    rows = np.flatnonzero(normalize(five).any(axis=1))
    assert rows[-1] - rows[0] + 1 == BOX


def test_a_drawing_of_dots_alone_is_kept_whole() -> None:
    dots = np.zeros((50, 50), np.float32)
    dots[::10, ::10] = 1
    assert normalize(dots).astype(bool).sum() > 10


@pytest.mark.parametrize("shape", [(28, 28), (10, 300)])
def test_paper_without_ink_is_no_digit(shape: tuple[int, int]) -> None:
    with pytest.raises(NoInk, match="without ink"):
        normalize(np.zeros(shape, np.float32))


def test_mnist_comes_through_all_but_unchanged(data: Path) -> None:
    with np.load(data / "mnist.npz") as mnist:
        digits = mnist["x_train"][:5000].astype(np.float32) / 255
    changed = [np.abs(normalize(digit) - digit).max() > 0.01 for digit in digits]
    assert np.mean(changed) < 0.015  # specks, and a few digits that aren't centered
