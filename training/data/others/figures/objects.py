"""Things that stand or lie about: keys, cups, flags, tents, clocks and so on."""

import numpy as np

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.others.curves import Points, spline, turned, wave
from training.data.others.figures.shapes import Rng, at, both, oval, points, polygon, rectangle
from training.data.others.figures.symbols import heart, star


def anchor(rng: Rng) -> Strokes:
    wide = float(rng.uniform(0.35, 0.5))
    arm = spline(np.array([[0, 0.5], [wide * 0.7, 0.38], [wide, 0.1]]))
    fluke = points((wide - 0.12, 0.2), (wide, 0.05), (wide + 0.1, 0.22))
    bar = points((-0.22, -0.22), (0.22, -0.22))
    return (oval(0, -0.44, 0.08, 0.08), points((0, -0.36), (0, 0.5)), bar, *both(arm, fluke))


def key(rng: Rng) -> Strokes:
    """With three teeth at least, a big bow with a hole, lying: an upright one with a tooth or two is a nine."""
    teeth = np.linspace(0.2, 0.5, int(rng.integers(3, 5)))
    long = float(rng.uniform(0.12, 0.25))
    bow = oval(-0.4, 0, 0.24, 0.24) if rng.random() < 0.6 else at(heart(rng)[0], 0.5, -0.4)
    strokes = (bow, oval(-0.42, 0, 0.08, 0.08), points((-0.16, 0), (0.52, 0)))
    return (*strokes, *(points((x, 0), (x, long * float(rng.uniform(0.7, 1.2)))) for x in teeth))


def cup(rng: Rng) -> Strokes:
    low = float(rng.uniform(0.2, 0.38))
    strokes = [points((-0.4, -0.3), (-low, 0.4), (low, 0.4), (0.4, -0.3)), arc(0.4, 0, 0.22, 0.2, -90, 110)]
    strokes.append(oval(0, -0.3, 0.4, float(rng.uniform(0.05, 0.12))))
    if rng.random() < 0.7:  # steam
        strokes += [turned(at(wave(rng), 0.25), np.pi / 2) + points((x, -0.6)) for x in (-0.2, 0, 0.2)]
    if rng.random() < 0.4:
        strokes.append(oval(0, 0.45, 0.55, 0.08))
    return tuple(strokes)


def bottle(rng: Rng) -> Strokes:
    """With a label or lines, so that it isn't one stem."""
    neck, wide, shoulder = rng.uniform(0.08, 0.13), rng.uniform(0.24, 0.34), rng.uniform(-0.2, 0)
    side = points((neck, -0.5), (neck, shoulder - 0.1), (wide, shoulder + 0.08), (wide, 0.5), (0, 0.5))
    strokes = [*both(side), points((-neck - 0.03, -0.5), (neck + 0.03, -0.5))]
    for y in np.linspace(0.1, 0.36, int(rng.integers(2, 4))).tolist():
        strokes.append(points((-wide, y), (wide, y)))
    if rng.random() < 0.4:
        strokes.append(at(star(rng)[0], 0.2, 0, 0.23))
    return tuple(strokes)


def flag(rng: Rng) -> Strokes:
    """On its pole, with stripes, a cross or a star; bare it is a nine or a P."""
    bow = float(rng.uniform(-0.08, 0.08))
    edge = spline(np.array([[0, 0], [0.25, -bow], [0.5, bow], [0.8, 0]]))
    high = float(rng.uniform(0.4, 0.55))
    strokes = [points((-0.4, -0.5), (-0.4, 0.6)), edge + points((-0.4, -0.5)), edge + points((-0.4, high - 0.5))]
    strokes.append(points((0.4, -0.5), (0.4, high - 0.5)))
    if rng.random() < 0.6:
        strokes += [
            edge + points((-0.4, high * part - 0.5)) for part in ((1 / 3, 2 / 3) if rng.random() < 0.5 else (0.5,))
        ]
        strokes.append(points((-0.1, -0.5), (-0.1, high - 0.5)))
    else:
        strokes.append(at(star(rng)[0], 0.35, 0, high / 2 - 0.5))
    return tuple(strokes)


