"""Signs that pages and buttons have: ticks in boxes and rings, locks, gears and many arrows."""

import numpy as np

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.others.curves import spiral, spline, turned
from training.data.others.figures.shapes import FLIP, Rng, at, oval, points, polygon, rectangle
from training.data.others.figures.symbols import check, cross, star


def checkbox(rng: Rng) -> Strokes:
    """A tick or a cross in a box, or a list of such boxes."""
    frame = rectangle(-0.45, -0.45, 0.9, 0.9)
    size = float(rng.uniform(0.5, 0.8))  # a cross from corner to corner makes an envelope
    mark = check(rng) if rng.random() < 0.6 else (points((-0.4, -0.4), (0.4, 0.4)), points((-0.4, 0.4), (0.4, -0.4)))
    one = (frame, *(at(each, size) for each in mark))
    if rng.random() < 0.7:
        return one
    rows = [tuple(at(each, 0.35, -0.4, y) for each in one) for y in np.linspace(-0.45, 0.45, int(rng.integers(2, 4)))]
    bars = [points((-0.1, y), (float(rng.uniform(0.2, 0.6)), y)) for y in np.linspace(-0.45, 0.45, len(rows))]
    return (*(each for row in rows for each in row), *bars)


def ringed(rng: Rng) -> Strokes:
    """A tick, a star, a triangle, bars or a cross in a ring, as on buttons."""
    kind = rng.integers(5)
    inside: Strokes
    if kind == 0:
        inside = check(rng)
    elif kind == 1:
        inside = star(rng)
    elif kind == 2:
        inside = (polygon(3, 0.6, float(rng.integers(4) * np.pi / 2)),)
    elif kind == 3:
        inside = tuple(points((x, -0.5), (x, 0.5)) for x in np.linspace(-0.4, 0.4, int(rng.integers(3, 5))))
    else:
        inside = tuple(turned(each, np.pi / 4) for each in cross(rng))
    size = float(rng.uniform(0.5, 0.65))
    return (oval(0, 0, 0.5, float(rng.uniform(0.42, 0.52))), *(at(each, size) for each in inside))


def gear(rng: Rng) -> Strokes:
    count = int(rng.integers(6, 12))
    low = float(rng.uniform(0.34, 0.42))
    angles = np.linspace(0, 2 * np.pi, 4 * count + 1)
    radius = np.where(np.arange(4 * count + 1) % 4 < 2, 0.5, low)
    way = np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1).astype(np.float32)
    hub = oval(0, 0, low * 0.5, low * 0.5) if rng.random() < 0.7 else polygon(6, low * 0.5)
    return way, hub


def lock(rng: Rng) -> Strokes:
    """Wider than high: a slim one is an eight."""
    high = float(rng.uniform(0.25, 0.5))
    bow = np.concatenate([points((-0.3, 0)), arc(0, -0.2, 0.3, high - 0.1, 180, 360), points((0.3, 0))])
    if rng.random() < 0.3:  # open
        bow = bow[:-1] + np.array([float(rng.choice([0, 0.4])), -0.05], np.float32)
    hole = (
        (oval(0, 0.2, 0.07, 0.07), points((0, 0.27), (0, 0.4)))
        if rng.random() < 0.7
        else (points((0, 0.15), (0, 0.35)),)
    )
    return (rectangle(-0.5, 0, 1, float(rng.uniform(0.5, 0.65))), bow, *hole)


def peace(rng: Rng) -> Strokes:
    """A ring with a tree of lines in it, as for peace or on a wheel; wide, since a slim one is a barred zero."""
    low = float(rng.uniform(0.25, 0.45))
    strokes: Strokes = (oval(0, 0, 0.6, 0.5), points((0, -0.5), (0, 0.5)))
    strokes = (*strokes, points((-0.45, 0.1 + low / 2), (0, 0), (0.45, 0.1 + low / 2)))
    return tuple(turned(each, float(rng.choice([0, np.pi]))) for each in strokes) if rng.random() < 0.3 else strokes


