"""What grows, burns, falls and flows: leaves, mushrooms, flames, drops, mountains and waves."""

import numpy as np

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.others.curves import Points, saw, spline, turned, wave
from training.data.others.figures.shapes import Rng, at, both, oval, points


def leaf(rng: Rng) -> Strokes:
    """With its veins; or a twig of leaves, or a feather."""
    veins = np.linspace(-0.3, 0.3, int(rng.integers(3, 6)))
    slope = float(rng.uniform(0.05, 0.2))
    stem = points((0, -0.45), (0, 0.65))
    angle = float(rng.uniform(-1, 1))
    if rng.random() < 0.5:
        bulge = float(rng.uniform(0.35, 0.5))  # a slim one is a zero with a stroke
        side = spline(np.array([[0, -0.5], [bulge, -0.05], [0, 0.45]]))
        ribs = [points((0, y), (bulge * (0.9 - 1.6 * abs(y)), y - slope)) for y in veins]
        strokes: Strokes = (stem, *both(side, *ribs))
    else:
        blade = turned(oval(0.2, 0, 0.18, float(rng.uniform(0.05, 0.1))), -slope * 3)
        strokes = (stem, *both(*(blade + points((0, y)) for y in veins)))
    return tuple(turned(each, angle) for each in strokes)


def mushroom(rng: Rng) -> Strokes:
    """With dots or gills; bare, a slim one is a nine or a T."""
    high, wide = float(rng.uniform(0.35, 0.55)), float(rng.uniform(0.12, 0.2))
    cap = np.concatenate([arc(0, 0, 0.5, high, 180, 360), points((-0.5, 0))])
    stem = both(points((wide, 0), (wide + float(rng.uniform(-0.04, 0.08)), 0.5), (0, 0.52)))
    if rng.random() < 0.6:
        spots = [oval(x, y * high, 0.07, 0.06) for x, y in ((-0.25, -0.3), (0.02, -0.65), (0.27, -0.35))]
    else:
        spots = [points((x, 0), (x * 0.6, -high * 0.6)) for x in np.linspace(-0.35, 0.35, int(rng.integers(4, 7)))]
    return (cap, *stem, *spots)


def flame(rng: Rng) -> Strokes:
    """Of a fire on logs, or of a candle with its stick."""
    tongues = int(rng.integers(3, 6))
    xs = np.linspace(-0.35, 0.35, 2 * tongues - 1)
    ys = np.where(np.arange(2 * tongues - 1) % 2, -0.05, rng.uniform(-0.55, -0.25, 2 * tongues - 1))
    way = np.concatenate([points((0, 0.3), (-0.35, 0.15)), np.stack([xs, ys], axis=1), points((0.35, 0.15), (0, 0.3))])
    logs = (points((-0.5, 0.28), (0.5, 0.5)), points((-0.5, 0.5), (0.5, 0.28)))
    return (way.astype(np.float32), *logs, *([at(way, 0.45, 0, 0.12)] if rng.random() < 0.5 else []))


def drops(rng: Rng) -> Strokes:
    """Several; one alone is a zero or a six, even with a face in it."""
    side = spline(np.array([[0, -0.5], [0.12, -0.2], [0.3, 0.1], [0.2, 0.4], [0, 0.47]]))
    spots = [(-0.5, 0.2), (0.0, -0.3), (0.5, 0.25), (0.1, 0.6)][: int(rng.integers(3, 5))]
    size = float(rng.uniform(0.45, 0.65))
    return tuple(at(each, size, x, y) for x, y in spots for each in both(side))


def mountains(rng: Rng) -> Strokes:
    """Peaks with snow, and often the sun."""
    count = int(rng.integers(2, 4))
    tops = [(float(x), float(rng.uniform(-0.4, -0.05))) for x in np.linspace(-0.3, 0.3, count)]
    strokes = [points((-0.65, 0.4), (0.65, 0.4))]
    for x, y in tops:
        half = (0.4 - y) * float(rng.uniform(0.5, 0.65))
        strokes.append(points((x - half, 0.4), (x, y), (x + half, 0.4)))
        cap = at(saw(rng), half * 0.7, x, y + 0.2)
        strokes += [cap] if rng.random() < 0.7 else []
    if rng.random() < 0.5:
        strokes.append(oval(float(rng.choice([-0.5, 0.5])), -0.45, 0.11, 0.11))
    return tuple(strokes)


def waves(rng: Rng) -> Strokes:
    """Rows of waves, of scales or of teeth."""
    rows = int(rng.integers(3, 5))
    gap = float(rng.uniform(0.2, 0.35))
    if rng.random() < 0.5:
        row: Points = (wave if rng.random() < 0.6 else saw)(rng)
        return tuple(row + points((0.0, gap * step)) for step in range(rows))
    count = int(rng.integers(3, 6))
    bow = arc(0, 0, 0.5 / count, float(rng.uniform(0.1, 0.2)), 0, float(rng.choice([-180, 180])))
    return tuple(
        bow + points(((place + 0.5 * (step % 2)) / count, 0.2 * step)) for step in range(rows) for place in range(count)
    )


def cherries(rng: Rng) -> Strokes:
    """Two or three on their stems, or a bunch of grapes or balloons."""
    if rng.random() < 0.5:
        places = (-0.3, 0.3) if rng.random() < 0.6 else (-0.4, 0.0, 0.4)
        size = float(rng.uniform(0.16, 0.2))
        stems = [spline(np.array([[x, 0.3 - size], [x * 0.7, -0.1], [0.05, -0.5]])) for x in places]
        leaf_ = turned(oval(0.22, 0, 0.17, 0.08), 0.3) + points((0.05, -0.5))
        return (*(oval(x, 0.3, size, size) for x in places), *stems, leaf_)
    rows = int(rng.integers(3, 5))
    berries = [
        oval(0.22 * (place - (rows - step - 1) / 2), 0.2 * step, 0.11, 0.11)
        for step in range(rows)
        for place in range(rows - step)
    ]
    return (*berries, points((0, -0.1), (0.04, -0.35)))


def cactus(rng: Rng) -> Strokes:
    """Or a candlestick: arms on a stem, in a pot."""
    out, up = float(rng.uniform(0.25, 0.4)), float(rng.uniform(-0.35, -0.1))
    arms = [points((0, 0.1), (out, 0.1), (out, up)), points((0, -0.05), (-out, -0.05), (-out, up - 0.1))]
    if rng.random() < 0.5:
        arms = [
            np.concatenate([arc(0, up, out, 0.1 - up, 90, 0)]),
            np.concatenate([arc(0, up, out, 0.1 - up, 90, 180)]),
        ]
    pot = points((-0.28, 0.35), (0.28, 0.35), (0.18, 0.65), (-0.18, 0.65), (-0.28, 0.35))
    return (points((0, -0.5), (0, 0.35)), *arms, pot)


FIGURES = (leaf, mushroom, flame, drops, mountains, waves, cherries, cactus)
