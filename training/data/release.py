"""A UNIPEN release → the three files of writing that training reads, each made of some of its categories."""

import random
import re
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from tqdm import tqdm

from training.data.archives import unpacked
from training.data.drawings import NUMBERS, OTHERS, Drawing, Writing, write_drawings
from training.data.sets import PENS, SOURCES, NoData
from training.data.unipen import read_file

SEED = 1994  # which writings are kept where there are more than `most`; the same ones each time


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


def convert(
    release: Path, outs: Mapping[str, Path], counts: Sequence[int] | None = None, *, whole: bool = False
) -> dict[str, NoData | OSError]:
    """Writes parts of `release`, a folder or an archive, as `read_writings` reads them; the reasons of those it can't.

    How many there are of each, and what was left out, is printed. A part that can't be made leaves no file.

    Raises what `unpacked` raises.

    outs    where to, by the part's name
    counts  how many zeros to nines there must be; None = any
    whole   a part that lacks one of its categories isn't made
    """
    failed: dict[str, NoData | OSError] = {}
    names = {category.name for part in outs for category in PARTS[part]}
    with unpacked(release, next(iter(outs.values())).parent, names) as folder:
        root = root_of(folder)
        for part, out in outs.items():
            try:
                found = [each for category in _present(root, release, part, whole) for each in _read(root, category)]
                if part == PENS and counts is not None:
                    _check(release, out, found, counts)
                count = write_drawings(out, map(_digit, found) if part == PENS else found)
                print(f"{out}: {count:,} {', '.join(category.what for category in PARTS[part])}", flush=True)
            except (NoData, OSError) as error:
                failed[part] = error
    return failed


def convert_any(release: Path, out: Path) -> None:
    """Makes what there is in any part of a release: the digits at `out`, and the other parts beside it.

    Raises NoData when a part can't be made that is in the release, or none is; the others are made.
    """
    outs = {part: out if part == PENS else out.with_name(part) for part in PARTS}
    failed = convert(release, outs)
    for part, reason in failed.items():
        print(f"{outs[part]} isn't made. {reason}", file=sys.stderr, flush=True)
    if len(failed) == len(outs) or not all(isinstance(reason, NotIn) for reason in failed.values()):
        raise NoData(f"not made of {release}: {', '.join(failed)}")


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


def _present(root: Path, release: Path, part: str, whole: bool) -> list[Category]:
    """The categories of a part that the release has, after telling which it lacks. Raises NotIn as `convert` says."""
    present = [each for each in PARTS[part] if (root / "data" / each.name).is_dir()]
    lacking = [f"data/{each.name} ({each.what})" for each in PARTS[part] if each not in present]
    if not present:
        raise NotIn(f"{release} has no {', '.join(lacking)}")
    if lacking and whole:
        raise NotIn(
            f"{release} lacks {', '.join(lacking)}, which the complete release has. To learn from the rest "
            f"nevertheless: python -m training unipen {release}"
        )
    if lacking:
        print(f"{part} comes without {', '.join(lacking)}: {release} doesn't have them", flush=True)
    return present


def _read(root: Path, category: Category) -> list[Writing]:
    """What a category marks, of digits those of SOURCES alone: the splits give no other source a side, which is told.

    Raises NoData when there is none.
    """
    sources = SOURCES if category is DIGITS else None
    kept = _drawn((each for _, writings in read_folder(root, category, sources) for each in writings), category.most)
    others = sorted({path.name for path in (root / "data" / category.name).iterdir() if path.is_dir()} - SOURCES)
    if sources and others:
        print(f"left out: {', '.join(others)}, sources that training/data/sets.py gives no side", flush=True)
    if not kept:
        raise NoData(f"No {category.what} are in the files of {root / 'data' / category.name}")
    return kept


def _drawn(writings: Iterable[Writing], most: int | None) -> list[Writing]:
    """So many of them by lot, each as likely, in their order."""
    chance = random.Random(SEED)
    kept: list[tuple[int, Writing]] = []
    for index, writing in enumerate(writings):
        if most is None or index < most:
            kept.append((index, writing))
        elif (place := chance.randrange(index + 1)) < most:
            kept[place] = (index, writing)
    return [writing for _, writing in sorted(kept, key=itemgetter(0))]


def _check(release: Path, out: Path, digits: Sequence[Writing], counts: Sequence[int]) -> None:
    found = Counter(int(digit.text) for digit in digits)
    wrong = [f"{found[label]:,} × {label} for {count:,}" for label, count in enumerate(counts) if found[label] != count]
    if wrong:
        raise NoData(
            f"{release} holds {len(digits):,} digits where the complete release has {sum(counts):,} "
            f"({', '.join(wrong)}), so they aren't kept. To learn from them nevertheless: "
            f"python -m training unipen {release} --out {out}"
        )


def _digit(writing: Writing) -> Drawing:
    return Drawing(int(writing.text), writing.strokes, writing.source)
