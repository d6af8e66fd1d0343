"""Two digits or more side by side, near, touching or a little over one another: a number, and no digit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink, from_levels
from training.data.drawings import Drawing, Strokes
from training.data.hands import unit, varied
from training.data.others.recipe import Made, chosen, resized
from training.data.sets import LabeledDigits

COUNTS = (0.7, 0.23, 0.07)  # of two, three and four digits: windows over numbers are mostly too wide by one
ONES_AND_ZEROS = 0.15  # of all: 11, 10, 01 and 00 are nearest to other digits, and elsewhere seldom together
# In heights of a digit. Below 0 the boxes overlap, as slanted writing does without touching.
GAPS = ((-0.1, 0.02), (0.02, 0.15), (0.15, 0.6))
LEAST_GAP = 0.14  # between two ones, and between a one and a zero: closer they are one line, or a φ


@dataclass(frozen=True)
class Pairs:
    """Numbers of pen digits."""

    drawings: tuple[Drawing, ...]

    def make(self, rng: np.random.Generator) -> Made:
        labels = labels_of([drawing.label for drawing in self.drawings])
        written = [self.drawings[index] for index in indices(labels, rng)]
        digits = [unit(varied(drawing, rng)) for drawing in written]
        strokes: list[NDArray[np.float32]] = []
        for (x, y, size), digit in zip(
            _places([*map(_aspect, digits)], written_labels(written), rng), digits, strict=True
        ):
            strokes += [stroke * np.float32(size) + np.array([x, y], np.float32) for stroke in digit]
        return tuple(strokes)

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(chosen(self.drawings, rng))


@dataclass(frozen=True)
class PixelPairs:
    """Numbers of digits that come without strokes."""

    digits: LabeledDigits

    def make(self, rng: np.random.Generator) -> Ink:
        labels = labels_of(self.digits.labels.tolist())
        index = indices(labels, rng)
        crops = [cropped(from_levels(self.digits.digits[each])) for each in index]
        aspects = [(crop.shape[1] / max(crop.shape), crop.shape[0] / max(crop.shape)) for crop in crops]
        places = _places(aspects, [int(self.digits.labels[each]) for each in index], rng)
        scale = float(rng.uniform(20, 32))
        return pasted(
            [(crop, x * scale, y * scale, size * scale) for crop, (x, y, size) in zip(crops, places, strict=True)]
        )

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(self.digits.take(rng.permutation(len(self.digits))[:400]))


def written_labels(written: Sequence[Drawing]) -> list[int]:
    return [drawing.label for drawing in written]


def labels_of(labels: Sequence[int]) -> NDArray[np.int64]:
    return np.asarray(labels, np.int64)


def indices(labels: NDArray[np.int64], rng: np.random.Generator) -> list[int]:
    """Which digits the next number is made of."""
    count = 2 + int(rng.choice(len(COUNTS), p=COUNTS))
    few = np.flatnonzero(labels < 2)
    among = few if rng.random() < ONES_AND_ZEROS and len(few) else np.arange(len(labels))
    return [int(each) for each in rng.choice(among, count)]


def _aspect(digit: Strokes) -> tuple[float, float]:
    """Width and height of what is in 0..1."""
    points = np.concatenate(digit)
    width, height = points.max(axis=0)
    return float(width), float(height)


def _places(
    aspects: Sequence[tuple[float, float]], labels: Sequence[int], rng: np.random.Generator
) -> list[tuple[float, float, float]]:
    """Left, top and longer side of each digit, in heights of an ordinary one."""
    places, x = [], 0.0
    low, high = GAPS[int(rng.integers(len(GAPS)))]
    for number, (width, height) in enumerate(aspects):
        size = float(np.exp(rng.uniform(np.log(0.75), np.log(1.3)))) / max(height, 0.5)
        if number:
            near_line = {labels[number - 1], labels[number]} <= {0, 1} and 1 in labels[number - 1 : number + 1]
            gap = float(rng.uniform(low, high))
            x += max(gap, LEAST_GAP) if near_line else gap
        places.append((x, 0.5 + float(rng.normal(0, 0.08)) - size * height / 2, size))
        x += size * width
    return places


def cropped(ink: Ink) -> Ink:
    """Without the paper around it."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0), np.flatnonzero(ink.max(axis=0) > 0)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def pasted(placed: Sequence[tuple[Ink, float, float, float]]) -> Ink:
    """Crops with left, top and longer side in pixels → one ink; where they overlap, the darker shows."""
    boxes = []
    left = min(x for _, x, _, _ in placed)
    top = min(y for _, _, y, _ in placed)
    for crop, x, y, size in placed:
        factor = size / max(crop.shape)
        height, width = (max(1, round(side * factor)) for side in crop.shape)
        boxes.append((resized(crop, height, width), round(x - left) + 1, round(y - top) + 1))
    height = max(y + ink.shape[0] for ink, _, y in boxes) + 1
    width = max(x + ink.shape[1] for ink, x, _ in boxes) + 1
    canvas = np.zeros((height, width), np.float32)
    for ink, x, y in boxes:
        part = canvas[y : y + ink.shape[0], x : x + ink.shape[1]]
        np.maximum(part, ink, out=part)
    return canvas
