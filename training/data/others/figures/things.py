"""Things and beings as everybody draws them: faces, houses, trees and so on."""

import numpy as np

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.others.curves import spline, turned
from training.data.others.figures.shapes import Rng, oval, points, polygon, rectangle


def face(rng: Rng) -> Strokes:
    up, apart = rng.uniform(0.1, 0.22), rng.uniform(0.12, 0.22)
    eye = rng.uniform(0, 0.07)
    eyes = [
        oval(side * apart, -up, eye, eye * rng.uniform(0.8, 1.4)) if eye > 0.02 else points((side * apart, -up))
        for side in (-1, 1)
    ]
    if rng.random() < 0.25:
        eyes = [points((side * apart, -up - 0.05), (side * apart, -up + 0.06)) for side in (-1, 1)]
    smile = rng.uniform(-0.15, 0.2)
    wide = rng.uniform(0.12, 0.28)
    mouth = spline(np.array([[-wide, 0.18 - smile / 3], [0, 0.18 + smile], [wide, 0.18 - smile / 3]]))
    strokes: Strokes = (oval(0, 0, 0.5, float(rng.uniform(0.4, 0.55))), *eyes, mouth)
    if rng.random() < 0.3:
        strokes = (*strokes, points((0, -0.05), (-0.04, 0.06), (0.03, 0.06)))
    if rng.random() < 0.15:
        strokes = (*strokes, *(turned(points((0.5, 0), (0.65, 0)), -a) for a in rng.uniform(0.5, 2.6, 5)))
    return strokes


def cloud(rng: Rng) -> Strokes:
    count = int(rng.integers(5, 9))
    parts = []
    for at in np.linspace(0, 2 * np.pi, count, endpoint=False):
        x, y = 0.4 * np.cos(at), 0.25 * np.sin(at)
        degrees = float(np.rad2deg(at))
        parts.append(arc(x, y, 0.17, 0.15, degrees - 95, degrees + 95))
    return (np.concatenate([*parts, parts[0][:1]]),)


def house(rng: Rng) -> Strokes:
    roof = rng.uniform(0.2, 0.5)
    strokes: Strokes = (rectangle(-0.4, -0.1, 0.8, 0.6), points((-0.45, -0.1), (0, -0.1 - roof), (0.45, -0.1)))
    if rng.random() < 0.6:
        strokes = (*strokes, rectangle(-0.1, 0.2, 0.2, 0.3))
    return strokes


def tree(rng: Rng) -> Strokes:
    crown = cloud(rng)[0] * np.float32(0.9) if rng.random() < 0.5 else polygon(3, 0.45)
    return (
        crown - np.array([0, 0.25], np.float32),
        points((-0.07, 0.05), (-0.08, 0.6)),
        points((0.07, 0.05), (0.08, 0.6)),
    )


def sun(rng: Rng) -> Strokes:
    rays = int(rng.integers(5, 13))
    angles = np.arange(rays) * 2 * np.pi / rays
    return (oval(0, 0, 0.25, 0.25), *(turned(points((0.3, 0), (0.5, 0)), float(a)) for a in angles))


def flower(rng: Rng) -> Strokes:
    petals = int(rng.integers(4, 8))
    angles = np.arange(petals) * 2 * np.pi / petals
    strokes = [turned(oval(0.3, 0, 0.17, 0.13), float(a)) for a in angles]
    if rng.random() < 0.5:
        strokes.append(points((0, 0.45), (0.02, 1.0)))
    return (oval(0, 0, 0.12, 0.12), *strokes)


def figure(rng: Rng) -> Strokes:
    """A man of sticks."""
    arms = rng.uniform(-0.2, 0.15)
    return (
        oval(0, -0.37, 0.13, 0.13),
        points((0, -0.24), (0, 0.15)),
        points((-0.25, arms), (0, -0.1), (0.25, arms)),
        points((-0.2, 0.5), (0, 0.15), (0.2, 0.5)),
    )


def fish(rng: Rng) -> Strokes:
    body = oval(0, 0, 0.35, float(rng.uniform(0.15, 0.25)))
    tail = points((0.33, 0), (0.55, -0.18), (0.55, 0.18), (0.33, 0))
    way = np.array([rng.choice([-1, 1]), 1], np.float32)
    return tuple(each * way for each in (body, tail, points((-0.2, -0.05))))


def ladder(rng: Rng) -> Strokes:
    rungs = np.linspace(-0.4, 0.4, int(rng.integers(2, 6)))
    sides = [points((-0.2, -0.5), (-0.2, 0.5)), points((0.2, -0.5), (0.2, 0.5))]
    angle = float(rng.choice([0, np.pi / 2]))
    return tuple(turned(each, angle) for each in (*sides, *(points((-0.2, y), (0.2, y)) for y in rungs)))


def box(rng: Rng) -> Strokes:
    """A cube, an envelope, or a window."""
    kind = rng.integers(3)
    frame = rectangle(-0.5, -0.35, 0.7, 0.7)
    if kind == 0:
        back = points((-0.5, -0.35), (-0.25, -0.55), (0.45, -0.55), (0.45, 0.15), (0.2, 0.35))
        return frame, back, points((0.2, -0.35), (0.45, -0.55))
    if kind == 1:
        return frame, points((-0.5, -0.35), (-0.15, 0.05), (0.2, -0.35))
    return frame, points((-0.15, -0.35), (-0.15, 0.35)), points((-0.5, 0), (0.2, 0))


def lightning(rng: Rng) -> Strokes:
    way = points((0.1, -0.5), (-0.25, 0.05), (0, 0.05), (-0.15, 0.5), (0.3, -0.1), (0.05, -0.1), (0.1, -0.5))
    return (way,)


def eye(rng: Rng) -> Strokes:
    lids = (spline(np.array([[-0.5, 0], [0, -0.25], [0.5, 0]])), spline(np.array([[-0.5, 0], [0, 0.25], [0.5, 0]])))
    return (*lids, oval(0, 0, 0.15, 0.15), points((0, 0)))


FIGURES = (face, cloud, house, tree, sun, flower, figure, fish, ladder, box, lightning, eye)
