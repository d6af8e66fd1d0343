"""What drives, sails and flies: cars, bicycles, ships, airplanes and rockets."""

import numpy as np

from training.data.drawings import Strokes
from training.data.glyphs import arc
from training.data.others.curves import Points, spline
from training.data.others.figures.shapes import FLIP, Rng, both, oval, points, rectangle


def car(rng: Rng) -> Strokes:
    """Or a bus or a truck, by its roof."""
    front, back = float(rng.uniform(0.1, 0.3)), float(rng.uniform(0.15, 0.5))
    high = float(rng.uniform(0.2, 0.35))
    low = float(rng.choice([0.0, 0.05]))
    roof = points(
        (-0.5, 0.2), (-0.5, 0), (-back, low), (-back + 0.1, -high), (front, -high), (front + 0.12, 0), (0.55, 0.03)
    )
    body = np.concatenate([roof, points((0.55, 0.2), (-0.5, 0.2))])
    size = float(rng.uniform(0.09, 0.14))
    wheels = [oval(x, 0.22, size, size) for x in (-0.27, 0.3)]
    strokes: list[Points] = [body, *wheels]
    if rng.random() < 0.6:
        strokes += [points((0, -high), (0, 0.2)), points((-back + 0.05, 0), (front + 0.1, 0))]
    return tuple(strokes) if rng.random() < 0.5 else tuple(each * FLIP for each in strokes)


def bicycle(rng: Rng) -> Strokes:
    size = float(rng.uniform(0.2, 0.26))
    saddle = (-0.12, float(rng.uniform(-0.25, -0.15)))
    front = (0.22, float(rng.uniform(-0.25, -0.15)))
    frame = points((-0.35, 0.2), (0, 0.2), saddle, (-0.35, 0.2))
    fork = points((0.35, 0.2), front, (front[0] - 0.02, front[1] - 0.12), (front[0] + 0.12, front[1] - 0.14))
    seat = points((saddle[0] - 0.08, saddle[1] - 0.04), (saddle[0] + 0.08, saddle[1] - 0.04))
    spokes: tuple[Points, ...] = ()
    if rng.random() < 0.3:
        spokes = tuple(points((x, 0.2 - size), (x, 0.2 + size)) for x in (-0.35, 0.35))
    wheels = (oval(-0.35, 0.2, size, size), oval(0.35, 0.2, size, size))
    return (*wheels, frame, fork, seat, points((0, 0.2), saddle if rng.random() < 0.5 else front), *spokes)


def ship(rng: Rng) -> Strokes:
    """With sails, or with funnels and cabins; bare, a sail on its boat is a four."""
    hull = points((-0.55, 0.15), (0.55, 0.15), (0.38, 0.4), (-0.38, 0.4), (-0.55, 0.15))
    strokes: list[Points] = [hull]
    if rng.random() < 0.5:
        high = float(rng.uniform(0.5, 0.75))
        strokes += [
            points((0, 0.15), (0, 0.1 - high)),
            points((0.05, 0.05), (0.05, 0.1 - high), (0.42, 0.05), (0.05, 0.05)),
        ]
        strokes.append(
            points((-0.05, 0.05), (-0.05, 0.2 - high), (-float(rng.uniform(0.25, 0.4)), 0.05), (-0.05, 0.05))
        )
    else:
        strokes.append(rectangle(-0.3, -0.1, 0.6, 0.25))
        for x in np.linspace(-0.25, 0.15, int(rng.integers(1, 4))).tolist():
            strokes += [rectangle(x, -0.35, 0.12, 0.25)]
    if rng.random() < 0.4:
        strokes.append(
            spline(np.array([[x, 0.46 + 0.03 * (-1) ** step] for step, x in enumerate(np.linspace(-0.6, 0.6, 9))]))
        )
    return tuple(strokes)


def airplane(rng: Rng) -> Strokes:
    """From above: a body, two wings, a tail."""
    wide, sweep = float(rng.uniform(0.05, 0.09)), float(rng.uniform(0, 0.25))
    side = spline(np.array([[0, -0.5], [wide, -0.35], [wide, 0.4], [0, 0.5]]))
    wing = points((wide, -0.12), (0.5, sweep - 0.05), (0.5, sweep + 0.06), (wide, 0.1))
    tail = points((wide, 0.35), (0.22, 0.45), (0.22, 0.52), (0, 0.46))
    strokes = both(side, wing, tail)
    angle = float(rng.integers(8) * np.pi / 4)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return tuple((each @ turn).astype(np.float32) for each in strokes)


def rocket(rng: Rng) -> Strokes:
    wide = float(rng.uniform(0.17, 0.25))
    side = spline(np.array([[0, -0.55], [wide, -0.25], [wide, 0.25]]))
    fin = points((wide, 0.05), (wide + 0.2, 0.35), (wide, 0.25))
    fire = [points((x, 0.28), (x * 1.3, 0.28 + float(rng.uniform(0.1, 0.3)))) for x in (-0.12, 0, 0.12)]
    window = oval(0, -0.1, 0.08, 0.08)
    return (*both(side, fin), points((-wide, 0.25), (wide, 0.25)), window, *(fire if rng.random() < 0.7 else ()))


def train(rng: Rng) -> Strokes:
    """An engine or carts on wheels."""
    strokes: list[Points] = []
    carts = int(rng.integers(2, 4))
    for step in range(carts):
        x = 0.55 * step
        high = float(rng.uniform(0.2, 0.4)) if step else 0.5
        strokes.append(rectangle(x, 0.2 - high, 0.42, high))
        strokes += [oval(x + 0.1, 0.27, 0.07, 0.07), oval(x + 0.32, 0.27, 0.07, 0.07)]
        strokes.append(points((x + 0.42, 0.12), (x + 0.55, 0.12)))
    strokes.append(rectangle(0.1, -0.22, 0.2, 0.18) if rng.random() < 0.5 else arc(0.2, -0.35, 0.12, 0.1, 0, 330))
    return tuple(strokes) if rng.random() < 0.5 else tuple(each * FLIP for each in strokes)


FIGURES = (car, bicycle, ship, airplane, rocket, train)
