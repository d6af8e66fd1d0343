"""What makes one drawing after another that is no digit, and how it becomes ink as a pen and a scanner leave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from function.arrays import Ink
from training.data.drawings import Strokes
from training.data.hands import bent
from training.data.strokes import close_placement, draw, random_placement, worn

T = TypeVar("T")
Made = Strokes | Ink  # strokes in 0..1 or beyond, or ink where no pen would leave it


class Recipe(Protocol):
    """One kind of drawings that are none of the ten digits."""

    def make(self, rng: np.random.Generator) -> Made:
        """The next drawing, another one on each call."""
        ...

    def some(self, rng: np.random.Generator) -> Self:
        """The same with a random part of its material: what a process is sent for a few hundred drawings."""
        ...


@dataclass(frozen=True)
class Free:
    """What recipes are that need no material."""

    def some(self, rng: np.random.Generator) -> Self:
        return self


def as_seen(made: Made, rng: np.random.Generator, widest: float) -> Ink:
    """The drawing alone on its canvas, worn as digits are: what training looks at.

    widest  the pen in parts of the drawing's longer side: what has many strokes is blotted out by a thick one
    """
    if isinstance(made, tuple):
        made = draw(made, close_placement(rng, widest))
    return worn(made, rng)


def as_sent(made: Made, rng: np.random.Generator) -> Ink:
    """The drawing somewhere on a canvas of 64 to 300 px, clean: what people send."""
    if isinstance(made, tuple):
        return draw(made, random_placement(rng, (64, 300), (0.4, 0.95), (0.01, 0.04)))
    return made


def hand(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Strokes of anything as another hand might draw them, in 0..1 or a little beyond."""
    return bent(strokes, rng)


def chosen(items: tuple[T, ...], rng: np.random.Generator, most: int = 400) -> tuple[T, ...]:
    """`most` of them at random, or all in another order."""
    return tuple(items[index] for index in rng.permutation(len(items))[:most])


def pick(items: Sequence[T], rng: np.random.Generator) -> T:
    return items[int(rng.integers(len(items)))]


def resized(ink: NDArray[np.float32], height: int, width: int) -> Ink:
    """Ink at another size, as a picture is."""
    picture = Image.fromarray(np.asarray(ink, np.float32))
    return np.clip(np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC), np.float32), 0, 1)
