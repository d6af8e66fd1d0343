"""Folders of files that a script makes, over those it made there before and never over anything else.

Standard library only, of Python 3.9.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAKING = ".making-digits-"  # begins the name of a folder within, where files are made
LIST = ".made-by-digits"  # in each such folder: the paths of what was made there, one a line


class NotOurs(Exception):
    """A folder that may hold somebody's files."""


def folder(text: str) -> Path:
    """For argparse: a folder that a script may fill. An empty text would be the present one."""
    if not text.strip():
        raise argparse.ArgumentTypeError("expected the name of a folder, got an empty one")
    return Path(text)


def fill(
    folder: Path,
    make: Callable[[Path], object],
    *,
    last: str = "",
    beside: Collection[str] = (),
    listed: bool = True,
) -> None:
    """Has `make` write into an empty folder within, then puts its files into `folder`, each in one step.

    What an earlier call put there and this one doesn't goes; what somebody else put there stays.

    last     the file that is put there when all others are there
    beside   names that others may have put into the folder before the first call
    listed   whether to leave a LIST; without one the folder can't be filled again
    Raises NotOurs, before anything is written, for the project, a folder above it, and one that holds other files.
    """
    before = _made_before(folder, beside)
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob(f"{MAKING}*"):  # of a call that was killed
        if stale.is_dir() and not stale.is_symlink():
            shutil.rmtree(stale)
    with tempfile.TemporaryDirectory(prefix=MAKING, dir=folder) as place:
        new = Path(place)
        make(new)
        names = _files_in(new)
        if taken := [name for name in names if name not in before and os.path.lexists(folder / name)]:
            raise NotOurs(f"{folder / taken[0]} is there, and this command didn't make it")
        if listed:
            _note(folder, [*before, *names])  # first, so that whatever happens the next call knows what is ours
        for name in sorted(names, key=lambda name: (name == last, name)):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(new / name, folder / name)  # noqa: PTH105  Path.replace is the same
    for name in set(before) - set(names):
        (folder / name).unlink(missing_ok=True)
        for parent in (folder / name).relative_to(folder).parents:
            if parent.parts and (folder / parent).is_dir() and not any((folder / parent).iterdir()):
                (folder / parent).rmdir()
    if listed:
        _note(folder, names)


def _made_before(folder: Path, beside: Collection[str]) -> list[str]:
    """The files in `folder` that an earlier call made."""
    real = folder.resolve()
    if real == ROOT or real in ROOT.parents:
        raise NotOurs(f"{folder} holds this project")
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise NotOurs(f"{folder} is no folder")
    if any(path.is_symlink() for path in folder.iterdir()):
        raise NotOurs(f"{folder} holds links, which may lead to other files")
    if (folder / LIST).is_file():
        names = (folder / LIST).read_text(encoding="utf-8").splitlines()
        inside = [name for name in names if (folder / name).resolve().is_relative_to(real) and name not in ("", ".")]
        return [name for name in inside if (folder / name).is_file()]
    strangers = sorted(
        path.name for path in folder.iterdir() if path.name not in beside and not path.name.startswith(MAKING)
    )
    if strangers:
        raise NotOurs(f"{folder} isn't empty, and this command didn't fill it: it holds {', '.join(strangers[:5])}")
    return []


def _files_in(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]


def _note(folder: Path, names: Collection[str]) -> None:
    new = folder / f"{LIST}.new"
    new.write_text("".join(f"{name}\n" for name in sorted(set(names))), encoding="utf-8")
    os.replace(new, folder / LIST)  # noqa: PTH105  a killed call leaves the old list or the new one
