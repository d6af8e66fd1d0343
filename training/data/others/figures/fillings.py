"""Outlines of any form, and what fills them, about the origin: parts of figures that are made up."""

import numpy as np

from training.data.glyphs import arc
from training.data.others.curves import Points, ring, saw, spiral, spline, turned, wave
from training.data.others.figures.shapes import Rng, at, points, polygon, rectangle


def closed(rng: Rng, least: int = 0) -> Points:
    """Any outline, half a unit to each side of the origin; some don't quite close, and none is slim.

    least  2 for all but rings
    """
    kind = rng.integers(least, 7)
    if kind <= 1:
        way = ring(rng)
    elif kind == 2:
        way = polygon(int(rng.integers(3, 7)), 0.5, float(rng.integers(4) * np.pi / 4))
    elif kind == 3:
        way = rectangle(-0.5, -0.4, 1, float(rng.uniform(0.6, 1)))
    elif kind == 4:  # a leaf, or a drop
        bulge = float(rng.uniform(0.25, 0.5))
        way = np.concatenate([spline(np.array([[-0.5, 0], [0, -bulge], [0.5, 0]])), points((0, bulge), (-0.5, 0))])
    elif kind == 5:  # with as many teeth as a gear or as few as a shield
        count = 2 * int(rng.integers(3, 8))
        way = polygon(count, 0.5)
        way[1::2] *= np.float32(rng.uniform(0.5, 0.85))
    else:  # a dome
        way = np.concatenate([arc(0, 0.2, 0.5, float(rng.uniform(0.4, 0.8)), 180, 360), points((-0.5, 0.2))])
    return (turned(way, float(rng.integers(4) * np.pi / 2)) + rng.normal(0, 0.01, 2)).astype(np.float32)


def lines(rng: Rng) -> tuple[Points, ...]:
    """What fills an outline, about the origin: bars, crosses, waves, spirals or dots, never one or two of a zero's."""
    kind = rng.integers(6)
    count = int(rng.integers(3, 6))
    if kind == 0:
        places = np.linspace(-0.4, 0.4, count)
        angle = float(rng.uniform(0, np.pi))
        return tuple(turned(points((-0.45, y), (0.45, y)), angle) for y in places)
    if kind == 1:
        start = float(rng.uniform(0, np.pi))
        return tuple(turned(points((-0.5, 0), (0.5, 0)), start + step * np.pi / count) for step in range(count))
    if kind == 2:
        return (
            (wave(rng), wave(rng) + np.float32(0.3)) if rng.random() < 0.5 else (saw(rng), saw(rng) + np.float32(0.2))
        )
    if kind == 3:
        return (spiral(rng),)
    start, size = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(0, 0.25))
    part = ring(rng) if kind == 4 else closed(rng)
    return tuple(turned(at(part, size, 0.42), start + step * 2 * np.pi / count) for step in range(count))
