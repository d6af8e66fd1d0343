"""Characters of the fonts that matplotlib brings: as printed, and as if somebody had drawn them.

DejaVu has many of the world's scripts. What looks like a digit of the same font is left out, by name and by measure.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from function.arrays import Ink, from_levels, to_levels
from function.digit.normalize import normalize
from function.errors import NoInk
from training.data.drawings import Strokes
from training.data.hands import bent, unit
from training.data.others.nearness import features
from training.data.others.recipe import chosen, pick
from training.data.others.skeleton import skeleton

SIZE = 64  # pixels of the font's em: two and a half times the box that normalization fits it into
FAMILIES = {
    "train": (
        *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSerif", "DejaVuSerif-Bold"),
        *("DejaVuSerif-Italic", "DejaVuSansMono", "DejaVuSansMono-Oblique", "STIXGeneral", "STIXGeneralItalic"),
        *("STIXNonUni", "STIXGeneralBol", "DejaVuSansMono-Bold", "DejaVuSerif-BoldItalic", "cmmi10", "cmsy10"),
    ),
    "validation": ("cmss10", "cmtt10", "cmb10"),
    "held out": ("cmr10", "cmti10", "STIXGeneralBolIta"),
}
# Scripts by their blocks in Unicode. Each belongs to one side, whatever the font.
SCRIPTS = {
    "train": (
        *((0x21, 0x7F), (0xA1, 0x250), (0x250, 0x2B0), (0x370, 0x400), (0x400, 0x530), (0x590, 0x600)),
        *((0x600, 0x700), (0x1400, 0x1680), (0x1D00, 0x1D80), (0x1E00, 0x2000), (0x2010, 0x2070), (0x20A0, 0x20D0)),
        *((0x2100, 0x2150), (0x2190, 0x2200), (0x2200, 0x2300), (0x2300, 0x2400), (0x2500, 0x2600)),
        *((0x2600, 0x2700), (0x2700, 0x27C0), (0x27C0, 0x2800), (0x2900, 0x2C00), (0x2C60, 0x2C80), (0x4DC0, 0x4E00)),
        *((0xA4D0, 0xA500), (0xA640, 0xA6A0), (0xA720, 0xA800), (0xFB50, 0xFE00), (0xFE70, 0xFF00), (0x1D400, 0x1D800)),
    ),
    "validation": ((0x0E80, 0x0F00), (0x0530, 0x0590), (0x2800, 0x2900)),  # Lao, Armenian, Braille
    "held out": ((0x10A0, 0x1100), (0x2D00, 0x2D30), (0x2D30, 0x2D80), (0x07C0, 0x0800)),
}
# Which validation and evaluation, that have the scripts of training in other fonts, don't ask for: ligatures,
# tetragrams, tiles that lie (upright ones are boxed eights), cards and faces.
MORE = ((0xFB00, 0xFB07), (0x1D300, 0x1D360), (0x1F000, 0x1F062), (0x1F0A0, 0x1F100), (0x1F400, 0x1F700))
# Latin, Greek and Cyrillic letters, signs and numbers that are digits, or lines: others are found by measure.
LOOKALIKES = frozenset(
    "0123456789oODQiIl1|zZsSbGgqB()/\\-,.'`_¡¦¨¯°²³´·¸¹ºªıłŁÌÍÎÏìíîïØøÒÓÔÕÖòóôõöĿŀƖǀΟΙΖΘσοιςЄОІЇоіїЗзЭэЧчБбƧƨ"
    "ƵƶǪǫΦφΦФфθӨөѲѳƼƽƷƸƺʒʓȜȝӠӡҘҙЅѕꙄꙅꓢꓳꓜꓲꓐꓖꓓᒿᒾᓴᔆ⁊ՕօՏՍս"
    "ՉչՅՁՑցՐՈզ߀߁‐‑‒–—―‖‗‘’‚‛“”′‵−∕∖∣∘○◯●◌◦•∙⋅⎮⏐│┃─━╱╲❘❙❚◊⌀∅⊘⊖⦰ⴰⴲⵁⵏⵑⵔⵕⵙⵚⵜߊߋ"
)
SIMILAR = (
    0.92  # cosine to a digit of the same font in the frame: S to 5 and B to 8 have as much, R to 8 and U to 0 less
)


@dataclass(frozen=True)
class Glyph:
    """A character as its font prints it: `levels` (h, w) uint8, cropped, 255 = ink."""

    text: str
    levels: NDArray[np.uint8]


@dataclass(frozen=True)
class Printed:
    """One of `glyphs` as printed, a little turned, slanted or heavier."""

    glyphs: tuple[Glyph, ...]

    def make(self, rng: np.random.Generator) -> Ink:
        return printed(pick(self.glyphs, rng), rng)

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(chosen(self.glyphs, rng))


@dataclass(frozen=True)
class Redrawn:
    """One of `glyphs` as somebody might draw it: along its middle line."""

    glyphs: tuple[Glyph, ...]

    def make(self, rng: np.random.Generator) -> Strokes:
        while not (strokes := _redrawn(pick(self.glyphs, rng), rng)):  # dots a few pixels wide thin away
            pass
        return strokes

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(chosen(self.glyphs, rng))


def printed(glyph: Glyph, rng: np.random.Generator) -> Ink:
    """The glyph at some size; most of them slightly transformed."""
    picture = Image.fromarray(np.pad(glyph.levels, 12))
    if rng.random() < 0.7:
        matrix = np.eye(2) + rng.normal(0, 0.06, (2, 2))
        center = np.array(picture.size) / 2
        offset = center - matrix @ center
        data = (*matrix[0], offset[0], *matrix[1], offset[1])
        picture = picture.transform(picture.size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)
    if rng.random() < 0.25:
        picture = picture.filter(ImageFilter.MaxFilter(3) if rng.random() < 0.5 else ImageFilter.MinFilter(3))
    side = float(np.exp(rng.uniform(np.log(0.3), np.log(1.0))))
    width, height = (max(8, round(each * side)) for each in picture.size)
    ink = from_levels(np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR)))
    return ink if ink.max() > 0.2 else from_levels(glyph.levels)


def _redrawn(glyph: Glyph, rng: np.random.Generator) -> Strokes:
    middle = _middle(glyph.levels.tobytes(), glyph.levels.shape)
    return bent(unit(middle), rng) if middle else ()


@lru_cache(maxsize=4000)  # glyphs of a process; each is drawn several times
def _middle(levels: bytes, shape: tuple[int, int]) -> Strokes:
    ink = np.frombuffer(levels, np.uint8).reshape(shape) > 127
    return skeleton(ink)


def glyphs_of(side: str, few: bool = False) -> tuple[Glyph, ...]:
    """Characters of that side's fonts and scripts which are no digits. Scripts come from any font of DejaVu's.

    few  those of the last font alone: finding all takes seconds
    """
    found = []
    if few:
        return tuple(_others(FAMILIES[side][-1], SCRIPTS["train"]))
    for family in FAMILIES[side]:
        found += list(_others(family, SCRIPTS["train"] + (MORE if side == "train" else ())))
    if side != "train":
        for family in ("DejaVuSans", "DejaVuSerif"):
            found += list(_others(family, SCRIPTS[side]))
    return tuple(found)


def digits_of(side: str) -> tuple[Glyph, ...]:
    """The printed digits of that side's fonts, in order, font after font."""
    return tuple(
        glyph
        for family in FAMILIES[side]
        if family not in ("cmmi10", "cmsy10", "STIXNonUni")  # which have none, or old-style ones
        for digit in "0123456789"
        if (glyph := _glyph(_font(family), digit)) is not None
    )


