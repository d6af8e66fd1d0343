"""Doodles of things, 28 pixels wide, with the kinds left out that are one bare line or outline."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from function.arrays import Ink, from_levels
from training.data.others.recipe import chosen

# One bare outline or line is a zero or a one.
LOOKALIKES = frozenset(
    (
        *("circle", "line", "moon", "octagon", "hexagon", "squiggle", "donut", "potato", "boomerang"),
        *("hockey stick", "snake"),
    )
)
BORDER = frozenset({"square", "triangle", "bracelet", "golf club", "knife", "banana", "pillow", "garden hose"})
LARGER = 3  # times: room to turn and thicken thin lines in before normalization shrinks them again
PLAIN = 0.4  # of the doodles that are learned stay as they are; those that measure all do


@dataclass(frozen=True)
class Doodles:
    """One of `pictures`, (28, 28) uint8 each; all but the part `plain` of them turned, mirrored or drawn thicker."""

    pictures: tuple[NDArray[np.uint8], ...]
    plain: float = PLAIN

    def make(self, rng: np.random.Generator) -> Ink:
        levels = self.pictures[int(rng.integers(len(self.pictures)))]
        if rng.random() < self.plain:
            return from_levels(levels)
        picture = Image.fromarray(np.pad(levels, 4)).resize((36 * LARGER,) * 2, Image.Resampling.BICUBIC)
        if rng.random() < 0.3:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        matrix = np.eye(2) + rng.normal(0, 0.12, (2, 2))
        offset = picture.width / 2 * (1 - matrix.sum(axis=1))
        data = (*matrix[0], offset[0], *matrix[1], offset[1])
        picture = picture.transform(picture.size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)
        if rng.random() < 0.4:
            picture = picture.filter(ImageFilter.MaxFilter(int(rng.choice([3, 5, 7]))))
        return from_levels(np.asarray(picture))

    def some(self, rng: np.random.Generator) -> Self:
        return type(self)(chosen(self.pictures, rng, 800), self.plain)
