"""A picture → the same digit elsewhere, larger or smaller, inverted, or drawn with another pen."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from function.arrays import to_levels
from training.data.drawings import Drawing
from training.data.strokes import Placement, draw


def shifted(digit: NDArray[np.uint8], down: int, right: int) -> Image.Image:
    """A (28, 28) digit on a black 56×56 canvas, moved by so many pixels from its middle."""
    canvas = np.zeros((56, 56), np.uint8)
    canvas[14 + down : 42 + down, 14 + right : 42 + right] = digit
    return Image.fromarray(canvas)


def shifted_at_random(digit: NDArray[np.uint8], rng: np.random.Generator) -> Image.Image:
    """Up to 8 px on each axis."""
    down, right = rng.integers(-8, 9, 2)
    return shifted(digit, int(down), int(right))


def scaled(digit: NDArray[np.uint8], scale: float) -> Image.Image:
    """The digit resampled to `scale` times its size, in the middle of a canvas with room for it."""
    side = max(1, round(28 * scale))
    larger = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    canvas = Image.new("L", (max(28, side),) * 2)
    canvas.paste(larger, ((canvas.width - side) // 2,) * 2)
    return canvas


def scaled_at_random(digit: NDArray[np.uint8], rng: np.random.Generator) -> Image.Image:
    """0.5 to 2 times, log-uniformly."""
    return scaled(digit, float(np.exp(rng.uniform(np.log(0.5), np.log(2)))))


def inverted(digit: NDArray[np.uint8]) -> Image.Image:
    """Dark on light, of a (28, 28) digit that is light on dark."""
    return Image.fromarray(255 - digit)


def drawn_with(drawings: Iterable[Drawing], pen: float, polarity: str) -> Iterable[Image.Image]:
    """Each drawing over 60 % of a 280-px canvas, the size of many pages' canvases."""
    for drawing in drawings:
        ink = draw(drawing.strokes, Placement(side=280, size=168, pen=280 * pen, x=56, y=56))
        yield Image.fromarray(to_levels(ink if polarity == "light on dark" else 1 - ink))
