"""What `./scripts/bench` measured of a runtime, as far as it is needed here, and the small file that keeps it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.runtimes import RUNTIMES

KEPT = Path(__file__).with_name("measured.json")
PARTS = 200  # that many requests stand for thousands: half a percent each, so the slowest percent is two of them


@dataclass(frozen=True)
class Measured:
    """One runtime on one machine.

    starts  seconds from the start of the process to its first right answer, one for each round
    work    seconds that a warm request with a 280×280 PNG took, the page's kind, one for each PARTS-th of them. They
            are taken for CPU seconds, which they are at most: one at a time, they waited for nothing but the network
    """

    runtime: str
    starts: tuple[float, ...]
    work: tuple[float, ...]

    @property
    def title(self) -> str:
        """The runtime as people call it."""
        return {"keras": "Keras", "lite": "LiteRT"}[self.runtime]

    @property
    def memory(self) -> str:
        """What is deployed for it, as gcloud writes it."""
        return RUNTIMES[self.runtime].memory

    @property
    def gib(self) -> float:
        """The same in GiB."""
        number, unit = self.memory[:-2], self.memory[-2:]
        return float(number) / {"Gi": 1, "Mi": 1024}[unit]

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """CPU seconds of `count` requests, as they were measured."""
        return rng.choice(np.array(self.work), count)


def from_bench(results: Mapping[str, Any]) -> list[Measured]:
    """What counts of the raw numbers that `./scripts/bench` writes."""
    return [
        Measured(
            runtime,
            tuple(round(one[runtime]["first_answer"], 4) for one in results["rounds"]),
            condensed([milliseconds / 1000 for one in results["rounds"] for milliseconds in one[runtime]["drawing"]]),
        )
        for runtime in RUNTIMES
    ]


def condensed(values: Sequence[float]) -> tuple[float, ...]:
    """PARTS means of the sorted values, each over as many of them: the mean stays what it is, and so does the shape."""
    parts = np.array_split(np.sort(values), min(PARTS, len(values)))
    return tuple(round(float(part.mean()), 6) for part in parts)


def read(path: Path = KEPT) -> list[Measured]:
    """Of a file that `write` wrote. Raises FileNotFoundError when none is there yet."""
    rows = json.loads(path.read_text("utf-8"))
    return [Measured(row["runtime"], tuple(row["starts"]), tuple(row["work"])) for row in rows]


def write(measured: Sequence[Measured], path: Path = KEPT) -> None:
    """A line for each runtime."""
    lines = ",\n".join(json.dumps(asdict(one)) for one in measured)
    path.write_text(f"[\n{lines}\n]\n", "utf-8")
