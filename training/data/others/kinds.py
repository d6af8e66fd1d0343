"""The kinds of what is no digit, a row each, and which of them each side sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import Drawing, Writing
from training.data.others import doodles, fonts
from training.data.others.characters import Characters, Cursive, Scribbles
from training.data.others.doodles import Doodles
from training.data.others.fancied import Fancied
from training.data.others.figures.made_up import MadeUp
from training.data.others.figures.table import FIGURES, HELD_OUT, OFTEN, VALIDATION, Figures
from training.data.others.fonts import Printed, Redrawn
from training.data.others.pairs import Pairs, PixelPairs
from training.data.others.parts import Neighbors, Parts, PixelNeighbors, PixelParts
from training.data.others.recipe import Recipe
from training.data.others.textures import Textures
from training.data.others.turned import PixelTurned, Turned
from training.data.others.writings import Written, by_kind
from training.data.sets import LabeledDigits

SIDES = ("train", "validation", "held out")
# The widest pen in parts of the drawing: for words, for doodles and numbers, and for single characters.
FINEST, FINE, BROAD = 0.05, 0.1, 0.2


@dataclass(frozen=True)
class Kind:
    """One row.

    share    of all that is no digit, where every kind can be made; little of what some hands write as a digit
    widest   the pen, in parts of the drawing's longer side
    """

    share: float
    widest: float = BROAD


KINDS: Mapping[str, Kind] = {
    "letters": Kind(0.11),
    "signs": Kind(0.06),
    "border": Kind(0.012),
    "words": Kind(0.05, FINEST),
    "doodles": Kind(0.13, FINE),
    "plain doodles": Kind(0.006, FINE),
    "pairs": Kind(0.07, FINE),
    "pixel pairs": Kind(0.06),
    "parts": Kind(0.03),
    "pixel parts": Kind(0.02),
    "neighbors": Kind(0.035),
    "pixel neighbors": Kind(0.025),
    "turned": Kind(0.02),
    "pixel turned": Kind(0.015),
    "characters": Kind(0.09),
    "cursive": Kind(0.03, FINEST),
    "scribbles": Kind(0.05, FINEST),
    "shapes": Kind(0.11, 0.12),
    "textures": Kind(0.015),
    "glyphs": Kind(0.08),
    "drawn glyphs": Kind(0.10),
    "made-up figures": Kind(0.06, 0.08),
}


@dataclass(frozen=True)
class Material:
    """What one side has to make them of; anything may be empty. `side` is one of SIDES."""

    side: str
    digits: LabeledDigits
    drawings: tuple[Drawing, ...] = ()
    writings: tuple[Writing, ...] = ()
    doodles: Mapping[str, NDArray[np.uint8]] | None = None  # (n, 28, 28) by their names


def recipes(material: Material, few: bool = False) -> dict[str, Recipe]:
    """The kinds that the material allows, by their names in KINDS. Characters and figures need none.

    few  glyphs of one font: finding those of all takes seconds
    """
    side = material.side
    written = by_kind(material.writings)
    found: dict[str, Recipe] = {name: Written(part) for name, part in written.items() if part}
    pictures = material.doodles or {}
    for name, names in (
        ("doodles", pictures.keys() - doodles.BORDER),
        ("plain doodles", pictures.keys() & doodles.BORDER),
    ):
        chosen = tuple(picture for each in sorted(names - doodles.LOOKALIKES) for picture in pictures[each])
        if chosen:
            found[name] = Doodles(chosen) if side == "train" else Doodles(chosen, plain=1.0)
    if material.drawings:
        pens = material.drawings
        found |= {"pairs": Pairs(pens), "parts": Parts(pens), "neighbors": Neighbors(pens), "turned": Turned(pens)}
    if len(material.digits):
        pixels = material.digits
        found |= {"pixel pairs": PixelPairs(pixels), "pixel parts": PixelParts(pixels)}
        found |= {"pixel neighbors": PixelNeighbors(pixels), "pixel turned": PixelTurned(pixels)}
    found |= {"shapes": Figures(_figures(side)), "scribbles": Scribbles(), "characters": Characters()}
    if side != "held out":
        found |= {"cursive": Cursive(), "textures": Textures()}
    glyphs = fonts.glyphs_of(side, few)
    if side != "train":
        return found | {"glyphs": Printed(glyphs), "drawn glyphs": Redrawn(glyphs)}
    # made up while learning alone: validation and evaluation ask for what others made
    return found | {"glyphs": Fancied(glyphs), "drawn glyphs": Redrawn(glyphs), "made-up figures": MadeUp()}


def _figures(side: str) -> tuple[str, ...]:
    """The names of that side's figures, of some twice."""
    if side == "train":
        return (*sorted(FIGURES.keys() - VALIDATION - HELD_OUT), *OFTEN)
    return tuple(sorted(VALIDATION if side == "validation" else HELD_OUT))


def shares(names: Sequence[str]) -> NDArray[np.float64]:
    """The parts of a whole that the kinds of these names make up."""
    parts = np.array([KINDS[name].share for name in names])
    return np.asarray(parts / parts.sum())
