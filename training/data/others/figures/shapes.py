"""Outlines that figures are made of, about the origin and within half a unit of it."""

import numpy as np

from training.data.glyphs import arc
from training.data.others.curves import Points

Rng = np.random.Generator
FLIP = np.array([-1, 1], np.float32)


def points(*points: tuple[float, float]) -> Points:
    return np.array(points, np.float32)


def oval(x: float, y: float, wide: float, high: float) -> Points:
    return arc(x, y, wide, high, -95, 270)


def polygon(corners: int, radius: float = 0.5, start: float = -np.pi / 2) -> Points:
    angles = start + np.linspace(0, 2 * np.pi, corners + 1)
    return np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1).astype(np.float32)


def rectangle(x: float, y: float, wide: float, high: float) -> Points:
    return points((x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y))


def outline(rng: Rng) -> Points:
    """A bare outline, to put something into."""
    if rng.random() < 0.6:
        return oval(0, 0, float(rng.uniform(0.35, 0.5)), float(rng.uniform(0.38, 0.5)))
    return polygon(int(rng.integers(3, 8)), 0.55, float(rng.uniform(0, 2 * np.pi)))


def at(part: Points, size: float, x: float = 0.0, y: float = 0.0) -> Points:
    """The part at another size and place."""
    return (part * np.float32(size) + np.array([x, y], np.float32)).astype(np.float32)


def both(*strokes: Points) -> tuple[Points, ...]:
    """The strokes and their mirror images, left and right."""
    return (*strokes, *(each * FLIP for each in strokes))
