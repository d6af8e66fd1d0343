"""A UNIPEN release → the files of writing that training reads."""

import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

from training.data.archives import unpacked
from training.data.categories import DIGITS, PARTS, Category, NotIn, read_folder, root_of
from training.data.drawings import Drawing, Writing, write_drawings
from training.data.sets import PENS, SOURCES, NoData

SEED = 1994  # which writings are kept where there are more than a category's `most`; the same ones each time


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
                found = _gathered(root, release, part, whole)
                if part == PENS and counts is not None:
                    _check(release, out, found, counts)
                count = write_drawings(out, map(_digit, found) if part == PENS else found)
                print(f"{out}: {count:,} {', '.join(category.what for category in PARTS[part])}", flush=True)
            except (NoData, OSError) as error:
                failed[part] = error
    return failed


def convert_any(release: Path, out: Path) -> None:
    """Makes what there is in any part of a release: the digits at `out`, and the other parts beside it.

    Another part that is there stays as it is. Raises NoData when a part can't be made that is in the release, or none
    is; the others are made.
    """
    outs = {part: out if part == PENS else out.with_name(part) for part in PARTS}
    for part in [part for part, path in outs.items() if part != PENS and path.exists()]:
        print(f"{outs.pop(part)} is there, and stays as it is", flush=True)
    failed = convert(release, outs)
    for part, reason in failed.items():
        print(f"{outs[part]} isn't made. {reason}", file=sys.stderr, flush=True)
    if len(failed) == len(outs) or not all(isinstance(reason, NotIn) for reason in failed.values()):
        raise NoData(f"not made of {release}: {', '.join(failed)}")


def _gathered(root: Path, release: Path, part: str, whole: bool) -> list[Writing]:
    """What a part is made of. Raises NoData when there is nothing, or, of a `whole` one, when anything lacks."""
    gathered: list[Writing] = []
    for category in _present(root, release, part, whole):
        read = _read(root, category)
        if not read:
            nothing = f"No {category.what} are in the files of data/{category.name} in {release}"
            if whole:
                raise NoData(nothing)
            print(nothing, flush=True)
        gathered += read
    if not gathered:
        raise NoData(f"Nothing for {part} is in {release}")
    return gathered


def _present(root: Path, release: Path, part: str, whole: bool) -> list[Category]:
    """The categories of a part that the release has, after telling which it lacks. Raises NotIn as `convert` says."""
    present = [each for each in PARTS[part] if (root / "data" / each.name).is_dir()]
    lacking = [f"data/{each.name} ({each.what})" for each in PARTS[part] if each not in present]
    if not present:
        raise NotIn(f"{release} has no {', '.join(lacking)}")
    if lacking and whole:
        raise NotIn(
            f"{release} lacks {', '.join(lacking)}, which the complete release has. To make a file of the rest here "
            f"nevertheless: python -m training unipen {release}"
        )
    if lacking:
        print(f"{part} comes without {', '.join(lacking)}: {release} doesn't have them", flush=True)
    return present


def _read(root: Path, category: Category) -> list[Writing]:
    """What a category marks; of digits those of SOURCES alone, as the splits give no other a side, which is told."""
    sources = SOURCES if category is DIGITS else None
    kept = _drawn((each for _, writings in read_folder(root, category, sources) for each in writings), category.most)
    others = sorted({path.name for path in (root / "data" / category.name).iterdir() if path.is_dir()} - SOURCES)
    if sources and others:
        print(f"left out: {', '.join(others)}, sources that training/data/sets.py gives no side", flush=True)
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
