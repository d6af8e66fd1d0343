"""Figures that people draw: faces, hearts, stars, arrows and so on, never one bare line or outline.

Each function makes strokes about the origin, within half a unit of it; `FIGURES` has a row for each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.hands import bent, unit
from training.data.others.curves import Points, ring, saw, spiral, spline, turned, wave
from training.data.others.parts import dense
from training.data.others.recipe import Free

Rng = np.random.Generator


def _points(*points: tuple[float, float]) -> Points:
    return np.array(points, np.float32)


def _round(x: float, y: float, wide: float, high: float) -> Points:
    return arc(x, y, wide, high, -95, 270)


def _polygon(corners: int, radius: float = 0.5, start: float = -np.pi / 2) -> Points:
    angles = start + np.linspace(0, 2 * np.pi, corners + 1)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1).astype(np.float32)


def _rectangle(x: float, y: float, wide: float, high: float) -> Points:
    return _points((x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y))


def outline(rng: Rng) -> Points:
    """A bare outline, to put something into."""
    if rng.random() < 0.6:
        return _round(0, 0, float(rng.uniform(0.35, 0.5)), float(rng.uniform(0.38, 0.5)))
    return _polygon(int(rng.integers(3, 8)), 0.55, float(rng.uniform(0, 2 * np.pi)))


def face(rng: Rng) -> Strokes:
    up, apart = rng.uniform(0.1, 0.22), rng.uniform(0.12, 0.22)
    eye = rng.uniform(0, 0.07)
    eyes = [
        _round(side * apart, -up, eye, eye * rng.uniform(0.8, 1.4)) if eye > 0.02 else _points((side * apart, -up))
        for side in (-1, 1)
    ]
    if rng.random() < 0.25:
        eyes = [_points((side * apart, -up - 0.05), (side * apart, -up + 0.06)) for side in (-1, 1)]
    smile = rng.uniform(-0.15, 0.2)
    wide = rng.uniform(0.12, 0.28)
    mouth = spline(np.array([[-wide, 0.18 - smile / 3], [0, 0.18 + smile], [wide, 0.18 - smile / 3]]))
    strokes: Strokes = (_round(0, 0, 0.5, float(rng.uniform(0.4, 0.55))), *eyes, mouth)
    if rng.random() < 0.3:
        strokes = (*strokes, _points((0, -0.05), (-0.04, 0.06), (0.03, 0.06)))
    if rng.random() < 0.15:
        strokes = (*strokes, *(turned(_points((0.5, 0), (0.65, 0)), -a) for a in rng.uniform(0.5, 2.6, 5)))
    return strokes


def heart(rng: Rng) -> Strokes:
    t = np.linspace(0, 2 * np.pi, 48) + rng.choice([0.0, np.pi])
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - rng.uniform(4, 6) * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    way = (np.stack([x, y], axis=1) / 34).astype(np.float32)
    if rng.random() < 0.4:  # drawn in two halves
        return way[:24], way[24:]
    return (way[: -int(rng.integers(1, 5))],)


def star(rng: Rng) -> Strokes:
    points = int(rng.choice([5, 5, 5, 6, 7, 8]))
    if points == 5 and rng.random() < 0.6:  # in one line
        return (_polygon(5)[np.array([0, 2, 4, 1, 3, 0])],)
    way = _polygon(2 * points)
    way[1::2] *= np.float32(rng.uniform(0.35, 0.6))
    return (way,)


def corners(rng: Rng) -> Strokes:
    """A bare triangle or quadrangle: of all outlines those with corners so sharp that no zero has them."""
    kind = rng.integers(3)
    if kind == 0:
        way = _polygon(3, 0.5, float(rng.choice([-1, 1, 0, 2]) * np.pi / 2 + rng.normal(0, 0.2)))
    elif kind == 1:
        way = _rectangle(-0.5, -0.5, 1, float(rng.uniform(0.5, 1.6)))
    else:
        way = _polygon(4, 0.5, float(rng.uniform(0, np.pi)))
    way = way + rng.normal(0, 0.04, way.shape).astype(np.float32)  # where it ends, it seldom meets where it began
    return (way,)


def splinter(rng: Rng) -> Strokes:
    """A closed line of straight sides that turns inward somewhere, as bolts, crowns and flags do."""
    count = 2 * int(rng.integers(3, 6))
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.uniform(0, 1, count) * 4 / count
    radius = np.where(np.arange(count) % 2, rng.uniform(0.08, 0.3, count), rng.uniform(0.35, 0.6, count))
    way = np.stack([radius * np.cos(angles), rng.uniform(0.7, 1.5) * radius * np.sin(angles)], axis=1)
    return (np.concatenate([way, way[:1]]).astype(np.float32),)


def asterisk(rng: Rng) -> Strokes:
    count = int(rng.integers(3, 6))
    return tuple(turned(_points((-0.5, 0), (0.5, 0)), float(a)) for a in np.arange(count) * np.pi / count)


def cross(rng: Rng) -> Strokes:
    """Plus, times, a grave's cross, or a double one."""
    start = float(rng.choice([0, np.pi / 4]))
    high = rng.uniform(0, 0.2) * (start == 0)
    bars = [_points((-0.4, -high), (0.4, -high))]
    if rng.random() < 0.25:
        bars.append(_points((-0.3, 0.18), (0.3, 0.18)))
    return tuple(turned(each, start) for each in (_points((0, -0.5), (0, 0.5)), *bars))


