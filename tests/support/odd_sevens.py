"""A writer whose sevens begin and end in a curl, which the released weights take for threes."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from training.data.glyphs import arc, joined, line
from training.data.strokes import Placement, draw

CURLED = joined(arc(0.3, 0.2, 0.2, 0.2, 60, -140), line((0.9, 0.1), (0.5, 0.55)), arc(0.42, 0.85, 0.18, 0.16, -40, 160))


def odd_sevens(count: int, seed: int) -> Iterator[NDArray[np.float32]]:
    """Ink (280, 280) float32 in 0..1: the same hand every time, and no two drawings alike."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        tremble = rng.normal(0, 0.012, CURLED.shape)
        slant, width = rng.normal(0, 0.08), np.exp(rng.normal(0, 0.06))
        stroke = np.asarray((CURLED + tremble - 0.5) @ np.array([[width, 0], [slant, 1 / width]]) + 0.5, np.float32)
        size = rng.uniform(120, 220)
        x, y = rng.uniform(5, 275 - size, 2)
        yield draw((stroke,), Placement(280, size, size * rng.uniform(0.06, 0.1), float(x), float(y)))
