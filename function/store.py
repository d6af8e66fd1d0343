"""Where weights live: a bucket or a folder, behind one contract of version, fetch and publish."""

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from function.bucket import Bucket
from function.errors import BadSettings, StoreUnreachable, WeightsChanged, WeightsMissing, WeightsRefused

SINGLE_FILES = (".weights.h5", ".tflite")  # other names are the prefix of a TensorFlow checkpoint
CHECKPOINT_FILES = (".data-00000-of-00001", ".index")  # in this order, so that the index completes a publication
MOST_BYTES = 64 * 2**20  # fifty times our own file; more would threaten the memory that /tmp shares
BRIEF_TIMEOUT = (2.0, 3.0)  # seconds to connect, and to the next byte, for a caller who can do without
BRIEF_RETRY_SECONDS = 2.0  # a hiccup is tried again, a stall isn't
_AT_ONCE: int = getattr(os, "O_NONBLOCK", 0)  # where a pipe stands, nobody waits for its writer; Windows has none
_HASH_LENGTH = 16  # hexadecimal digits of SHA-256: 64 bits, plenty to tell one operator's files apart


class Place(Protocol):
    """Named bytes with versions. Any method may raise StoreUnreachable."""

    @property
    def source(self) -> Literal["bucket", "folder"]:
        """What this place is called in answers."""

    def import_client(self) -> None:
        """Imports what the first question will need."""

    def version(self, name: str) -> str:
        """What stands there now, without hyphens. Raises WeightsMissing when nothing does."""

    def read(self, name: str, version: str, most_bytes: int) -> bytes:
        """The verified bytes of that version.

        Raises WeightsChanged when the version is gone, WeightsDamaged when the bytes don't match their
        checksum, WeightsRefused when there are more than `most_bytes`.
        """

    def write(self, name: str, data: bytes, replacing: str | None, content_type: str, about: Mapping[str, str]) -> str:
        """The new version. Raises WeightsChanged unless `replacing` stands there (None = nothing)."""

    def history(self, name: str) -> list[str]:
        """Every version that can still be read, newest first."""

    def names(self, prefix: str) -> list[str]:
        """The names that begin with `prefix`, in order."""


@dataclass(frozen=True)
class Store:
    """One set of weights: a single file, or the two files of a TensorFlow checkpoint.

    A version is the object's generation (bucket) or content hash (folder); a checkpoint's is both, hyphenated.
    """

    place: Place
    name: str

    @property
    def source(self) -> Literal["bucket", "folder"]:
        return self.place.source

    def import_client(self) -> None:
        """Imports what the first question will need, which `version` does as well."""
        self.place.import_client()

    def version(self) -> str:
        """The version that stands there now. Raises WeightsMissing, StoreUnreachable."""
        return "-".join(self.place.version(name) for name in self._names())

    def fetch(self, version: str, folder: Path) -> Path:
        """That version's file, or checkpoint prefix, in `folder`; complete and verified, or not there at all.

        Raises WeightsChanged, WeightsDamaged, WeightsRefused, StoreUnreachable.
        """
        names = self._names()
        for name, part in zip(names, version.split("-"), strict=True):
            _write_whole(folder / Path(name).name, self.place.read(name, part, MOST_BYTES))
        if len(names) > 1 and self.version() != version:  # the halves of two checkpoints don't fit together
            raise WeightsChanged(f"{self.name} was replaced while it was being fetched")
        return folder / Path(self.name).name

    def publish(self, path: Path, replacing: str | None, about: Mapping[str, str] | None = None) -> str:
        """Uploads the file, or the checkpoint with that prefix; the new version.

        `replacing` is the version that must stand there, None = nothing may. `about` is kept beside the object
        as metadata; a folder has no place for it. Raises WeightsChanged, StoreUnreachable.
        """
        olds = replacing.split("-") if replacing else [None] * len(self._suffixes())
        return "-".join(
            self.place.write(
                self.name + suffix,
                path.with_name(path.name + suffix).read_bytes(),
                old,
                "application/octet-stream",
                about or {},
            )
            for suffix, old in zip(self._suffixes(), olds, strict=True)
        )

    def history(self) -> list[str]:
        """The versions that can still be fetched, newest first; only the present one where none are kept."""
        if len(self._suffixes()) > 1:  # nothing tells which halves of a checkpoint belonged together
            return [self.version()]
        return self.place.history(self.name)

    def _suffixes(self) -> tuple[str, ...]:
        return ("",) if self.name.endswith(SINGLE_FILES) else CHECKPOINT_FILES

    def _names(self) -> list[str]:
        return [self.name + suffix for suffix in self._suffixes()]


