"""The cells of photographed grids in photo-cells.zip: one digit, nothing, or several small ones."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data.photographs.conditions import Photograph
from training.data.sets import NoData, NoPart
from training.data.supply import PHOTOS

BLANK = "blank"


@dataclass(frozen=True)
class Cells:
    """Photographs of cells with one digit, and of blank ones."""

    digits: Sequence[Photograph] = ()
    blank: Sequence[Photograph] = ()


NO_CELLS = Cells()


def load_cells(folder: Path | None) -> Cells:
    """What is in `folder`/photo-cells.zip. Raises NoPart when it isn't there, NoData when it can't be read."""
    if folder is None or not (folder / PHOTOS).exists():
        raise NoPart(f"No photographs: there is {f'no {PHOTOS} in {folder}' if folder else 'no folder of data'}")
    digits, blank = [], []
    try:
        with zipfile.ZipFile(folder / PHOTOS) as archive:
            for name in sorted(archive.namelist()):
                kind = name.split("/")[0]
                if kind == BLANK and name.endswith(".jpg"):
                    blank.append(Photograph("", archive.read(name)))
                elif kind.isdigit() and name.endswith(".jpg"):
                    digits.append(Photograph(kind, archive.read(name)))
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise NoData(f"{folder / PHOTOS} can't be read: {error}") from error
    return Cells(digits, blank)
