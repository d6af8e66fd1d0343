"""A border around the whole picture is no ink; a drawing that reaches all four sides is."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from function.digit.normalize import normalize
from function.picture.border import MIN_SIDE, inside
from function.picture.picture import Picture
from function.reading.line import see
from tests.support.drawings import encode, paint, seven


def framed(side: int, margin: int, width: int, pen: float, paper: float) -> np.ndarray:
    """A seven in a box whose line is `width` pixels thick and `margin` away from the edge."""
    box = np.zeros((side, side), np.float32)
    box[margin : side - margin, margin : side - margin] = 1
    box[margin + width : side - margin - width, margin + width : side - margin - width] = 0
    return paint(np.maximum(seven(side), box), pen, paper)


@pytest.mark.parametrize("side", [64, 280, 900])
@pytest.mark.parametrize(("margin", "width"), [(0, 1), (0, 4), (3, 2)])
@pytest.mark.parametrize(("pen", "paper"), [(0.0, 1.0), (1.0, 0.0), (0.3, 0.8)])
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_boxed_seven_is_the_seven(side: int, margin: int, width: int, pen: float, paper: float, form: str) -> None:
    width = max(width, round(width * side / 280))
    (got,) = see([Picture(encode(framed(side, margin, width, pen, paper), form))]).digits
    drawn = normalize(seven(side))
    best = max(
        np.corrcoef(np.roll(got, (y, x), (0, 1)).ravel(), drawn.ravel())[0, 1] for y in (-1, 0, 1) for x in (-1, 0, 1)
    )
    assert best > 0.95


def test_a_zero_that_touches_all_four_sides_stays_whole() -> None:
    canvas = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(canvas).ellipse((2, 2, 277, 277), outline=0, width=12)
    pixels = np.asarray(canvas)
    assert inside(pixels) == (0, len(pixels), 0, len(pixels))


def test_a_border_with_a_gap_may_be_a_drawing_and_stays() -> None:
    pixels = np.full((280, 280), 255, np.uint8)
    pixels[4:8, 4:-4] = pixels[-8:-4, 4:-4] = pixels[4:-4, 4:8] = pixels[4:-4, -8:-4] = 0
    pixels[4:8, 100:130] = 255
    assert inside(pixels) == (0, len(pixels), 0, len(pixels))


def test_a_small_picture_is_left_alone() -> None:
    pixels = np.zeros((MIN_SIDE - 1, MIN_SIDE - 1), np.uint8)
    pixels[1:-1, 1:-1] = 255
    assert inside(pixels) == (0, len(pixels), 0, len(pixels))
