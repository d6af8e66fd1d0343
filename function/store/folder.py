"""A folder as a place: the version of a file is the hash of what is in it."""

import hashlib
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from function.errors import Changed, Missing, StoreUnreachable, TooLong

_MOST_BYTES = 2**30  # of a file whose version is asked for: whoever reads it sets a limit of his own
_AT_ONCE: int = getattr(os, "O_NONBLOCK", 0)  # where a pipe stands, nobody waits for its writer; Windows has none
_HASH_LENGTH = 16  # hexadecimal digits of SHA-256: 64 bits, plenty to tell one operator's files apart


@dataclass(frozen=True)
class Folder:
    """Local files below `root`."""

    root: Path
    source: ClassVar[str] = "folder"

    def import_client(self) -> None:
        """A folder needs none."""

    def version(self, name: str) -> str:
        return hash_of(self._read(name, _MOST_BYTES))

    def read(self, name: str, version: str, most_bytes: int) -> bytes:
        try:
            data = self._read(name, most_bytes)
        except Missing as error:
            raise Changed(f"{name} is gone") from error
        if hash_of(data) != version:
            raise Changed(f"{name} is {hash_of(data)} now, not {version}")
        return data

    def write(self, name: str, data: bytes, replacing: str | None, content_type: str, about: Mapping[str, str]) -> str:
        try:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            with _locked(self.root):
                try:
                    present = self.version(name)
                except Missing:
                    present = None
                if present != replacing:
                    raise Changed(f"{name} is {present}, expected {replacing}")
                write_whole(self.root / name, data)
        except OSError as error:
            raise StoreUnreachable(f"{self.root / name} can't be written: {error}") from error
        return hash_of(data)

    def history(self, name: str) -> list[str]:
        return [self.version(name)]

    def names(self, prefix: str) -> list[str]:
        found = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())
        return sorted(name for name in found if name.startswith(prefix))

    def _read(self, name: str, most_bytes: int) -> bytes:
        path = self.root / name
        try:
            with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _AT_ONCE)) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise FileNotFoundError(f"{path} is no plain file")
                data = file.read(most_bytes + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise Missing(f"there is no file {path}") from error
        except OSError as error:
            raise StoreUnreachable(f"{path} can't be read: {error}") from error
        if len(data) > most_bytes:
            raise TooLong(f"{path} has more than {most_bytes} bytes")
        return data


def hash_of(data: bytes) -> str:
    """The version of a file with this content."""
    return hashlib.sha256(data).hexdigest()[:_HASH_LENGTH]


def write_whole(path: Path, data: bytes) -> None:
    """A reader sees the old file or the new one, never a part; a failure leaves no file behind."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:  # never a file that is there, nor where a link leads
            file.write(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Publishing processes on one machine take turns between looking and replacing."""
    try:
        import fcntl
    except ImportError:  # on Windows, which can't open a folder either
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
