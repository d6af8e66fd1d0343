"""Pictures → inks → digits → probabilities → readings: the line that everything else here stands beside.

Whoever reads a picture reads it here: requests, corrections, the evaluation and the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from function.arrays import Box, Digit, Digits, Found, Ink, Outputs, Pixels, Probabilities
from function.digit.normalize import FRAME, extent_of, framed
from function.errors import CallerError, NoNetwork
from function.ink.find import find_ink
from function.ink.plain import find_plain_inks
from function.network.network import Network
from function.picture.border import inside
from function.picture.limits import Allowance
from function.picture.picture import Picture

CHUNK = 64  # small pictures whose ink is found together: numpy takes them in as many calls as one, in its cache
RETRY_SECONDS = 60  # until other weights may have come
BATCH = 512  # digits that a network reads at once where there are thousands: more gain nothing, and cost memory

Kind = Literal["digit", "number", "unknown"]


class Area(NamedTuple):
    """A part of a picture as it stands upright, in fractions of its sides."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Seen:
    """What is drawn on each of n pictures, as one digit.

    digits  (n, 28, 28), in the frame that a network reads
    areas   where it lies, n of them
    """

    digits: Digits
    areas: Sequence[Area]


@dataclass(frozen=True, eq=False)
class Part:
    """One digit of what is written.

    value       0..9
    confidence  its probability among the ten
    digit       (28, 28): what the network was given
    """

    value: int
    confidence: float
    area: Area
    digit: Digit


@dataclass(frozen=True, eq=False)
class Reading:
    """What one picture says.

    digit          (28, 28): the whole drawing, as the network was given it
    probabilities  (10,), sum 1: of the whole drawing as one digit
    kind           what is written; "unknown" is anything but digits in one line
    confidence     0..1: the calibrated probability that kind and text are right
    parts          the digits of the text; none of what is unknown
    """

    digit: Digit
    probabilities: Probabilities
    kind: Kind
    confidence: float
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The digits that are written."""
        return "".join(str(part.value) for part in self.parts)

    @property
    def nearest(self) -> int:
        """The most probable digit, 0..9, of the whole drawing as one."""
        return int(self.probabilities.argmax())

    @property
    def share(self) -> float:
        """The probability of `nearest` among the ten."""
        return float(self.probabilities.max())


def ink_of(picture: Picture) -> Ink:
    """What is drawn on one picture: (H, W) float32, 0 = paper, 1 = ink. Raises CallerErrors."""
    return picture.ink() if picture.is_ink else _found_on(picture.pixels(Allowance())).ink


def see(pictures: Sequence[Picture]) -> Seen:
    """What is drawn on each picture.

    In their order: of several bad pictures the first is told of, and none is decoded after it.
    Raises CallerErrors, which name the picture where there are several.
    """
    sight, allowance, waiting = _Sight(len(pictures)), Allowance(), dict[int, Pixels]()
    for index, picture in enumerate(pictures):
        try:
            if picture.is_ink:
                ink = picture.ink()
                sight.take(index, Found(ink), ink.shape)
            elif (pixels := picture.pixels(allowance)).shape == (FRAME, FRAME) and len(pictures) > 1:
                waiting[index] = pixels
                if len(waiting) == CHUNK:
                    _see_together(waiting, sight)
            else:
                _see_together(waiting, sight)
                sight.take(index, _found_on(pixels), pixels.shape)
        except CallerError as error:
            _see_together(waiting, sight)
            raise error.of(index if len(pictures) > 1 else None) from error.__cause__
    _see_together(waiting, sight)
    return Seen(sight.digits, sight.areas)


class _Sight:
    """What was seen so far of `count` pictures."""

    def __init__(self, count: int) -> None:
        self.digits: Digits = np.empty((count, FRAME, FRAME), np.float32)
        self.areas = [Area(0, 0, 1, 1)] * count

    def take(self, index: int, found: Found, shape: tuple[int, ...]) -> None:
        """Takes what was found on a picture of that shape. Raises NoInk."""
        extent = extent_of(found.ink)
        self.digits[index] = framed(found.ink, extent)
        self.areas[index] = _area(extent, found, shape)


def _area(extent: Box, found: Found, shape: tuple[int, ...]) -> Area:
    top, bottom, left, right = extent
    height, width = shape[:2]
    return Area(
        (found.left + left) / width, (found.top + top) / height, (right - left) / width, (bottom - top) / height
    )


def _found_on(pixels: Pixels) -> Found:
    top, bottom, left, right = inside(pixels)
    found = find_ink(pixels[top:bottom, left:right])
    return Found(found.ink, top + found.top, left + found.left)


def _see_together(waiting: dict[int, Pixels], sight: _Sight) -> None:
    """Sees (28, 28) pictures, by their index; then none of them waits any more."""
    if not waiting:
        return
    inks, is_certain = find_plain_inks(np.stack([*waiting.values()]))
    for (index, pixels), ink, certain in zip([*waiting.items()], inks, is_certain, strict=True):
        del waiting[index]
        try:
            sight.take(index, Found(ink) if certain else _found_on(pixels), pixels.shape)
        except CallerError as error:
            waiting.clear()
            raise error.of(index) from error.__cause__


def read(seen: Seen, network: Network) -> list[Reading]:
    """What `network` reads in what was seen, one reading each. Raises NoNetwork."""
    rows = outputs_of(seen.digits, network)
    return [_as_one(digit, area, row, network) for digit, area, row in zip(seen.digits, seen.areas, rows, strict=True)]


def _as_one(digit: Digit, area: Area, row: Outputs, network: Network) -> Reading:
    """A drawing read as one digit, or as none."""
    probabilities = row[:10]
    value, share = int(probabilities.argmax()), float(probabilities.max())
    if network.threshold is None:
        return Reading(digit, probabilities, "digit", share, (Part(value, share, area, digit),))
    known = float(row[10])
    if known < network.threshold:
        return Reading(digit, probabilities, "unknown", 1 - known, ())
    return Reading(digit, probabilities, "digit", known * share, (Part(value, share, area, digit),))


def outputs_of(digits: Digits, network: Network) -> Outputs:
    """(n, 28, 28) digits, thousands of them too → (n, 10) or (n, 11), as Network tells.

    Raises NoNetwork for one that answers nan.
    """
    parts = [network.outputs(digits[start : start + BATCH]) for start in range(0, max(1, len(digits)), BATCH)]
    rows = parts[0] if len(parts) == 1 else np.concatenate(parts)
    if not np.isfinite(rows).all():  # weights that pass their examination may still fail elsewhere
        raise NoNetwork(f"{network.architecture} answers no numbers", RETRY_SECONDS)
    return rows