def _others(family: str, blocks: Sequence[tuple[int, int]]) -> Iterator[Glyph]:
    """The font's characters in `blocks`, each shape once, without the lookalikes."""
    font = _font(family)
    digits = _frames([glyph for digit in "0123456789" if (glyph := _glyph(font, digit)) is not None])
    seen: set[bytes] = set()
    for code in sorted(_codes(family)):
        if not any(low <= code < high for low, high in blocks) or is_lookalike(chr(code)):
            continue
        glyph = _glyph(font, chr(code))
        if glyph is None or glyph.levels.tobytes() in seen:
            continue
        seen.add(glyph.levels.tobytes())
        frame = _frames([glyph])
        if len(frame) and not _is_line(glyph) and (not len(digits) or float((digits @ frame[0]).max()) < SIMILAR):
            yield glyph


def is_lookalike(text: str) -> bool:
    """True for what is a digit or looks like one, in whatever alphabet of mathematics and with whatever accent."""
    plain = unicodedata.normalize("NFKD", text)[0]
    return text in LOOKALIKES or plain in LOOKALIKES or unicodedata.category(text)[0] == "N"


def _is_line(glyph: Glyph) -> bool:
    """True for what is slim or hardly there: bars, dots and dashes."""
    height, width = (int(side) for side in glyph.levels.shape)
    return min(height, width) < 0.36 * max(height, width) or max(height, width) < 10


def _frames(glyphs: Sequence[Glyph]) -> NDArray[np.float32]:
    """(n, 196) features of the glyphs as the network would see them; those too faint for it are left out."""
    frames = []
    for glyph in glyphs:
        with suppress(NoInk):
            frames.append(to_levels(normalize(from_levels(glyph.levels))))
    return features(np.array(frames, np.uint8).reshape(-1, 28, 28))


def _folder() -> Path:
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _font(family: str) -> ImageFont.FreeTypeFont:
    # Basic: one character needs no shaping, and Raqm fails on some
    return ImageFont.truetype(str(_folder() / f"{family}.ttf"), SIZE, layout_engine=ImageFont.Layout.BASIC)


def _codes(family: str) -> set[int]:
    from matplotlib.ft2font import FT2Font

    return set(FT2Font(str(_folder() / f"{family}.ttf")).get_charmap())


def _glyph(font: ImageFont.FreeTypeFont, text: str) -> Glyph | None:
    """None for a character without ink."""
    picture = Image.new("L", (SIZE * 3, SIZE * 3))
    ImageDraw.Draw(picture).text((SIZE * 1.5, SIZE * 1.5), text, fill=255, font=font, anchor="mm")
    box = picture.getbbox()
    return None if box is None else Glyph(text, np.asarray(picture.crop(box)))
