"""Signs that people draw by themselves: hearts, stars, arrows and crosses, never one bare line or outline."""

import numpy as np

from training.data.drawings import Strokes
from training.data.others.curves import turned
from training.data.others.figures.shapes import Rng, points, polygon, rectangle


def heart(rng: Rng) -> Strokes:
    t = np.linspace(0, 2 * np.pi, 48) + rng.choice([0.0, np.pi])
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - rng.uniform(4, 6) * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    way = (np.stack([x, y], axis=1) / 34).astype(np.float32)
    if rng.random() < 0.4:  # drawn in two halves
        return way[:24], way[24:]
    return (way[: -int(rng.integers(1, 5))],)


def star(rng: Rng) -> Strokes:
    tips = int(rng.choice([5, 5, 5, 6, 7, 8]))
    if tips == 5 and rng.random() < 0.6:  # in one line
        return (polygon(5)[np.array([0, 2, 4, 1, 3, 0])],)
    way = polygon(2 * tips)
    way[1::2] *= np.float32(rng.uniform(0.35, 0.6))
    return (way,)


def corners(rng: Rng) -> Strokes:
    """A bare triangle or quadrangle: of all outlines those with corners so sharp that no zero has them."""
    kind = rng.integers(3)
    if kind == 0:
        way = polygon(3, 0.5, float(rng.choice([-1, 1, 0, 2]) * np.pi / 2 + rng.normal(0, 0.2)))
    elif kind == 1:
        way = rectangle(-0.5, -0.5, 1, float(rng.uniform(0.5, 1.6)))
    else:
        way = polygon(4, 0.5, float(rng.uniform(0, np.pi)))
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
    return tuple(turned(points((-0.5, 0), (0.5, 0)), float(a)) for a in np.arange(count) * np.pi / count)


def cross(rng: Rng) -> Strokes:
    """Plus, times, a grave's cross, or a double one."""
    start = float(rng.choice([0, np.pi / 4]))
    high = rng.uniform(0, 0.2) * (start == 0)
    bars = [points((-0.4, -high), (0.4, -high))]
    if rng.random() < 0.25:
        bars.append(points((-0.3, 0.18), (0.3, 0.18)))
    return tuple(turned(each, start) for each in (points((0, -0.5), (0, 0.5)), *bars))


def arrow(rng: Rng) -> Strokes:
    head = rng.uniform(0.12, 0.35)
    spread = rng.uniform(0.1, 0.3)
    tip = points((0.5 - head, -spread), (0.5, 0), (0.5 - head, spread))
    if rng.random() < 0.3:
        tip = np.concatenate([tip, tip[:1]])
    strokes = [points((-0.5, 0), (0.5, 0)), tip]
    if rng.random() < 0.25:
        strokes.append(tip * np.array([-1, 1], np.float32))
    angle = float(rng.integers(8) * np.pi / 4)
    return tuple(turned(each, angle) for each in strokes)


def check(rng: Rng) -> Strokes:
    low = rng.uniform(0.2, 0.45)
    return (points((-0.5, rng.uniform(-0.1, 0.2)), (-0.15, low), (0.5, -0.45)),)


FIGURES = (heart, star, corners, splinter, asterisk, cross, arrow, check)
