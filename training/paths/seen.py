"""Pictures → what the function's paths go over in them, as the network read it, once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Outputs, from_levels, to_levels
from function.digit.fitted import Fitted
from function.digit.parts import SHAPE, Parts, is_simple, parts_of
from function.digit.path import Path, best_path, features, log_shares
from function.errors import CallerError
from function.network.network import Network
from function.picture.picture import Picture
from function.reading import outputs_of, see
from training.data.sets import NoData
from training.paths.shown import Shown

TOGETHER = 128  # pictures whose windows are read in one call: a few thousand


class Item(NamedTuple):
    """What was made of one picture.

    kind, half, text  as Shown has them
    parts      what paths go over, without the digits; None where the function doesn't look that close
    rows       (n, 11): of the windows
    table      (n, 7): path.features
    logs       (n, 10): path.log_shares
    threshold  of the network
    otherwise  what is read where no path is taken: a digit, or nothing
    """

    kind: str
    half: int
    text: str
    parts: Parts | None
    rows: Outputs
    table: NDArray[np.float64]
    logs: NDArray[np.float64]
    threshold: float
    otherwise: str

    def said(self, fitted: Fitted) -> str:
        """The digits that are read, as function/reading.py reads them."""
        path = self._path(fitted)
        return self.otherwise if path is None else "".join(map(str, path.digits))

    def level(self, fitted: Fitted) -> float:
        """Up to which least confidence a path makes digits of what else is none: 0 for none, infinity for any."""
        path = None if self.otherwise else self._path(fitted._replace(least_sure=0.0))
        if path is None:
            return 0.0
        return path.confidence if len(path.windows) > 1 else np.inf

    def _path(self, fitted: Fitted) -> Path | None:
        path = best_path(self.parts, self.rows, fitted) if self.parts else None
        if path is None or (len(path.windows) == 1 and self.rows[path.windows[0], 10] < self.threshold):
            return None
        return path


def look(shown: Iterable[Shown], network: Network) -> Iterator[Item]:
    """Those pictures on which there is ink. Raises NoData for a network that doesn't know what is a digit."""
    if network.threshold is None:
        raise NoData("these weights tell no threshold, and so read no numbers: there is nothing to fit")
    pictures = iter(shown)
    while chunk := list(islice(pictures, TOGETHER)):
        yield from _look_together(chunk, network, network.threshold)


def _look_together(shown: Sequence[Shown], network: Network, threshold: float) -> Iterator[Item]:
    found = []
    for each in shown:
        try:
            seen = see([Picture(each.picture)])
        except CallerError:
            continue
        ink = from_levels(to_levels(seen.inks[0]))  # as the function rounds it
        found.append((each, seen.digits[0], ink, parts_of(ink)))
    if not found:
        return
    wholes = outputs_of(np.stack([digit for _, digit, _, _ in found]), network)
    digits = [parts.digits for *_, parts in found if parts is not None]
    rows = outputs_of(np.concatenate(digits), network) if digits else wholes[:0]
    start = 0
    for (each, digit, ink, parts), whole in zip(found, wholes, strict=True):
        is_known = bool(whole[10] >= threshold)
        is_wide = ink.shape[1] > SHAPE * ink.shape[0]
        own, kept = rows[:0], None
        if parts is not None:
            own = rows[start : start + len(parts.digits)]
            start += len(parts.digits)
            if not (is_known and is_simple(digit)):
                kept = parts._replace(digits=parts.digits[:0])
        otherwise = str(whole[:10].argmax()) if is_known and not is_wide else ""
        table, logs = (features(kept, own), log_shares(own)) if kept else (np.zeros((0, 7)), np.zeros((0, 10)))
        yield Item(each.kind, each.half, each.text, kept, own, table, logs, threshold, otherwise)
