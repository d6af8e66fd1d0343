"""The categories of a UNIPEN release: which of them a file of writing is made of, and what in them counts."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from training.data.drawings import NUMBERS, OTHERS, Writing
from training.data.sets import PENS, NoData
from training.data.unipen import read_file


@dataclass(frozen=True)
class Category:
    """
    name   of its folder in data/, which holds a folder for each source
    kind   of its segments
    label  what the label must be, whole
    what   stands there, for people
    most   are kept, drawn by lot; None = all
    """

    name: str
    kind: str
    label: re.Pattern[str]
    what: str
    most: int | None = None


DIGITS = Category("1a", "CHARACTER", re.compile("[0-9]"), "digits")
# How many of each: as in the file that the shipped recipe was measured with, a fraction of the release.
UPPER = Category("1b", "CHARACTER", re.compile("[A-Z]"), "upper-case letters", 4000)
LOWER = Category("1c", "CHARACTER", re.compile("[a-z]"), "lower-case letters", 6000)
SIGNS = Category("1d", "CHARACTER", re.compile(r"[!-/:-@\[-`{-~]"), "signs", 3000)
WORDS = Category("6", "WORD", re.compile("[A-Za-z]{2,9}"), "short words", 1500)
COUNTED = Category("7", "WORD", re.compile("[0-9]{2,}"), "numbers among words")

PARTS: Mapping[str, Sequence[Category]] = {
    PENS: (DIGITS,),
    OTHERS: (UPPER, LOWER, SIGNS, WORDS),
    NUMBERS: (COUNTED,),
}


class NotIn(NoData):
    """A release has no such category."""


def root_of(folder: Path) -> Path:
    """Where in `folder` the release lies, at any depth; `folder` itself where there is none."""
    names = [category.name for part in PARTS.values() for category in part]
    roots = (include.parent for include in folder.rglob("include"))
    inside = (root for root in roots if any((root / "data" / name).is_dir() for name in names))
    return min(inside, key=lambda root: len(root.parts), default=folder)


def read_folder(
    root: Path, category: Category = DIGITS, sources: Container[str] | None = None
) -> Iterator[tuple[str, list[Writing]]]:
    """Each file of a category, as its name below that folder, with what it marks in the file's order.

    Raises NoData when `root` isn't an unpacked release, or an included file is missing.

    sources  the names of the folders in the category to read; None = all
    """
    top, include = root / "data" / category.name, root / "include"
    files = sorted(top.rglob("*.dat"))
    if not files or not include.is_dir():
        raise NotIn(f"expected data/{category.name}/**/*.dat and include/ in {root}: an unpacked UNIPEN train_r01_v07")
    for path in tqdm(files, desc=f"reading {category.what}", unit="file", leave=False):
        source = path.relative_to(top).parts[0]
        if sources is None or source in sources:
            read = read_file(path, include, category.kind, category.label)
            yield path.relative_to(top).as_posix(), [Writing(text, strokes, source) for text, strokes in read]
