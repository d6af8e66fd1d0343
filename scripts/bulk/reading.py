"""Pictures → lines, by the function's own line of reading, in batches that stay small whatever there is to read."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, islice
from typing import Literal, NamedTuple

import numpy as np

from function.arrays import Pixels, to_levels
from function.digit.normalize import FRAME
from function.errors import CallerError, DigitsError, Missing, StoreUnreachable, TooLarge, TooLong
from function.network.network import Network
from function.picture.limits import Allowance
from function.picture.picture import Picture
from function.reading.line import CHUNK, read, see
from function.reading.values import Kind, Reading, Seen
from scripts.bulk.places import Place
from scripts.bulk.plan import Slice
from scripts.bulk.tables import rows

TOGETHER = CHUNK  # pictures: what is seen at once is read at once; each may take 0.7 MB until then
MOST_BYTES = 3 * 2**24 + 2**16  # of a file: the largest picture that is read, uncompressed
AHEAD = 10  # pictures that are fetched from a bucket at a time: the connections that Google's client keeps open
ONE_THREAD = 32  # digits: more of them LiteRT would deal out to threads, where each worker has one processor


@dataclass(frozen=True)
class Line:
    """What is told of one picture.

    kind           what is written, or "refused" for what can't be read
    text           the digits of what is written
    confidence     0..1: that kind and text are right; None of what is refused
    probabilities  ten, of all as one digit; none of what is refused
    problem        why it is refused: the code that the function answers with; "" of what is read
    detail         the same in a sentence
    """

    name: str
    kind: Kind | Literal["refused"]
    text: str
    confidence: float | None
    probabilities: Sequence[float]
    problem: str
    detail: str


class Item(NamedTuple):
    """A picture that is to be read, or why it can't be."""

    name: str
    picture: Picture | DigitsError


def items(slices: Iterable[Slice], place: Place, fetching: Executor) -> Iterator[Item]:
    """The pictures of a shard, in order. Raises StoreUnreachable for a bucket that doesn't answer."""
    for are_files, group in groupby(slices, lambda each: each.way == "picture"):
        if are_files:
            names = (each.name for each in group)
            yield from map(partial(_fetched, place), names) if place.is_local else _ahead(fetching, place, names)
            continue
        for each in group:
            found = rows(place, each.name, each.way, [*each.layout], each.offset, each.count)
            for number, row in enumerate(found, each.first):
                yield Item(row.name or f"{each.name}:{number}", row.picture)


def lines(found: Iterable[Item], network: Network) -> Iterator[Line]:
    """One for each item, in their order. Raises NoNetwork."""
    rest = iter(found)
    while batch := [(item.name, _looked_at(item.picture)) for item in islice(rest, TOGETHER)]:
        names, looked_at = zip(*batch, strict=True)
        yield from _read(names, looked_at, network)


def in_one_thread(network: Network) -> Network:
    """The same network for a worker beside which others work: one that takes no processor but its own."""

    def outputs(digits: np.ndarray) -> np.ndarray:
        starts = range(0, max(1, len(digits)), ONE_THREAD)
        return np.concatenate([network.outputs(digits[start : start + ONE_THREAD]) for start in starts])

    return replace(network, outputs=outputs)


@dataclass(frozen=True, eq=False)
class _Decoded(Picture):
    """A picture whose pixels are there already."""

    def pixels(self, allowance: Allowance) -> Pixels:
        pixels: Pixels = self.sent
        return pixels


def _ahead(fetching: Executor, place: Place, names: Iterable[str]) -> Iterator[Item]:
    """The same, fetched while those before are read."""
    waiting: deque[Future[Item]] = deque()
    for name in names:
        waiting.append(fetching.submit(_fetched, place, name))
        if len(waiting) > AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _fetched(place: Place, name: str) -> Item:
    try:
        return Item(name, Picture(place.read(name, MOST_BYTES)))
    except TooLong as error:
        return Item(name, TooLarge(str(error)))
    except Missing as error:
        return Item(name, error)
    except StoreUnreachable as error:
        if place.is_local:  # one file of a folder, such as one that may not be read
            return Item(name, error)
        raise


def _looked_at(picture: Picture | DigitsError) -> "Seen | DigitsError | _Decoded":
    """What is drawn there, or pixels that are looked at with others: the file itself may be large, and is let go."""
    if isinstance(picture, DigitsError):
        return picture
    try:
        decoded = _Decoded(picture.pixels(Allowance()))
    except CallerError as error:
        return error
    return decoded if decoded.sent.shape == (FRAME, FRAME) else _seen(decoded)


def _read(names: Sequence[str], found: Sequence["Seen | DigitsError | _Decoded"], network: Network) -> list[Line]:
    told: dict[int, Seen | DigitsError] = {
        index: one for index, one in enumerate(found) if not isinstance(one, _Decoded)
    }
    told |= _seen_together({index: one for index, one in enumerate(found) if isinstance(one, _Decoded)})
    refused = {index: one for index, one in told.items() if isinstance(one, DigitsError)}
    seen = {index: one for index, one in told.items() if isinstance(one, Seen)}
    readings = dict(zip(seen, read(_joined([*seen.values()]), network), strict=True)) if seen else {}
    return [_line(name, readings.get(index) or refused[index]) for index, name in enumerate(names)]


def _seen_together(small: Mapping[int, Picture]) -> dict[int, Seen | DigitsError]:
    """28×28 pictures, whose ink is found together; each alone where one of them has none."""
    if len(small) < 2:
        return {index: _seen(picture) for index, picture in small.items()}
    try:
        seen = see([*small.values()])
    except CallerError:
        return {index: _seen(picture) for index, picture in small.items()}
    return {index: Seen(seen.digits[at : at + 1], [seen.areas[at]], [seen.inks[at]]) for at, index in enumerate(small)}


def _seen(picture: Picture) -> Seen | DigitsError:
    try:
        seen = see([picture])
    except CallerError as error:
        return error
    (ink,) = seen.inks
    is_large = ink.size > FRAME**2 and ink.dtype != np.uint8
    return replace(seen, inks=[to_levels(ink)]) if is_large else seen  # a quarter of the memory, and read alike


def _joined(seen: Sequence[Seen]) -> Seen:
    return Seen(
        np.concatenate([each.digits for each in seen]),
        [area for each in seen for area in each.areas],
        [ink for each in seen for ink in each.inks],
    )


def _line(name: str, reading: Reading | DigitsError) -> Line:
    if isinstance(reading, DigitsError):
        return Line(name, "refused", "", None, (), reading.code, _told(reading))
    return Line(name, reading.kind, reading.text, reading.confidence, reading.probabilities.tolist(), "", "")


def _told(error: DigitsError) -> str:
    if isinstance(error, CallerError):
        error.index = None  # its number in a batch tells nobody anything
    return str(error)
