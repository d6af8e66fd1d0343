"""An archive of UNIPEN's release → a folder for a while, with the files that drawings are made of."""

import gzip
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO, cast

from tqdm import tqdm

from training.data.sets import NoData

MOST_BYTES = 4 * 10**9  # unpacked: 25 times the release's archive, where text of coordinates packs five to ten times
MOST_AT_ONCE = 2**20  # bytes: of a file tarfile takes less, and a header holds a path and dates
GZIP = b"\x1f\x8b"  # which such a file begins with
BLOCK = 4096  # bytes of disk that the smallest file takes
# What the libraries raise for files that are damaged, locked or of another kind; OSError is left to tell of the disk.
_BROKEN = (
    *(tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error),
    *(EOFError, ValueError, RuntimeError),  # cut off; a nonsensical field; a zip with a password or an odd method
)


class Unreadable(NoData):
    """A file that is no archive, is damaged, or would do harm."""


@contextmanager
def unpacked(
    path: Path, beside: Path, categories: Collection[str] = (), *, most_bytes: int = MOST_BYTES
) -> Iterator[Path]:
    """`path` itself, if it is a folder; of a .tgz, .tar or .zip a folder in `beside`, which is removed at the end.

    In it are, at any depth, include and data/… of the `categories` alone: the others are most of the release.

    Raises NoData when nothing is at `path`, and Unreadable for what is no such archive or holds more than `most_bytes`.
    """
    if path.is_dir():
        yield path
        return
    if not path.is_file():
        raise NoData(f"there is no folder and no archive {path}")
    with tempfile.TemporaryDirectory(prefix=".unpacked-", dir=beside) as folder:
        try:
            (_unzip if path.suffix.lower() == ".zip" else _untar)(path, Path(folder), frozenset(categories), most_bytes)
        except _BROKEN as error:
            raise Unreadable(f"{path} is no archive that could be unpacked: {error}") from error
        yield Path(folder)


def _untar(path: Path, folder: Path, categories: Collection[str], room: int) -> None:
    with _uncompressed(path) as stream, tarfile.open(fileobj=cast(IO[bytes], _Sipped(stream)), mode="r:") as archive:
        for member in tqdm(archive, desc=f"unpacking {path.name}", unit="file", leave=False):
            room = _left(room, member.size, path)
            # No symbolic links: without them, nothing that is checked to lie inside leads outside.
            if _is_wanted(member.name, categories) and (member.isreg() or member.islnk()):
                archive.extract(member, folder, filter="data")
        # A header that is damaged looks like the end. The checksum behind the last byte tells.
        while rest := stream.read(BLOCK):
            room = _left(room, len(rest), path)


class _Sipped:
    """A stream for tarfile, which takes a header into memory whole, however long it says that it is."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.tell, self.seek, self._stream = stream.tell, stream.seek, stream

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MOST_AT_ONCE:
            raise tarfile.ReadError(f"a header of {size:,} bytes")
        return self._stream.read(size)


def _uncompressed(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(len(GZIP)) == GZIP
    return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")


def _unzip(path: Path, folder: Path, categories: Collection[str], room: int) -> None:
    with zipfile.ZipFile(path) as archive:
        for member in tqdm(archive.infolist(), desc=f"unpacking {path.name}", unit="file", leave=False):
            room = _left(room, member.file_size, path)
            if _is_wanted(member.filename, categories) and not member.is_dir():
                archive.extract(member, folder)  # takes roots out of names by itself


def _left(room: int, size: int, path: Path) -> int:
    if size < 0 or room < max(size, BLOCK):
        raise Unreadable(f"{path} is not unpacked: it holds more than a release does")
    return room - max(size, BLOCK)


def _is_wanted(name: str, categories: Collection[str]) -> bool:
    """Raises Unreadable for a name that climbs."""
    parts = PurePosixPath(name).parts
    if ".." in parts:
        raise Unreadable(f"an archive with a file {name!r} is not unpacked: it would lie outside of the folder")
    return "include" in parts or any(above == "data" and below in categories for above, below in pairwise(parts))
