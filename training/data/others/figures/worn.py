"""What people wear or carry: hats, crowns, glasses, umbrellas, presents and scissors."""

from itertools import pairwise

import numpy as np

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.others.curves import Points, spline, turned
from training.data.others.figures.shapes import Rng, both, oval, points, rectangle


def umbrella(rng: Rng) -> Strokes:
    ribs = int(rng.integers(3, 6))
    xs = np.linspace(-0.5, 0.5, ribs + 1)
    hem = [arc((a + b) / 2, 0, (b - a) / 2, 0.08, 180, 360) for a, b in pairwise(xs.tolist())]
    strokes = [arc(0, 0, 0.5, float(rng.uniform(0.35, 0.5)), 180, 360), *hem, points((0, -0.5), (0, 0.45))]
    strokes.append(arc(0.1, 0.45, 0.1, 0.1, 180, float(rng.uniform(-20, 40))))
    if rng.random() < 0.5:
        strokes += [spline(np.array([[0, -0.45], [x * 0.8, -0.25], [x, 0]])) for x in xs[1:-1]]
    return tuple(strokes)


def glasses(rng: Rng) -> Strokes:
    high = float(rng.uniform(0.16, 0.27))
    lens = oval(0.3, 0, 0.22, high) if rng.random() < 0.6 else rectangle(0.08, -high, 0.44, 2 * high)
    strokes: list[Points] = [*both(lens), arc(0, 0, 0.1, 0.08, 180, 360)]
    if rng.random() < 0.6:
        strokes += both(points((0.52, -0.05), (float(rng.uniform(0.6, 0.8)), float(rng.uniform(-0.35, 0)))))
    if rng.random() < 0.4:  # with a mustache below
        strokes += both(spline(np.array([[0, 0.35], [0.2, 0.3], [0.35, 0.42], [0.5, 0.3], [0.25, 0.52], [0, 0.42]])))
    return tuple(strokes)


def hat(rng: Rng) -> Strokes:
    top, high = float(rng.uniform(0.2, 0.35)), float(rng.uniform(0.3, 0.7))
    crown = points((-0.3, 0.3), (-top, 0.3 - high), (top, 0.3 - high), (0.3, 0.3))
    if rng.random() < 0.3:
        crown = arc(0, 0.3, 0.3, high, 180, 360)
    brim = (
        oval(0, 0.33, 0.55, float(rng.uniform(0.04, 0.12))) if rng.random() < 0.6 else points((-0.55, 0.3), (0.55, 0.3))
    )
    band = [points((-0.28, y), (0.28, y)) for y in (0.2, 0.08)[: int(rng.integers(1, 3))]]
    return crown, brim, *band


def crown(rng: Rng) -> Strokes:
    peaks = int(rng.integers(3, 6))
    xs = np.linspace(-0.5, 0.5, 2 * peaks - 1)
    low = float(rng.uniform(-0.1, 0.1))
    ys = np.where(np.arange(2 * peaks - 1) % 2, low, -0.4 + 0.2 * np.abs(xs) * rng.choice([-1, 1]))
    zig = np.stack([xs, ys], axis=1).astype(np.float32)
    strokes = [np.concatenate([points((-0.42, 0.4)), zig, points((0.42, 0.4), (-0.42, 0.4))])]
    if rng.random() < 0.5:
        strokes += [oval(x, y - 0.06, 0.05, 0.05) for x, y in zig[::2].tolist()]
    if rng.random() < 0.6:
        strokes.append(points((-0.42, 0.25), (0.42, 0.25)))
    return tuple(strokes)


def present(rng: Rng) -> Strokes:
    """A parcel with a bow."""
    lid = float(rng.uniform(0.15, 0.3))
    bow = spline(np.array([[0, -0.3], [0.2, -0.55], [0.35, -0.4], [0, -0.3]]))
    strokes = (rectangle(-0.4, -0.3 + lid, 0.8, 0.8 - lid), rectangle(-0.48, -0.3, 0.96, lid), *both(bow))
    return (*strokes, *(points((x, -0.3), (x, 0.5)) for x in ((0,) if rng.random() < 0.5 else (-0.07, 0.07))))


def scissors(rng: Rng) -> Strokes:
    open_ = float(rng.uniform(0.4, 0.6))
    blade = turned(points((-0.5, 0), (0.25, 0)), open_)
    grip = turned(oval(0.38, 0, 0.14, 0.1), open_)
    angle = float(rng.integers(8) * np.pi / 4)
    return tuple(turned(each, angle) for each in (blade, blade * points((1, -1)), grip, grip * points((1, -1))))


FIGURES = (umbrella, glasses, hat, crown, present, scissors)
