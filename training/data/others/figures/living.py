"""Beings: cats, dogs, butterflies and beetles, turtles, people who move, and traces of some."""

import numpy as np

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.others.curves import Points, spline, turned
from training.data.others.figures.shapes import FLIP, Rng, both, oval, points


def cat(rng: Rng) -> Strokes:
    """The face of a cat, a bear or a rabbit, by its ears."""
    kind = rng.integers(3)
    if kind == 0:
        ears = both(points((0.45, -0.15), (float(rng.uniform(0.35, 0.5)), -0.65), (0.15, -0.42)))
    elif kind == 1:
        ears = both(arc(0.35, -0.42, 0.17, 0.16, 150, 420))
    else:
        ears = both(oval(0.2, -0.7, 0.11, float(rng.uniform(0.25, 0.4))))
    head = oval(0, 0, 0.5, float(rng.uniform(0.38, 0.48)))
    eyes = both(points((0.18, -0.1))) if rng.random() < 0.5 else both(oval(0.18, -0.1, 0.06, 0.06))
    nose = points((-0.06, 0.06), (0.06, 0.06), (0, 0.14), (-0.06, 0.06))
    whiskers: tuple[Points, ...] = ()
    if rng.random() < 0.7:
        whiskers = tuple(each for y in (0.05, 0.15) for each in both(points((0.2, 0.13), (0.65, y))))
    return (head, *ears, *eyes, nose, *whiskers, *both(arc(0.07, 0.14, 0.07, 0.08, 0, 180)))


def dog(rng: Rng) -> Strokes:
    """Any beast on four legs, from the side."""
    long, high = float(rng.uniform(0.3, 0.5)), float(rng.uniform(0.2, 0.45))
    body = oval(0, 0, long, float(rng.uniform(0.14, 0.22)))
    head = oval(-long - 0.08, float(rng.uniform(-0.4, -0.2)), 0.15, 0.13)
    legs = [
        points((x * long, 0.12), (x * long + float(rng.normal(0, 0.03)), 0.12 + high)) for x in (-0.7, -0.45, 0.45, 0.7)
    ]
    tail = spline(np.array([[long, -0.05], [long + 0.15, -0.1], [long + 0.2, float(rng.uniform(-0.4, 0.1))]]))
    ear = points((-long - 0.1, -0.42), (-long - 0.02, -0.6), (-long + 0.03, -0.4))
    strokes = (body, head, *legs, tail, ear, points((-long - 0.13, -0.32)))
    return strokes if rng.random() < 0.5 else tuple(each * FLIP for each in strokes)


def butterfly(rng: Rng) -> Strokes:
    """Or a beetle: wings or legs on either side of a body."""
    body = oval(0, 0, float(rng.uniform(0.04, 0.1)), 0.35)
    feelers = both(spline(np.array([[0, -0.33], [0.1, -0.5], [float(rng.uniform(0.12, 0.25)), -0.55]])))
    if rng.random() < 0.6:
        upper = turned(oval(0.3, 0, 0.25, float(rng.uniform(0.15, 0.24))), -0.6)
        lower = turned(oval(0.24, 0, 0.2, float(rng.uniform(0.1, 0.17))), float(rng.uniform(0.5, 0.8)))
        return (body, *feelers, *both(upper, lower))
    legs = [
        points((0.08, y), (0.28, y - 0.1), (0.4, y + 0.1)) for y in np.linspace(-0.2, 0.25, int(rng.integers(3, 5)))
    ]
    return (oval(0, 0, float(rng.uniform(0.15, 0.25)), 0.35), points((0, -0.3), (0, 0.35)), *feelers, *both(*legs))


def web(rng: Rng) -> Strokes:
    """Spokes with rings or sagging threads around."""
    count = int(rng.integers(5, 9))
    spokes = [turned(points((0, 0), (0.5, 0)), step * 2 * np.pi / count) for step in range(count)]
    angles = np.arange(count + 1) * 2 * np.pi / count
    corners = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    middles = (corners[1:] + corners[:-1]) / 2 * rng.uniform(0.75, 1)
    around = np.empty((2 * count + 1, 2), np.float32)
    around[::2], around[1::2] = corners, middles
    return (*spokes, *(around * np.float32(size) for size in np.linspace(0.2, 0.45, int(rng.integers(2, 4)))))


def paw(rng: Rng) -> Strokes:
    """A pad with its toes; a foot's print."""
    toes = int(rng.integers(4, 6))
    angles = np.linspace(-2.3, -0.85, toes)
    toe = float(rng.uniform(0.07, 0.11))
    pad = oval(0, 0.15, float(rng.uniform(0.25, 0.32)), float(rng.uniform(0.18, 0.25)))
    return (pad, *(oval(0.5 * np.cos(a), 0.15 + 0.5 * np.sin(a), toe, toe * 1.3) for a in angles.tolist()))


def turtle(rng: Rng) -> Strokes:
    """From above, or a snail's cousin from the side: a patterned shell with head and feet."""
    shell = np.concatenate([arc(0, 0.1, 0.45, float(rng.uniform(0.3, 0.45)), 180, 360), points((-0.45, 0.1))])
    feet = both(arc(0.25, 0.1, 0.09, float(rng.uniform(0.1, 0.2)), 0, 180))
    head = oval(0.58, float(rng.uniform(-0.1, 0.05)), 0.13, 0.1)
    lines = [points((x, 0.1), (x * 0.6, -0.2)) for x in np.linspace(-0.3, 0.3, int(rng.integers(2, 5)))]
    strokes = (shell, *feet, head, *lines, points((-0.45, 0.1), (-0.58, 0.15)))
    return strokes if rng.random() < 0.5 else tuple(each * FLIP for each in strokes)


def gymnast(rng: Rng) -> Strokes:
    """A man of sticks in some pose: arms and legs bent at any angle, with a ball, a skirt or a dog's lead, or none."""
    head, spine = oval(0, -0.4, 0.13, 0.13), points((0, -0.27), (0, 0.1))
    limbs = []
    for at_, low, high in ((-0.18, -2.8, 2.8), (0.1, 0.2, 1.5)):
        for side in (-1, 1):
            first, second = rng.uniform(max(low, -1.2), high, 2) * 0.6
            knee = np.array([side * 0.2 * np.cos(first), at_ + 0.2 * np.sin(first)])
            end = knee + np.array([side * 0.2 * np.cos(second), 0.2 * np.sin(second)]) + (0, 0.1 * (at_ > 0))
            limbs.append(np.array([[0, at_], knee, end], np.float32))
    more: tuple[Points, ...] = ()
    if rng.random() < 0.3:
        more = (points((0, -0.05), (-0.2, 0.2), (0.2, 0.2), (0, -0.05)),)
    elif rng.random() < 0.3:
        more = (oval(float(rng.uniform(0.3, 0.6)), float(rng.uniform(-0.5, 0.4)), 0.09, 0.09),)
    return (head, spine, *limbs, *more)


FIGURES = (cat, dog, butterfly, web, paw, turtle, gymnast)
