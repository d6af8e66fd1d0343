"""INPUT → shards: up to SHARD consecutive pictures each, the same ones whenever the input is the same.

A plan is a file of one line a shard, so that neither who makes it nor who follows it ever holds all of it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from scripts.bulk.inputs import Input, Way
from scripts.bulk.mistakes import Mistake
from scripts.bulk.places import Place
from scripts.bulk.tables import begins, layout_of

SHARD = (
    1000  # pictures: half a second to some seconds of work, lost where a worker is killed; a million make 1,000 files
)
MOST_SHARD = 100_000  # whose lines, 300 bytes each, are held until they are written whole


@dataclass(frozen=True)
class Slice:
    """Consecutive pictures of one file: `count` rows from the row `first` on, which begins at `offset`."""

    name: str
    way: Way
    first: int = 0
    count: int = 1
    offset: int = 0
    layout: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Shard:
    """The `count` pictures of one file of output. Their line in the plan has `length` bytes, from `offset` on."""

    index: int
    count: int
    offset: int
    length: int


@dataclass(frozen=True)
class Planned:
    """What was planned, and what changes with any file of the input."""

    shards: list[Shard]
    fingerprint: str

    @property
    def pictures(self) -> int:
        return sum(shard.count for shard in self.shards)


def write_plan(source: Input, place: Place, leaving_out: str, size: int, file: IO[bytes]) -> Planned:
    """Writes the plan. Raises Mistake where there is no picture, or a file of which none could be read."""
    seen = hashlib.sha256()
    shards: list[Shard] = []
    offset = 0
    for slices in _filled(_slices(source, place, leaving_out, size, seen), size):
        line = json.dumps([[*vars(each).values()] for each in slices], separators=(",", ":")).encode() + b"\n"
        file.write(line)
        seen.update(line)
        shards.append(Shard(len(shards), sum(each.count for each in slices), offset, len(line)))
        offset += len(line)
    if not shards:
        what = f"matches {source.pattern} below" if source.pattern else "is a picture or a table in"
        raise Mistake(f"nothing {what} {source.root or 'this folder'}, or nothing is in it")
    return Planned(shards, seen.hexdigest()[:16])


def slices_of(line: bytes) -> list[Slice]:
    """A shard's, of its line in the plan."""
    return [
        Slice(name, way, first, count, offset, tuple(layout))
        for name, way, first, count, offset, layout in json.loads(line)
    ]


def _slices(source: Input, place: Place, leaving_out: str, size: int, seen: "hashlib._Hash") -> Iterator[Slice]:
    """Every file's, of at most `size` pictures each; `seen` is told of each file."""
    for entry, way in source.files(place, leaving_out):
        seen.update(f"{entry}\n".encode())
        if way == "picture":
            yield Slice(entry.name, way)
            continue
        layout = layout_of(place, entry.name, way)
        offsets = begins(place, entry.name, way, layout)
        first = 0
        for offset in offsets:
            count = 1 + sum(1 for _ in islice(offsets, size - 1))
            yield Slice(entry.name, way, first, count, offset, tuple(layout))
            first += count


def _filled(slices: Iterable[Slice], size: int) -> Iterator[list[Slice]]:
    """Together, as many as fit into a shard."""
    shard: list[Slice] = []
    held = 0
    for each in slices:
        if shard and held + each.count > size:
            yield shard
            shard, held = [], 0
        shard.append(each)
        held += each.count
    if shard:
        yield shard