def arrow(rng: Rng) -> Strokes:
    head = rng.uniform(0.12, 0.35)
    spread = rng.uniform(0.1, 0.3)
    tip = _points((0.5 - head, -spread), (0.5, 0), (0.5 - head, spread))
    if rng.random() < 0.3:
        tip = np.concatenate([tip, tip[:1]])
    strokes = [_points((-0.5, 0), (0.5, 0)), tip]
    if rng.random() < 0.25:
        strokes.append(tip * np.array([-1, 1], np.float32))
    angle = float(rng.integers(8) * np.pi / 4)
    return tuple(turned(each, angle) for each in strokes)


def filled_outline(rng: Rng) -> Strokes:
    """An outline with three dots or more, a smaller outline, a cross, or lines in it. One bar or dot is a zero's."""
    inside: list[Points] = []
    kind = rng.integers(5)
    if kind == 0:
        inside = [_points(tuple(at)) for at in rng.uniform(-0.25, 0.25, (int(rng.integers(3, 9)), 2)).tolist()]
    elif kind == 1:
        inside = [outline(rng) * np.float32(scale) for scale in (0.35, 0.6)[: int(rng.integers(1, 3))]]
    elif kind == 2:
        inside = [*asterisk(rng)] if rng.random() < 0.5 else [*cross(rng)]
        inside = [each * np.float32(rng.uniform(0.4, 0.9)) for each in inside]
    elif kind == 3:
        count = int(rng.integers(2, 5))
        inside = [_points((-0.35, y), (0.35, y)) for y in np.linspace(-0.25, 0.25, count)]
        inside = [turned(each, float(rng.choice([0, np.pi / 2]))) for each in inside]
    else:
        inside = [(saw(rng) if rng.random() < 0.5 else wave(rng)) * np.float32(0.7)]
    return (outline(rng), *inside)


def check(rng: Rng) -> Strokes:
    low = rng.uniform(0.2, 0.45)
    return (_points((-0.5, rng.uniform(-0.1, 0.2)), (-0.15, low), (0.5, -0.45)),)


def cloud(rng: Rng) -> Strokes:
    count = int(rng.integers(5, 9))
    parts = []
    for at in np.linspace(0, 2 * np.pi, count, endpoint=False):
        x, y = 0.4 * np.cos(at), 0.25 * np.sin(at)
        degrees = float(np.rad2deg(at))
        parts.append(arc(x, y, 0.17, 0.15, degrees - 95, degrees + 95))
    return (np.concatenate([*parts, parts[0][:1]]),)


def grid(rng: Rng) -> Strokes:
    rows, columns = rng.integers(2, 5, 2)
    inset = float(rng.choice([0, 0.15]))
    lines = [_points((-0.5, y), (0.5, y)) for y in np.linspace(-0.5 + inset, 0.5 - inset, rows)]
    lines += [_points((x, -0.5), (x, 0.5)) for x in np.linspace(-0.5 + inset, 0.5 - inset, columns)]
    return tuple(lines)


def hatching(rng: Rng) -> Strokes:
    slant = rng.uniform(-0.5, 0.5)
    count = int(rng.integers(3, 10))
    lines = [_points((x + slant / 2, -0.5), (x - slant / 2, 0.5)) for x in np.linspace(-0.5, 0.5, count)]
    if rng.random() < 0.3:
        lines += [turned(each, np.pi / 2) for each in lines]
    angle = float(rng.uniform(0, np.pi))
    return tuple(turned(each, angle) for each in lines)


def whirl(rng: Rng) -> Strokes:
    return (spiral(rng, float(rng.uniform(2.2, 4.5))),)


