"""Layers that follow each other, as an architecture describes them: their shapes, their variables, and their steps."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Shape = tuple[int, ...]  # of one digit's values between two layers
Step = Callable[[Floats], Floats]  # (n, *shape before) → (n, *shape after); leaves what it is given as it is


class Unsupported(Exception):
    """A layer, an option or a shape that only Keras computes."""


@dataclass(frozen=True)
class Chain:
    """Layers, each with the shape that it takes.

    shape  after the last of them
    """

    shape: Shape
    links: tuple[tuple["Layer", Shape], ...] = ()

    def variables(self) -> list[list[tuple[str, Shape]]]:
        """Of each layer the names that Keras gives its variables in a weights file, and their shapes."""
        seen: Counter[str] = Counter()
        found = []
        for layer, shape in self.links:
            folder = layer.folder + (f"_{seen[layer.folder]}" if seen[layer.folder] else "")
            seen[layer.folder] += 1
            found.append([(f"layers/{folder}/vars/{at}", one) for at, one in enumerate(layer.variables(shape))])
        return found

    def steps(self, arrays: Mapping[str, Floats]) -> list[Step]:
        """What computes each layer, with the arrays of a weights file by name."""
        return [
            layer.step(shape, *(arrays[name] for name, _ in variables))
            for (layer, shape), variables in zip(self.links, self.variables(), strict=True)
        ]

    def most_values(self) -> int:
        """The largest array that a step makes of one digit."""
        return max(layer.values(shape) for layer, shape in self.links)


class Layer:
    """One of Keras's layers, called as they are: with what comes before it.

    folder  of its variables in a weights file, without the number that tells several apart
    """

    folder: ClassVar[str]

    def __call__(self, before: Chain) -> Chain:
        return Chain(self.after(before.shape), (*before.links, (self, before.shape)))

    def after(self, shape: Shape) -> Shape:
        """The shape of its values. Raises Unsupported for one that it can't take."""
        raise NotImplementedError

    def variables(self, shape: Shape) -> tuple[Shape, ...]:
        """The shapes of what it learned."""
        return ()

    def values(self, shape: Shape) -> int:
        """Of the largest array that it makes of one digit."""
        return prod(self.after(shape))

    def step(self, shape: Shape, *variables: Floats) -> Step:
        after = self.after(shape)
        return lambda x: x.reshape(len(x), *after)
