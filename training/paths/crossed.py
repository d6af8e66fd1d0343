"""Each half read by what was fitted to the other: what is measured so was not learned."""

from collections.abc import Sequence

import numpy as np

from function.digit.fitted import Fitted
from training.paths.fitting import fit, least_sure
from training.paths.lattices import Floats
from training.paths.seen import Item


def fit_crossed(items: Sequence[Item]) -> tuple[Fitted, tuple[Fitted, Fitted]]:
    """What is fitted to all of them; and what is to read each half, fitted to the other. Raises NoData."""
    halves = [[item for item in items if item.half == half] for half in (0, 1)]
    one, other = fit(halves[1], "paths, second half"), fit(halves[0], "paths, first half")
    least = least_sure(levels(items, (one, other), "words"))
    crossed = one._replace(least_sure=least), other._replace(least_sure=least)
    return fit(items, "paths")._replace(least_sure=least), crossed


def levels(items: Sequence[Item], crossed: tuple[Fitted, Fitted], kind: str) -> Floats:
    """(n,): Item.level of those of a kind, or of one that is read whatever happens where there are none."""
    return np.array([item.level(crossed[item.half]) for item in items if item.kind == kind] or [np.inf])
