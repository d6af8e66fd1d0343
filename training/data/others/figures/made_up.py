"""Figures that nobody has a name for: outlines and lines nested, mirrored, turned about a center or put side by side.

Unseen kinds of figures are met best by kinds without end. Characters are lines that join; these are outlines with
something in, on or around them, and so much of it that none is a digit, drawn in whatever style.
"""

from dataclasses import dataclass

import numpy as np

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.hands import bent, unit
from training.data.others.curves import Points, saw, turned, wave
from training.data.others.figures.fillings import closed, lines
from training.data.others.figures.shapes import FLIP, Rng, at, points
from training.data.others.parts import dense
from training.data.others.recipe import Free, pick

LEAST = 3.4  # of the longer side: the way a pen goes. An eight's is 3, and a zero's with a slash hardly more than 3.5
FEWEST = 3  # strokes: a five has two, and some write a four or a crossed seven with three, of 2.7 altogether
SLIM = 0.35  # of the spread along it, across it: below, a thick pen makes it a bar, which is a one


@dataclass(frozen=True)
class MadeUp(Free):
    """A figure of two to a dozen parts in some order that the eye finds."""

    def make(self, rng: np.random.Generator) -> Strokes:
        while True:
            strokes = pick((_nested, _nested, _mirrored, _mirrored, _around, _row, _body, _body), rng)(rng)
            matrix = np.diag([float(rng.uniform(0.65, 1.5)), 1.0]).astype(np.float32)
            if rng.random() < 0.5:
                angle = float(rng.integers(4) * np.pi / 2 if rng.random() < 0.4 else rng.uniform(0, 2 * np.pi))
                strokes = tuple(turned(each, angle) for each in strokes)
            strokes = unit(tuple(dense((each @ matrix).astype(np.float32)) for each in strokes))
            if len(strokes) >= FEWEST and _length(strokes) > LEAST and _slimness(strokes) > SLIM:
                return bent(strokes, rng)


def _inside(rng: Rng, size: float = 0.5) -> list[Points]:
    """Lines, or outlines with or without lines in them."""
    if rng.random() < 0.5:
        return [at(each, size * float(rng.uniform(0.8, 1.3))) for each in lines(rng)]
    inner = [at(closed(rng), size)]
    return inner + ([at(each, 0.5 * size) for each in lines(rng)] if rng.random() < 0.5 else [])


def _length(strokes: Strokes) -> float:
    return float(sum(np.hypot(*np.diff(each, axis=0).T).sum() for each in strokes))


def _slimness(strokes: Strokes) -> float:
    small, large = np.linalg.eigvalsh(np.cov(np.concatenate(strokes).T))
    return float(np.sqrt(max(small, 0.0) / large))


def _nested(rng: Rng) -> Strokes:
    """An outline with corners around others and around lines; a ring around a ring is a zero with a dot."""
    inside = _inside(rng, float(rng.uniform(0.5, 0.7)))
    if len(inside) < 3:
        inside += [at(each, 0.7) for each in lines(rng)]
    return (closed(rng, 2), *inside)


def _mirrored(rng: Rng) -> Strokes:
    """Parts on either side of an axis, and some on it."""
    strokes: list[Points] = []
    for _ in range(int(rng.integers(2, 5))):
        part = pick((closed, closed, saw, wave, _bar, _bar, _bow), rng)(rng)
        part = at(turned(part, float(rng.uniform(0, 2 * np.pi))), float(rng.uniform(0.25, 0.8)))
        part = part + rng.uniform([0.1, -0.5], [0.5, 0.5]).astype(np.float32)
        strokes += [part, part * FLIP]
    if rng.random() < 0.7:
        strokes.append(at(closed(rng), float(rng.uniform(0.2, 0.8)), 0, float(rng.uniform(-0.5, 0.5))))
    if rng.random() < 0.3:
        strokes.append(points((0, -0.6), (0, float(rng.uniform(0.2, 0.7)))))
    return tuple(strokes)


def _around(rng: Rng) -> Strokes:
    """A part three times or more about a center; twice would be an S, a Z or an eight."""
    count = int(rng.integers(3, 8))
    size, far = rng.uniform(0.2, 0.45), rng.uniform(0.2, 0.5)
    base = pick((closed, closed, _bar, _bow, saw), rng)(rng)
    base = at(turned(base, float(rng.uniform(0, np.pi))), float(size), float(far))
    strokes = [turned(base, float(step)) for step in np.arange(count) * 2 * np.pi / count]
    if rng.random() < 0.6:
        strokes.append(at(closed(rng), float(rng.uniform(0.2, 0.6))))
    return tuple(strokes)


def _row(rng: Rng) -> Strokes:
    """Three parts or more side by side or above one another, of them some filled; with a line along them, or none."""
    count = int(rng.integers(3, 6))
    gap = float(rng.uniform(0.7, 1.25))
    strokes: list[Points] = []
    same = closed(rng) if rng.random() < 0.5 else None
    for step in range(count):
        part = closed(rng) if same is None else same
        strokes.append(at(part, float(rng.uniform(0.6, 1)), gap * step))
        if rng.random() < 0.3:
            strokes += [at(each, 0.4, gap * step) for each in lines(rng)]
    if rng.random() < 0.4:
        y = float(rng.choice([-0.5, 0, 0.5]))
        strokes.append(points((-0.6, y), (gap * (count - 1) + 0.6, y)))
    upright = rng.random() < 0.4
    return tuple(turned(each, np.pi / 2) for each in strokes) if upright else tuple(strokes)


def _body(rng: Rng) -> Strokes:
    """An outline with something in it, and three limbs or more: one makes a six or a nine, two a slashed zero."""
    strokes = [closed(rng), *_inside(rng, float(rng.uniform(0.3, 0.5)))]
    even = rng.random() < 0.5
    count = int(rng.integers(3, 7))
    start = float(rng.uniform(0, 2 * np.pi))
    limb = pick((_bar, _bow, closed, saw), rng)
    part = limb(rng)
    for step in range(count):
        if not even:
            part = pick((_bar, _bow, closed, saw), rng)(rng)
        angle = start + 2 * np.pi * (step + (0 if even else float(rng.uniform(-0.3, 0.3)))) / count
        strokes.append(turned(at(part, float(rng.uniform(0.25, 0.4)), 0.6), angle))
    return tuple(strokes)


def _bar(rng: Rng) -> Points:
    return points((-0.5, 0), (0.5, float(rng.normal(0, 0.05))))


def _bow(rng: Rng) -> Points:
    return arc(0, 0, 0.5, float(rng.uniform(0.3, 0.5)), 0, float(rng.uniform(90, 200)))
