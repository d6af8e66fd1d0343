"""The published figures of the bench: two files, from which every page is written and every check made."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from math import ceil
from pathlib import Path

from scripts.benchmark.curves import Curves
from scripts.benchmark.results import Results, Sample
from scripts.environment import ROOT

FIGURES = ROOT / "docs" / "figures.json"
CURVES = ROOT / "docs" / "curves.json"
PARTS = 100  # that many requests stand for thousands: a percent each


def read(path: Path = FIGURES) -> Results:
    """What is published."""
    return Results.from_json(json.loads(path.read_text("utf-8")))


def publish(results: Results, path: Path = FIGURES) -> Results:
    """Makes `results` the published ones, a hundred times of each kind; what is then read back."""
    kept = replace(results, rounds=[{name: _condensed(one) for name, one in each.items()} for each in results.rounds])
    path.write_text(json.dumps(asdict(kept)).replace("}}, {", "}},\n{") + "\n", "utf-8")
    return read(path)


def read_curves(path: Path = CURVES) -> Curves | None:
    """What is published of growth; None before anything was."""
    return Curves.read(path) if path.exists() else None


def publish_curves(found: Curves, path: Path = CURVES) -> None:
    """Makes `found` the published ones."""
    path.write_text(json.dumps(asdict(found)).replace("}}, ", "}},\n") + "\n", "utf-8")


def _condensed(sample: Sample) -> Sample:
    return replace(
        sample,
        first_answer=round(sample.first_answer, 4),
        pixels=condensed(sample.pixels),
        drawing=condensed(sample.drawing),
        throughput={connections: round(rate, 1) for connections, rate in sample.throughput.items()},
    )


def condensed(values: Sequence[float]) -> list[float]:
    """The values at every percent of all, by nearest rank: percentiles stay what they are, and the mean nearly."""
    ordered, parts = sorted(values), min(PARTS, len(values))
    return [round(ordered[ceil(len(ordered) * part / parts) - 1], 4) for part in range(1, parts + 1)]
