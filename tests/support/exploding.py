"""Pictures that make as much work as pictures can for whoever looks for the parts of a drawing."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.support.written import written

SIDE = 798  # pixels: the largest that is not averaged down
RNG = np.random.default_rng(4)

Levels = NDArray[np.uint8]


def exploding() -> Iterator[tuple[str, Levels]]:
    """Gray or black on white, by name; none of them is a number of at most twelve digits."""
    for name, ink in _inks():
        yield name, np.where(ink, 0, 255).astype(np.uint8)
    yield "a grid of 12 × 12 digits", np.asarray(written(*["123456789012"] * 12).resize((SIDE, SIDE)))
    yield "thirteen digits", np.asarray(written("1234567890123"))
    yield "two lines of twelve digits", np.asarray(written(*["123456789012"] * 2))
    for count in (13, 24, 32, 64):
        yield f"{count} bars apart", _bars(count)
    yield (
        "twenty-four digits that touch",
        np.pad(np.tile(np.asarray(written("8"))[:, 40:120], 24), 20, constant_values=255),
    )
    yield "noise of 28 × 28", RNG.integers(0, 256, (28, 28), np.uint8)
    yield "noise of 28 × 28 in black", np.where(RNG.random((28, 28)) < 0.3, 0, 255).astype(np.uint8)
    yield "gray noise", RNG.integers(0, 256, (SIDE, SIDE), np.uint8)


def _inks() -> Iterator[tuple[str, NDArray[np.bool_]]]:
    row, column = np.indices((SIDE, SIDE))
    for step in (2, 3, 5, 9, 16, 40):
        yield f"a checkerboard of dots, one in {step}", (row % step == 0) & (column % step == 0)
    for step in (2, 4, 8, 32):
        yield f"a checkerboard of fields of {step}", (row // step + column // step) % 2 == 0
    yield "thousands of small components", RNG.random((SIDE, SIDE)) < 0.02
    yield "thousands of larger components", np.kron(RNG.random((133, 133)) < 0.15, np.ones((6, 6))).astype(bool)
    for step in (2, 4, 12, 40):
        yield f"a comb with a tooth in {step}", (column % step < step // 2) & (row > 100) | (row > 100) & (row < 130)
    yield "a comb with its back in the middle", (column % 6 < 3) | (abs(row - SIDE // 2) < 9)
    yield "upright lines apart", (column % 8 < 3) & (row > 60) & (row < 740)
    yield "lying lines apart", (row % 8 < 3) & (column > 60) & (column < 740)
    yield "a row of dots", (abs(row - 400) < 4) & (column % 8 < 4)
    yield "a row of bars", (abs(row - 400) < 60) & (column % 12 < 4)
    yield "slanted bars", (abs(row - 400) < 100) & ((column + row // 2) % 14 < 5)
    angle, radius = np.arctan2(row - SIDE / 2, column - SIDE / 2), np.hypot(row - SIDE / 2, column - SIDE / 2)
    for turn in (4, 12, 40):
        yield f"a spiral with a turn in {turn}", ((radius / turn + angle / 2 / np.pi) % 1 < 0.5) & (radius < 380)
        yield f"rings, one in {turn}", (radius / turn % 1 < 0.5) & (radius < 380)
    yield "a serpentine", (column % 2 == 0) | (row == 0) & (column % 4 == 1) | (row == SIDE - 1) & (column % 4 == 3)
    for lines in (30, 400, 4000):
        yield f"a scribble of {lines} lines", _scribble(lines)
    yield "a hundred circles", _circles(100)
    yield "a wide band of ones", np.tile((np.indices((64, 12))[1] < 4), (1, 66))


def _scribble(lines: int) -> NDArray[np.bool_]:
    image = Image.new("L", (SIDE, SIDE))
    points = RNG.integers(0, SIDE, (lines + 1, 2))
    ImageDraw.Draw(image).line([*map(tuple, points.tolist())], fill=255, width=3)
    return np.asarray(image) > 0


def _bars(count: int) -> Levels:
    """As near to each other as the strokes of a digit, so that as many windows as may be stand open."""
    pixels = np.full((100, 10 * count + 40), 255, np.uint8)
    for left in range(20, 10 * count + 20, 10):
        pixels[20:80, left : left + 4] = 0
    return pixels


def _circles(count: int) -> NDArray[np.bool_]:
    image = Image.new("L", (SIDE, SIDE))
    for x, y, radius in RNG.integers((0, 0, 3), (SIDE, SIDE, 60), (count, 3)).tolist():
        ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), outline=255, width=2)
    return np.asarray(image) > 0
