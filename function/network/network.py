"""What a network is, whatever runs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from function.arrays import Digits, Outputs, Probabilities
from function.network.chain import Chain, Floats

Runtime = Literal["numpy", "keras", "lite"]  # docs/architecture.md says what each is for

MOST_SCORES = 100  # of a weights file: each stands in every answer of /model


@dataclass(frozen=True)
class Known:
    """How a network tells what is a digit: known = 1 / (1 + exp(-slope * raw - offset)), a probability.

    threshold  of what `confidence_of` gives: from there on it is read as a digit; 0..1
    raw        the eleventh logit where there is one, else the logarithm of the sum of all ten exponentials ("energy")
    """

    threshold: float
    slope: float
    offset: float

    def __post_init__(self) -> None:
        if not (0 < self.threshold < 1 and 0 < self.slope < 1e6 and abs(self.offset) < 1e6):  # also refuses nan
            raise ValueError(f"expected a threshold within 0..1 and a rising, finite line, got {self}")


@dataclass(frozen=True, eq=False)
class Parameters:
    """All that decides what a network answers.

    arrays       of its layers, by the names that they have in a weights file
    temperature  probabilities = softmax(logits / temperature)
    known        None for a network that doesn't tell it
    """

    layers: Chain
    arrays: Mapping[str, Floats]
    temperature: float = 1.0
    known: Known | None = None


@dataclass(frozen=True)
class Network:
    """A network ready to read digits.

    outputs     (n, 28, 28) float32 in 0..1, ink = 1 → (n, 10) float32: probabilities, each row summing to 1; or
                (n, 11), the eleventh being `known`, how probably it is a digit at all. Thread-safe.
    scores      what was measured when the weights were made, by name; empty when the file tells nothing
    threshold   of what `confidence_of` gives; None for a network that doesn't tell it, to which everything is a digit
    parameters  what it was made from, taken out of it when that is asked; None where that can't be told
    """

    architecture: str
    runtime: Runtime
    outputs: Callable[[Digits], Outputs]
    scores: Mapping[str, float] = field(default_factory=dict)
    threshold: float | None = None
    parameters: Callable[[], Parameters | None] = lambda: None

    def probabilities(self, digits: Digits) -> Probabilities:
        """(n, 10) of (n, 28, 28)."""
        return self.outputs(digits)[:, :10]


def confidence_of(rows: Outputs) -> NDArray[np.float32]:
    """(n,) of (n, 11) outputs: how probably each is a digit, and the one that is most probable of the ten.

    What is none may pass for a digit without being like any one, and the other way round: so both are asked.
    """
    return np.asarray(rows[:, 10] * rows[:, :10].max(axis=1))


def checked_scores(scores: Any) -> dict[str, float]:
    """`scores` as /model can tell them. Raises ValueError unless they are finite numbers by name."""
    if not isinstance(scores, dict) or len(scores) > MOST_SCORES:
        raise ValueError(f"its scores aren't at most {MOST_SCORES} numbers by name")
    for name, value in scores.items():
        if not isinstance(name, str) or len(name) > 100 or not _is_number(value):
            raise ValueError(f"its score {str(name)[:40]!r} is no finite number with a short name")
    return scores


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and -1e300 < value < 1e300  # also refuses nan
