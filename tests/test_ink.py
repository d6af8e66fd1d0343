"""The parts of finding ink that can be told in a sentence, held against the slow way of doing them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from function.digit.normalize import normalize
from function.ink.find import find_ink
from function.ink.threshold import count, split


@given(arrays(np.uint8, st.integers(2, 60)))
def test_no_other_level_parts_a_histogram_better(levels: NDArray[np.uint8]) -> None:
    def variance(border: float) -> float:
        below, above = levels[levels <= border].astype(float), levels[levels > border].astype(float)
        return len(below) * len(above) * (below.mean() - above.mean()) ** 2 if len(below) and len(above) else 0.0

    best = max(map(variance, range(255)))
    found = split(count(levels))
    if variance(found) < best * (1 - 1e-9):  # between two that are equally good, and this far from either
        equal = [border for border in range(255) if variance(border) >= best * (1 - 1e-9)]
        assert found == (equal[0] + equal[-1]) / 2
    assert 0 <= found <= 255


@pytest.mark.parametrize("is_light", [True, False])
def test_what_lies_beyond_the_paper_changes_no_ink(is_light: bool) -> None:
    """A bar lighter than the paper of a dark drawing, or the other way around, beside a drawing with a guide line."""
    pixels = np.full((28, 28), 105, np.uint8)
    pixels[5:17, 13:15] = pixels[6:8, 9:13] = 0
    pixels[21, 4:24] = 60
    barred = pixels.copy()
    barred[23:] = 120
    if not is_light:
        pixels, barred = 255 - pixels, 255 - barred
    assert np.array_equal(normalize(find_ink(barred).ink), normalize(find_ink(pixels).ink))


def letter(hairline: int) -> NDArray[np.uint8]:
    """A printed N on white: two dark stems, and between them a thin stroke of another level."""
    pixels = np.full((60, 60), 255, np.uint8)
    pixels[10:50, 10:15] = pixels[10:50, 45:50] = 0
    for step in range(40):
        pixels[10 + step, 12 + step * 33 // 40 : 14 + step * 33 // 40] = hairline
    pixels[10:50, 10:15] = pixels[10:50, 45:50] = 0
    return pixels


def test_a_hairline_between_dark_stems_stays() -> None:
    ink = find_ink(letter(190)).ink
    assert (ink > 0)[10:50].any(axis=0)[10:50].all()
    assert abs(ink[30, 28:31].max() - 65 / 255) < 0.01


def test_gray_that_hangs_on_nothing_is_noise() -> None:
    pixels = letter(255)
    rng = np.random.default_rng(0)
    specks = rng.random(pixels.shape) < 0.1
    noisy = np.where(specks & (pixels == 255), 225, pixels).astype(np.uint8)
    ink = find_ink(noisy).ink
    rows = np.ones(60, bool)
    rows[5:55] = False
    assert not ink[rows].any()
