"""Lines, arcs, hooks and loops at random: what characters and figures are made of."""

import numpy as np
from numpy.typing import NDArray

from training.data.glyphs import arc
from training.data.others.recipe import pick

Points = NDArray[np.float32]


def spline(knots: NDArray[np.floating], steps: int = 10) -> Points:
    """A smooth curve through all knots (Catmull and Rom 1974)."""
    ends = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(ends[:-3], ends[1:-2], ends[2:-1], ends[3:], strict=True):
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate([*parts, knots[-1:]]).astype(np.float32)


def turned(points: Points, angle: float) -> Points:
    """About the origin, by radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.asarray(points @ np.array([[cosine, sine], [-sine, cosine]]), np.float32)


def line(rng: np.random.Generator) -> Points:
    bow = rng.normal(0, 0.05)
    return spline(np.array([[-0.5, 0], [0, bow], [0.5, 0]]))


def bow(rng: np.random.Generator) -> Points:
    return arc(0, 0, 0.5, float(rng.uniform(0.3, 0.7)), 0, float(rng.uniform(90, 220)))


def ring(rng: np.random.Generator) -> Points:
    start = float(rng.uniform(0, 360))
    return arc(0, 0, 0.5, float(rng.uniform(0.3, 0.6)), start, start + float(rng.uniform(330, 380)))


def hook(rng: np.random.Generator) -> Points:
    radius = float(rng.uniform(0.1, 0.3))
    end = arc(0.5, radius, radius, radius, -90, float(rng.uniform(60, 180)))
    return np.concatenate([np.array([[-0.5, 0]], np.float32), end])


def angle(rng: np.random.Generator) -> Points:
    corner = [float(rng.uniform(-0.3, 0.3)), float(rng.uniform(0.3, 0.8))]
    return np.array([[-0.5, 0], corner, [0.5, rng.uniform(-0.2, 0.4)]], np.float32)


def wave(rng: np.random.Generator) -> Points:
    count = int(rng.integers(4, 8))
    heights = rng.uniform(0.1, 0.35) * (-1) ** np.arange(count)
    return spline(np.stack([np.linspace(-0.5, 0.5, count), heights], axis=1))


def saw(rng: np.random.Generator) -> Points:
    count = int(rng.integers(4, 9))
    heights = rng.uniform(0.1, 0.4) * (-1) ** np.arange(count)
    return np.stack([np.linspace(-0.5, 0.5, count), heights], axis=1).astype(np.float32)


def loop(rng: np.random.Generator) -> Points:
    """A line that crosses itself once."""
    width, height = rng.uniform(0.15, 0.35), rng.uniform(0.3, 0.6)
    knots = np.array([[-0.6, 0], [width, -height / 2], [0, -height], [-width, -height / 2], [0.6, 0]])
    return spline(knots)


def wander(rng: np.random.Generator) -> Points:
    return spline(rng.uniform(-0.5, 0.5, (int(rng.integers(4, 8)), 2)))


def dot(rng: np.random.Generator) -> Points:
    return np.zeros((1, 2), np.float32)


def small_ring(rng: np.random.Generator) -> Points:
    return ring(rng) * np.float32(0.25)


def spiral(rng: np.random.Generator, turns: float = 0.0) -> Points:
    turns = turns or float(rng.uniform(1.6, 4))
    angles = np.linspace(0, 2 * np.pi * turns, round(24 * turns))
    radius = np.linspace(rng.uniform(0, 0.08), 0.5, len(angles))
    way = rng.choice([-1, 1])
    return np.stack([radius * np.cos(way * angles), radius * np.sin(angles)], axis=1).astype(np.float32)


CURVES = (line, line, line, bow, bow, ring, hook, hook, angle, angle, wave, saw, loop, wander, dot, small_ring)


def curve(rng: np.random.Generator) -> Points:
    """Any of them, at any angle and most of them at a multiple of 90 degrees, 0.4 to 1 long."""
    turn = rng.integers(4) * np.pi / 2 + (rng.normal(0, 0.1) if rng.random() < 0.6 else rng.uniform(0, np.pi))
    return turned(pick(CURVES, rng)(rng), float(turn)) * np.float32(rng.uniform(0.4, 1))
