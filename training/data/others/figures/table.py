"""All figures by name, which of them each side sees, and the recipe that draws one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from training.data.drawings import Strokes
from training.data.hands import bent, unit
from training.data.others.curves import turned
from training.data.others.figures import (
    icons,
    living,
    music,
    nature,
    objects,
    patterns,
    symbols,
    things,
    vehicles,
    worn,
)
from training.data.others.figures.shapes import Rng
from training.data.others.parts import dense
from training.data.others.recipe import Free

ROOMS = (symbols, patterns, things, icons, objects, worn, music, living, nature, vehicles)
FIGURES: Mapping[str, Callable[[Rng], Strokes]] = {each.__name__: each for room in ROOMS for each in room.FIGURES}
OFTEN = ("face", "heart", "star", "arrow", "corners", "splinter")  # twice as often: nearest to digits, or drawn most
# Drawn for one side alone, so that validation and evaluation show what the network makes of figures it never saw.
VALIDATION = frozenset({"tree", "box", "knot"})
HELD_OUT = frozenset({"cloud", "ladder", "fish", "lightning", "rose"})


@dataclass(frozen=True)
class Figures(Free):
    """One of the figures by name; a few times two of them."""

    names: tuple[str, ...]

    def make(self, rng: np.random.Generator) -> Strokes:
        strokes = FIGURES[str(rng.choice(self.names))](rng)
        if rng.random() < 0.06:
            move = rng.uniform(-0.7, 0.7, 2).astype(np.float32)
            strokes = (*strokes, *(each * np.float32(0.7) + move for each in FIGURES[str(rng.choice(self.names))](rng)))
        if rng.random() < 0.15:
            strokes = tuple(turned(each, float(rng.uniform(-0.6, 0.6))) for each in strokes)
        # dense, so that a hand that shakes or hurries leaves corners where they are
        return bent(unit(tuple(dense(each) for each in strokes)), rng)
