"""A downloaded UNIPEN folder → drawings: reads data/1a (isolated digits) and the pen files it includes.

Source: Guyon et al., "UNIPEN project of on-line data exchange and recognizer benchmarks" (1994), and the files of
release train_r01_v07 (doi 10.5281/zenodo.1195803, CC BY 4.0).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import LONGEST_SIDE, Drawing, write_drawings
from training.data.sets import NoData

NESTING = 8  # includes within includes; the release nests two, and this limit ends a file that includes itself
_SEGMENT = re.compile(r'\.SEGMENT\s+CHARACTER\s+(?P<parts>[\d\s,:-]+?)\s+\S+\s+"(?P<label>\d)"')


@dataclass(frozen=True)
class Component:
    """What the pen did between two events: `points` (n, 2) float32 as x, y with y up; `down` when it touched."""

    down: bool
    points: NDArray[np.float32]


def convert(folder: Path, out: Path) -> int:
    """Writes the digits of the release in `folder` as `read_drawings` reads them; returns how many.

    Raises what `read_folder` raises.
    """
    return write_drawings(out, (drawing for _, drawings in read_folder(folder) for drawing in drawings))


def read_folder(folder: Path) -> Iterator[tuple[str, list[Drawing]]]:
    """Each file of data/1a, as its name below that folder, with its digits in the file's order.

    Raises NoData when `folder` isn't an unpacked release, or an included file is missing.
    """
    root = folder / "data" / "1a"
    files = sorted(root.rglob("*.dat"))
    if not files or not (folder / "include").is_dir():
        raise NoData(f"expected data/1a/**/*.dat and include/ in {folder}: an unpacked UNIPEN train_r01_v07")
    for path in files:
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