def open_store(url: str) -> Store:
    """The store at `gs://bucket/path` or at a local path. Nothing is asked or imported yet.

    Raises BadSettings for any other kind of URL.
    """
    bucket, name = _split(url)
    if bucket and not name:
        raise BadSettings(f"{url!r} is neither gs://bucket/name nor a local path")
    if bucket:
        return Store(Bucket(bucket), name)
    path = Path(url).expanduser()
    return Store(Folder(path.parent), path.name)


def open_folder(url: str, *, brief: bool = False) -> tuple[Place, str]:
    """The place at `gs://bucket[/prefix]` or at a local folder, and the prefix of the names that are meant there.

    `brief` gives up on a bucket soon. Nothing is asked or imported yet. Raises BadSettings for any other kind of URL.
    """
    bucket, prefix = _split(url)
    if bucket:
        return (Bucket(bucket, BRIEF_TIMEOUT, BRIEF_RETRY_SECONDS) if brief else Bucket(bucket)), prefix
    return Folder(Path(url).expanduser()), ""


def _split(url: str) -> tuple[str, str]:
    """Bucket and name, without slashes around them; the bucket is empty for a local path. Raises BadSettings."""
    scheme, separator, rest = url.partition("://")
    bucket, _, name = rest.partition("/")
    if separator and (scheme != "gs" or not bucket):
        raise BadSettings(f"{url!r} is neither gs://bucket/name nor a local path")
    return (bucket, name.strip("/")) if separator else ("", "")


@dataclass(frozen=True)
class Folder:
    """A folder as a place: the version of a file is the hash of what is in it."""

    root: Path

    @property
    def source(self) -> Literal["folder"]:
        return "folder"

    def import_client(self) -> None:
        """A folder needs none."""

    def version(self, name: str) -> str:
        return _hash(self._read(name, MOST_BYTES))

    def read(self, name: str, version: str, most_bytes: int) -> bytes:
        try:
            data = self._read(name, most_bytes)
        except WeightsMissing as error:
            raise WeightsChanged(f"{name} is gone") from error
        if _hash(data) != version:
            raise WeightsChanged(f"{name} is {_hash(data)} now, not {version}")
        return data

    def write(self, name: str, data: bytes, replacing: str | None, content_type: str, about: Mapping[str, str]) -> str:
        try:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            with _locked(self.root):
                try:
                    present = self.version(name)
                except WeightsMissing:
                    present = None
                if present != replacing:
                    raise WeightsChanged(f"{name} is {present}, expected {replacing}")
                _write_whole(self.root / name, data)
        except OSError as error:
            raise StoreUnreachable(f"{self.root / name} can't be written: {error}") from error
        return _hash(data)

    def history(self, name: str) -> list[str]:
        return [self.version(name)]

    def names(self, prefix: str) -> list[str]:
        found = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())
        return sorted(name for name in found if name.startswith(prefix))

    def _read(self, name: str, most_bytes: int) -> bytes:
        path = self.root / name
        try:
            # Not to wait for somebody to write where a pipe stands.
            with open(
                path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
            ) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise FileNotFoundError(f"{path} is no plain file")
                data = file.read(most_bytes + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise WeightsMissing(f"there is no file {path}") from error
        except OSError as error:
            raise StoreUnreachable(f"{path} can't be read: {error}") from error
        if len(data) > most_bytes:
            raise WeightsRefused(f"{path} has more than {most_bytes} bytes")
        return data


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_HASH_LENGTH]


def _write_whole(path: Path, data: bytes) -> None:
    """A reader sees the old file or the new one, never a part; a failure leaves no file behind."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Publishing processes on one machine take turns between looking and replacing."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
