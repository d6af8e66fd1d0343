"""Files of many pictures → where the rows of each part begin, and the rows of one part.

A row is a line of JSON or of comma-separated numbers, or the bytes of one picture in MNIST's own IDX files; any of them
may be gzipped. Nothing is ever held but one row.
"""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from function.errors import CallerError, Malformed, TooLarge
from function.picture.picture import Picture
from scripts.bulk.inputs import Way
from scripts.bulk.mistakes import Mistake
from scripts.bulk.places import Place

PIXELS = 784
MOST_LINE = 4 * 2**20  # bytes of one line: 400×400 numbers written in full, twice
PICTURES, LABELS = b"\0\0\x08\x03", b"\0\0\x08\x01"  # what IDX files begin with. Source: yann.lecun.org/exdb/mnist
NAMES = ("name", "id", "file", "filename", "imageid")  # columns and keys, in any case, that name a picture
LABEL = ("label", "class", "target", "digit", "y")  # likewise, that say what is written on it


class Columns(NamedTuple):
    """Of a table: which column names a picture, which labels it, and how many there are. None = no column does."""

    name: int | None
    label: int | None
    fields: int


class Row(NamedTuple):
    """A picture of a table: its own name or none, what is written on it or None, and itself, or why it is none."""

    name: str
    label: str | None
    picture: Picture | CallerError


@contextmanager
def opened(place: Place, name: str) -> Iterator[BinaryIO]:
    """The file, unpacked."""
    with place.open(name) as file:
        if name.lower().endswith(".gz"):
            with gzip.open(file) as unpacked:
                yield unpacked  # type: ignore[misc]
        else:
            yield file


def layout_of(place: Place, name: str, way: Way) -> list[int | None]:
    """What `begins` and `rows` want to know of a file: of CSV its Columns, of IDX height and width.

    Raises Mistake for a file of which no row could be read.
    """
    try:
        with opened(place, name) as file:
            if way == "csv":
                return [*_columns(file, name)]
            if way == "idx":
                return [*_sides(file, name)]
            return []
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Mistake(f"{name} is no whole gzip file: {error}") from error


def begins(place: Place, name: str, way: Way, layout: list[int | None]) -> Iterator[int]:
    """The offset of every row. Raises Mistake for a file that ends too soon."""
    try:
        with opened(place, name) as file:
            if way == "idx":
                yield from _pictures(file, name, layout)
            else:
                header = _header(file) if way == "csv" else 0
                yield from (offset for offset, line in _lines(file, header) if line is None or line.strip())
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Mistake(f"{name} is no whole gzip file: {error}") from error


def rows(place: Place, name: str, way: Way, layout: list[int | None], offset: int, count: int) -> Iterator[Row]:
    """`count` rows, of which the first begins at `offset`."""
    with opened(place, name) as file:
        if way == "idx":
            height, width = (int(side or 0) for side in layout)
            file.seek(offset)
            for _ in range(count):
                data = np.frombuffer(file.read(height * width), np.uint8)
                yield Row("", None, Picture(data.reshape(height, width).tolist()))
            return
        read = _from_json if way == "jsonl" else lambda line: _from_csv(line, Columns(*layout))  # type: ignore[arg-type]
        for _, line in _lines(file, offset):
            if line is None:
                yield Row("", None, TooLarge(f"expected a line of at most {MOST_LINE} bytes, got more"))
            elif line.strip():
                yield _row(read, line)
            else:
                continue
            count -= 1
            if not count:
                return


def labels_in(file: BinaryIO, name: str) -> Iterator[str]:
    """The labels of an IDX file. Raises Mistake."""
    head = file.read(8)
    if head[:4] != LABELS:
        raise Mistake(f"{name} is no IDX file of labels")
    yield from map(str, file.read(int.from_bytes(head[4:], "big")))


def _lines(file: BinaryIO, offset: int) -> Iterator[tuple[int, bytes | None]]:
    """Each line and where it begins; None for one that is too long to be read."""
    file.seek(offset)
    while line := file.readline(MOST_LINE):
        begin, offset = offset, offset + len(line)
        is_whole = line.endswith(b"\n") or len(line) < MOST_LINE
        while len(line) == MOST_LINE and not line.endswith(b"\n"):
            line = file.readline(MOST_LINE)
            offset += len(line)
        yield begin, line if is_whole else None


