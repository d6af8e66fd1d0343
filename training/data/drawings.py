"""Drawings as pens moved: what they are, and the file that keeps them."""

import gzip
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from function.store.folder import write_whole

OTHERS = "pen-others.jsonl.gz"  # letters, signs and words
NUMBERS = "pen-numbers.jsonl.gz"  # of two digits and more
LONGEST_SIDE = 1000  # the coordinates of stored strokes run from 0 to this on the longer axis

Strokes = tuple[NDArray[np.float32], ...]


@dataclass(frozen=True)
class Drawing:
    """A digit as its pen moved: strokes of (n, 2) float32 points x, y with y down; `source` names the collector."""

    label: int
    strokes: Strokes
    source: str


@dataclass(frozen=True)
class Writing:
    """Anything else as its pen moved, a letter, a sign, a word or a number: `text` is what was written."""

    text: str
    strokes: Strokes
    source: str


def is_dot(drawing: Drawing) -> bool:
    """True when the pen never moved."""
    points = np.concatenate(drawing.strokes)
    return bool((points == points[0]).all())


def read_drawings(path: Path) -> Iterator[Drawing]:
    """Drawings of a .jsonl.gz file, one JSON object a line: label, strokes [[[x, y], …], …], source."""
    for writing in read_writings(path):
        yield Drawing(int(writing.text), writing.strokes, writing.source)


def read_writings(path: Path) -> Iterator[Writing]:
    """The same of a file whose labels are any text."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            strokes = tuple(np.asarray(stroke, np.float32).reshape(-1, 2) for stroke in row["strokes"])
            yield Writing(str(row["label"]), strokes, str(row["source"]))


def write_drawings(path: Path, drawings: Iterable[Drawing | Writing]) -> int:
    """Writes what the two read, coordinates as whole numbers; returns how many. A failure leaves no file."""
    count, file = 0, io.BytesIO()
    # mtime 0: the same drawings make the same bytes
    with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
        for count, drawing in enumerate(drawings, start=1):  # noqa: B007
            strokes = [np.rint(stroke).astype(int).tolist() for stroke in drawing.strokes]
            label = drawing.label if isinstance(drawing, Drawing) else drawing.text
            row = {"label": label, "strokes": strokes, "source": drawing.source}
            packed.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
    write_whole(path, file.getvalue())
    return count