def zigzag(rng: Rng) -> Strokes:
    count = int(rng.integers(5, 11))
    heights = rng.uniform(0.15, 0.5) * (-1) ** np.arange(count)
    way = np.stack([np.linspace(-0.5, 0.5, count), heights], axis=1).astype(np.float32)
    return (turned(way, float(rng.uniform(0, np.pi))),)


def house(rng: Rng) -> Strokes:
    roof = rng.uniform(0.2, 0.5)
    strokes: Strokes = (_rectangle(-0.4, -0.1, 0.8, 0.6), _points((-0.45, -0.1), (0, -0.1 - roof), (0.45, -0.1)))
    if rng.random() < 0.6:
        strokes = (*strokes, _rectangle(-0.1, 0.2, 0.2, 0.3))
    return strokes


def tree(rng: Rng) -> Strokes:
    crown = cloud(rng)[0] * np.float32(0.9) if rng.random() < 0.5 else _polygon(3, 0.45)
    return (
        crown - np.array([0, 0.25], np.float32),
        _points((-0.07, 0.05), (-0.08, 0.6)),
        _points((0.07, 0.05), (0.08, 0.6)),
    )


def sun(rng: Rng) -> Strokes:
    rays = int(rng.integers(5, 13))
    angles = np.arange(rays) * 2 * np.pi / rays
    return (_round(0, 0, 0.25, 0.25), *(turned(_points((0.3, 0), (0.5, 0)), float(a)) for a in angles))


def flower(rng: Rng) -> Strokes:
    petals = int(rng.integers(4, 8))
    angles = np.arange(petals) * 2 * np.pi / petals
    strokes = [turned(_round(0.3, 0, 0.17, 0.13), float(a)) for a in angles]
    if rng.random() < 0.5:
        strokes.append(_points((0, 0.45), (0.02, 1.0)))
    return (_round(0, 0, 0.12, 0.12), *strokes)


def figure(rng: Rng) -> Strokes:
    """A man of sticks."""
    arms = rng.uniform(-0.2, 0.15)
    return (
        _round(0, -0.37, 0.13, 0.13),
        _points((0, -0.24), (0, 0.15)),
        _points((-0.25, arms), (0, -0.1), (0.25, arms)),
        _points((-0.2, 0.5), (0, 0.15), (0.2, 0.5)),
    )


def fish(rng: Rng) -> Strokes:
    body = _round(0, 0, 0.35, float(rng.uniform(0.15, 0.25)))
    tail = _points((0.33, 0), (0.55, -0.18), (0.55, 0.18), (0.33, 0))
    way = np.array([rng.choice([-1, 1]), 1], np.float32)
    return tuple(each * way for each in (body, tail, _points((-0.2, -0.05))))


def ladder(rng: Rng) -> Strokes:
    rungs = np.linspace(-0.4, 0.4, int(rng.integers(2, 6)))
    sides = [_points((-0.2, -0.5), (-0.2, 0.5)), _points((0.2, -0.5), (0.2, 0.5))]
    angle = float(rng.choice([0, np.pi / 2]))
    return tuple(turned(each, angle) for each in (*sides, *(_points((-0.2, y), (0.2, y)) for y in rungs)))


def comb(rng: Rng) -> Strokes:
    """A line with teeth: rakes, forks, many letters."""
    teeth = np.linspace(-0.45, 0.45, int(rng.integers(3, 7)))
    angle = float(rng.integers(4) * np.pi / 2)
    return tuple(
        turned(each, angle) for each in (_points((-0.5, 0), (0.5, 0)), *(_points((x, 0), (x, 0.5)) for x in teeth))
    )


def rings(rng: Rng) -> Strokes:
    """Two outlines or more, side by side, chained or one in another."""
    count = int(rng.integers(2, 5))
    if rng.random() < 0.4:
        return tuple(_round(0, 0, r, r) for r in np.linspace(0.15, 0.5, count))
    radius = float(rng.uniform(0.2, 0.32))
    angle = float(rng.uniform(-0.6, 0.6))  # one above the other is an eight
    return tuple(turned(_round(0.5 * each, 0, radius, radius), angle) for each in range(count))


def box(rng: Rng) -> Strokes:
    """A cube, an envelope, or a window."""
    kind = rng.integers(3)
    frame = _rectangle(-0.5, -0.35, 0.7, 0.7)
    if kind == 0:
        back = _points((-0.5, -0.35), (-0.25, -0.55), (0.45, -0.55), (0.45, 0.15), (0.2, 0.35))
        return frame, back, _points((0.2, -0.35), (0.45, -0.55))
    if kind == 1:
        return frame, _points((-0.5, -0.35), (-0.15, 0.05), (0.2, -0.35))
    return frame, _points((-0.15, -0.35), (-0.15, 0.35)), _points((-0.5, 0), (0.2, 0))


