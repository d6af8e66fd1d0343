"""Pictures sent as clients send them → what the function made of them, right or wrong."""

import io
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from function.arrays import Digit, to_levels
from function.errors import CallerError
from function.network.network import Network
from function.picture.picture import Picture
from function.reading.line import see
from function.reading.outputs import outputs_of


@dataclass(frozen=True)
class Mistake:
    """A picture read wrong: `digit` (28, 28) uint8 is what the network saw; None when the picture was refused."""

    set: str
    label: str
    read: str | None
    confidence: float
    digit: NDArray[np.uint8] | None


@dataclass(frozen=True)
class Outcome:
    """What came back for a set of pictures; refused ones count as wrong, with probabilities of 0.1 each."""

    name: str
    labels: NDArray[np.uint8]
    probabilities: NDArray[np.float64]
    mistakes: tuple[Mistake, ...]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def accuracy(self) -> float:
        """In percent."""
        return 100 * (1 - len(self.mistakes) / len(self.labels))


class Reader:
    """Pictures as they are sent, text or PNG → Outcome. Pictures become digits in `pool`, digits are read here."""

    def __init__(self, network: Network, pool: Executor) -> None:
        self._network = network
        self._pool = pool

    def read(self, name: str, labels: NDArray[np.uint8], sent: Iterable[str | bytes]) -> Outcome:
        digits = np.zeros((len(labels), 28, 28), np.float32)
        refused = np.zeros(len(labels), bool)
        found = self._pool.map(to_digit, sent, chunksize=50)  # 50: half a second of work
        for index, digit in enumerate(tqdm(found, total=len(labels), desc=name, unit="picture", leave=False)):
            if digit is None:
                refused[index] = True
            else:
                digits[index] = digit
        probabilities = outputs_of(digits, self._network)[:, :10].astype(np.float64)
        probabilities[refused] = 0.1
        answers = probabilities.argmax(axis=1)
        mistakes = tuple(
            Mistake(name, str(labels[index]), None, 0.0, None)
            if refused[index]
            else Mistake(
                name,
                str(labels[index]),
                str(answers[index]),
                float(probabilities[index].max()),
                to_levels(digits[index]),
            )
            for index in np.flatnonzero((answers != labels) | refused)
        )
        return Outcome(name, labels, probabilities, mistakes)


def to_digit(sent: str | bytes) -> Digit | None:
    """What the function makes of a picture; None when it refuses it."""
    try:
        digit: Digit = see([Picture(sent)]).digits[0]
        return digit
    except CallerError:
        return None


def as_text(digit: NDArray[np.uint8]) -> str:
    """784 comma-separated numbers, as the function takes them."""
    return ",".join(map(str, digit.ravel().tolist()))


def as_png(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG", compress_level=1)  # fast: nobody keeps these files
    return data.getvalue()
