"""What is no digit in a folder of data, and its splits: training, validation and held out, by source and by kind."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.doodles import DOODLES
from training.data.drawings import OTHERS, Writing, read_writings
from training.data.others.kinds import Material
from training.data.sets import Mnist, NoData, Pens, check_folder

# By source, as the digits of pens are; the sources that are named nowhere learn.
VALIDATION_SOURCES = frozenset({"aga", "cea", "ceb", "cec", "sta"})
HELD_OUT_SOURCES = frozenset({"tos", "imp", "phi", "not"})
UNSEEN = frozenset("Kw&#")  # of no source in training: validation tells what the network makes of new characters
PART = 0.09  # of the doodles' kinds for validation, and as many held out: 15 kinds, 1,500 doodles each
SPLIT_SEED = 1998  # fixed for good, as MNIST's is


@dataclass(frozen=True)
class Others:
    """What a folder has beside digits; what it lacks is empty.

    doodles  (n, 28, 28) uint8 by kind, 255 = ink
    """

    writings: tuple[Writing, ...] = ()
    doodles: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)


NO_OTHERS = Others()


def load_others(folder: Path | None) -> Others:
    """Letters, signs, words and doodles, as far as they are there. Raises NoData for a file that can't be read."""
    check_folder(folder)
    writings: tuple[Writing, ...] = ()
    doodles: dict[str, NDArray[np.uint8]] = {}
    if folder is None:
        return NO_OTHERS
    try:
        if (path := folder / OTHERS).exists():
            writings = tuple(read_writings(path))
        if (path := folder / DOODLES).exists():
            with np.load(path) as file:
                pictures, names = file["pictures"], file["names"]
            doodles = {str(name): pictures[names == name] for name in np.unique(names)}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise NoData(f"{path} can't be read: {error!r}; delete it, or make it again") from error
    return Others(writings, doodles)


def materials(mnist: Mnist, pens: Pens, others: Others) -> dict[str, Material]:
    """By side, what its drawings of no digit are made of; held-out digits are MNIST's test images."""
    digits = {"train": mnist.train, "validation": mnist.validation, "held out": mnist.test}
    drawings = {"train": pens.train, "validation": pens.validation, "held out": pens.held_out}
    kinds = _doodle_sides(others)
    return {
        side: Material(
            side,
            digits[side],
            drawings[side],
            tuple(writing for writing in others.writings if side in _sides_of(writing)),
            {name: others.doodles[name] for name in kinds[side]},
        )
        for side in digits
    }


def _sides_of(writing: Writing) -> tuple[str, ...]:
    if writing.source in HELD_OUT_SOURCES:
        return ("held out",)
    if writing.source in VALIDATION_SOURCES or writing.text in UNSEEN:
        return ("validation",)
    return ("train",)


def _doodle_sides(others: Others) -> dict[str, list[str]]:
    """Whole kinds for each side; faces and hearts are many people's first doodle, and learn."""
    names = sorted(others.doodles.keys() - {"smiley face"})
    order = [names[index] for index in np.random.default_rng(SPLIT_SEED).permutation(len(names))]
    count = round(PART * len(names))
    train = order[2 * count :] + sorted(others.doodles.keys() & {"smiley face"})
    return {"validation": order[:count], "held out": order[count : 2 * count], "train": train}
