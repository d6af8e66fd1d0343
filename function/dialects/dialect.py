"""What a dialect is: which requests are in it, how their pictures are found, and what its clients read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from function.arrays import Digit, Probabilities
from function.dialects.call import Call
from function.dialects.schema import Schema
from function.errors import Malformed, TooLarge
from function.picture.picture import Picture
from function.reading.values import Reading

MAX_PICTURES = 256  # per request: a batch that one forward pass takes in a fraction of a second
PRECISION = 6  # decimals of a probability: float32 holds no more below 1


class Plain(str):
    """An answer that is text as it stands, instead of JSON."""


@dataclass(frozen=True, eq=False)
class Result:
    """What came of a call.

    readings   one for each picture
    model      version, architecture, runtime and source of the network
    timing_ms  where the time went
    seen       data URLs of what the network was given, one for each picture, or none when nobody asked
    """

    call: Call
    readings: Sequence[Reading]
    model: Mapping[str, str]
    timing_ms: Mapping[str, float]
    seen: Sequence[str]


@dataclass(frozen=True, eq=False)
class Page:
    """A page that the clients of a dialect get.

    path       with named groups, which `write` is given
    write      (names, version of the weights) → a JSON value. Raises NoSuchRoute
    loads      whether it needs a network; else the version is empty
    """

    path: re.Pattern[str]
    write: Callable[[Mapping[str, str | None], str], Any]
    loads: bool = False


@dataclass(frozen=True, eq=False)
class Dialect:
    """One kind of client.

    read     a call → its pictures, still to be decoded; cut off after MAX_PICTURES + 1. Raises Malformed, NoSuchRoute
    write    what came of it → the JSON value of the answer, or Plain
    path     what is posted there is in this dialect, whatever it is
    methods  by which
    keys     a JSON object with one of these is in this dialect, posted to any path that no dialect has
    start    text that begins so is, likewise; in small letters
    blank    the answer to a picture with nothing on it; None where that is a problem
    problems paths whose clients read the reason of a problem under `error`
    numbers  whether its answers tell what is written where it is no single digit; to find out takes time
    request  a line for the front page: what is sent
    openapi  its paths; `body` the JSON that it reads on any path, and `answer` what it says then
    example  a digit → a JSON body that shows it, for the document's readers to send
    """

    name: str
    read: Callable[[Call], list[Picture]]
    write: Callable[[Result], Any]
    keys: tuple[str, ...] = ()
    path: re.Pattern[str] | None = None
    methods: tuple[str, ...] = ("POST",)
    start: str | None = None
    status: int = 200
    blank: Any = None
    problems: re.Pattern[str] | None = None
    numbers: bool = False
    pages: tuple[Page, ...] = ()
    request: tuple[str, ...] = ()
    openapi: Mapping[str, Schema] = field(default_factory=dict)
    body: tuple[Schema, ...] = ()
    answer: tuple[Schema, ...] = ()
    example: Callable[[Digit], Any] | None = None


def pictures_in(dialect: Dialect, call: Call) -> list[Picture]:
    """The pictures in `call`, still to be decoded. Raises Malformed, or TooLarge for too many."""
    found = dialect.read(call)
    if len(found) > MAX_PICTURES:
        raise TooLarge(f"expected at most {MAX_PICTURES} pictures, got {len(found)}")
    if not found:
        raise Malformed("expected at least one picture, got none")
    return found


def only(pictures: list[Picture]) -> list[Picture]:
    """The one picture, where an answer has no place for more. Raises Malformed."""
    if len(pictures) != 1:
        raise Malformed(f"expected one picture, got {len(pictures)}")
    return pictures


def numbers(probabilities: Probabilities) -> list[float]:
    """(10,) float32 → ten JSON numbers."""
    return [round(value, PRECISION) for value in probabilities.tolist()]


def key_of(call: Call, key: str) -> Any:
    """What the JSON object holds under `key`. Raises Malformed."""
    if not isinstance(call.json, dict) or key not in call.json:
        raise Malformed(f"expected a JSON object with the key {key}, got none")
    return call.json[key]
