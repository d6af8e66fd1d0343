"""Ink → parts: what may be a digit of a number, and what is no line of digits at all."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from function.digit.frames import framed_together
from function.digit.normalize import framed, normalize
from function.digit.parts import Parts, is_simple, parts_of
from function.digit.pieces import COARSE, FINE, Cutting


def bar(ink: np.ndarray, top: int, bottom: int, left: int, right: int) -> None:
    ink[top:bottom, left:right] = 1


def ring(ink: np.ndarray, top: int, bottom: int, left: int, right: int, pen: int = 6) -> None:
    bar(ink, top, bottom, left, right)
    ink[top + pen : bottom - pen, left + pen : right - pen] = 0


def paper(height: int = 100, width: int = 300) -> np.ndarray:
    return np.zeros((height, width), np.float32)


def places(parts: Parts | None) -> set[tuple[int, ...]]:
    assert parts is not None
    return {tuple(box) for box in parts.boxes.tolist()}


def test_each_digit_that_stands_apart_is_a_window() -> None:
    ink = paper()
    bar(ink, 20, 80, 30, 36)
    ring(ink, 22, 81, 60, 98)
    ring(ink, 18, 79, 120, 160)
    assert {(20, 80, 30, 36), (22, 81, 60, 98), (18, 79, 120, 160)} <= places(parts_of(ink))


def test_a_window_holds_its_own_ink_alone() -> None:
    ink = paper()
    alone = paper()
    for x in range(30):  # two slanted strokes, whose boxes overlap
        bar(alone, 80 - 2 * x, 82 - 2 * x, 30 + x, 36 + x)
        bar(ink, 80 - 2 * x, 82 - 2 * x, 50 + x, 56 + x)
    ink = np.maximum(ink, alone)
    parts = parts_of(ink)
    assert parts is not None
    first = parts.windows.tolist().index([0, 1])
    assert np.abs(parts.digits[first] - normalize(alone)).max() < 1e-5


def test_digits_that_touch_are_cut_where_they_do() -> None:
    ink = paper()
    ring(ink, 20, 80, 30, 70)
    ring(ink, 20, 80, 72, 112)
    bar(ink, 50, 53, 68, 74)  # the bridge
    boxes = places(parts_of(ink))
    assert any(abs(right - 71) <= 2 and left == 30 for _, _, left, right in boxes)
    assert any(abs(left - 71) <= 2 and right == 112 for _, _, left, right in boxes)


def test_two_strokes_of_a_digit_have_a_window_together() -> None:
    ink = paper()
    bar(ink, 20, 50, 30, 36)
    bar(ink, 46, 52, 36, 60)
    bar(ink, 20, 80, 64, 70)  # of a four, apart
    assert (20, 80, 30, 70) in places(parts_of(ink))


def test_a_stroke_over_a_digit_belongs_to_it() -> None:
    ink = paper()
    bar(ink, 20, 26, 34, 60)  # of a five, apart
    ring(ink, 32, 80, 30, 62)
    bar(ink, 20, 80, 90, 96)
    parts = parts_of(ink)
    assert parts is not None
    assert len(parts.pieces.boxes) == 2


def test_marks_between_digits_are_known_as_marks() -> None:
    ink = paper()
    bar(ink, 20, 80, 30, 36)
    bar(ink, 72, 82, 60, 68)  # a dot
    bar(ink, 20, 80, 90, 96)
    bar(ink, 48, 54, 120, 150)  # a dash
    bar(ink, 20, 80, 170, 176)
    parts = parts_of(ink)
    assert parts is not None
    assert parts.pieces.is_mark.tolist() == [False, True, False, True, False]


def test_two_lines_are_no_number() -> None:
    ink = paper(300, 200)
    for top in (20, 150):
        for left in (30, 80):
            ring(ink, top, top + 80, left, left + 40)
    assert parts_of(ink) is None


def test_an_eight_whose_loops_stand_apart_is_no_two_lines() -> None:
    ink = paper()
    ring(ink, 18, 50, 30, 60)
    ring(ink, 52, 86, 30, 62)
    ring(ink, 20, 80, 90, 130)
    assert (18, 86, 30, 62) in places(parts_of(ink))


@pytest.mark.parametrize("factor", [1, 2, 3, 5])
def test_boxes_are_in_pixels_of_the_ink_whatever_its_size(factor: int) -> None:
    ink = paper()
    bar(ink, 20, 80, 30, 36)
    ring(ink, 20, 80, 60, 100)
    large = np.kron(ink, np.ones((factor, factor), np.float32))
    boxes = np.array([*places(parts_of(large))])
    for box in ([20, 80, 30, 36], [20, 80, 60, 100]):
        assert np.abs(boxes - factor * np.array(box)).max(axis=1).min() <= factor


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5])
@pytest.mark.parametrize("side", [20, 100, 700])
@pytest.mark.parametrize("cutting", [COARSE, FINE])
def test_no_scribble_has_more_windows_than_a_batch_may_hold(share: float, side: int, cutting: Cutting) -> None:
    ink = (np.random.default_rng(0).random((side, side)) < share).astype(np.float32)
    parts = parts_of(ink, cutting)
    assert parts is None or len(parts.pieces.boxes) <= cutting.most
    assert parts is None or len(parts.digits) <= cutting.most * cutting.neighbors


def test_a_batch_is_framed_like_each_of_its_drawings() -> None:
    rng = np.random.default_rng(1)
    heights, widths = rng.integers(1, 70, (2, 40))
    crops = np.zeros((40, 70, 70), np.float32)
    for crop, height, width in zip(crops, heights, widths, strict=True):
        crop[:height, :width] = rng.random((height, width)) * rng.random() + 1e-3
    digits = framed_together(crops, heights, widths)
    for digit, crop, height, width in zip(digits, crops, heights, widths, strict=True):
        assert np.abs(digit - framed(crop, (0, height, 0, width))).max() < 1e-4


def test_windows_are_of_neighbors_and_every_piece_is_in_one() -> None:
    ink = paper()
    for left in range(20, 280, 26):
        ring(ink, 20, 80, left, left + 20)
    parts = parts_of(ink)
    assert parts is not None
    starts, stops = parts.windows.T
    assert set(starts) == set(range(len(parts.pieces.boxes)))
    assert ((stops - starts >= 1) & (stops - starts <= 4)).all()
    assert all(one[0] <= other[0] for one, other in pairwise(parts.windows.tolist()))


def test_one_stroke_is_simple_and_two_that_stand_apart_are_not() -> None:
    ink = paper()
    ring(ink, 20, 80, 30, 66)
    assert is_simple(normalize(ink))
    bar(ink, 20, 80, 75, 81)
    assert not is_simple(normalize(ink))


def test_slanted_neighbors_are_not_simple_though_no_column_between_them_is_empty() -> None:
    ink = paper()
    for x in range(30):
        bar(ink, 80 - 2 * x, 82 - 2 * x, 30 + x, 36 + x)
        bar(ink, 80 - 2 * x, 82 - 2 * x, 46 + x, 52 + x)
    assert not is_simple(normalize(ink))


def test_the_flag_of_a_five_belongs_to_it_however_far_it_reaches() -> None:
    ink = paper()
    bar(ink, 26, 80, 30, 50)
    bar(ink, 20, 24, 52, 110)  # over the next digit
    bar(ink, 32, 80, 80, 100)
    assert {(20, 80, 30, 110), (32, 80, 80, 100)} <= places(parts_of(ink))


def test_a_percent_sign_behind_a_number_is_none_of_its_parts() -> None:
    ink = paper()
    bar(ink, 20, 80, 30, 36)
    ring(ink, 20, 80, 60, 95)
    ring(ink, 22, 44, 120, 142, pen=4)
    for y in range(60):
        bar(ink, 20 + y, 21 + y, 165 - y // 2, 171 - y // 2)
    ring(ink, 58, 80, 160, 182, pen=4)
    assert max(right for _, _, _, right in places(parts_of(ink))) == 95


def specks(height: int, width: int, seed: int, share: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    ink = (rng.random((height, width)) * (rng.random((height, width)) < share)).astype(np.float32)
    ink[rng.integers(height), rng.integers(width)] = 1
    return ink


@given(st.builds(specks, st.integers(1, 90), st.integers(1, 200), st.integers(0, 2**32), st.floats(0, 0.6)))
def test_whatever_is_drawn_its_windows_are_digits_within_the_ink(ink: np.ndarray) -> None:
    parts = parts_of(ink)
    if parts is None:
        return
    assert parts.digits.shape == (len(parts.windows), 28, 28)
    assert parts.digits.dtype == np.float32
    assert parts.digits.min() >= 0
    assert (parts.digits.max(axis=(1, 2)) == 1).all()
    top, bottom, left, right = parts.boxes.T
    assert ((top >= 0) & (left >= 0) & (top < bottom) & (left < right)).all()
    assert bottom.max() <= ink.shape[0] + 1
    assert right.max() <= ink.shape[1] + 1
