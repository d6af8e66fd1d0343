"""What an evaluation found: a table of rows with what they must reach, curves, and every mistake."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.measuring import comparison, photographed
from training.measuring.reading import Mistake


@dataclass(frozen=True)
class Row:
    """One line of the table: `value` of `count` pictures, what it must reach and what it aims at, in `unit`."""

    name: str
    title: str
    value: float
    count: int
    must: float
    aim: float
    unit: str = "%"
    less_is_better: bool = False

    @property
    def verdict(self) -> str:
        """aim, must or missed."""
        for word, bound in (("aim", self.aim), ("must", self.must)):
            if self.value <= bound if self.less_is_better else self.value >= bound:
                return word
        return "missed"

    def text(self) -> str:
        """The value with its unit, as the table shows it."""
        return f"{self.value:{'+' if self.unit == 'pt' else ''}.2f} {self.unit}"


@dataclass(frozen=True)
class Evaluation:
    """Everything the report shows. Curves are lists of (x, accuracy in percent).

    `photographs` tells how many of each kind were read wrong.
    `lengths` tells for each set of numbers how many of each length were read exactly, in percent.
    `corrections` tells of weights that learned from corrected drawings what that was worth, on validation digits.
    """

    version: str
    architecture: str
    rows: tuple[Row, ...]
    curves: Mapping[str, list[tuple[float, float]]]
    confusion: NDArray[np.int64]
    reliability: Mapping[str, Sequence[tuple[float, float, float]]]
    mistakes: tuple[Mistake, ...]
    lengths: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    photographs: tuple[photographed.Condition, ...] = ()
    history: tuple[Mapping[str, float], ...] = ()
    corrections: tuple[comparison.Row, ...] = ()

    @property
    def is_of_held_out(self) -> bool:
        """Whether it is of the pictures held out for `evaluate`, and not of somebody's own."""
        return any(row.name == "rare" for row in self.rows)  # which are drawn, and so always there

    @property
    def left_out(self) -> tuple[str, ...]:
        """The sets that there were no pictures of."""
        if not self.is_of_held_out:
            return ()
        present = {row.name for row in self.rows}
        sets = {"mnist": "MNIST", "pens": "held-out pens", "letters": "letters by pen"}
        sets |= {"doodles": "doodles", "written": "numbers as people wrote them"}
        return tuple(name for row, name in sets.items() if row not in present)

    def summary(self) -> dict[str, object]:
        """For report.json: numbers only."""
        return {
            "version": self.version,
            "architecture": self.architecture,
            "rows": [{**asdict(row), "value": round(row.value, 3), "text": row.text()} for row in self.rows],
            "curves": {name: [[x, round(y, 3)] for x, y in curve] for name, curve in self.curves.items()},
            "confusion": self.confusion.tolist(),
            "reliability": {
                name: [[round(number, 5) for number in point] for point in points]
                for name, points in self.reliability.items()
            },
            "lengths": {
                name: {str(n): round(value, 2) for n, value in rows.items()} for name, rows in self.lengths.items()
            },
            "photographs": [
                {"title": each.title, "count": each.count, "error": round(each.error, 2)} for each in self.photographs
            ],
            "history": list(self.history),
            **({"corrections": [asdict(row) for row in self.corrections]} if self.corrections else {}),
        }

    def table(self) -> str:
        """The rows in Markdown."""
        lines = ["| set | pictures | value | must | aim |", "| --- | ---: | ---: | ---: | ---: |"]
        lines += [
            f"| {row.title} | {row.count:,} | {row.text()} | {row.must:g} {row.unit} | {row.aim:g} {row.unit} |"
            for row in self.rows
        ]
        photographs = ["", photographed.table(self.photographs)] if self.photographs else []
        return "\n".join([*lines, *photographs])
