"""The quick way to ink gives what the slow one gives, or nothing."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from function.arrays import Ink, Levels
from function.errors import NoInk
from function.ink.find import find_ink
from function.ink.plain import dilate, find_plain_ink, find_plain_inks
from function.network.golden import golden_digits

SIDE = 28
DIGITS = np.rint(golden_digits() * 255).astype(np.uint8)


def slowly(tone: Levels) -> Ink | None:
    """What the closer look finds, without its margins; None for nothing."""
    try:
        with mock.patch("function.ink.find.find_plain_ink", return_value=None):
            ink = find_ink(tone).ink
    except NoInk:
        return None
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def on_paper(
    paper: int, boxes: list[tuple[int, int, int, int, int]], specks: list[tuple[int, int, int]], is_light: bool
) -> Levels:
    """Boxes with soft edges, and specks, most of them to one side of the paper's level."""
    pixels = np.full((SIDE, SIDE), paper, np.uint8)
    for y, x, height, width, part in boxes:
        pixels[y - 1 : y + height + 1, x - 1 : x + width + 1] = level_of(part // 3, paper, is_light)
        pixels[y : y + height, x : x + width] = level_of(part, paper, is_light)
    for y, x, part in specks:
        pixels[y, x] = level_of(part, paper, is_light)
    return pixels


def level_of(part: int, paper: int, is_light: bool) -> int:
    """A level on one side of the paper's, but for a few."""
    return part if part % 50 == 7 else part * paper // 255 if is_light else paper + part * (255 - paper) // 255


place, part = st.integers(2, 20), st.integers(0, 255)
boxes = st.lists(st.tuples(place, place, st.integers(1, 25), st.integers(1, 9), part), min_size=1, max_size=4)
specks = st.lists(st.tuples(place, place, part), max_size=3)
drawings = st.builds(on_paper, st.integers(0, 255), boxes, specks, st.booleans())
noise = arrays(np.uint8, (SIDE, SIDE))


@given(st.one_of(drawings, noise))
@example(DIGITS[8])
@example(255 - DIGITS[8])
def test_quick_ink_is_the_slow_one_s(tone: Levels) -> None:
    if (quick := find_plain_ink(tone)) is not None:
        slow = slowly(tone)
        assert slow is not None
        assert np.allclose(quick.ink, slow, atol=1e-6)
        assert quick.ink.max() == 1 and quick.ink.dtype == np.float32


@given(st.lists(st.one_of(drawings, noise), min_size=1, max_size=6))
def test_together_they_are_what_they_are_alone(stack: list[Levels]) -> None:
    inks, is_certain = find_plain_inks(np.stack(stack))
    for tone, ink, certain in zip(stack, inks, is_certain, strict=True):
        alone = find_plain_ink(tone)
        assert certain == (alone is not None)
        if alone is not None:
            rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
            assert np.array_equal(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], alone.ink)
            assert (alone.top, alone.left) == (rows[0], columns[0])


def test_digits_on_plain_paper_need_no_closer_look() -> None:
    for digits in (DIGITS, 255 - DIGITS, np.pad(DIGITS, [(0, 0), (100, 30), (5, 90)])):
        assert all(find_plain_ink(digit) is not None for digit in digits)
        assert find_plain_inks(digits)[1].all()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tone: np.pad(tone[4:24, 4:24], 2, constant_values=9),  # another level along the edges
        lambda tone: np.where(tone > 200, 60, np.where(tone == 0, 30, 0)),  # lighter and darker than the paper
        lambda tone: tone // 25,  # too faint
        lambda tone: (
            np.pad(tone[4:24, 4:24], [(0, 8), (0, 8)]) + (np.arange(784) == 700).reshape(28, 28) * 9
        ),  # a speck
        lambda tone: np.pad(np.full_like(tone[4:24, 4:24], 200), 4),
        lambda tone: tone * 0,
    ],
    ids=["margins", "both ways", "faint", "a speck far out", "more ink than paper", "nothing"],
)
def test_whatever_leaves_a_doubt_gets_a_closer_look(spoil: object) -> None:
    tone = np.asarray(spoil(DIGITS[0].astype(int)), np.uint8)  # type: ignore[operator]
    assert find_plain_ink(tone) is None
    assert not find_plain_inks(tone[None])[1].any()


masks = arrays(bool, array_shapes(min_dims=2, max_dims=3, max_side=12))


@given(masks, st.integers(1, 9))
def test_a_dilated_mask_reaches_so_far_on_every_side_and_around_no_corner(mask: NDArray[np.bool_], radius: int) -> None:
    padded = np.pad(mask, [(0, 0)] * (mask.ndim - 2) + [(radius, radius)] * 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * radius + 1, 2 * radius + 1), axis=(-2, -1))
    assert np.array_equal(dilate(mask, radius), windows.any(axis=(-2, -1)))
