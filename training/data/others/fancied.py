"""Characters that no font has: those of fonts laid over one another, with marks, in pairs, outlined or stretched.

Alphabets that nobody showed have other forms in the same strokes and serifs; so have these, and without end. What is
turned, mirrored or put together from halves is too often a digit: a d is a six then, and a C with a hook a five.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from function.arrays import Ink, from_levels, to_levels
from function.digit.normalize import normalize
from function.errors import NoInk
from training.data.others.fonts import Glyph, digits_of, printed
from training.data.others.nearness import features
from training.data.others.recipe import chosen, pick

Levels = NDArray[np.uint8]
SHARE = 0.3  # of the drawings: enough that no way of making them is rare, and fonts stay the most
NEAR = 0.82  # cosine to any printed digit, at most: half of these characters have less, and no O, 5 or 8 does
SLIM = 0.4  # width to height: what is slimmer or flatter is a bar in any style
TRIES = 6  # then a glyph as it is


@dataclass(frozen=True)
class Fancied:
    """One of `glyphs` as printed, or a character made of one or two."""

    glyphs: tuple[Glyph, ...]

    def make(self, rng: np.random.Generator) -> Ink:
        if rng.random() < SHARE:
            for _ in range(TRIES):
                levels = fancy(pick(self.glyphs, rng).levels, pick(self.glyphs, rng).levels, rng)
                if not is_near_digit(levels):
                    return printed(Glyph("", levels), rng)
        return printed(pick(self.glyphs, rng), rng)

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(chosen(self.glyphs, rng))


def fancy(one: Levels, other: Levels, rng: np.random.Generator) -> Levels:
    """A character as no font prints it, (h, w)."""
    kind = rng.integers(6)
    if kind <= 1:  # one over the other
        left, top = (int(rng.integers(-12, 13)) for _ in range(2))
        return _laid(
            one, other, left + (one.shape[1] - other.shape[1]) // 2, top + (one.shape[0] - other.shape[0]) // 2
        )
    if kind == 2:  # one with the other as a mark above or below it
        size = float(rng.uniform(0.3, 0.5))
        mark = _resized(other, size, size)
        gap = int(rng.integers(1, 8))
        top = -mark.shape[0] - gap if rng.random() < 0.5 else one.shape[0] + gap
        return _laid(one, mark, (one.shape[1] - mark.shape[1]) // 2, top)
    if kind == 3:  # side by side
        return _laid(one, other, one.shape[1] + int(rng.integers(1, 8)), one.shape[0] - other.shape[0])
    if kind == 4:  # outlined
        picture = Image.fromarray(np.pad(one, 6))
        wider = picture.filter(ImageFilter.MaxFilter(3 if rng.random() < 0.6 else 5))
        return np.asarray(ImageChops.subtract(wider, picture))
    return _resized(one, *rng.uniform(0.65, 1.3, 2).tolist())  # condensed, or wide


def is_near_digit(levels: Levels) -> bool:
    """True for what looks like a printed digit, is a bar, or has no ink."""
    rows, columns = (np.flatnonzero(levels.max(axis=axis) > 127) for axis in (1, 0))
    if not len(rows):
        return True
    high, wide = int(np.ptp(rows)), int(np.ptp(columns))
    if min(high, wide) < SLIM * max(high, wide, 1):
        return True
    try:
        frame = to_levels(normalize(from_levels(levels)))
    except NoInk:
        return True
    return bool((_digits() @ features(frame[None])[0]).max() > NEAR)


@lru_cache(maxsize=1)
def _digits() -> NDArray[np.float32]:
    """(n, 196) features of the printed digits of all fonts that learn."""
    frames = [to_levels(normalize(from_levels(glyph.levels))) for glyph in digits_of("train")]
    return features(np.array(frames, np.uint8))


def _laid(one: Levels, other: Levels, left: int, top: int) -> Levels:
    """Both on one sheet, the other's corner at `left` and `top` of the first one's."""
    x, y = max(0, -left), max(0, -top)
    high = y + max(one.shape[0], top + other.shape[0])
    wide = x + max(one.shape[1], left + other.shape[1])
    sheet = np.zeros((high, wide), np.uint8)
    sheet[y : y + one.shape[0], x : x + one.shape[1]] = one
    place = sheet[y + top : y + top + other.shape[0], x + left : x + left + other.shape[1]]
    np.maximum(place, other, out=place)
    return sheet


def _resized(levels: Levels, down: float, across: float) -> Levels:
    size = (max(4, round(levels.shape[1] * across)), max(4, round(levels.shape[0] * down)))
    return np.asarray(Image.fromarray(levels).resize(size, Image.Resampling.BILINEAR))