def tent(rng: Rng) -> Strokes:
    door = float(rng.uniform(0.1, 0.2))
    strokes: list[Points] = [
        points((-0.5, 0.4), (0, -0.4), (0.5, 0.4), (-0.5, 0.4)),
        *both(points((0, -0.4), (door, 0.4))),
    ]
    if rng.random() < 0.5:
        strokes += [points((0, -0.4), (0.5, -0.5), (0.95, 0.3), (0.5, 0.4))]
    return tuple(strokes)


def phone(rng: Rng) -> Strokes:
    """With a screen and buttons."""
    wide = float(rng.uniform(0.5, 0.65))
    rows, columns = int(rng.integers(2, 4)), 3
    frame = rectangle(-wide / 2, -0.5, wide, 1)
    screen = rectangle(-wide / 2 + 0.07, -0.42, wide - 0.14, float(rng.uniform(0.2, 0.4)))
    keys = [points((x, y)) for y in np.linspace(0.12, 0.4, rows) for x in np.linspace(-wide / 3, wide / 3, columns)]
    strokes: Strokes = (frame, screen, *keys)
    return (*strokes, points((wide / 2 - 0.05, -0.5), (wide / 2 - 0.05, -0.75))) if rng.random() < 0.4 else strokes


def magnet(rng: Rng) -> Strokes:
    """Upright: on its side, a thick one is a two or a six."""
    inner, long = float(rng.uniform(0.22, 0.3)), float(rng.uniform(0.4, 0.7))
    way = np.concatenate(
        [arc(0, 0, 0.5, 0.5, 180, 360), points((0.5, long), (inner, long)), arc(0, 0, inner, inner, 0, -180)]
    )
    way = np.concatenate([way, points((-inner, long), (-0.5, long), (-0.5, 0))])
    bands = both(points((inner, long * 0.5), (0.5, long * 0.5)))
    sparks = both(points((0.3, long + 0.08), (0.3, long + 0.25))) if rng.random() < 0.4 else ()
    angle = float(rng.choice([0, np.pi]))
    return tuple(turned(each, angle) for each in (way, *bands, *sparks))


def lamp(rng: Rng) -> Strokes:
    """Of a table: a shade on a stand."""
    top, low = float(rng.uniform(0.12, 0.25)), float(rng.uniform(0.35, 0.5))
    shade = points((-top, -0.5), (top, -0.5), (low, 0), (-low, 0), (-top, -0.5))
    foot = float(rng.uniform(0.02, 0.12))
    stand = both(points((foot, 0), (foot, 0.5)))
    return (shade, *stand, points((-0.35, 0.5), (0.35, 0.5)))


def clock(rng: Rng) -> Strokes:
    """With both hands, and hours or bells."""
    hours = int(rng.choice([4, 8, 12]))
    strokes = [turned(points((0.4, 0), (0.48, 0)), step * 2 * np.pi / hours) for step in range(hours)]
    start = float(rng.uniform(0, 2 * np.pi))
    way = turned(points((0, 0), (0.35, 0)), start)
    other = turned(points((0, 0), (0.22, 0)), start + float(rng.uniform(1, 2.4)))  # one line is a zero's slash
    strokes += [oval(0, 0, 0.5, 0.5), way, other]
    if rng.random() < 0.5:
        strokes += both(arc(0.35, -0.45, 0.16, 0.14, 170, 400), points((0.3, 0.42), (0.4, 0.6)))
    return tuple(strokes)


def camera(rng: Rng) -> Strokes:
    radius = float(rng.uniform(0.15, 0.24))
    strokes = [rectangle(-0.5, -0.28, 1, 0.62), oval(0, 0.03, radius, radius)]
    strokes += [oval(0, 0.03, radius / 2, radius / 2)] if rng.random() < 0.6 else []
    hump = points((-0.18, -0.28), (-0.12, -0.4), (0.12, -0.4), (0.18, -0.28))
    return (*strokes, hump, points((0.36, -0.16)), polygon(4, 0.04) + points((-0.38, -0.17)))


FIGURES = (anchor, key, cup, bottle, flag, tent, phone, magnet, lamp, clock, camera)
