"""Weights in a place: their version, fetched whole and verified, published over nothing but what they replace."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from function.errors import (
    BadSettings,
    Changed,
    Damaged,
    Missing,
    TooLong,
    WeightsChanged,
    WeightsDamaged,
    WeightsMissing,
    WeightsRefused,
)
from function.formats import Format, format_of
from function.store.folder import write_whole
from function.store.places import Place, open_place

MOST_BYTES = 64 * 2**20  # fifty times our own file; more would threaten the memory that /tmp shares


@dataclass(frozen=True)
class Store:
    """One set of weights: a single file, or the two files of a TensorFlow checkpoint.

    A version is the object's generation (bucket) or content hash (folder); a checkpoint's is both, hyphenated.
    """

    place: Place
    name: str

    @property
    def source(self) -> str:
        return self.place.source

    @property
    def format(self) -> Format:
        return format_of(self.name)

    def import_client(self) -> None:
        """Imports what the first question will need, which `version` does as well."""
        self.place.import_client()

    def version(self) -> str:
        """The version that stands there now. Raises WeightsMissing, StoreUnreachable."""
        with _told_of_weights():
            return "-".join(self.place.version(name) for name in self._names())

    def fetch(self, version: str, folder: Path) -> Path:
        """That version's file, or checkpoint prefix, in `folder`; complete and verified, or not there at all.

        Raises WeightsChanged, WeightsDamaged, WeightsRefused, StoreUnreachable.
        """
        names = self._names()
        with _told_of_weights():
            for name, part in zip(names, version.split("-"), strict=True):
                write_whole(folder / Path(name).name, self.place.read(name, part, MOST_BYTES))
        if len(names) > 1 and self.version() != version:  # the halves of two checkpoints don't fit together
            raise WeightsChanged(f"{self.name} was replaced while it was being fetched")
        return folder / Path(self.name).name

    def publish(self, path: Path, replacing: str | None, about: Mapping[str, str] | None = None) -> str:
        """Uploads the file, or the checkpoint with that prefix; the new version.

        `replacing` is the version that must stand there, None = nothing may. `about` is kept beside the object
        as metadata; a folder has no place for it. Raises WeightsChanged, StoreUnreachable.
        """
        files = self.format.files
        olds = replacing.split("-") if replacing else [None] * len(files)
        with _told_of_weights():
            return "-".join(
                self.place.write(
                    self.name + suffix,
                    path.with_name(path.name + suffix).read_bytes(),
                    old,
                    "application/octet-stream",
                    about or {},
                )
                for suffix, old in zip(files, olds, strict=True)
            )

    def history(self) -> list[str]:
        """The versions that can still be fetched, newest first; only the present one where none are kept."""
        if len(self.format.files) > 1:  # nothing tells which halves of a checkpoint belonged together
            return [self.version()]
        with _told_of_weights():
            return self.place.history(self.name)

    def _names(self) -> list[str]:
        return [self.name + suffix for suffix in self.format.files]


@contextmanager
def _told_of_weights() -> Iterator[None]:
    """Tells of weights what a place tells of bytes."""
    try:
        yield
    except Missing as error:
        raise WeightsMissing(str(error)) from error
    except Changed as error:
        raise WeightsChanged(str(error)) from error
    except Damaged as error:
        raise WeightsDamaged(str(error)) from error
    except TooLong as error:
        raise WeightsRefused(str(error), f"They are larger than {MOST_BYTES // 2**20} MiB.") from error


def open_store(url: str) -> Store:
    """The weights at `gs://bucket/path` or at a local path. Nothing is asked or imported yet.

    Raises BadSettings for any other kind of URL.
    """
    open_place(url)  # names the whole of one that can't be
    above, _, name = url.rpartition("/")
    if above.endswith(":/"):
        raise BadSettings(f"{url!r} names a bucket, expected {above}/bucket/name")
    place, prefix = open_place(above or url[: len(url) - len(name)] or ".")
    if not name:
        raise BadSettings(f"{url!r} names a folder, not weights")
    return Store(place, f"{prefix}/{name}" if prefix else name)
