"""What sounds: notes, staves, bells, lyres, and the buttons of players."""

import numpy as np

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.others.curves import Points, spline
from training.data.others.figures.shapes import FLIP, Rng, oval, points


def bell(rng: Rng) -> Strokes:
    wide, waist = rng.uniform(0.36, 0.5), rng.uniform(0.2, 0.28)
    side = spline(np.array([[0, -0.45], [waist, -0.3], [waist + 0.04, 0.1], [wide, 0.32]]))
    strokes: Strokes = (side, side * FLIP, points((-wide, 0.32), (wide, 0.32)), arc(0, 0.36, 0.1, 0.12, 0, 180))
    return strokes if rng.random() < 0.5 else (*strokes, oval(0, -0.5, 0.05, 0.05))


def note(rng: Rng) -> Strokes:
    """Two notes under a beam, or three; a lone one is a six or a nine."""
    count = int(rng.integers(2, 4))
    xs = np.linspace(-0.35, 0.45, count)
    slope = float(rng.uniform(-0.25, 0.1))
    strokes: list[Points] = [points((xs[0], -0.4), (xs[-1], -0.4 + slope))]
    for x in xs.tolist():
        top = -0.4 + slope * (x + 0.35) / 0.8
        strokes += [points((x, top), (x, top + 0.75)), oval(x - 0.11, top + 0.77, 0.12, float(rng.uniform(0.06, 0.1)))]
    if rng.random() < 0.4:
        strokes.append(points((xs[0], -0.27), (xs[-1], -0.27 + slope)))
    return tuple(strokes)


def clef(rng: Rng) -> Strokes:
    """A staff of lines with what stands on it."""
    ys = np.linspace(-0.3, 0.3, int(rng.integers(4, 6)))
    staff = [points((-0.6, y), (0.6, y)) for y in ys]
    if rng.random() < 0.5:
        knots = np.array(
            [[0.05, 0.2], [-0.12, 0.1], [0.05, -0.05], [0.18, 0.15], [-0.05, 0.3], [-0.2, 0.1], [0.1, -0.3]]
        )
        staff.append(spline(np.concatenate([knots, [[0.05, -0.5], [-0.02, -0.3], [0.06, 0.5]]])) + np.float32(-0.1))
    for x in rng.uniform(-0.5, 0.5, int(rng.integers(1, 4))).tolist():
        y = float(rng.choice(ys))
        staff += [oval(x, y, 0.08, 0.06), points((x + 0.08, y), (x + 0.08, y - 0.4))]
    return tuple(staff)


def play(rng: Rng) -> Strokes:
    """Buttons of a player: two triangles, or one with bars."""
    tip = points((-0.3, -0.4), (0.3, 0), (-0.3, 0.4), (-0.3, -0.4))
    bar = points((0.5, -0.4), (0.5, 0.4))
    strokes: Strokes = (tip, tip + points((0.6, 0))) if rng.random() < 0.5 else (tip, bar)
    if len(strokes) == 2 and rng.random() < 0.5:
        strokes = (*strokes, points((0.66, -0.4), (0.66, 0.4)))
    way = float(rng.choice([-1, 1]))
    return tuple((each * np.array([way, 1])).astype(np.float32) for each in strokes)


def lyre(rng: Rng) -> Strokes:
    """A lyre, guitar or harp: a frame with strings."""
    horn = spline(np.array([[0, 0.45], [0.3, 0.3], [0.22, -0.1], [0.4, -0.45]]))
    strings = [points((x, -0.3), (x * 0.7, 0.38)) for x in np.linspace(-0.2, 0.2, int(rng.integers(3, 6)))]
    return (horn, horn * FLIP, points((-0.36, -0.3), (0.36, -0.3)), *strings)


FIGURES = (bell, note, clef, play, lyre)
