"""Weights with corrections learned against weights without them: what was won, and whether it cost too much."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from function.arrays import from_levels
from function.errors import WeightsMissing, WeightsRefused
from function.formats import BUNDLED, KERAS, format_of
from function.network.about import about_of
from function.network.loading import build
from function.network.network import Network, confidence_of
from function.reading.outputs import outputs_of
from function.store.weights import open_store
from training.data.renderings import keep, normalized, render
from training.data.sets import NO_DIGIT, LabeledDigits, Lessons, Mnist, Pens
from training.learning.samples import VALIDATION_COPIES
from training.learning.validation import MOST_LOSS
from training.learning.weights_file import write_about


@dataclass(frozen=True)
class Row:
    """Accuracy in percent on a set of `count` digits, without and with the corrections."""

    name: str
    count: int
    without: float
    with_: float


def compare(without: Network, with_: Network, mnist: Mnist, pens: Pens, lessons: Lessons) -> list[Row]:
    """A row for each set of validation digits that isn't empty, and one for the corrections that were learned."""
    sets = {
        **validation_sets(mnist, pens),
        "Corrections": lessons.validation,
        "Corrections that were learned": lessons.train,
    }
    return [
        Row(name, len(digits), accuracy(without, digits), accuracy(with_, digits))
        for name, digits in sets.items()
        if len(digits)
    ]


def accuracy(network: Network, digits: LabeledDigits) -> float:
    """In percent, of digits that are normalized already; what is no digit is read right where it is not known."""
    rows = outputs_of(from_levels(digits.digits), network)
    threshold = network.threshold
    is_unknown = confidence_of(rows) < threshold if threshold is not None else np.zeros(len(rows), bool)
    right = np.where(digits.labels == NO_DIGIT, is_unknown, rows[:, :10].argmax(axis=1) == digits.labels)
    return 100 * float(right.mean())


def table(rows: Sequence[Row]) -> str:
    """In Markdown."""
    lines = ["| digits | count | without corrections | with them |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {row.name} | {row.count:,} | {row.without:.2f} % | {row.with_:.2f} % |" for row in rows]
    return "\n".join(lines)


def record(weights: Path, rows: Sequence[Row]) -> None:
    """Adds the rows to a weights file, in place, for reports and as the sign that corrections are in it."""
    write_about(weights, replace(about_of(weights), corrections=[asdict(row) for row in rows]))


def recorded(weights: Path) -> tuple[Row, ...]:
    """The rows that `weights` carry; empty for those that learned from no corrections, and for other formats."""
    if format_of(weights.name) is not KERAS:
        return ()
    try:
        return tuple(Row(**row) for row in about_of(weights).corrections)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise WeightsRefused(f"{weights.name} is not a readable weights file: {error}") from error


def refuse_worse(weights: Path, url: str, sets: Mapping[str, LabeledDigits]) -> None:
    """Compares with the weights at `url`, or with the bundled ones where none stand, on validation digits by name.

    Raises WeightsRefused when `weights` are more than MOST_LOSS points worse on any set.
    """
    store = open_store(url)
    with tempfile.TemporaryDirectory() as folder:
        try:
            present = store.fetch(store.version(), Path(folder))
        except WeightsMissing:
            present = BUNDLED
        old, new = build(present), build(weights)
    for name, digits in sets.items():
        before, after = accuracy(old, digits), accuracy(new, digits)
        if after < before - MOST_LOSS - 1e-9:  # a loss of exactly as much is allowed, and floats round
            raise WeightsRefused(
                f"{weights.name} reads {after:.2f} % of {len(digits):,} validation digits of {name}, the present "
                f"weights {before:.2f} %: corrections may cost {MOST_LOSS:g} points"
            )


def validation_sets(mnist: Mnist, pens: Pens) -> dict[str, LabeledDigits]:
    """The sets, by name, on which corrections may cost MOST_LOSS points at most; normalized, and none of them empty."""
    sets = {"MNIST": normalized(mnist.validation), "Pens": render(pens.validation, VALIDATION_COPIES, 1, keep)}
    return {name: digits for name, digits in sets.items() if len(digits)}
