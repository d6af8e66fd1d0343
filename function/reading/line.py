"""Pictures → inks → digits → probabilities → readings: the line itself, from one end to the other.

Whoever reads a picture reads it here: requests, corrections, the evaluation and the command line.
"""

from collections.abc import Sequence

import numpy as np

from function.arrays import Digit, Digits, Found, Ink, Levels, Outputs, Pixels, to_levels
from function.digit.normalize import FRAME, extent_of, framed
from function.errors import CallerError
from function.ink.find import find_ink
from function.ink.plain import find_plain_inks
from function.network.network import Network
from function.picture.border import inside
from function.picture.limits import MAX_SIDE, Allowance
from function.picture.picture import Picture
from function.reading.closer import look_closer
from function.reading.nearer import look_nearer
from function.reading.outputs import outputs_of
from function.reading.values import WHOLE, Area, Part, Reading, Seen, within

CHUNK = 64  # small pictures whose ink is found together: numpy takes them in as many calls as one, in its cache


def see(pictures: Sequence[Picture]) -> Seen:
    """What is drawn on each picture.

    In their order: of several bad pictures the first is told of, and none is decoded after it.
    Raises CallerErrors, which name the picture where there are several.
    """
    sight, allowance, waiting = _Sight(len(pictures)), Allowance(), dict[int, Pixels]()
    spare = Allowance(MAX_SIDE**2)  # for second looks, which refuse nothing
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
                found = _found_on(pixels)
                near = look_nearer(picture, found, pixels.shape, spare)
                sight.take(index, *(near or (found, pixels.shape)))
        except CallerError as error:
            _see_together(waiting, sight)
            raise error.of(index if len(pictures) > 1 else None) from error.__cause__
    _see_together(waiting, sight)
    return Seen(sight.digits, sight.areas, sight.inks)


class _Sight:
    """What was seen so far of `count` pictures."""

    def __init__(self, count: int) -> None:
        self.digits: Digits = np.empty((count, FRAME, FRAME), np.float32)
        self.areas = [WHOLE] * count
        self.inks: list[Ink | Levels] = [self.digits[:0]] * count

    def take(self, index: int, found: Found, shape: tuple[int, ...], area: Area = WHOLE) -> None:
        """Takes what was found on an area of a picture, of that shape. Raises NoInk."""
        extent = top, bottom, left, right = extent_of(found.ink)
        self.digits[index] = framed(found.ink, extent)
        place = top + found.top, bottom + found.top, left + found.left, right + found.left
        self.areas[index] = within(area, place, shape)
        ink = found.ink[top:bottom, left:right]
        self.inks[index] = to_levels(ink) if len(self.digits) > 1 and ink.size > FRAME**2 else ink


def _found_on(pixels: Pixels) -> Found:
    top, bottom, left, right = inside(pixels)
    found = find_ink(pixels[top:bottom, left:right])
    return found._replace(top=top + found.top, left=left + found.left)


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


def read(seen: Seen, network: Network, numbers: bool = True) -> list[Reading]:
    """What `network` reads in what was seen, one reading each. Raises NoNetwork.

    numbers  whether what is no single digit may be a number; else it is unknown. It costs one more batch.
    """
    rows = outputs_of(seen.digits, network)
    readings = [
        _as_one(digit, area, row, network) for digit, area, row in zip(seen.digits, seen.areas, rows, strict=True)
    ]
    if numbers and network.threshold is not None:
        look_closer(readings, seen, network, network.threshold)
    return readings


def _as_one(digit: Digit, area: Area, row: Outputs, network: Network) -> Reading:
    """A drawing read as one digit, or as none."""
    probabilities = row[:10]
    value = int(probabilities.argmax())
    share = float(probabilities[value])
    if network.threshold is None:
        return Reading(digit, probabilities, "digit", share, (Part(value, share, area, digit),))
    known = float(row[10])
    if known * share < network.threshold:
        return Reading(digit, probabilities, "unknown", 1 - known, ())
    return Reading(digit, probabilities, "digit", known * share, (Part(value, share, area, digit),))
