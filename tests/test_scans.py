"""Scans: paper that is exactly white, on which printed lines are no ink, and strokes that look like lines stay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from function.ink.find import find_ink
from function.ink.scan import find_scanned_ink
from training.data.drawings import Strokes
from training.data.glyphs import PLAIN, line
from training.data.strokes import Placement, draw

Ink = NDArray[np.float32]
SIDE = 200


def digit(label: str, size: float = 90, place: float = 60) -> Ink:
    return draw(PLAIN[label], Placement(SIDE, size, 8, place, place))


def rules(*strokes: Strokes, width: float = 3) -> Ink:
    """Lines through points in pixels, which may lie beyond the sheet's edge."""
    far = np.zeros((SIDE, SIDE), np.float32)
    y, x = np.mgrid[:SIDE, :SIDE]
    for stroke in strokes:
        for (x0, y0), (x1, y1) in zip(stroke[0][:-1], stroke[0][1:], strict=True):
            length = np.hypot(x1 - x0, y1 - y0)
            along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length
            across = np.abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / length
            inside = (along >= 0) & (along <= length)
            far = np.maximum(far, np.clip(width / 2 + 0.5 - across, 0, 1) * inside)
    return far.astype(np.float32)


def scan(ink: Ink, lines: Ink, darkness: float = 0.9) -> NDArray[np.uint8]:
    return np.asarray(255 * (1 - np.maximum(ink, darkness * lines)), np.uint8)


def extent(pixels: NDArray[np.uint8]) -> list[int]:
    found = find_ink(pixels)
    rows, columns = np.flatnonzero(found.ink.any(axis=1)), np.flatnonzero(found.ink.any(axis=0))
    return [found.top + rows[0], found.top + rows[-1] + 1, found.left + columns[0], found.left + columns[-1] + 1]


PRINTED = {
    "a line below": rules((line((-5, 170), (205, 175)),)),
    "a line through": rules((line((-5, 100), (205, 104)),)),
    "ruled paper": rules(*((line((-5, y), (205, y + 4)),) for y in range(10, 200, 45))),
    "squared paper": np.maximum(
        rules(*((line((-5, y), (205, y)),) for y in range(10, 200, 30)), width=2),
        rules(*((line((x, -5), (x, 205)),) for x in range(12, 200, 30)), width=2),
    ),
    "a box": rules((line((20, 22), (180, 20), (182, 178), (22, 182), (20, 22)),)),
    "a box that the edge cut": rules((line((-5, 20), (180, 20), (180, 178), (-5, 178)),)),
    "a black rule": rules((line((20, -5), (20, 205)),), width=6),
}


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize("darkness", [0.4, 0.95])
@pytest.mark.parametrize("label", "358")
def test_printed_lines_on_white_paper_are_no_ink_and_the_digit_keeps_its_strokes(
    name: str, darkness: float, label: str
) -> None:
    ink = digit(label)
    own = extent(scan(ink, np.zeros_like(ink)))
    assert np.abs(np.subtract(extent(scan(ink, PRINTED[name], darkness)), own)).max() <= 5


def test_white_on_black_and_colored_lines_are_found_alike() -> None:
    ink, lines = digit("5"), PRINTED["ruled paper"]
    pixels = np.repeat(scan(ink, lines)[:, :, None], 3, axis=2)
    pixels[(lines > 0.5) & (ink < 0.5)] = 60, 90, 230
    own = extent(scan(ink, np.zeros_like(ink)))
    for each in (pixels, 255 - pixels):
        assert np.abs(np.subtract(extent(each), own)).max() <= 5


DRAWN = {
    "a minus": rules((line((-5, 100), (205, 100)),), width=9),
    "a one off the pad": rules((line((100, -5), (104, 205)),), width=9),
    "a seven off the pad": rules((line((-5, 30), (170, 30), (100, 190)),), width=9),
    "a four off the pad": rules((line((110, -5), (40, 120), (205, 120)),), (line((120, 60), (118, 205)),), width=9),
    "a cross": rules((line((-5, 100), (205, 100)),), (line((100, -5), (100, 205)),), width=9),
    "a tee": rules((line((-5, 40), (205, 40)),), (line((100, 40), (100, 190)),), width=9),
}


@pytest.mark.parametrize("name", DRAWN)
def test_strokes_that_run_out_of_the_picture_stay(name: str) -> None:
    ink = DRAWN[name]
    whole = extent(np.asarray(255 * (ink < 0.05), np.uint8))
    assert np.abs(np.subtract(extent(scan(np.zeros_like(ink), ink)), whole)).max() <= 1


@given(st.sampled_from("0123456789"), st.floats(30, 190), st.floats(0, 1), st.floats(0, 1), st.floats(2, 20))
def test_a_drawing_within_the_pad_has_no_printed_lines(
    label: str, size: float, across: float, down: float, pen: float
) -> None:
    x, y = (3 + part * (SIDE - 6 - size) for part in (across, down))
    ink = draw(PLAIN[label], Placement(SIDE, size, min(pen, size / 5), x, y))
    assert find_scanned_ink(np.rint(255 * ink).astype(np.uint8)) is None


@pytest.mark.parametrize("side", [28, 47])
def test_small_pictures_keep_their_lines(side: int) -> None:
    pixels = np.full((side, side), 255, np.uint8)
    pixels[8:20, 9:12] = 0
    pixels[22:24] = 0
    top, bottom, left, right = extent(pixels)
    assert (top, bottom, left, right) == (8, 24, 0, side)
