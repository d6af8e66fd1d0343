"""Pictures that show a digit, a number or neither → what the function says is written there, right or wrong."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from function.arrays import to_levels
from function.errors import CallerError
from function.network.network import Network
from function.picture.picture import Picture
from function.reading.line import read, see
from function.reading.values import Kind, Reading, Seen
from training.measuring.reading import Mistake

TOGETHER = 64  # pictures read in one call, as a client might send them


class Said(NamedTuple):
    """What was said of a picture that shows `text`, which is empty where it shows no digit."""

    text: str
    kind: Kind
    said: str
    confidence: float

    @property
    def is_right(self) -> bool:
        return self.said == self.text


@dataclass(frozen=True)
class Judged:
    """What was said of a set of pictures, and what of that was wrong."""

    name: str
    said: tuple[Said, ...]
    mistakes: tuple[Mistake, ...]

    def __len__(self) -> int:
        return len(self.said)

    @property
    def right(self) -> float:
        """In percent: the text is exactly what is written, or nothing where no digit is."""
        return 100 * float(np.mean([each.is_right for each in self.said]))

    @property
    def single(self) -> float:
        """In percent: called one digit."""
        return 100 * float(np.mean([each.kind == "digit" for each in self.said]))

    def by_length(self) -> dict[int, float]:
        """What is `right` of each length of text."""
        lengths = sorted({len(each.text) for each in self.said})
        return {
            length: 100 * float(np.mean([each.is_right for each in self.said if len(each.text) == length]))
            for length in lengths
        }


class Judge:
    """Pictures as they are sent → Judged. They are seen in `pool` and read here."""

    def __init__(self, network: Network, pool: Executor) -> None:
        self._network = network
        self._pool = pool

    def judge(self, name: str, texts: Sequence[str], sent: Iterable[str | bytes]) -> Judged:
        """What the function says of each picture; one that it refuses shows no digit to it."""
        said: list[Said] = []
        mistakes: list[Mistake] = []
        seen = tqdm(self._pool.map(_seen, sent, chunksize=50), total=len(texts), desc=name, unit="picture", leave=False)
        pairs = zip(texts, seen, strict=True)
        while chunk := list(islice(pairs, TOGETHER)):
            taken = [each for _, each in chunk if each is not None]  # none, where all of a chunk is blank
            readings = iter(read(_joined(taken), self._network) if taken else [])
            for text, one in chunk:
                reading = None if one is None else next(readings)
                said.append(_said(text, reading))
                if not said[-1].is_right:
                    mistakes.append(_mistake(name, said[-1], reading))
        return Judged(name, tuple(said), tuple(mistakes))


def _seen(sent: str | bytes) -> Seen | None:
    try:
        return see([Picture(sent)])
    except CallerError:
        return None


def _joined(seen: Sequence[Seen]) -> Seen:
    digits: NDArray[np.float32] = np.zeros((0, 28, 28), np.float32)
    return Seen(
        np.concatenate([digits, *(each.digits for each in seen)]),
        [area for each in seen for area in each.areas],
        [ink for each in seen for ink in each.inks],
    )


def _said(text: str, reading: Reading | None) -> Said:
    if reading is None:
        return Said(text, "unknown", "", 1.0)
    return Said(text, reading.kind, reading.text, reading.confidence)


def _mistake(name: str, said: Said, reading: Reading | None) -> Mistake:
    digit = None if reading is None else to_levels(reading.digit)
    return Mistake(name, said.text or "none", None if reading is None else said.said or "none", said.confidence, digit)
