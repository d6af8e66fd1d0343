"""Digits of our own making, as strokes: the golden ten, the pictures in tests/digits, and the sheet of rare forms.

The rare forms are the ones that readers trained on MNIST get wrong: slashed zeros, ones with serifs, crossed
sevens, open fours and sixes. Nothing here is ever trained on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from function.arrays import Digit
from function.digit.normalize import normalize
from training.data.sets import Drawing, Strokes
from training.data.strokes import Placement, draw, random_placement

Points = NDArray[np.float32]

VARIANTS = 6  # of each rare form: slants, widths and pens that people use; 20 forms make 120 drawings
SHEET_SEED = 7  # the sheet is the same on every machine
GOLDEN_PEN = 0.12  # of the digit's height: what MNIST's pens left


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


def golden() -> NDArray[np.float32]:
    """The ten golden digits, (10, 28, 28) float32 in 0..1, in order: what any weights must read before they serve."""
    return np.stack([_digit(PLAIN[str(label)]) for label in range(10)])


def write_golden(path: Path) -> None:
    """The golden digits side by side, white on black, as one 280×28 grayscale PNG."""
    strip = np.rint(np.concatenate(list(golden()), axis=1) * 255).astype(np.uint8)
    Image.fromarray(strip).save(path, optimize=True)


def _digit(strokes: Strokes) -> Digit:
    return normalize(draw(strokes, Placement(side=104, size=100, pen=100 * GOLDEN_PEN, x=2, y=2)))


@dataclass(frozen=True)
class Example:
    """A drawing with its name, whose first character is its label."""

    name: str
    drawing: Drawing


def rare_forms() -> Iterator[Example]:
    """The sheet: each of RARE in VARIANTS slants and widths, the same on every call."""
    rng = np.random.default_rng(SHEET_SEED)
    for name, strokes in RARE.items():
        for number in range(VARIANTS):
            matrix = _slanted(rng) if number else np.eye(2)
            changed = tuple(np.asarray((stroke - 0.5) @ matrix.T + 0.5, np.float32) for stroke in strokes)
            yield Example(f"{name}-{number}", Drawing(int(name[0]), changed, "own"))


def _slanted(rng: np.random.Generator) -> NDArray[np.float64]:
    """Rotation to ±12°, slant to ±0.3, width to ±25 %: the spread within any school class."""
    angle = np.deg2rad(rng.uniform(-12, 12))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(rotation @ np.array([[rng.uniform(0.75, 1.25), rng.uniform(-0.3, 0.3)], [0, 1]]))


@dataclass(frozen=True)
class Look:
    """How a test picture is made: canvas side in pixels, drawing and pen as parts of it, and its colors."""

    side: int = 280
    size: float = 0.7
    pen: float = 0.05
    place: tuple[float, float] = (0.5, 0.5)  # 0 = left or top, 1 = right or bottom
    ink: tuple[int, int, int] = (0, 0, 0)
    paper: tuple[int, int, int] | None = (255, 255, 255)  # None = transparent


LOOKS: Mapping[str, Look] = {
    "0": Look(),
    "0-slashed": Look(side=160, ink=(20, 30, 90)),
    "1": Look(pen=0.08),
    "1-flag": Look(size=0.5, place=(0.1, 0.9)),
    "1-flag-foot": Look(side=56, pen=0.06),
    "2": Look(ink=(255, 255, 255), paper=(0, 0, 0)),
    "2-transparent": Look(paper=None),
    "3": Look(side=500, pen=0.02, size=0.9),
    "3-red": Look(ink=(200, 20, 30), paper=(250, 245, 225)),
    "4": Look(side=64, pen=0.07),
    "4-open": Look(size=0.4, place=(0.9, 0.1)),
    "5": Look(paper=None, ink=(255, 255, 255)),
    "5-small": Look(side=400, size=0.2, pen=0.012, place=(0.2, 0.8)),
    "6": Look(side=28, pen=0.09, ink=(255, 255, 255), paper=(0, 0, 0)),
    "6-open": Look(pen=0.06),
    "7": Look(pen=0.1, size=0.85),
    "7-crossed": Look(side=200),
    "7-crossed-tick": Look(ink=(240, 240, 250), paper=(30, 60, 50)),
    "8": Look(side=120, pen=0.06),
    "8-thin": Look(side=400, pen=0.01),
    "9": Look(side=280, pen=0.04, size=0.3, place=(0.0, 0.0)),
    "9-faint": Look(ink=(150, 150, 150), paper=(230, 230, 230)),
}


def write_pictures(folder: Path) -> int:
    """One PNG for each of LOOKS, named as there, and how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, look in LOOKS.items():
        strokes = RARE.get(name) or PLAIN[name[0]]
        picture(strokes, look).save(folder / f"{name}.png", optimize=True)
    return len(LOOKS)


def picture(strokes: Strokes, look: Look) -> Image.Image:
    """Strokes as RGB on paper, or RGBA on transparency."""
    size, room = look.size * look.side, look.side * (1 - look.size)
    x, y = (room * part for part in look.place)
    ink = draw(strokes, Placement(look.side, size, look.pen * look.side, x, y))[:, :, None]
    color = np.array(look.ink, np.float32)
    if look.paper is None:
        pixels = np.concatenate([np.broadcast_to(color, (*ink.shape[:2], 3)), ink * 255], axis=2)
    else:
        pixels = color * ink + np.array(look.paper, np.float32) * (1 - ink)
    return Image.fromarray(np.rint(pixels).astype(np.uint8))


def random_picture(strokes: Strokes, rng: np.random.Generator) -> Image.Image:
    """A drawing at random size, place, pen and polarity on a canvas of 64 to 400 px, as 8-bit gray.

    It takes a fifth to all of the canvas; pens are 1 to 12 % of the canvas, at most a fifth of the drawing.
    """
    ink = draw(strokes, random_placement(rng, (64, 400), (0.2, 1.0), (0.01, 0.12)))
    levels = ink if rng.random() < 0.5 else 1 - ink
    return Image.fromarray(np.rint(levels * 255).astype(np.uint8))
