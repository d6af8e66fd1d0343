"""Pictures → inks → digits → probabilities → readings: the line that everything else here stands beside.

Whoever reads a picture reads it here: requests, corrections, the evaluation and the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from function.arrays import Digit, Digits, Found, Ink, Levels, Outputs, Pixels, Probabilities, from_levels, to_levels
from function.digit.normalize import FRAME, extent_of, framed
from function.digit.parts import SHAPE, Parts, is_simple, parts_of
from function.digit.path import best_path
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
MOST_WINDOWS = 2**14  # in all pictures of a request: 256 numbers of ten digits; beyond, only single digits are read

Kind = Literal["digit", "number", "unknown"]


class Area(NamedTuple):
    """A part of a picture as it stands upright, in fractions of its sides."""

    left: float
    top: float
    width: float
    height: float


WHOLE = Area(0, 0, 1, 1)


@dataclass(frozen=True, eq=False)
class Seen:
    """What is drawn on each of n pictures.

    digits  (n, 28, 28), as one digit, in the frame that a network reads
    areas   where it lies, n of them
    inks    its ink, n of them, cropped to it: (H, W) float32, or levels 0..255 where they take less memory
    """

    digits: Digits
    areas: Sequence[Area]
    inks: Sequence[Ink | Levels]


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
    return Seen(sight.digits, sight.areas, sight.inks)


class _Sight:
    """What was seen so far of `count` pictures."""

    def __init__(self, count: int) -> None:
        self.digits: Digits = np.empty((count, FRAME, FRAME), np.float32)
        self.areas = [WHOLE] * count
        self.inks: list[Ink | Levels] = [self.digits[:0]] * count

    def take(self, index: int, found: Found, shape: tuple[int, ...]) -> None:
        """Takes what was found on a picture of that shape. Raises NoInk."""
        extent = top, bottom, left, right = extent_of(found.ink)
        self.digits[index] = framed(found.ink, extent)
        place = top + found.top, bottom + found.top, left + found.left, right + found.left
        self.areas[index] = _within(WHOLE, place, shape)
        ink = found.ink[top:bottom, left:right]
        self.inks[index] = to_levels(ink) if len(self.digits) > 1 and ink.size > FRAME**2 else ink


def _within(area: Area, box: Sequence[float], shape: tuple[int, ...]) -> Area:
    """The area of `box`, in pixels of an array of that shape, which covers `area`."""
    top, bottom, left, right = box
    high, wide = area.height / shape[0], area.width / shape[1]
    return Area(area.left + left * wide, area.top + top * high, (right - left) * wide, (bottom - top) * high)


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


def read(seen: Seen, network: Network, numbers: bool = True) -> list[Reading]:
    """What `network` reads in what was seen, one reading each. Raises NoNetwork.

    numbers  whether what is no single digit may be a number; else it is unknown. It costs one more batch.
    """
    rows = outputs_of(seen.digits, network)
    readings = [
        _as_one(digit, area, row, network) for digit, area, row in zip(seen.digits, seen.areas, rows, strict=True)
    ]
    if numbers and network.threshold is not None:
        _look_closer(readings, seen, network)
    return readings


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


def _look_closer(readings: list[Reading], seen: Seen, network: Network) -> None:
    """Reads anew, part by part, all but single known digits in one piece, as long as MOST_WINDOWS last."""
    waiting: dict[int, Parts] = {}
    count = total = 0
    for index, reading in enumerate(readings):
        if reading.kind == "digit" and is_simple(reading.digit):
            continue
        parts = parts_of(_ink(seen.inks[index])) if total < MOST_WINDOWS else None
        if parts is None:
            readings[index] = _unless_wide(reading, seen.inks[index].shape)
            continue
        waiting[index] = parts
        count, total = count + len(parts.digits), total + len(parts.digits)
        if count >= BATCH:
            _read_together(waiting, readings, seen, network)
            count = 0
    _read_together(waiting, readings, seen, network)


def _unless_wide(whole: Reading, shape: tuple[int, ...]) -> Reading:
    """The reading of a drawing as a whole; but what is too wide for a digit, and no number either, is unknown."""
    if whole.kind == "unknown" or shape[1] <= SHAPE * shape[0]:
        return whole
    return replace(whole, kind="unknown", confidence=1 - whole.confidence, parts=())


def _ink(kept: Ink | Levels) -> Ink:
    """As it would be had it been kept as levels: so a picture is read alike alone and among others."""
    return from_levels(kept.astype(np.uint8, copy=False) if kept.dtype == np.uint8 else to_levels(kept))


def _read_together(waiting: dict[int, Parts], readings: list[Reading], seen: Seen, network: Network) -> None:
    """Puts what is written in the parts, by their picture's index, among the readings; then none waits any more."""
    if not waiting or (threshold := network.threshold) is None:
        return
    rows = outputs_of(np.concatenate([parts.digits for parts in waiting.values()]), network)
    start = 0
    for index, parts in waiting.items():
        own = rows[start : start + len(parts.digits)]
        start += len(parts.digits)
        readings[index] = _as_written(readings[index], parts, own, threshold, seen.areas[index], seen.inks[index].shape)
    waiting.clear()


def _as_written(
    whole: Reading, parts: Parts, rows: Outputs, threshold: float, area: Area, shape: tuple[int, ...]
) -> Reading:
    """The reading of a drawing whose parts a network answered with `rows`; `whole` is what it is as one digit."""
    path = best_path(parts, rows)
    if path is None or (len(path.windows) == 1 and rows[path.windows[0], 10] < threshold):
        return _unless_wide(whole, shape)
    written = tuple(
        Part(
            value,
            float(rows[window, :10].max()),
            _within(area, parts.boxes[window].tolist(), shape),
            parts.digits[window],
        )
        for window, value in zip(path.windows, path.digits, strict=True)
    )
    return replace(whole, kind="digit" if len(written) == 1 else "number", confidence=path.confidence, parts=written)


def outputs_of(digits: Digits, network: Network) -> Outputs:
    """(n, 28, 28) digits, thousands of them too → (n, 10) or (n, 11), as Network tells.

    Raises NoNetwork for one that answers nan.
    """
    parts = [network.outputs(digits[start : start + BATCH]) for start in range(0, max(1, len(digits)), BATCH)]
    rows = parts[0] if len(parts) == 1 else np.concatenate(parts)
    if not np.isfinite(rows).all():  # weights that pass their examination may still fail elsewhere
        raise NoNetwork(f"{network.architecture} answers no numbers", RETRY_SECONDS)
    return rows