def lightning(rng: Rng) -> Strokes:
    way = _points((0.1, -0.5), (-0.25, 0.05), (0, 0.05), (-0.15, 0.5), (0.3, -0.1), (0.05, -0.1), (0.1, -0.5))
    return (way,)


def eye(rng: Rng) -> Strokes:
    lids = (spline(np.array([[-0.5, 0], [0, -0.25], [0.5, 0]])), spline(np.array([[-0.5, 0], [0, 0.25], [0.5, 0]])))
    return (*lids, _round(0, 0, 0.15, 0.15), _points((0, 0)))


def dots(rng: Rng) -> Strokes:
    count = int(rng.integers(3, 20))
    return tuple(_points(tuple(at)) for at in rng.uniform(-0.5, 0.5, (count, 2)).tolist())


def brackets(rng: Rng) -> Strokes:
    """Lines that run side by side."""
    apart = float(rng.uniform(0.25, 0.6))
    bend = float(rng.uniform(-0.3, 0.3))
    side = spline(np.array([[0, -0.5], [bend, 0], [0, 0.5]]))
    others = [
        side * np.array([rng.choice([-1, 1]), 1], np.float32) + np.array([apart * each, 0], np.float32)
        for each in range(1, int(rng.integers(2, 4)))
    ]
    angle = float(rng.choice([0, np.pi / 2]))
    return tuple(turned(np.asarray(each, np.float32), angle) for each in (side, *others))


def knot(rng: Rng) -> Strokes:
    """A line of several loops."""
    count = int(rng.integers(2, 6))
    t = np.linspace(0, 2 * np.pi * count, 24 * count)
    x = t / (2 * np.pi) * rng.uniform(0.25, 0.5) + 0.4 * np.sin(t)
    return (np.stack([x, 0.4 * np.cos(t)], axis=1).astype(np.float32),)


def rose(rng: Rng) -> Strokes:
    """A closed line of three leaves or more."""
    leaves = int(rng.choice([3, 5, 4, 6]))
    t = np.linspace(0, 2 * np.pi, 120)
    radius = 0.3 + 0.25 * np.cos(leaves * t) if rng.random() < 0.5 else 0.5 * np.cos(leaves * t)
    return (np.stack([radius * np.cos(t), radius * np.sin(t)], axis=1).astype(np.float32),)


def bag(rng: Rng) -> Strokes:
    """A few outlines and lines, anywhere."""
    parts: list[NDArray[np.float32]] = []
    for _ in range(int(rng.integers(2, 6))):
        part = ring(rng) * np.float32(rng.uniform(0.2, 0.9)) if rng.random() < 0.5 else outline(rng)
        parts.append((part * np.float32(rng.uniform(0.2, 0.9)) + rng.uniform(-0.5, 0.5, 2)).astype(np.float32))
    return tuple(parts)


FIGURES: Mapping[str, Callable[[Rng], Strokes]] = {
    each.__name__: each
    for each in (
        *(
            face,
            heart,
            star,
            corners,
            splinter,
            asterisk,
            cross,
            arrow,
            filled_outline,
            check,
            cloud,
            grid,
            hatching,
            whirl,
            zigzag,
        ),
        *(house, tree, sun, flower, figure, fish, ladder, comb, rings, box, lightning, eye, dots, brackets, knot),
        *(rose, bag),
    )
}
OFTEN = ("face", "heart", "star", "arrow", "corners", "splinter")  # twice as often: nearest to digits, or drawn most
# Drawn for one side alone, so that validation and evaluation show what the network makes of figures it never saw.
VALIDATION = frozenset({"tree", "box", "knot"})
HELD_OUT = frozenset({"cloud", "ladder", "fish", "lightning", "rose"})


@dataclass(frozen=True)
class Figures(Free):
    """One of the figures by name; a few times two of them."""

    names: tuple[str, ...]

    def make(self, rng: np.random.Generator) -> Strokes:
        strokes = FIGURES[str(rng.choice(self.names))](rng)
        if rng.random() < 0.06:
            move = rng.uniform(-0.7, 0.7, 2).astype(np.float32)
            strokes = (*strokes, *(each * np.float32(0.7) + move for each in FIGURES[str(rng.choice(self.names))](rng)))
        if rng.random() < 0.15:
            strokes = tuple(turned(each, float(rng.uniform(-0.6, 0.6))) for each in strokes)
        # dense, so that a hand that shakes or hurries leaves corners where they are
        return bent(unit(tuple(dense(each) for each in strokes)), rng)
