"""What a network is, whatever runs it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from function.arrays import Digits, Probabilities
from function.formats import Runtime

MOST_SCORES = 100  # of a weights file: each stands in every answer of /model


@dataclass(frozen=True)
class Network:
    """A network ready to read digits.

    probabilities  (n, 28, 28) float32 in 0..1, ink = 1 → (n, 10) float32, each row summing to 1. Thread-safe.
    scores         what was measured when the weights were made, by name; empty when the file tells nothing
    """

    architecture: str
    runtime: Runtime
    probabilities: Callable[[Digits], Probabilities]
    scores: Mapping[str, float] = field(default_factory=dict)


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
