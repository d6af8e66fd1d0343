"""The data: MNIST's digits and pen strokes, and the splits that every number in this project rests on.

MNIST: 55,000 train + 5,000 validation, drawn once with a fixed seed; its 10,000 test images are read by `evaluate`
alone. Pen strokes are split by source, so that no writer is on two sides:

    train       syn, ibm, ced, val
    validation  aga, cea, ceb
    held out    tos, imp            read by `evaluate` alone
"""

import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from function.network.keras import import_keras
from training.data.drawings import Drawing, is_dot, read_drawings

TRAIN_SOURCES = frozenset({"syn", "ibm", "ced", "val"})
VALIDATION_SOURCES = frozenset({"aga", "cea", "ceb"})
HELD_OUT_SOURCES = frozenset({"tos", "imp"})
SOURCES = TRAIN_SOURCES | VALIDATION_SOURCES | HELD_OUT_SOURCES
VALIDATION_DIGITS = 5000  # ± 0.15 points at 99.7 %: enough to choose a checkpoint, and 92 % is left to learn from
SPLIT_SEED = 1998  # fixed for good: another seed would let validation images of older weights into training
PENS = "pen-digits.jsonl.gz"
MNIST = "mnist.npz"
KEYS = ("x_train", "y_train", "x_test", "y_test")  # Keras's, in its file
MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"  # what Keras downloads
NO_DIGIT = 10  # the label of what is none of the ten digits


class NoData(Exception):
    """What a command needs is not where it was looked for, or something else stands there; the text says what to do."""


class NoPart(NoData):
    """One part of the data isn't there; a command may go on with the others."""


@dataclass(frozen=True)
class LabeledDigits:
    """digits (n, 28, 28) uint8, 255 = ink; labels (n,) uint8, of which NO_DIGIT says that it is none of the ten."""

    digits: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        assert self.digits.shape == (len(self.labels), 28, 28), self.digits.shape
        assert self.digits.dtype == self.labels.dtype == np.uint8

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, index: NDArray[np.integer[Any]] | slice) -> "LabeledDigits":
        return LabeledDigits(self.digits[index], self.labels[index])


NONE = LabeledDigits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


@dataclass(frozen=True)
class Mnist:
    train: LabeledDigits
    validation: LabeledDigits
    test: LabeledDigits


@dataclass(frozen=True)
class Lessons:
    """Corrections to learn from, and those to check it with; no drawing of one is nearly one of the other."""

    train: LabeledDigits
    validation: LabeledDigits


@dataclass(frozen=True)
class Pens:
    train: tuple[Drawing, ...]
    validation: tuple[Drawing, ...]
    held_out: tuple[Drawing, ...]


NO_PENS = Pens((), (), ())


def keras_mnist() -> dict[str, NDArray[Any]]:
    """MNIST by KEYS from keras.datasets, which keeps its download of 11 MB and checks the hash. Raises NoPart."""
    try:
        _, keras = import_keras()
        (train, train_labels), (test, test_labels) = keras.datasets.mnist.load_data()
    except Exception as error:  # Keras's downloader raises whatever its transport does
        raise NoPart(f"MNIST can't be downloaded: {error}") from error
    return dict(zip(KEYS, (train, train_labels, test, test_labels), strict=True))


def load_mnist(folder: Path | None, download: Callable[[], Mapping[str, NDArray[Any]]] = keras_mnist) -> Mnist:
    """MNIST from `folder`/mnist.npz, or, where that is missing, from Keras's download.

    Raises NoData when there is no such folder or the file can't be read, NoPart when the download fails.
    """
    check_folder(folder)
    if folder is not None and (folder / MNIST).exists():
        try:
            with (folder / MNIST).open("rb") as opened, np.load(opened) as file:
                arrays: Mapping[str, NDArray[Any]] = {name: file[name] for name in KEYS}
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise NoData(f"{folder / MNIST} can't be read: {error}; expected Keras's file with {KEYS}") from error
    else:
        try:
            arrays = download()
        except NoPart as error:
            missing = f"no {MNIST} in {folder}, and " if folder else ""
            raise NoPart(f"{missing}{error}. {by_hand(folder)}") from error
    train, train_labels, test, test_labels = (arrays[name] for name in KEYS)
    whole = LabeledDigits(train, train_labels.astype(np.uint8))
    order = np.random.default_rng(SPLIT_SEED).permutation(len(whole))
    validation = min(VALIDATION_DIGITS, len(whole) // 10)  # a miniature of MNIST keeps a miniature validation
    return Mnist(
        train=whole.take(np.sort(order[validation:])),
        validation=whole.take(np.sort(order[:validation])),
        test=LabeledDigits(test, test_labels.astype(np.uint8)),
    )


def by_hand(folder: Path | None) -> str:
    """What to do where MNIST can't be downloaded."""
    return f"By hand: fetch {MNIST_URL} into {folder or 'a folder, and name it with --data'}"


def load_pens(folder: Path | None) -> Pens:
    """The pen strokes in `folder`/pen-digits.jsonl.gz, split by source. Single dots are left out: nobody can read them.

    Raises NoPart, saying how the file is made, when it isn't there, and NoData when it can't be read or there is no
    such folder.
    """
    check_folder(folder)
    if folder is None or not (folder / PENS).exists():
        raise NoPart(
            f"No pen strokes: there is {f'no {PENS} in {folder}' if folder else 'no folder of data'}. "
            f"`python -m training data {folder or 'FOLDER'}` brings them, by a download of 156 MB"
            + ("." if folder else ", and --data FOLDER names them.")
        )
    try:
        drawings = [drawing for drawing in read_drawings(folder / PENS) if not is_dot(drawing)]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
        raise NoData(f"{folder / PENS} can't be read: {error!r}; delete it and make it again") from error
    return split_pens(drawings)


def pens_or_none(folder: Path | None, without: str) -> Pens:
    """The pen strokes; where there are none, NO_PENS, and it is printed how to get them and what it is `without` them.

    Raises NoData as `load_pens` does for all else.
    """
    try:
        return load_pens(folder)
    except NoPart as missing:
        print(f"{missing} {without}", flush=True)
        return NO_PENS


def check_folder(folder: Path | None) -> None:
    """Raises NoData for one that doesn't exist."""
    if folder is not None and not folder.is_dir():
        raise NoData(
            f"there is no folder {folder}; `python -m training data {folder}` makes it, with {MNIST} and {PENS}"
        )


def split_pens(drawings: Iterable[Drawing]) -> Pens:
    """Drawings by source. Raises NoData for a source that belongs to no part: whoever adds one decides where."""
    parts: Mapping[frozenset[str], list[Drawing]] = {
        TRAIN_SOURCES: [],
        VALIDATION_SOURCES: [],
        HELD_OUT_SOURCES: [],
    }
    for drawing in drawings:
        for sources, part in parts.items():
            if drawing.source in sources:
                part.append(drawing)
                break
        else:
            raise NoData(f"pen source {drawing.source!r} is neither for training, validation nor held out")
    return Pens(*(tuple(part) for part in parts.values()))
