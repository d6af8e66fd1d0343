"""Letters, signs and words by pen, with those left out that are digits by themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from training.data.drawings import Strokes, Writing
from training.data.hands import bent, unit
from training.data.others.recipe import chosen, pick

# As people write them, these are digits, or a part of one: no reader can tell. The underscore is a lying line.
LOOKALIKES = frozenset("oO0DQiIl1|zZ2sS5b6Ggq9B8()/\\-,.'\"`_")
# Some hands write these as they write a digit: they are a kind of their own, and few.
BORDER = frozenset("yuaLTJA!$>?}")


@dataclass(frozen=True)
class Written:
    """One of `writings`, as another hand might write it."""

    writings: tuple[Writing, ...]

    def make(self, rng: np.random.Generator) -> Strokes:
        return bent(unit(pick(self.writings, rng).strokes), rng)

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(chosen(self.writings, rng))


def by_kind(writings: Iterable[Writing]) -> dict[str, tuple[Writing, ...]]:
    """What is no digit among `writings`: letters, signs and words, and the letters and signs of BORDER apart."""
    kinds: dict[str, list[Writing]] = {"letters": [], "signs": [], "border": [], "words": []}
    for writing in writings:
        text = writing.text
        if len(text) > 1 and not LOOKALIKES.issuperset(text):  # "is" is 15
            kinds["words"].append(writing)
        elif text in BORDER:
            kinds["border"].append(writing)
        elif len(text) == 1 and text not in LOOKALIKES:
            kinds["letters" if text.isalpha() else "signs"].append(writing)
    return {name: tuple(found) for name, found in kinds.items()}
