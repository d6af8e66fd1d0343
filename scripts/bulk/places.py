"""Folders and buckets with many files: listed one by one, opened anywhere, and written whole.

function/store has places, too, for few objects whose versions matter; here there may be millions.
"""

import fcntl
import importlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from function.errors import DigitsError, Missing, StoreUnreachable, TooLong
from scripts.bulk.mistakes import Mistake

BUCKET = "gs://"
CHUNK = 4 * 2**20  # bytes that a bucket's file is read by, where not all of it is wanted
PART = ".part"  # ends the names of files that are being written into a folder
_TIMEOUT = (5.0, 60.0)  # seconds to connect, and to the next byte: nobody waits for one picture of a million
_RETRY_SECONDS = 60.0  # longer trouble ends a run, which goes on from there


class Entry(NamedTuple):
    """A file: its name below the place, its bytes, and what changes with its content."""

    name: str
    size: int
    stamp: str


class Place(Protocol):
    """A folder, or a bucket below a prefix. Names have slashes. All methods raise StoreUnreachable."""

    @property
    def is_local(self) -> bool:
        """Whether only this machine has it."""

    @property
    def url(self) -> str:
        """Of which every place has one, without a slash at its end."""

    def is_there(self) -> bool:
        """Whether there is such a folder; a bucket isn't asked."""

    def entries(self, below: str = "") -> Iterator[Entry]:
        """The files below the folder `below`, in order; none whose path has a part that begins with a dot."""

    def entry(self, name: str) -> Entry | None:
        """None where no file stands."""

    def open(self, name: str) -> BinaryIO:
        """To read and seek in. Raises Missing."""

    def read(self, name: str, most_bytes: int) -> bytes:
        """Raises Missing, and TooLong for more than `most_bytes`."""

    def write(self, name: str, file: BinaryIO) -> None:
        """What is in `file`, all of it or nothing; over what stands there."""

    def delete(self, name: str) -> None:
        """Also where nothing stands."""

    def sweep(self) -> None:
        """Takes away what killed writers left."""

    def hold(self) -> AbstractContextManager[None]:
        """Keeps other runs out of a folder. Raises Mistake where one is at work."""


