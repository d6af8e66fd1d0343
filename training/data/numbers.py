"""Numbers of several digits: as people wrote them, and composed of single digits of one writer each."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from function.arrays import to_levels
from training.data.drawings import NUMBERS, Drawing, Strokes, Writing, read_writings
from training.data.sets import NoData, NoPart
from training.data.strokes import Placement, draw

# As people wrote them: what this source collected is read by `evaluate` alone; from all others, paths are fitted.
HELD_OUT_SOURCES = frozenset({"sta"})
LENGTHS = (2, 12)  # digits of a composed number
# In heights of a digit, how much paper is between its box and that before: a number's are near, apart or far apart, …
GAPS = ((0.02, 0.15), (0.1, 0.35), (0.2, 0.8))
TOUCH = (-0.08, 0.0)  # … but for those that touch the one before, or reach into its box
TOUCHING = 0.1  # of a number's digits do so
SLOPE = 0.04  # of the line, standard deviation: one in twenty-five
RISE = 0.06  # of a digit above or below it, in heights
UNEVEN = 0.1  # how much the heights differ, standard deviation
SLANT = 0.12  # of all digits of a number, columns moved per row
HEIGHTS = (14, 110)  # pixels of the digits: from small print to a digit that fills a page's canvas
LONGEST = 760  # pixels of a number: larger pictures are reduced
EDGE = 3  # pixels of paper around it at least
PENS = (0.04, 0.15)  # of the digits' height


@dataclass(frozen=True)
class Number:
    """A composed one.

    digits  their values, from left to right
    drawn   the strokes of each; 1 is the height of a digit
    pen     its width, in heights of a digit
    source  of its digits
    """

    digits: tuple[int, ...]
    drawn: tuple[Strokes, ...]
    pen: float
    source: str

    @property
    def text(self) -> str:
        return "".join(map(str, self.digits))

    @property
    def strokes(self) -> Strokes:
        """Of all its digits."""
        return tuple(stroke for digit in self.drawn for stroke in digit)


def load_numbers(folder: Path | None) -> list[Writing]:
    """What people wrote, in `folder`/pen-numbers.jsonl.gz; its text is the number.

    Raises NoPart when it isn't there, NoData when it can't be read.
    """
    if folder is None or not (folder / NUMBERS).exists():
        raise NoPart(f"No numbers: there is {f'no {NUMBERS} in {folder}' if folder else 'no folder of data'}")
    try:
        return list(read_writings(folder / NUMBERS))
    except (OSError, ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
        raise NoData(f"{folder / NUMBERS} can't be read: {error!r}; delete it and make it again") from error


def split_numbers(writings: Iterable[Writing]) -> tuple[list[Writing], list[Writing]]:
    """What paths are fitted to, and what is held out, by source."""
    fitted: list[Writing] = []
    held_out: list[Writing] = []
    for writing in writings:
        (held_out if writing.source in HELD_OUT_SOURCES else fitted).append(writing)
    return fitted, held_out


def composed(
    drawings: Sequence[Drawing], count: int, rng: np.random.Generator, touching: float = TOUCHING
) -> Iterator[Number]:
    """`count` numbers, each of digits of one source, lengths 2 to 12 in turn; `touching` is a part of all digits."""
    by_source: dict[str, list[Drawing]] = {}
    for drawing in drawings:
        by_source.setdefault(drawing.source, []).append(drawing)
    shortest, longest = LENGTHS
    for index in range(count):
        source = drawings[int(rng.integers(len(drawings)))].source  # those with many digits are seen more often
        own = by_source[source]
        chosen = [own[int(rng.integers(len(own)))] for _ in range(shortest + index % (longest - shortest + 1))]
        pen = float(np.exp(rng.uniform(*np.log(PENS))))
        yield Number(tuple(each.label for each in chosen), tuple(_in_line(chosen, pen, touching, rng)), pen, source)


def _in_line(digits: Sequence[Drawing], pen: float, touching: float, rng: np.random.Generator) -> Iterator[Strokes]:
    """The strokes of each, side by side."""
    least, most = GAPS[int(rng.integers(len(GAPS)))]
    slope, slant = rng.normal(0, SLOPE), rng.normal(0, SLANT)
    x = 0.0
    for digit in digits:
        points = np.concatenate(digit.strokes)
        low, size = points.min(axis=0), np.ptp(points, axis=0)
        scale = np.exp(rng.normal(0, UNEVEN)) / max(float(size.max()), 1.0)
        y = slope * x + rng.normal(0, RISE) + 1 - float(size[1]) * scale  # on the line; a lying 1 too
        shape = [(stroke - low) * scale for stroke in digit.strokes]
        shape = [stroke + np.stack([slant * (1 - stroke[:, 1]), 0 * stroke[:, 1]], axis=1) for stroke in shape]
        left = min(float(stroke[:, 0].min()) for stroke in shape)
        drawn = tuple(np.asarray(stroke + np.array([x - left, y]), np.float32) for stroke in shape)
        yield drawn
        gap = pen + rng.uniform(*(TOUCH if rng.random() < touching else (least, most)))
        x = max(float(stroke[:, 0].max()) for stroke in drawn) + gap


def number_picture(strokes: Strokes, rng: np.random.Generator, pen: float | None = None) -> Image.Image:
    """A number somewhere on a canvas, its digits HEIGHTS high, in either polarity, as 8-bit gray.

    pen  its width in the units of the strokes; None = in PENS, of the number's height
    """
    wide, high = (max(float(side), 1e-6) for side in np.ptp(np.concatenate(strokes), axis=0))
    height = np.exp(rng.uniform(*np.log(HEIGHTS)))
    size = min(height * max(wide, high) / high, LONGEST)
    share = np.exp(rng.uniform(*np.log(PENS))) if pen is None else pen / high
    width = max(1.0, size * high / max(wide, high) * share)
    size += width
    side = int(min(size * np.exp(rng.uniform(np.log(1.1), np.log(2))), 800)) + 2 * EDGE
    right = side - size - EDGE
    down = side - (size - width) * high / max(wide, high) - width - EDGE
    ink = draw(strokes, Placement(side, size, width, float(rng.uniform(EDGE, right)), float(rng.uniform(EDGE, down))))
    rows = np.flatnonzero(ink.any(axis=1))
    margin = int(rng.integers(EDGE, max(EDGE + 1, side // 5)))
    ink = ink[max(0, rows[0] - margin) : rows[-1] + 1 + margin]  # wide, as a field for numbers is
    return Image.fromarray(to_levels(ink if rng.random() < 0.5 else 1 - ink))