def _header(file: BinaryIO) -> int:
    """How long the first line is, if it is none of numbers."""
    file.seek(0)
    first = file.readline(MOST_LINE)
    return 0 if _are_numbers(_fields(first)) else len(first)


def _columns(file: BinaryIO, name: str) -> Columns:
    first = _fields(file.readline(MOST_LINE))
    if _are_numbers(first):
        named, label = None, 0 if len(first) == PIXELS + 1 else None
    else:
        titles = [title.strip().lower() for title in first]
        named = next((titles.index(title) for title in NAMES if title in titles), None)
        label = next((titles.index(title) for title in LABEL if title in titles), None)
    others = len(first) - sum(column is not None for column in (named, label))
    if others != PIXELS:
        wanted = f"{PIXELS} columns of numbers, besides one called label and one called name"
        raise Mistake(f"{name}: expected {wanted}, got {others}; its first line begins {', '.join(first[:3])[:60]!r}")
    return Columns(named, label, len(first))


def _sides(file: BinaryIO, name: str) -> tuple[int, int]:
    head = file.read(16)
    if head[:4] == LABELS:
        raise Mistake(f"{name} holds labels, not pictures: give it with --labels")
    if head[:4] != PICTURES or len(head) < 16:
        raise Mistake(f"{name} is no IDX file of pictures")
    height, width = (int.from_bytes(head[start : start + 4], "big") for start in (8, 12))
    if not 0 < height * width <= MOST_LINE:
        raise Mistake(f"{name} tells of pictures of {width}×{height} pixels")
    return height, width


def _pictures(file: BinaryIO, name: str, layout: list[int | None]) -> Iterator[int]:
    told = int.from_bytes(file.read(8)[4:], "big")
    file.read(8)
    size = int(layout[0] or 0) * int(layout[1] or 0)
    for index in range(told):
        if len(file.read(size)) < size:
            raise Mistake(f"{name} ends too soon: it tells of {told} pictures and holds {index}")
        yield 16 + index * size


def _fields(line: bytes) -> list[str]:
    text = line.decode("utf-8-sig", "replace").rstrip("\r\n")
    return next(csv.reader(io.StringIO(text)), []) if '"' in text else text.split(",")


def _are_numbers(fields: list[str]) -> bool:
    try:
        return bool([float(field) for field in fields])
    except ValueError:
        return False


def _row(read: Any, line: bytes) -> Row:
    try:
        row: Row = read(line)
        return row
    except CallerError as error:
        return Row("", None, error)


def _from_csv(line: bytes, columns: Columns) -> Row:
    if columns.name is None and columns.label in (None, 0) and b'"' not in line:  # as most are: nothing is taken apart
        text = line.decode("utf-8-sig", "replace").strip()
        if columns.label is None:
            return Row("", None, Picture(text))
        label, _, numbers = text.partition(",")
        return Row("", label, Picture(numbers))
    fields = _fields(line)
    if len(fields) != columns.fields:
        raise Malformed(f"expected {columns.fields} columns, got {len(fields)}")
    name = "" if columns.name is None else fields[columns.name].strip()
    of = None if columns.label is None else fields[columns.label]
    kept = {column for column in (columns.name, columns.label) if column is not None}
    return Row(name, of, Picture(",".join(field for index, field in enumerate(fields) if index not in kept)))


def _from_json(line: bytes) -> Row:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"expected a line of JSON: {error}") from error
    if not isinstance(found, dict):
        return Row("", None, Picture(found))
    lower = {key.lower(): value for key, value in found.items()}
    name = next((str(lower[key]) for key in NAMES if key in lower), "")
    label: str | None = next((str(lower[key]) for key in LABEL if key in lower), None)
    sent = next((lower[key] for key in ("image", "pixels") if key in lower), None)
    if sent is None:
        got = ", ".join(found)[:100] or "none"
        return Row(name, label, Malformed(f'expected a list, or an object with "image", got the keys {got}'))
    return Row(name, label, Picture(sent))
