"""A file of labels → what is written on each picture, by its name or by its place."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.bulk.inputs import find_input, way_of
from scripts.bulk.mistakes import Mistake
from scripts.bulk.places import open_place
from scripts.bulk.tables import LABEL, NAMES, PIXELS, labels_in, opened

NONE = ("", "none", "unknown", "-1")  # labels of what is no digit


@dataclass(frozen=True)
class Labels:
    """`by_name`, or `in_order` where the file tells no names."""

    by_name: dict[str, str]
    in_order: list[str]

    def of(self, name: str, place: int) -> str | None:
        """What is written on the picture of that name, which is read at that place; None where nothing is told."""
        if self.by_name:
            return self.by_name.get(name)
        return self.in_order[place] if place < len(self.in_order) else None


def read_labels(url: str) -> Labels:
    """CSV with a column called label and perhaps one called name, the same in JSON lines, a labeled table of pictures,
    or MNIST's IDX file of labels. Raises Mistake.
    """
    found = find_input(url)
    if not found.name or (way := way_of(found.name)) == "picture":
        raise Mistake(f"{url} is no file of labels: expected .csv, .jsonl or an IDX file")
    by_name: dict[str, str] = {}
    in_order: list[str] = []
    with opened(open_place(found.root), found.name) as file:
        if way == "idx":
            return Labels({}, [*labels_in(file, found.name)])
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        rows = _of_json(text, url) if way == "jsonl" else _of_csv(text, url)
        for number, (name, label) in enumerate(rows, 1):
            written = _text(label, f"{url}, row {number}")
            if name is None:
                in_order.append(written)
            else:
                by_name[name] = written
    if not by_name and not in_order:
        raise Mistake(f"{url} holds no labels")
    return Labels(by_name, in_order)


def _of_csv(text: io.TextIOWrapper, url: str) -> Iterator[tuple[str | None, str]]:
    rows = csv.reader(text)
    first = next(rows, [])
    titles = [title.strip().lower() for title in first]
    named = next((titles.index(title) for title in NAMES if title in titles), None)
    label = next((titles.index(title) for title in LABEL if title in titles), None)
    if label is None and len(first) == PIXELS + 1:  # a table of pictures without a header
        label = 0
        yield None, first[0]
    if label is None:
        raise Mistake(f"{url} has no column called label; it has {', '.join(first)[:100] or 'none'}")
    for row in rows:
        if row:
            told = row[label] if label < len(row) else ""
            yield (None if named is None or named >= len(row) else row[named].strip()), told


def _of_json(text: io.TextIOWrapper, url: str) -> Iterator[tuple[str | None, str]]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            found: Any = {key.lower(): value for key, value in json.loads(line).items()}
            label = next(found[key] for key in LABEL if key in found)
        except (ValueError, AttributeError, StopIteration) as error:
            raise Mistake(f'{url}, line {number}: expected an object with "label"') from error
        name = next((str(found[key]) for key in NAMES if key in found), None)
        yield name, "" if label is None else str(label)


def _text(label: str, where: str) -> str:
    """The digits of a label; empty of what is no digit."""
    plain = label.strip().lower()
    if plain in NONE:
        return ""
    if not re.fullmatch(r"[0-9]+(\.0*)?", plain):
        raise Mistake(f"{where}: the label is {label[:40]!r}, expected digits, or none")
    return plain.partition(".")[0]
