"""Places that keep named bytes, each with a version, and know nothing of what is in them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from function.errors import BadSettings
from function.store.bucket import open_bucket
from function.store.folder import Folder


class Place(Protocol):
    """A bucket, a folder, or part of one. Thread-safe. All methods raise StoreUnreachable."""

    @property
    def source(self) -> str:
        """What this kind of place is called in answers."""

    def import_client(self) -> None:
        """Imports what the first question will need."""

    def version(self, name: str) -> str:
        """What stands there now, without hyphens. Raises Missing when nothing does."""

    def read(self, name: str, version: str, most_bytes: int) -> bytes:
        """The verified bytes of that version.

        Raises Changed when the version is gone, Damaged when the bytes don't match their checksum, TooLong when there
        are more than `most_bytes`.
        """

    def write(self, name: str, data: bytes, replacing: str | None, content_type: str, about: Mapping[str, str]) -> str:
        """The new version. Raises Changed unless `replacing` stands there (None = nothing)."""

    def history(self, name: str) -> list[str]:
        """Every version that can still be read, newest first."""

    def names(self, prefix: str) -> list[str]:
        """The names that begin with `prefix`, in order."""


# By the scheme of a URL, scheme://host[/name]: (host, brief) → the place, of which nothing is asked or imported yet.
# `brief` is for a caller who can do without, and gives up soon. Adding a kind of store is a file and a row.
SCHEMES: Mapping[str, Callable[[str, bool], Place]] = {"gs": open_bucket}


def open_place(url: str, *, brief: bool = False) -> tuple[Place, str]:
    """The place at `scheme://host[/prefix]` or at a local folder, and the prefix of the names that are meant there.

    Raises BadSettings for any other kind of URL.
    """
    scheme, separator, rest = url.partition("://")
    if not separator and (mistyped := next((name for name in SCHEMES if url.startswith(f"{name}:")), None)):
        raise BadSettings(f"{url!r} is no {mistyped}://… and no local path either")
    if not separator:
        return Folder(Path(url).expanduser()), ""
    host, _, prefix = rest.partition("/")
    if scheme not in SCHEMES or not host:
        known = " or ".join(f"{name}://…" for name in SCHEMES)
        raise BadSettings(f"{url!r} is neither {known} nor a local path")
    return SCHEMES[scheme](host, brief), prefix.strip("/")
