"""Rows of windows → the number: every piece is in a digit, or is a mark."""

import numpy as np
import pytest

from function.digit.fitted import FITTED
from function.digit.parts import Parts, parts_of
from function.digit.path import MAX_DIGITS, best_path

HEIGHT = 60


def strokes(*widths: int, gap: int = 20) -> Parts:
    """Bars of these widths in a line; narrow ones that are 5 wide are dots."""
    ink = np.zeros((100, sum(widths) + gap * (len(widths) + 1)), np.float32)
    left = gap
    for width in widths:
        ink[(72 if width == 5 else 20) : 80, left : left + width] = 1
        left += width + gap
    parts = parts_of(ink)
    assert parts is not None
    return parts


def rows(parts: Parts, told: dict[tuple[int, int], tuple[int, float]]) -> np.ndarray:
    """What a network says that knows only the `told` windows: digit and known-ness by first piece and end."""
    made = np.full((len(parts.windows), 11), 0.1, np.float32)
    made[:, 10] = 1e-4
    for index, (start, stop) in enumerate(parts.windows.tolist()):
        if (start, stop) in told:
            digit, known = told[start, stop]
            made[index, :10] = 1e-4
            made[index, digit], made[index, 10] = 0.9991, known
    return made


def test_digits_that_are_known_are_the_number_in_order() -> None:
    parts = strokes(8, 10, 12)
    path = best_path(parts, rows(parts, {(0, 1): (4, 0.99), (1, 2): (0, 0.99), (2, 3): (7, 0.98)}))
    assert path is not None
    assert path.digits == (4, 0, 7)
    assert parts.windows[list(path.windows)].tolist() == [[0, 1], [1, 2], [2, 3]]
    assert 0.9 < path.confidence < 1


def test_two_strokes_known_together_are_one_digit() -> None:
    parts = strokes(8, 10, gap=12)
    path = best_path(parts, rows(parts, {(0, 1): (1, 0.1), (1, 2): (1, 0.9), (0, 2): (4, 0.97)}))
    assert path is not None
    assert path.digits == (4,)
    assert path.confidence == pytest.approx(0.97 * 0.9991)


def test_a_mark_between_digits_is_left_out() -> None:
    parts = strokes(8, 5, 10)
    assert parts.pieces.is_mark.tolist() == [False, True, False]
    path = best_path(parts, rows(parts, {(0, 1): (4, 0.99), (2, 3): (2, 0.99)}))
    assert path is not None
    assert path.digits == (4, 2)


def test_a_piece_that_is_no_digit_makes_all_unknown() -> None:
    parts = strokes(8, 10, 12)
    assert best_path(parts, rows(parts, {(0, 1): (4, 0.99), (2, 3): (7, 0.98)})) is None


def test_the_less_is_known_the_less_sure_is_the_number() -> None:
    parts = strokes(8, 10)
    found = [best_path(parts, rows(parts, {(0, 1): (4, known), (1, 2): (2, 0.99)})) for known in (0.999, 0.9, 0.6)]
    sure = [path.confidence if path else 0 for path in found]
    assert sure == sorted(sure, reverse=True)
    assert len(set(sure)) == 3
    assert min(value for value in sure if value) >= FITTED.least_sure


@pytest.mark.parametrize("count", [MAX_DIGITS, MAX_DIGITS + 1])
def test_twelve_digits_are_the_most(count: int) -> None:
    parts = strokes(*[8] * count)
    path = best_path(parts, rows(parts, {(place, place + 1): (1, 0.999) for place in range(count)}))
    assert (path is None) == (count > MAX_DIGITS)


def test_rows_of_zeros_and_ones_are_survived() -> None:
    parts = strokes(8, 10)
    certain = np.zeros((len(parts.windows), 11), np.float32)
    assert best_path(parts, certain) is None
    certain[:, (3, 10)] = 1
    assert best_path(parts, certain) is not None
