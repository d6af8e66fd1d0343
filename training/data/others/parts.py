"""Parts of digits, and digits with a part of their neighbor: what windows over a number show.

Parts that are digits by themselves are left out: the loops of 6, 8 and 9, the stem of a 4 or a 7, the right half of an
8, and whatever is one line or arc.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink, from_levels
from training.data.drawings import Drawing, Strokes
from training.data.hands import unit, varied
from training.data.others.pairs import cropped, pasted
from training.data.others.recipe import Made, chosen, pick
from training.data.sets import LabeledDigits

# Which parts of a digit are none, by the direction in which they lie. The rest are digits, or lines and arcs: the
# upper halves of a 2, 3 and 9 are a 7, a 2 and a 0, the loops of 6, 8 and 9 zeros, a 3's and 8's right halves 3.
SIDES = {0: "", 1: "", 2: "left bottom", 3: "left", 4: "left right", 5: "left top", 6: "", 7: "left", 8: "", 9: ""}
DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}
STEP = 0.03  # of a digit: strokes are cut between points that lie this close
TURN = np.deg2rad(200)  # a single run that turns less is an arc, as in a zero or a parenthesis
LEAST = 0.5  # of a digit's size: shorter runs together are a speck
SLIM = 0.38  # width to height: what is slimmer reads as a one


@dataclass(frozen=True)
class Parts:
    """About half of a pen digit, cut straight or aslant; or a four, five or seven without one of its strokes."""

    drawings: tuple[Drawing, ...]

    def make(self, rng: np.random.Generator) -> Made:
        while True:
            drawing = pick(self.drawings, rng)
            strokes = unit(varied(drawing, rng))
            if drawing.label in (4, 5) and len(strokes) > 1 and rng.random() < 0.5:
                # a four without its stem; a five's or a four's last stroke alone is a line
                found: Strokes = strokes[:-1] if drawing.label == 4 else ()
            else:
                found = _half(drawing.label, strokes, rng)
            if found and not is_line(found):
                return found

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(chosen(self.drawings, rng))


@dataclass(frozen=True)
class PixelParts:
    """About half of a digit that comes without strokes."""

    digits: LabeledDigits

    def make(self, rng: np.random.Generator) -> Ink:
        while True:
            index = int(rng.integers(len(self.digits)))
            sides = SIDES[int(self.digits.labels[index])].split()
            if not sides:
                continue
            ink = cropped(from_levels(self.digits.digits[index]))
            down, right = np.mgrid[: ink.shape[0], : ink.shape[1]].astype(np.float32)
            points = np.stack([right / ink.shape[1], down / ink.shape[0]], axis=-1) - 0.5
            part = ink * (points @ _normal(sides, rng) > rng.uniform(0.0, 0.18))
            if part.sum() < 0.25 * ink.sum():
                continue
            part = cropped(part)
            if SLIM < part.shape[1] / part.shape[0] < 1 / SLIM:
                return part

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(self.digits.take(rng.permutation(len(self.digits))[:400]))


@dataclass(frozen=True)
class Neighbors:
    """A whole digit with a part of the next one, or of the one before."""

    drawings: tuple[Drawing, ...]

    def make(self, rng: np.random.Generator) -> Made:
        while True:
            strokes = unit(varied(pick(self.drawings, rng), rng))
            other = unit(varied(pick(self.drawings, rng), rng))
            side = pick(("left", "right"), rng)
            width = float(np.concatenate(other)[:, 0].max())
            if width < SLIM:  # a whole one is soon nothing but a line, and a pair has it
                continue
            reach = rng.uniform(0.35, 0.7) * width
            # The next digit shows its left part, the one before its right part.
            border = reach if side == "right" else width - reach
            normal = np.array([-1.0 if side == "right" else 1.0, 0.0])
            part = cut(other, normal, normal[0] * border)
            if not part or _length(part) < LEAST:
                continue
            points = np.concatenate(part)
            gap = rng.uniform(-0.03, 0.2)
            if side == "right":
                move = np.concatenate(strokes)[:, 0].max() + gap - points[:, 0].min()
            else:
                move = np.concatenate(strokes)[:, 0].min() - gap - points[:, 0].max()
            shift = np.array([move, rng.normal(0, 0.08)], np.float32)
            return (*strokes, *(stroke + shift for stroke in part))

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(chosen(self.drawings, rng))


@dataclass(frozen=True)
class PixelNeighbors:
    """The same of digits that come without strokes."""

    digits: LabeledDigits

    def make(self, rng: np.random.Generator) -> Ink:
        while True:
            first, second = (
                cropped(from_levels(self.digits.digits[i])) for i in rng.integers(len(self.digits), size=2)
            )
            if second.shape[1] < SLIM * second.shape[0]:
                continue
            reach = round(rng.uniform(0.35, 0.7) * second.shape[1])
            gap = float(rng.uniform(-1, 3))
            before = bool(rng.random() < 0.5)
            part = second[:, -reach:] if before else second[:, :reach]
            if reach < 4 or part.sum() < 0.2 * second.sum():
                continue
            y = float(rng.normal(0, 1.5))
            left, right = (part, first) if before else (first, part)
            sides = [float(max(each.shape)) for each in (left, right)]
            places = [0.0, left.shape[1] + gap]
            return pasted([(left, places[0], 0.0, sides[0]), (right, places[1], y, sides[1])])

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(self.digits.take(rng.permutation(len(self.digits))[:400]))


def _half(label: int, strokes: Strokes, rng: np.random.Generator) -> Strokes:
    sides = SIDES[label].split()
    if not sides:
        return ()
    points = np.concatenate(strokes)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    normal = _normal(sides, rng)
    size = float(np.abs((points - middle) @ normal).max())
    return cut(strokes, normal, float(middle @ normal) + size * rng.uniform(-0.05, 0.35))


def _normal(sides: list[str], rng: np.random.Generator) -> NDArray[np.float64]:
    """The direction in which the part lies that stays; a third of the cuts are aslant."""
    x, y = DIRECTIONS[pick(sides, rng)]
    angle = np.arctan2(y, x) + (np.deg2rad(rng.uniform(-35, 35)) if rng.random() < 1 / 3 else 0.0)
    return np.array([np.cos(angle), np.sin(angle)])


def cut(strokes: Strokes, normal: NDArray[np.float64], border: float) -> Strokes:
    """What lies beyond `border` in the direction of `normal`, stroke by stroke."""
    kept = []
    for stroke in strokes:
        points = dense(stroke)
        beyond = points @ normal > border
        edges = np.flatnonzero(np.diff(beyond)) + 1
        for run, inside in zip(np.split(points, edges), np.split(beyond, edges), strict=True):
            if inside[0] and len(run) > 1:
                kept.append(run)
    return tuple(kept)


def dense(stroke: NDArray[np.float32]) -> NDArray[np.float32]:
    """The stroke with points at most STEP apart."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    way = np.concatenate([[0], np.cumsum(steps)])
    at = np.linspace(0, way[-1], max(2, int(way[-1] / STEP) + 1))
    return np.stack([np.interp(at, way, stroke[:, 0]), np.interp(at, way, stroke[:, 1])], axis=1).astype(np.float32)


def is_line(strokes: Strokes) -> bool:
    """True for one line or arc, a speck, or what is as slim as a one."""
    points = np.concatenate(strokes)
    width, height = np.maximum(points.max(axis=0) - points.min(axis=0), 1e-3)
    if width < SLIM * height or height < SLIM * width or _length(strokes) < LEAST:
        return True
    return len(strokes) == 1 and _turn(strokes[0]) < TURN


def _length(strokes: Strokes) -> float:
    return float(sum(np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes))


def _turn(stroke: NDArray[np.float32]) -> float:
    """How far the pen turned altogether, in radians, over steps long enough that a shaking hand doesn't count."""
    coarse = dense(stroke)[:: max(1, round(0.12 / STEP))]
    steps = np.diff(coarse, axis=0)
    angles = np.arctan2(steps[:, 1], steps[:, 0])
    change = np.diff(angles)
    return float(np.abs((change + np.pi) % (2 * np.pi) - np.pi).sum())
