"""What INPUT names → files in order, each of pictures in one of the ways that pictures are kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scripts.bulk.mistakes import Mistake
from scripts.bulk.places import BUCKET, Entry, Place, open_place

Way = Literal["picture", "csv", "jsonl", "idx"]

WILD = re.compile(r"[*?\[]")
SUFFIXES: dict[Way, tuple[str, ...]] = {
    "picture": (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"),
    "csv": (".csv", ".csv.gz"),
    "jsonl": (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"),
    "idx": ("-ubyte", "-ubyte.gz", ".idx", ".idx.gz"),
}


@dataclass(frozen=True)
class Input:
    """Files below `root`, a folder's URL: the one at `name`, or those that match `pattern`, or its pictures."""

    root: str
    name: str = ""
    pattern: str = ""

    def files(self, place: Place, leaving_out: str = "") -> Iterator[tuple[Entry, Way]]:
        """In an order that is always the same; none below the folder `leaving_out`, which holds what was read."""
        if self.name:
            found = place.entry(self.name)
            yield from [(found, way_of(self.name))] if found else []
            return
        fits = _matching(self.pattern) if self.pattern else None
        for entry in place.entries():
            if leaving_out and entry.name.startswith(leaving_out):
                continue
            way = way_of(entry.name)
            if fits.fullmatch(entry.name) if fits else way == "picture" and _is_known(entry.name):
                yield entry, way


def way_of(name: str) -> Way:
    """How pictures are kept in a file of that name; what tells nothing is one picture, and read as one."""
    return next((way for way, suffixes in SUFFIXES.items() if name.lower().endswith(suffixes)), "picture")


def find_input(text: str) -> Input:
    """Raises Mistake for what names no file and no folder, and for one file of a kind that isn't read."""
    if not text.strip():
        raise Mistake("INPUT is empty: expected a glob, a folder or a file")
    open_place(text)  # names what can't be a place
    scheme = BUCKET if text.startswith(BUCKET) else ""
    if not scheme:
        text = str(Path(text).expanduser().absolute())
    parts = text.removeprefix(scheme).split("/")
    wild = next((index for index, part in enumerate(parts) if WILD.search(part)), None)
    if wild is not None:
        if scheme and not wild:
            raise Mistake(f"{text}: expected the name of one bucket before the first wildcard")
        root = "/".join(parts[:wild])
        if not root and text.startswith("/"):
            root = "/"
        return Input(_existing(scheme + root), pattern="/".join(parts[wild:]))
    above, _, name = text.removeprefix(scheme).rpartition("/")
    if name and not (scheme and not above):
        found = Input(scheme + above if above or not text.startswith("/") else "/", name)
        if open_place(found.root).entry(name):
            if not _is_known(name):
                known = " ".join(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
                raise Mistake(f"{text} is neither a picture nor a table that is read here: expected one of {known}")
            return found
    return Input(_existing(text.rstrip("/") or "/"))


def _existing(root: str) -> str:
    if not open_place(root).is_there():
        raise Mistake(f"there is no file or folder {root}")
    return root


def _is_known(name: str) -> bool:
    return name.lower().endswith(tuple(suffix for suffixes in SUFFIXES.values() for suffix in suffixes))


def _matching(pattern: str) -> re.Pattern[str]:
    """As shells match: * and ? within one part of a path, ** over any number of them."""
    found = []
    for piece in re.findall(r"\*\*/?|\*|\?|\[!?\]?[^\]]*\]|.", pattern, re.DOTALL):
        if piece.startswith("**"):
            found.append("(?:.*/)?" if piece.endswith("/") else ".*")
        elif piece in ("*", "?"):
            found.append("[^/]*" if piece == "*" else "[^/]")
        elif piece.startswith("[") and len(piece) > 1:
            inside = piece[1:-1].replace("\\", "\\\\")
            found.append(f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]")
        else:
            found.append(re.escape(piece))
    try:
        return re.compile("".join(found), re.DOTALL)
    except re.error as error:
        raise Mistake(f"{pattern} is no glob: {error}") from error