def arrows(rng: Rng) -> Strokes:
    """Arrows of other forms: outlined, bent, forked, in rounds, with several shafts or heads."""
    kind = rng.integers(5)
    head = float(rng.uniform(0.15, 0.3))
    tip = points((-head, -head), (0, 0), (-head, head))
    strokes: Strokes
    if kind == 0:
        low, neck = float(rng.uniform(0.1, 0.2)), float(rng.uniform(-0.1, 0.2))
        way = points((-0.5, -low), (neck, -low), (neck, -0.4), (0.5, 0), (neck, 0.4), (neck, low), (-0.5, low))
        strokes = (np.concatenate([way, way[:1]]),)
    elif kind == 1:
        count = int(rng.integers(3, 5))  # two are an S
        one = (arc(0, 0, 0.45, 0.45, 0, 250 / count), at(turned(tip, -np.pi / 2), 1, 0.45))
        strokes = tuple(turned(each, at * 2 * np.pi / count) for at in range(count) for each in one)
    elif kind == 2:
        strokes = tuple(at(tip, 1.3, x) for x in np.linspace(-0.3, 0.5, int(rng.integers(3, 5))))
    elif kind == 3:
        count = int(rng.integers(3, 5))
        one = (points((0.05, 0), (0.5, 0)), at(tip, 0.8, 0.5))
        strokes = tuple(turned(each, a * 2 * np.pi / count) for a in range(count) for each in one)
    else:
        gap = float(rng.uniform(0.2, 0.3))
        shafts = (points((-0.5, -gap), (0.4, -gap)), points((-0.5, gap), (0.4, gap)))
        strokes = (
            (*shafts, at(tip, 1.8, 0.6))
            if rng.random() < 0.5
            else (*shafts, at(tip, 0.7, 0.5, -gap), at(tip * FLIP, 0.7, -0.5, gap))
        )
    angle = float(rng.integers(8) * np.pi / 4)
    return tuple(turned(each, angle) for each in strokes)


def enclosed(rng: Rng) -> Strokes:
    """Something between brackets, braces or quotes."""
    kind = rng.integers(3)
    if kind == 0:
        side = points((-0.4, -0.5), (-0.6, -0.5), (-0.6, 0.5), (-0.4, 0.5))
    elif kind == 1:
        side = arc(-0.4, 0, 0.25, 0.5, 100, 260)
    else:
        side = spline(
            np.array([[-0.4, -0.5], [-0.52, -0.4], [-0.5, -0.1], [-0.62, 0], [-0.5, 0.1], [-0.52, 0.4], [-0.4, 0.5]])
        )
    inside: Strokes = tuple(points((x, 0)) for x in (-0.2, 0, 0.2))
    if rng.random() < 0.7:
        inside = (star, cross, check)[int(rng.integers(3))](rng)
    side = side - points((float(rng.uniform(0.1, 0.3)), 0))  # nearer, round ones close to a zero
    return (side, side * FLIP, *(at(each, 0.6) for each in inside))


def snail(rng: Rng) -> Strokes:
    """A spiral with more: a foot and horns, rays, or another spiral."""
    kind = rng.integers(3)
    coil = at(spiral(rng, float(rng.uniform(1.8, 3.2))), 0.8)
    if kind == 0:
        foot = spline(np.array([[-0.6, 0.42], [0, 0.43], [0.55, 0.4], [0.65, 0.1]]))
        return coil, foot, points((0.65, 0.1), (0.6, -0.15)), points((0.65, 0.1), (0.8, -0.1))
    if kind == 1:
        count = int(rng.integers(5, 10))
        return (coil, *(turned(points((0.48, 0), (0.7, 0)), a * 2 * np.pi / count) for a in range(count)))
    return coil, at(coil * FLIP, 1, 0.8), points((-0.3, 0.5), (1.1, 0.5))


FIGURES = (checkbox, ringed, gear, lock, peace, arrows, enclosed, snail)
