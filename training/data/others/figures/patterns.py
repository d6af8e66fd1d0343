"""What is drawn again and again: outlines and lines side by side, in one another, looped or anywhere."""

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import Strokes
from training.data.others.curves import Points, ring, saw, spiral, spline, turned, wave
from training.data.others.figures.shapes import Rng, outline, oval, points
from training.data.others.figures.symbols import asterisk, cross


def filled_outline(rng: Rng) -> Strokes:
    """An outline with three dots or more, a smaller outline, a cross, or lines in it. One bar or dot is a zero's."""
    inside: list[Points] = []
    kind = rng.integers(5)
    if kind == 0:
        inside = [points(tuple(at)) for at in rng.uniform(-0.25, 0.25, (int(rng.integers(3, 9)), 2)).tolist()]
    elif kind == 1:
        inside = [outline(rng) * np.float32(scale) for scale in (0.35, 0.6)[: int(rng.integers(1, 3))]]
    elif kind == 2:
        inside = [*asterisk(rng)] if rng.random() < 0.5 else [*cross(rng)]
        inside = [each * np.float32(rng.uniform(0.4, 0.9)) for each in inside]
    elif kind == 3:
        count = int(rng.integers(2, 5))
        inside = [points((-0.35, y), (0.35, y)) for y in np.linspace(-0.25, 0.25, count)]
        inside = [turned(each, float(rng.choice([0, np.pi / 2]))) for each in inside]
    else:
        inside = [(saw(rng) if rng.random() < 0.5 else wave(rng)) * np.float32(0.7)]
    return (outline(rng), *inside)


def grid(rng: Rng) -> Strokes:
    rows, columns = rng.integers(2, 5, 2)
    inset = float(rng.choice([0, 0.15]))
    lines = [points((-0.5, y), (0.5, y)) for y in np.linspace(-0.5 + inset, 0.5 - inset, rows)]
    lines += [points((x, -0.5), (x, 0.5)) for x in np.linspace(-0.5 + inset, 0.5 - inset, columns)]
    return tuple(lines)


def hatching(rng: Rng) -> Strokes:
    slant = rng.uniform(-0.5, 0.5)
    count = int(rng.integers(3, 10))
    lines = [points((x + slant / 2, -0.5), (x - slant / 2, 0.5)) for x in np.linspace(-0.5, 0.5, count)]
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


def comb(rng: Rng) -> Strokes:
    """A line with teeth: rakes, forks, many letters."""
    teeth = np.linspace(-0.45, 0.45, int(rng.integers(3, 7)))
    angle = float(rng.integers(4) * np.pi / 2)
    return tuple(
        turned(each, angle) for each in (points((-0.5, 0), (0.5, 0)), *(points((x, 0), (x, 0.5)) for x in teeth))
    )


def rings(rng: Rng) -> Strokes:
    """Two outlines or more, side by side, chained or one in another."""
    count = int(rng.integers(2, 5))
    if rng.random() < 0.4:
        return tuple(oval(0, 0, r, r) for r in np.linspace(0.15, 0.5, count))
    radius = float(rng.uniform(0.2, 0.32))
    angle = float(rng.uniform(-0.6, 0.6))  # one above the other is an eight
    return tuple(turned(oval(0.5 * each, 0, radius, radius), angle) for each in range(count))


def dots(rng: Rng) -> Strokes:
    count = int(rng.integers(3, 20))
    return tuple(points(tuple(at)) for at in rng.uniform(-0.5, 0.5, (count, 2)).tolist())


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


FIGURES = (filled_outline, grid, hatching, whirl, zigzag, comb, rings, dots, brackets, knot, rose, bag)
