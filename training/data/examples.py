"""What is drawn of our own glyphs: the golden ten, the pictures in tests/digits, and the sheet of rare forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from function.arrays import Digit, to_levels
from function.digit.normalize import normalize
from training.data.drawings import Drawing, Strokes
from training.data.glyphs import PLAIN, RARE
from training.data.strokes import Placement, draw, random_placement

VARIANTS = 6  # of each rare form: slants, widths and pens that people use; 20 forms make 120 drawings
SHEET_SEED = 7  # the sheet is the same on every machine
GOLDEN_PEN = 0.12  # of the digit's height: what MNIST's pens left


def write_all(golden_strip: Path, pictures: Path) -> int:
    """Draws the golden digits into that file and the tests' pictures into that folder; how many pictures."""
    write_golden(golden_strip)
    return write_pictures(pictures)


def golden() -> NDArray[np.float32]:
    """The ten golden digits, (10, 28, 28) float32 in 0..1, in order: what any weights must read before they serve."""
    return np.stack([_digit(PLAIN[str(label)]) for label in range(10)])


def write_golden(path: Path) -> None:
    """The golden digits side by side, white on black, as one 280×28 PNG with a palette of 256 grays.

    Those are the PNGs whose rows Pillow doesn't filter, and the function reads them without it.
    """
    strip = np.concatenate(list(golden()), axis=1)
    Image.fromarray(to_levels(strip)).convert("P").save(path, optimize=True)


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
    """One PNG for each of LOOKS, named as there, and how many there are; and a seven as 784 numbers, for curl."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, look in LOOKS.items():
        strokes = RARE.get(name) or PLAIN[name[0]]
        picture(strokes, look).save(folder / f"{name}.png", optimize=True)
    numbers = ",".join(f"{level:.2f}".rstrip("0").rstrip(".") for level in golden()[7].ravel())
    (folder / "7.txt").write_text(f"{numbers}\n")
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
    return Image.fromarray(to_levels(ink if rng.random() < 0.5 else 1 - ink))
