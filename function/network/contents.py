"""A `.weights.h5` file, opened once it is known to be whole: what it tells of itself, and its arrays by name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from function.errors import WeightsRefused
from function.network.about import About, digest, read_about
from function.network.architectures import ARCHITECTURES
from function.network.hdf5 import check

UNREADABLE = "They are no readable file of weights."


@dataclass(frozen=True)
class Contents:
    """Of an open file.

    arrays  those of layers by name, not yet read; what an optimizer remembers isn't among them
    """

    about: About
    arrays: Mapping[str, Any]


def import_hdf5() -> Any:
    """The library that reads HDF5, imported on first use."""
    import h5py

    return h5py


@contextmanager
def opened(path: Path) -> Iterator[Contents]:
    """What is in the file, as long as it is open.

    Raises WeightsRefused when it is damaged, no such file, or of an architecture that isn't known here.
    """
    if not path.is_file():
        raise WeightsRefused(f"there is no file {path}", "There is no such file.")
    try:
        with import_hdf5().File(path, "r") as file:
            arrays = {array.name[1:]: array for array in sorted(check(file), key=lambda array: array.name)}
            about = read_about(file)
            if about.digest not in ("", digest(file)):
                reason = "They are damaged: they don't match the digest that they carry."
                raise WeightsRefused(f"{path.name}: {reason}", reason)
            if about.architecture and about.architecture not in ARCHITECTURES:
                reason = f"They are of the architecture {about.architecture[:40]!r}, not of {', '.join(ARCHITECTURES)}."
                raise WeightsRefused(f"{path.name}: {reason}", reason)
            yield Contents(about, {name: array for name, array in arrays.items() if name.startswith("layers/")})
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise WeightsRefused(f"{path.name} is not a readable weights file: {error}", UNREADABLE) from error
