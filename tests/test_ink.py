"""The parts of finding ink that can be told in a sentence, held against the slow way of doing them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from function.digit.normalize import normalize
from function.errors import NoInk
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
    assert np.all(ink[10:50, 10:50].max(axis=0) > 0)
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


def photograph(ink: NDArray[np.float32], seed: int = 0) -> NDArray[np.uint8]:
    """Ink that takes 0..1 of the light of grainy paper under a lamp."""
    light = 205 - 40 * np.linspace(0, 1, ink.shape[1]) + np.random.default_rng(seed).normal(0, 2, ink.shape)
    return np.clip(light * (1 - ink), 0, 255).astype(np.uint8)


def a_seven(side: int = 128) -> NDArray[np.float32]:
    ink = np.zeros((side, side), np.float32)
    ink[34:42, 40:84] = 0.6
    for row in range(42, 98):
        ink[row, 78 - row // 3 : 86 - row // 3] = 0.6
    return ink


def extent(pixels: NDArray[np.uint8]) -> list[int]:
    """Top, bottom, left and right of what was found."""
    found = find_ink(pixels)
    rows, columns = np.flatnonzero(found.ink.any(axis=1)), np.flatnonzero(found.ink.any(axis=0))
    return [found.top + rows[0], found.top + rows[-1] + 1, found.left + columns[0], found.left + columns[-1] + 1]


@pytest.mark.parametrize("rule", [np.s_[4:9], np.s_[:, 3:9], np.s_[66:68], np.s_[:, 118:], np.s_[0:3, 20:]])
@pytest.mark.parametrize("darkness", [0.25, 0.9])
def test_a_line_beside_or_through_a_digit_is_no_ink_and_the_digit_keeps_its_strokes(
    rule: tuple[slice, ...], darkness: float
) -> None:
    ink = a_seven()
    ink[rule] = np.maximum(ink[rule], darkness)
    assert np.abs(np.array(extent(photograph(ink))) - extent(photograph(a_seven()))).max() <= 3


def test_a_picture_cropped_to_a_digit_keeps_the_stroke_that_spans_it() -> None:
    cropped = a_seven()[33:98, 40:84]
    top, bottom, left, right = extent(photograph(cropped))
    assert top <= 2 and left <= 1 and right >= 43 and bottom >= 64


@pytest.mark.parametrize("seed", range(6))
def test_ruled_paper_with_nothing_on_it_has_no_ink(seed: int) -> None:
    ink = np.zeros((160, 200), np.float32)
    ink[20 + seed :: 40] = 0.4
    ink[:, :4] = 0.9
    with pytest.raises(NoInk):
        find_ink(photograph(ink, seed))


@pytest.mark.parametrize("half", [np.s_[:, 60:], np.s_[70:]])
def test_the_edge_of_a_shadow_is_no_ink(half: tuple[slice, ...]) -> None:
    ink = a_seven()
    shadow = np.zeros_like(ink)
    shadow[half] = 0.45
    shaded = 1 - (1 - ink) * (1 - shadow)
    assert np.abs(np.array(extent(photograph(shaded))) - extent(photograph(ink))).max() <= 3


@pytest.mark.parametrize("name", ["noise", "checkers", "gratings", "lines", "specks"])
@pytest.mark.parametrize("shape", [(64, 799), (500, 500)])
def test_whatever_is_sent_as_a_photograph_is_ink_or_none(name: str, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    y, x = np.mgrid[: shape[0], : shape[1]]
    pixels = {
        "noise": rng.integers(0, 256, shape),
        "checkers": (x + y) % 2 * 200 + rng.integers(0, 9, shape),
        "gratings": 128 + 100 * np.sin(x / 2) + rng.integers(0, 9, shape),
        "lines": np.where((y % 6 < 2) | (x % 6 < 2), 60, 200) + rng.integers(0, 9, shape),
        "specks": np.where(rng.random(shape) < 0.02, 20, 200) + rng.integers(0, 9, shape),
    }[name]
    try:
        ink = find_ink(pixels.astype(np.uint8)).ink
    except NoInk:
        return
    assert 0 <= ink.min() <= ink.max() <= 1
