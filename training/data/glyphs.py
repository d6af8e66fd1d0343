"""Digits of our own making, as strokes in 0..1: a plain form of each, and the rare forms.

The rare forms are the ones that readers trained on MNIST get wrong: slashed zeros, ones with serifs, crossed
sevens, open fours and sixes. Nothing here is ever trained on.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import Strokes

Points = NDArray[np.float32]


def line(*points: tuple[float, float]) -> Points:
    """A polyline through x, y in 0..1, y down."""
    return np.array(points, np.float32)


def arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> Points:
    """Part of an ellipse about x, y with half axes `wide` and `high`; degrees, 0 = right, 90 = down."""
    angles = np.deg2rad(np.linspace(start, end, max(3, round(abs(end - start) / 10))))
    return np.stack([x + wide * np.cos(angles), y + high * np.sin(angles)], axis=1).astype(np.float32)


def joined(*parts: Points) -> Points:
    """One stroke along all parts."""
    return np.concatenate(parts)


ZERO = arc(0.5, 0.5, 0.33, 0.5, -90, 275)
SLIM_ZERO = arc(0.5, 0.5, 0.24, 0.5, -80, 285)
ROUND_ZERO = arc(0.5, 0.5, 0.46, 0.5, -100, 262)
SEVEN = line((0.18, 0.04), (0.82, 0.0), (0.62, 0.36), (0.48, 0.7), (0.42, 1.0))
BENT_SEVEN = joined(line((0.15, 0.05), (0.5, 0.06), (0.8, 0.02)), arc(1.05, 0.9, 0.6, 0.75, 230, 175))
SIX_STEM = arc(0.82, 0.62, 0.62, 0.62, 262, 180)

PLAIN: Mapping[str, Strokes] = {
    "0": (ZERO,),
    "1": (line((0.52, 0.0), (0.5, 0.5), (0.47, 1.0)),),
    "2": (joined(arc(0.5, 0.28, 0.32, 0.28, 190, 385), line((0.6, 0.62), (0.18, 0.98), (0.5, 0.96), (0.86, 0.99))),),
    "3": (joined(arc(0.46, 0.25, 0.3, 0.25, 205, 445), arc(0.46, 0.73, 0.36, 0.27, 285, 510)),),
    "4": (line((0.6, 0.0), (0.14, 0.66), (0.88, 0.64)), line((0.64, 0.32), (0.62, 1.0))),
    "5": (
        joined(line((0.3, 0.03), (0.25, 0.42)), arc(0.46, 0.68, 0.34, 0.31, 235, 500)),
        line((0.3, 0.03), (0.8, 0.0)),
    ),
    "6": (joined(arc(0.86, 0.62, 0.66, 0.62, 258, 180), arc(0.5, 0.7, 0.3, 0.28, 180, -180)),),
    "7": (SEVEN,),
    "8": (
        joined(
            arc(0.5, 0.25, 0.26, 0.24, -50, -270),
            arc(0.5, 0.74, 0.32, 0.26, -90, 270),
            arc(0.5, 0.25, 0.26, 0.24, 90, -50),
        ),
    ),
    "9": (joined(arc(0.47, 0.28, 0.29, 0.28, 0, -350), line((0.76, 0.3), (0.74, 0.6), (0.66, 1.0))),),
}

# Four ways to write each of the five rare forms. The first letter is the label.
RARE: Mapping[str, Strokes] = {
    "0-slashed": (ZERO, line((0.24, 0.82), (0.76, 0.18))),
    "0-slashed-beyond": (ZERO, line((0.05, 1.0), (0.95, 0.0))),
    "0-slashed-slim": (SLIM_ZERO, line((0.18, 0.84), (0.82, 0.2))),
    "0-slashed-round": (ROUND_ZERO, line((0.2, 0.78), (0.8, 0.22))),
    "1-flag": (line((0.28, 0.24), (0.55, 0.0), (0.53, 1.0)),),
    "1-flag-foot": (line((0.3, 0.2), (0.52, 0.0), (0.52, 1.0)), line((0.24, 1.0), (0.8, 0.98))),
    "1-long-flag": (line((0.16, 0.42), (0.58, 0.0), (0.56, 0.5), (0.57, 1.0)),),
    "1-foot": (line((0.5, 0.0), (0.5, 1.0)), line((0.26, 1.0), (0.76, 1.0))),
    "7-crossed": (SEVEN, line((0.34, 0.5), (0.8, 0.47))),
    "7-crossed-bent": (BENT_SEVEN, line((0.3, 0.55), (0.72, 0.52))),
    "7-crossed-tick": (joined(line((0.18, 0.2), (0.18, 0.04)), SEVEN), line((0.3, 0.54), (0.78, 0.54))),
    "7-crossed-low": (line((0.12, 0.0), (0.86, 0.0), (0.4, 1.0)), line((0.36, 0.62), (0.82, 0.56))),
    "4-open": (line((0.24, 0.05), (0.16, 0.56), (0.86, 0.55)), line((0.66, 0.1), (0.62, 1.0))),
    "4-open-round": (
        joined(line((0.2, 0.02)), arc(0.42, 0.36, 0.24, 0.22, 180, 60), line((0.78, 0.5))),
        line((0.76, 0.0), (0.74, 0.5), (0.7, 1.0)),
    ),
    "4-open-wide": (line((0.1, 0.0), (0.1, 0.5), (0.8, 0.5)), line((0.8, 0.0), (0.8, 1.0))),
    "4-open-single": (line((0.2, 0.0), (0.14, 0.52), (0.5, 0.54), (0.72, 0.46), (0.74, 0.06), (0.7, 1.0)),),
    "6-open": (joined(SIX_STEM, arc(0.5, 0.7, 0.3, 0.28, 180, -130)),),
    "6-open-wide": (joined(arc(0.9, 0.6, 0.72, 0.6, 255, 180), arc(0.5, 0.7, 0.32, 0.28, 175, -110)),),
    "6-open-flat": (line((0.56, 0.0), (0.3, 0.34), (0.18, 0.72)), arc(0.48, 0.74, 0.3, 0.25, 185, -125)),
    "6-open-curl": (joined(SIX_STEM, arc(0.5, 0.72, 0.3, 0.26, 180, -95), line((0.38, 0.62))),),
}