@dataclass(frozen=True)
class Folder:
    """Local files below `root`."""

    root: Path
    is_local = True

    @property
    def url(self) -> str:
        return str(self.root.resolve())

    def is_there(self) -> bool:
        return self.root.exists()

    def entries(self, below: str = "") -> Iterator[Entry]:
        try:
            found = sorted(os.scandir(self.root / below), key=lambda one: one.name)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise StoreUnreachable(f"{self.root / below} can't be listed: {error.strerror}") from error
        for one in found:
            name = f"{below}/{one.name}" if below else one.name
            if one.name.startswith("."):
                continue
            if one.is_dir(follow_symlinks=False):  # a link may lead back up
                yield from self.entries(name)
            elif one.is_file():
                yield _entry(name, one.stat())

    def entry(self, name: str) -> Entry | None:
        path = self.root / name
        return _entry(name, path.stat()) if path.is_file() else None

    def open(self, name: str) -> BinaryIO:
        with _local(self.root / name):
            return (self.root / name).open("rb")

    def read(self, name: str, most_bytes: int) -> bytes:
        with _local(self.root / name), (self.root / name).open("rb", buffering=0) as file:
            return _all_of(file, name, most_bytes)

    def write(self, name: str, file: BinaryIO) -> None:
        part = self.root / f".{name}.{secrets.token_hex(8)}{PART}"
        with _local(self.root / name):
            self.root.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("xb") as copy:  # never a file that is there, nor where a link leads
                    shutil.copyfileobj(file, copy)
                part.replace(self.root / name)
            finally:
                part.unlink(missing_ok=True)

    def delete(self, name: str) -> None:
        with _local(self.root / name):
            (self.root / name).unlink(missing_ok=True)

    @contextmanager
    def hold(self) -> Iterator[None]:
        is_new = not self.root.exists()
        with _local(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Mistake(f"another run is writing into {self.root}") from error
        else:
            yield
        finally:
            os.close(handle)
            if is_new:
                with suppress(OSError):  # it holds something
                    self.root.rmdir()

    def sweep(self) -> None:
        for path in self.root.glob(f".*.????????????????{PART}"):  # as `write` names them
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Bucket:
    """Objects of a bucket whose names begin with `prefix`, which is empty or ends with a slash.

    Credentials are the environment's. An object appears when it was uploaded whole.
    """

    bucket: str
    prefix: str
    is_local = False

    @property
    def url(self) -> str:
        return f"{BUCKET}{self.bucket}/{self.prefix}".rstrip("/")

    def is_there(self) -> bool:
        return True

    def entries(self, below: str = "") -> Iterator[Entry]:
        start = f"{self.prefix}{below}/" if below else self.prefix
        with self._asking(start) as options:
            for blob in _client().list_blobs(self.bucket, prefix=start, **options):
                name = blob.name.removeprefix(self.prefix)
                if not name.endswith("/") and not any(part.startswith(".") for part in name.split("/")):
                    yield Entry(name, blob.size, str(blob.generation))

    def entry(self, name: str) -> Entry | None:
        with self._asking(name) as options:
            blob = _client().bucket(self.bucket).get_blob(self.prefix + name, **options)
            return blob and Entry(name, blob.size, str(blob.generation))

    def open(self, name: str) -> BinaryIO:
        with self._asking(name) as options:
            file: BinaryIO = self._blob(name).open("rb", chunk_size=CHUNK, **options)
            return file

    def read(self, name: str, most_bytes: int) -> bytes:
        with self._asking(name) as options:
            try:
                data: bytes = self._blob(name).download_as_bytes(end=most_bytes, raw_download=True, **options)
            except _failures().RequestRangeNotSatisfiable:
                return b""  # an object without bytes has no range of them
        if len(data) > most_bytes:
            raise TooLong(f"{name} has more than {most_bytes} bytes")
        return data

    def write(self, name: str, file: BinaryIO) -> None:
        with self._asking(name) as options:
            self._blob(name).upload_from_file(file, rewind=True, checksum="crc32c", **options)

    def delete(self, name: str) -> None:
        with suppress(Missing), self._asking(name) as options:  # another run was quicker
            self._blob(name).delete(**options)

    def sweep(self) -> None:
        """A bucket shows no half objects."""

    def hold(self) -> AbstractContextManager[None]:
        """Two runs write the same objects there, one over the other."""
        return nullcontext()

    def _blob(self, name: str) -> Any:
        return _client().bucket(self.bucket).blob(self.prefix + name)

    @contextmanager
    def _asking(self, name: str) -> Iterator[dict[str, Any]]:
        """Options for requests to the bucket, whose failures become ours."""
        retry = importlib.import_module("google.cloud.storage.retry").DEFAULT_RETRY
        try:
            yield {"timeout": _TIMEOUT, "retry": retry.with_timeout(_RETRY_SECONDS)}
        except DigitsError:
            raise
        except _failures().NotFound as error:
            raise Missing(f"there is no {BUCKET}{self.bucket}/{self.prefix}{name}") from error
        except Exception as error:  # its own, google.auth's, requests', urllib3's and the system's errors
            text = f"{BUCKET}{self.bucket} can't be asked: {type(error).__name__}: {str(error)[:300]}"
            raise StoreUnreachable(text) from error


def open_place(url: str) -> Place:
    """The place at `gs://bucket[/prefix]` or at a local folder. Nothing is asked yet. Raises Mistake."""
    if not url.startswith(BUCKET):
        if "://" in url:
            raise Mistake(f"{url} is neither {BUCKET}… nor a local path")
        return Folder(Path(url or ".").expanduser().absolute())
    bucket, _, prefix = url.removeprefix(BUCKET).partition("/")
    if not bucket:
        raise Mistake(f"{url} names no bucket: expected {BUCKET}bucket/…")
    return Bucket(bucket, f"{prefix.rstrip('/')}/" if prefix.strip("/") else "")


def _failures() -> Any:
    return importlib.import_module("google.api_core.exceptions")


@cache
def _client() -> Any:
    """One for all threads of a process."""
    return importlib.import_module("google.cloud.storage").Client()


def _entry(name: str, found: os.stat_result) -> Entry:
    return Entry(name, found.st_size, str(found.st_mtime_ns))


def _all_of(file: Any, name: str, most_bytes: int) -> bytes:
    parts, left = [], most_bytes + 1
    while left > 0 and (part := file.read(left)):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        raise TooLong(f"{name} has more than {most_bytes} bytes")
    return b"".join(parts)


@contextmanager
def _local(path: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Missing(f"there is no file {path}") from error
    except OSError as error:
        raise StoreUnreachable(f"{path}: {error.strerror or error}") from error
