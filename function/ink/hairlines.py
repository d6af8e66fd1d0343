"""Faint strokes that hang on dark ones: the hairlines of print, and where a pen was hardly pressed.

They are no noise of the paper, though they lie as far from dark ink and are as faint.
"""

import numpy as np
from numpy.typing import NDArray

from function.arrays import Levels
from function.ink.components import MAX_RUNS, components, count_runs

FAINTEST = 0.06  # of the darkest ink: JPEG at quality 10 leaves more, but beside it much that hangs on nothing


def hanging_on(levels: Levels, border: float, top: int) -> NDArray[np.bool_]:
    """Where what is no darker than `border` is joined to darker ink by a way that is never fainter than FAINTEST.

    levels  (H, W): how far from the paper each pixel is
    top     the darkest ink's
    return  (H, W); where dark ink is, too
    """
    mask = levels > FAINTEST * top
    if not mask.any() or count_runs(mask) > MAX_RUNS:
        return np.zeros_like(mask)
    found = components(levels, mask)
    is_dark = found.peak > border
    hanging = np.zeros_like(mask)
    hanging[mask] = np.repeat(is_dark[found.owners], found.lengths)
    return hanging
