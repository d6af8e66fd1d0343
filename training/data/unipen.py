"""UNIPEN's files → who wrote what, as the pen moved: segments, the components that they name, and included files.

Source: Guyon et al., "UNIPEN project of on-line data exchange and recognizer benchmarks" (1994), the format's
definition (unipen.nici.ru.nl/unipen.def), and files of release train_r01_v07 (doi 10.5281/zenodo.1195803, CC BY 4.0).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import LONGEST_SIDE, Strokes
from training.data.sets import NoData

NESTING = 8  # includes within includes; the release nests two, and this limit ends a file that includes itself
# A label behind its opening quote: backslashes are written \\, quotes \", tabs \t and ends of lines \n.
_LABEL = re.compile(r'((?:[^"\\]|\\.)*)"', re.DOTALL)
_CONTROLS = {"t": "\t", "n": "\n"}
# One part of "3", "3-5", "3,7-8" or, with points, "3:0-4:25"; nine digits are more than a file has of anything.
_PART = re.compile(r"(\d{1,9})(?::(\d{1,9}))?(?:-(\d{1,9})(?::(\d{1,9}))?)?")


@dataclass(frozen=True)
class Component:
    """What the pen did between two events: `points` (n, 2) float32 as x, y with y up; `down` when it touched."""

    down: bool
    points: NDArray[np.float32]


@dataclass(frozen=True)
class Segment:
    """What is said to be written in some components: `kind` is CHARACTER or WORD, `parts` names them as a file does."""

    kind: str
    parts: str
    label: str


def read_file(path: Path, include: Path, kind: str, label: re.Pattern[str]) -> list[tuple[str, Strokes]]:
    """The labels of `path` of that kind that match whole, with y down and the longer side LONGEST_SIDE.

    What the pen never wrote is left out. Raises NoData when an included file is missing.
    """
    lines = list(_lines(path, include, NESTING))
    wanted = [each for each in read_segments(lines) if each.kind == kind and label.fullmatch(each.label)]
    components = read_components(lines) if wanted else []  # most words are no numbers, and their points not looked at
    writings = []
    for segment in wanted:
        chosen = _chosen(segment.parts, components)
        strokes = [component.points for component in chosen if component.down and len(component.points)]
        if strokes:
            writings.append((segment.label, _upright(strokes)))
    return writings


def read_segments(lines: Iterable[str]) -> Iterator[Segment]:
    """In the file's order. A statement goes on in the following lines until one begins with a dot."""
    statement: list[str] = []
    for line in (*lines, "."):
        if not line.startswith("."):
            if statement:
                statement.append(line)
            continue
        head, _, tail = " ".join(statement).partition('"')
        words, label = head.split(), _LABEL.match(tail)
        if len(words) >= 4 and label:  # .SEGMENT, the kind, the components in a word or more, the quality
            yield Segment(words[1], " ".join(words[2:-1]), _unescaped(label[1]))
        statement = [line] if line.startswith(".SEGMENT") else []


def read_components(lines: Sequence[str]) -> list[Component]:
    """The components that segments count: those with points. X and Y come first, whatever else a line holds."""
    components: list[Component] = []
    points: list[tuple[float, float]] | None = None
    down = False

    def close() -> None:
        if points:
            array = np.asarray(points, np.float32)
            components.append(Component(down, array[np.isfinite(array).all(axis=1)]))

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
        words = line.split() if ".INCLUDE" in line else []  # of the millions of lines few are looked at twice
        if len(words) == 2 and words[0] == ".INCLUDE" and nesting:
            yield from _lines(include / words[1], include, nesting - 1)
        else:
            yield line


def _unescaped(label: str) -> str:
    return re.sub(r"\\(.)", lambda found: _CONTROLS.get(found[1], found[1]), label, flags=re.DOTALL)


def _chosen(parts: str, components: Sequence[Component]) -> list[Component]:
    """The components that a segment names; none, where a part of it makes no sense."""
    chosen: list[Component] = []
    for part in re.sub(r"\s*-\s*", "-", parts).replace(",", " ").split():
        if (found := _PART.fullmatch(part)) is None:
            return []
        begin, begin_point, last, end_point = found.groups()
        end = last or begin
        for index in range(int(begin), min(int(end) + 1, len(components))):
            start = int(begin_point) if begin_point and index == int(begin) else None
            stop = int(end_point) + 1 if end_point and index == int(end) else None
            chosen.append(Component(components[index].down, components[index].points[start:stop]))
    return chosen


def _upright(strokes: Sequence[NDArray[np.float32]]) -> Strokes:
    """Flipped to y down, moved to the origin, scaled, in whole numbers."""
    flipped = [stroke * np.array([1, -1], np.float32) for stroke in strokes]
    points = np.concatenate(flipped)
    low = points.min(axis=0)
    longest = float((points.max(axis=0) - low).max())
    scale = LONGEST_SIDE / longest if longest else 1.0
    return tuple(np.rint((stroke - low) * scale).astype(np.float32) for stroke in flipped)
