"""Pictures → what the function's paths go over in them, as the network read it, once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink, Outputs, from_levels, to_levels
from function.digit.fitted import Fitted
from function.digit.parts import SHAPE, Parts, is_simple, parts_of
from function.digit.path import Path, best_path, features, log_shares
from function.errors import CallerError
from function.network.network import Network, confidence_of
from function.picture.picture import Picture
from function.reading.closer import LOOKS
from function.reading.line import see
from function.reading.outputs import outputs_of
from training.data.sets import NoData
from training.paths.shown import Shown

TOGETHER = 128  # pictures whose windows are read in one call: a few thousand


class View(NamedTuple):
    """What paths go over in one picture that was cut.

    parts  without the digits
    rows   (n, 11): of the windows
    table  (n, 7): path.features
    logs   (n, 10): path.log_shares
    """

    parts: Parts
    rows: Outputs
    table: NDArray[np.float64]
    logs: NDArray[np.float64]


class Item(NamedTuple):
    """What was made of one picture.

    kind, half, text  as Shown has them
    views      one for each of closer.LOOKS that the function may take; none where it doesn't look that close
    threshold  of the network
    otherwise  what is read where no path is taken: a digit, or nothing
    """

    kind: str
    half: int
    text: str
    views: tuple[View, ...]
    threshold: float
    otherwise: str

    def path(self, fitted: Fitted) -> Path | None:
        """What is taken, as function/reading/closer.py takes it."""
        found = None
        for view, look in zip(self.views, LOOKS, strict=False):
            path = best_path(view.parts, view.rows, fitted)
            if path is not None and len(path.windows) == 1 and path.confidence < self.threshold:
                path = None
            if path is not None and (found is None or path.confidence > found.confidence):
                found = path
            if found is not None and len(found.windows) > 1:
                is_sure = found.confidence >= look.number
            else:
                is_sure = look.digit and bool(found or self.otherwise)
            if is_sure:
                break
        return found

    def said(self, fitted: Fitted) -> str:
        """The digits that are read."""
        path = self.path(fitted)
        return self.otherwise if path is None else "".join(map(str, path.digits))

    def level(self, fitted: Fitted) -> float:
        """Up to which least confidence a path makes digits of what else is none: 0 for none, infinity for any."""
        path = None if self.otherwise else self.path(fitted._replace(least_sure=0.0))
        if path is None:
            return 0.0
        return path.confidence if len(path.windows) > 1 else np.inf


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
        found.append((each, seen.digits[0], ink, _cut(ink)))
    if not found:
        return
    wholes = outputs_of(np.stack([digit for _, digit, _, _ in found]), network)
    digits = [parts.digits for *_, cut in found for parts in cut]
    rows = outputs_of(np.concatenate(digits), network) if digits else wholes[:0]
    start = 0
    for (each, digit, ink, cut), whole in zip(found, wholes, strict=True):
        views = []
        for parts in cut:
            own = rows[start : start + len(parts.digits)]
            start += len(parts.digits)
            kept = parts._replace(digits=parts.digits[:0])
            views.append(View(kept, own, features(kept, own), log_shares(own)))
        is_known = bool(confidence_of(whole[None])[0] >= threshold)
        is_digit = is_known and ink.shape[1] <= SHAPE * ink.shape[0]
        closer = () if is_known and is_simple(digit) else tuple(views)
        yield Item(each.kind, each.half, each.text, closer, threshold, str(whole[:10].argmax()) if is_digit else "")


def _cut(ink: Ink) -> list[Parts]:
    """Not at all and, where something is wide, as the function looks closer."""
    found: list[Parts] = []
    for look in LOOKS:
        parts = parts_of(ink, look.cutting) if not found or found[0].pieces.is_wide else None
        if parts is None:
            break
        found.append(parts)
    return found
