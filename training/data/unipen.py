"""A downloaded UNIPEN release → drawings: reads data/1a (isolated digits) and the pen files it includes.

Source: Guyon et al., "UNIPEN project of on-line data exchange and recognizer benchmarks" (1994), and the files of
release train_r01_v07 (doi 10.5281/zenodo.1195803, CC BY 4.0).
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.data.archives import unpacked
from training.data.drawings import LONGEST_SIDE, Drawing, write_drawings
from training.data.sets import SOURCES, NoData

DIGITS = "data/1a"  # where a release has its isolated digits, in a folder for each source
NESTING = 8  # includes within includes; the release nests two, and this limit ends a file that includes itself
_SEGMENT = re.compile(r'\.SEGMENT\s+CHARACTER\s+(?P<parts>[\d\s,:-]+?)\s+\S+\s+"(?P<label>\d)"')


@dataclass(frozen=True)
class Component:
    """What the pen did between two events: `points` (n, 2) float32 as x, y with y up; `down` when it touched."""

    down: bool
    points: NDArray[np.float32]


def convert(release: Path, out: Path, counts: Sequence[int] | None = None) -> int:
    """Writes the digits of `release`, a folder or an archive, as `read_drawings` reads them; returns how many.

    Only those of SOURCES are read: the splits give no other source a side. What is left out is printed.

    Raises what `unpacked` and `read_folder` raise, and NoData for other numbers of zeros to nines than `counts`. Then
    nothing is written.
    """
    with unpacked(release, out.parent) as folder:
        root = root_of(folder)
        files = tqdm(read_folder(root, SOURCES), desc="reading the strokes", unit="file", leave=False)
        drawings = [drawing for _, digits in files for drawing in digits]
        others = sorted({path.name for path in (root / DIGITS).iterdir() if path.is_dir()} - SOURCES)
    if others:
        print(f"left out: {', '.join(others)}, sources that training/data/sets.py gives no side", flush=True)
    if counts is not None:
        _check(release, out, drawings, counts)
    return write_drawings(out, drawings)


def _check(release: Path, out: Path, drawings: Sequence[Drawing], counts: Sequence[int]) -> None:
    found = Counter(drawing.label for drawing in drawings)
    wrong = [f"{found[label]:,} × {label} for {count:,}" for label, count in enumerate(counts) if found[label] != count]
    if wrong:
        raise NoData(
            f"{release} holds {len(drawings):,} digits where the complete release has {sum(counts):,} "
            f"({', '.join(wrong)}), so they aren't kept. To learn from them nevertheless: "
            f"python -m training unipen {release} --out {out}"
        )


def root_of(folder: Path) -> Path:
    """Where in `folder` the release lies, at any depth; `folder` itself where there is none."""
    inside = (include.parent for include in folder.rglob("include") if (include.parent / DIGITS).is_dir())
    return min(inside, key=lambda root: len(root.parts), default=folder)


def read_folder(folder: Path, sources: Container[str] | None = None) -> Iterator[tuple[str, list[Drawing]]]:
    """Each file of data/1a, as its name below that folder, with its digits in the file's order.

    Raises NoData when `folder` isn't an unpacked release, or an included file is missing.

    sources  the names of the folders in data/1a to read; None = all
    """
    root = folder / DIGITS
    files = sorted(root.rglob("*.dat"))
    if not files or not (folder / "include").is_dir():
        raise NoData(f"expected {DIGITS}/**/*.dat and include/ in {folder}: an unpacked UNIPEN train_r01_v07")
    for path in files:
        if sources is not None and path.relative_to(root).parts[0] not in sources:
            continue
        yield path.relative_to(root).as_posix(), read_file(path, folder / "include")


def read_file(path: Path, include: Path) -> list[Drawing]:
    """The digits that `path` marks, y down and the longer side LONGEST_SIDE; the source is the folder's first part."""
    lines = list(_lines(path, include, NESTING))
    components = read_components(lines)
    source = path.parts[path.parts.index("1a") + 1]
    drawings = []
    for line in lines:
        if (segment := _SEGMENT.match(line)) is None:
            continue
        chosen = _chosen(segment["parts"], components)
        strokes = [component.points for component in chosen if component.down and len(component.points)]
        if strokes:
            drawings.append(Drawing(int(segment["label"]), _upright(strokes), source))
    return drawings


def read_components(lines: list[str]) -> list[Component]:
    """The components that segments count: those with points. X and Y come first, whatever else a line holds."""
    components: list[Component] = []
    points: list[tuple[float, float]] | None = None
    down = False

    def close() -> None:
        if points:
            components.append(Component(down, np.asarray(points, np.float32)))

    for line in lines:
        text = line.strip()
        if text.startswith("."):
            keyword = text.split(maxsplit=1)[0]
            close()
            down = keyword == ".PEN_DOWN"
            points = [] if keyword in (".PEN_DOWN", ".PEN_UP") else None
        elif points is not None and len(numbers := text.split()) >= 2:
            try:
                points.append((float(numbers[0]), float(numbers[1])))
            except ValueError:  # free text after a pen event
                continue
    close()
    return components


def _lines(path: Path, include: Path, nesting: int) -> Iterator[str]:
    """A file's lines with every .INCLUDE replaced by the lines of that file."""
    if not path.is_file():
        raise NoData(f"{path} is missing: UNIPEN's include folder is not complete")
    for line in path.read_text(encoding="latin-1").splitlines():
        words = line.split()
        if len(words) == 2 and words[0] == ".INCLUDE" and nesting:
            yield from _lines(include / words[1], include, nesting - 1)
        else:
            yield line


def _chosen(parts: str, components: list[Component]) -> list[Component]:
    """The components of "3", "3-5", "3,7-8" or, with points, "3:0-4:25"."""
    chosen: list[Component] = []
    for part in re.sub(r"\s*-\s*", "-", parts).replace(",", " ").split():
        first, _, last = part.partition("-")
        begin, _, begin_point = first.partition(":")
        end, _, end_point = (last or first).partition(":")
        for index in range(int(begin), min(int(end) + 1, len(components))):
            start = int(begin_point) if begin_point and index == int(begin) else None
            stop = int(end_point) + 1 if last and end_point and index == int(end) else None
            chosen.append(Component(components[index].down, components[index].points[start:stop]))
    return chosen


def _upright(strokes: list[NDArray[np.float32]]) -> tuple[NDArray[np.float32], ...]:
    """Flipped to y down, moved to the origin, scaled, in whole numbers."""
    flipped = [stroke * np.array([1, -1], np.float32) for stroke in strokes]
    points = np.concatenate(flipped)
    low = points.min(axis=0)
    longest = float((points.max(axis=0) - low).max())
    scale = LONGEST_SIDE / longest if longest else 1.0
    return tuple(np.rint((stroke - low) * scale).astype(np.float32) for stroke in flipped)
