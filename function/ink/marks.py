"""What is dark on a photograph, piece by piece: which pieces may have been written, and how dark each is."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.ink.components import MAX_RUNS, Components, components, count_runs
from function.ink.shading import Shade

SMALLEST = 0.04  # of the longer side: a digit that takes a twentieth is larger
LEAST = 13  # pixels, or a quarter of a tiny picture: nobody reads less, and grain has such pieces
PEAK = 0.9  # of its darkest pixel, which noise made darker still, …
MEAN = 3.0  # … and at most so many times its mean: single pixels say nothing of a piece


class Marks(NamedTuple):
    """The pieces of a mask, and which of them may have been written.

    found       as `components` tells
    darkness    (n,): of each piece
    is_written  (n,)
    """

    found: Components
    darkness: NDArray[np.float32]
    is_written: NDArray[np.bool_]


def marks_of(shade: Shade) -> Marks | None:
    """The pieces of what is dark; None where there are none, or too many."""
    if not shade.mask.any() or count_runs(shade.mask) > MAX_RUNS:
        return None
    found = components(shade.dark, shade.mask)
    sizes = (found.boxes[:, [1, 3]] - found.boxes[:, [0, 2]]).max(axis=1)
    area = np.bincount(found.owners, found.lengths, len(sizes))
    darkness = np.minimum(PEAK * found.peak, MEAN * found.mass / area).astype(np.float32)
    side = max(shade.mask.shape)
    is_written = (darkness >= shade.least) & (sizes >= max(min(LEAST, side / 4), SMALLEST * side))
    return Marks(found, darkness, is_written)
