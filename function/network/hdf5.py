"""What of an HDF5 file may be read, and a look at all of it in a process of its own.

The library holds one lock for the whole process: a file that makes it hang, or crash, would do so to every file after
it. This module imports nothing of ours, so that the process is ready soon.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

MOST_BYTES = 64 * 2**20  # of all arrays: forty times those of our largest network
MOST_TOLD = 2**18  # letters of all attributes; ours have a few thousand
MOST_MEMBERS = 1000  # groups and arrays; Keras writes a few for each layer
DEEPEST = 16  # groups within each other; Keras needs six
SECONDS = 20.0  # for the whole look; it takes a third of one
CPU_SECONDS = 10  # of the processor, which a stopped clock can't fake
MEMORY = 256 * 2**20  # bytes beyond what a process has that only imported the library: arrays, and a chunk of them


class TookTooLong(Exception):
    """The look wasn't over after SECONDS. Another one may be: an instance without requests gets no processor."""


def check(file: Any) -> list[Any]:
    """The arrays of an open file, none of which is read. Raises ValueError for what weights never need.

    That is links to other places, data that lie in other files, and more or larger members than a network has.
    """
    arrays: list[Any] = []
    members, size = 0, 0
    waiting = [("", file, 0)]
    while waiting:
        path, group, depth = waiting.pop()
        for name in group:
            members += 1
            if members > MOST_MEMBERS or depth == DEEPEST:
                raise ValueError(f"it has more than {MOST_MEMBERS} members, or members more than {DEEPEST} deep")
            kind = type(group.get(name, getlink=True)).__name__
            if kind != "HardLink":
                raise ValueError(f"{path}/{name} is a link of kind {kind}")
            item = group[name]
            if hasattr(item, "keys"):
                waiting.append((f"{path}/{name}", item, depth + 1))
                continue
            size += _size(f"{path}/{name}", item)
            if size > MOST_BYTES:
                raise ValueError(f"its arrays would have more than {MOST_BYTES} bytes")
            arrays.append(item)
    return arrays


def _size(name: str, item: Any) -> int:
    """Bytes that reading an array takes at least."""
    if not hasattr(item, "external") or item.dtype.kind not in "biuf":
        raise ValueError(f"{name} is no array of numbers")
    if item.external or item.is_virtual:
        raise ValueError(f"{name} lies in another file")
    chunk = int(item.dtype.itemsize)
    for side in item.chunks or ():
        chunk *= int(side)
    return max(int(item.nbytes), chunk)


def look(path: Path) -> str | None:
    """Reads all that the file holds, in a process of its own; what is wrong with it, or None.

    Raises TookTooLong.
    """
    # A process that is started finds what this one found, wherever its packages lie.
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-P", str(Path(__file__).resolve()), str(path)]
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise TookTooLong(f"looking at {path.name} took longer than {SECONDS:g} s") from error
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"looking at it ended with status {done.returncode}"


def _limit() -> None:
    """No more memory and time for this process than a good file needs. Where that can't be said, the clock is all."""
    try:
        import resource
    except ImportError:  # Windows
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else None
    if pages is not None:
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main(path: str) -> None:
    import h5py  # type: ignore[import-untyped,unused-ignore]

    _limit()
    try:
        with h5py.File(path, "r") as file:
            if (size := sum(len(str(value)) for value in dict(file.attrs).values())) > MOST_TOLD:
                raise ValueError(f"its attributes have {size} letters")
            for array in check(file):
                array[()]
    except Exception as error:  # noqa: BLE001  damaged files make the library raise whatever it likes
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    _main(sys.argv[1])
