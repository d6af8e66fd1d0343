"""Digits turned or mirrored where none results."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink, from_levels
from training.data.drawings import Drawing, Strokes
from training.data.hands import unit, varied
from training.data.others.recipe import chosen, pick
from training.data.sets import LabeledDigits

RIGHT = np.array([[0, -1], [1, 0]])  # x, y → -y, x: by 90 degrees
MIRROR = np.array([[-1, 0], [0, 1]])
HALF = -np.eye(2, dtype=np.int64)
# A turned 0, 1 or 8 is itself, a line or a lying loop; 6 and 9 by half a turn are one another; a mirrored 2 is nearly a
# 5, and the other way round; a 2 or 5 by half a turn is itself.
TURNS = {2: (RIGHT, -RIGHT), 3: (RIGHT, -RIGHT, MIRROR, HALF), 4: (RIGHT, -RIGHT, MIRROR, HALF), 5: (RIGHT, -RIGHT)} | {
    6: (RIGHT, -RIGHT, MIRROR, MIRROR @ HALF),
    7: (RIGHT, -RIGHT, MIRROR, HALF),
    9: (RIGHT, -RIGHT, MIRROR),
}


@dataclass(frozen=True)
class Turned:
    """A pen digit turned or mirrored."""

    drawings: tuple[Drawing, ...]

    def make(self, rng: np.random.Generator) -> Strokes:
        while (drawing := pick(self.drawings, rng)).label not in TURNS:
            pass
        matrix = pick(TURNS[drawing.label], rng).astype(np.float32)
        return tuple((stroke - 0.5) @ matrix.T + 0.5 for stroke in unit(varied(drawing, rng)))

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(chosen(self.drawings, rng))


@dataclass(frozen=True)
class PixelTurned:
    """The same of digits that come without strokes."""

    digits: LabeledDigits

    def make(self, rng: np.random.Generator) -> Ink:
        while (label := int(self.digits.labels[index := int(rng.integers(len(self.digits)))])) not in TURNS:
            pass
        return turned(from_levels(self.digits.digits[index]), pick(TURNS[label], rng))

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(self.digits.take(rng.permutation(len(self.digits))[:400]))


def turned(ink: Ink, matrix: NDArray[np.int64]) -> Ink:
    """Ink moved as x, y columns of points are by a `matrix` of quarter turns and mirrors."""
    inverse = np.linalg.inv(matrix).astype(int)
    side = len(ink)
    rows, columns = np.mgrid[:side, :side] * 2 - (side - 1)  # twice the distance from the middle: whole numbers
    x, y = np.einsum("ij,jkl->ikl", inverse, np.stack([columns, rows]))
    return np.asarray(ink[(y + side - 1) // 2, (x + side - 1) // 2])
