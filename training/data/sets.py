"""The data: MNIST's digits and pen strokes, and the splits that every number in this project rests on.

MNIST: 55,000 train + 5,000 validation, drawn once with a fixed seed; its 10,000 test images are read by `evaluate`
alone. Pen strokes are split by source, so that no writer is on two sides:

    train       syn, ibm, ced, val
    validation  aga, cea, ceb
    held out    tos, imp            read by `evaluate` alone
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import Drawing, is_dot, read_drawings

TRAIN_SOURCES = frozenset({"syn", "ibm", "ced", "val"})
VALIDATION_SOURCES = frozenset({"aga", "cea", "ceb"})
HELD_OUT_SOURCES = frozenset({"tos", "imp"})
VALIDATION_DIGITS = 5000  # ± 0.15 points at 99.7 %: enough to choose a checkpoint, and 92 % is left to learn from
SPLIT_SEED = 1998  # fixed for good: another seed would let validation images of older weights into training
PENS = "pen-digits.jsonl.gz"
MNIST = "mnist.npz"


class NoData(Exception):
    """What a command needs is not where it was looked for, or something else stands there; the text says what to do."""


@dataclass(frozen=True)
class LabeledDigits:
    """digits (n, 28, 28) uint8, 255 = ink; labels (n,) uint8."""

    digits: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        assert self.digits.shape == (len(self.labels), 28, 28), self.digits.shape
        assert self.digits.dtype == self.labels.dtype == np.uint8

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, index: NDArray[np.integer[Any]] | slice) -> "LabeledDigits":
        return LabeledDigits(self.digits[index], self.labels[index])


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


def load_mnist(folder: Path | None) -> Mnist:
    """MNIST from `folder`/mnist.npz, or, without a folder, from keras.datasets (downloads 11 MB once).

    Raises NoData when the folder lacks the file or the download fails.
    """
    if folder is None:
        try:
            import keras

            arrays = keras.datasets.mnist.load_data()
        except Exception as error:  # Keras's downloader raises whatever its transport does
            raise NoData(f"MNIST can't be downloaded: {error}. Put {MNIST} in a folder: --data FOLDER") from error
        (train, train_labels), (test, test_labels) = arrays
    else:
        path = folder / MNIST
        if not path.is_file():
            raise NoData(f"no {MNIST} in {folder}; expected Keras's file with x_train, y_train, x_test, y_test")
        with np.load(path) as file:
            train, train_labels, test, test_labels = (file[name] for name in ("x_train", "y_train", "x_test", "y_test"))
    whole = LabeledDigits(train, train_labels.astype(np.uint8))
    order = np.random.default_rng(SPLIT_SEED).permutation(len(whole))
    validation = min(VALIDATION_DIGITS, len(whole) // 10)  # a miniature of MNIST keeps a miniature validation
    return Mnist(
        train=whole.take(np.sort(order[validation:])),
        validation=whole.take(np.sort(order[:validation])),
        test=LabeledDigits(test, test_labels.astype(np.uint8)),
    )


def load_pens(folder: Path | None) -> Pens:
    """The pen strokes in `folder`/pen-digits.jsonl.gz, split by source. Single dots are left out: nobody can read them.

    Raises NoData, saying how the file is made, when it isn't there.
    """
    if folder is None or not (folder / PENS).is_file():
        raise NoData(
            (f"no {PENS} in {folder}. " if folder else "no folder with data: give --data or set DIGITS_DATA. ")
            + "For the pen strokes, unpack UNIPEN train_r01_v07 (doi 10.5281/zenodo.1195803) and run: "
            + f"python -m training unipen UNPACKED --out FOLDER/{PENS}"
        )
    drawings = [drawing for drawing in read_drawings(folder / PENS) if not is_dot(drawing)]
    return split_pens(drawings)


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
