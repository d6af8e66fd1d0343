"""The published figures of the bench: one file, from which every page is written and every check made."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from math import ceil
from pathlib import Path

from scripts.benchmark.results import Results, Sample
from scripts.environment import ROOT

FIGURES = ROOT / "docs" / "figures.json"
PARTS = 100  # that many requests stand for thousands: a percent each


def read(path: Path = FIGURES) -> Results:
    """What is published."""
    return Results.from_json(json.loads(path.read_text("utf-8")))


def publish(results: Results, path: Path = FIGURES) -> Results:
    """Makes `results` the published ones, a hundred times of each kind; what is then read back."""
    kept = replace(results, rounds=[{name: _condensed(one) for name, one in each.items()} for each in results.rounds])
    path.write_text(json.dumps(asdict(kept)).replace("}}, {", "}},\n{") + "\n", "utf-8")
    return read(path)


def _condensed(sample: Sample) -> Sample:
    return replace(
        sample,
        first_answer=round(sample.first_answer, 4),
        pixels=condensed(sample.pixels),
        drawing=condensed(sample.drawing),
        throughput=round(sample.throughput, 1),
    )


def condensed(values: Sequence[float]) -> list[float]:
    """The values at every percent of all, by nearest rank: percentiles stay what they are, and the mean nearly."""
    ordered, parts = sorted(values), min(PARTS, len(values))
    return [round(ordered[ceil(len(ordered) * part / parts) - 1], 4) for part in range(1, parts + 1)]
