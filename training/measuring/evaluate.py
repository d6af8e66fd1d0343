"""Scores through the function's own path: pictures → ink → digits → probabilities, as a request would go.

Nothing measured here may choose anything in training: this is the only module that reads MNIST's test images, the
held-out pen sources and the sheet of rare forms.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from function.network.about import about_of
from function.network.network import Network
from training.data.distortion import drawn_with, inverted, scaled, scaled_at_random, shifted, shifted_at_random
from training.data.drawings import Drawing
from training.data.examples import random_picture, rare_forms
from training.data.processes import processes
from training.data.sets import LabeledDigits
from training.learning.calibration import calibration_error, reliability
from training.learning.weights_file import version_of
from training.measuring import comparison
from training.measuring.evaluation import Evaluation, Row
from training.measuring.held_out import HeldOut
from training.measuring.judged import EXACT, KINDS, SEED, judge_all
from training.measuring.photographed import judge_photographs
from training.measuring.reading import Outcome, Reader, as_png, as_text
from training.measuring.written import Judge

PEN_COPIES = 5  # pictures of each held-out digit: 4,000 in all, so that size and pen are averaged out
CURVE_DIGITS = 1000  # pictures for each point of a curve: ± 0.5 points, enough to see where it bends
SHIFTS = (0, 2, 4, 6, 8, 10, 12, 14)  # pixels from the middle of a 56×56 canvas; 14 is its edge
SCALES = (0.4, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0)
PEN_WIDTHS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.09, 0.12)  # of the canvas


THIN = 0.01  # of the canvas: the thinnest pen of a large one

# The rows, in the order of the table.
ROWS = (
    *("mnist", "pens", "shifted", "scaled", "inverted", "thin", "calibration", "rare"),
    *("kept_mnist", "kept_pens", *KINDS, *EXACT, "single", "known"),
)


@dataclass(frozen=True)
class _Part:
    """What one set of pictures gave."""

    rows: Sequence[Row] = ()
    curves: Mapping[str, list[tuple[float, float]]] = field(default_factory=dict)
    outcomes: Sequence[Outcome] = ()


def evaluate(network: Network, weights: Path, held: HeldOut, few: int | None = None) -> Evaluation:
    """Scores `network`, which was loaded from `weights`, on what was held out.

    What is empty has no rows, curves and mistakes.

    `few` keeps every set to so many pictures: for a look, or a test.
    """
    test, pens = held.test.take(slice(few)), held.pens[:few]
    with processes() as pool:
        seen = Reader(network, pool)
        mnist = _on_mnist(seen, test) if len(test) else _Part()
        drawn = _on_pens(seen, pens) if pens else _Part()
        rare = _draw(seen, "rare forms", [form.drawing for form in rare_forms()][:few])
        findings = judge_all(Judge(network, pool), test, held.pens, held.others, held.numbers, few)
        photographs = judge_photographs(Judge(network, pool), held.cells, held.pens, few)
    rows = [
        *mnist.rows,
        *drawn.rows,
        Row("rare", "Rare forms of our own making", rare.accuracy, len(rare), 95, 99),
        *findings.rows,
    ]
    plain = [*mnist.outcomes, *drawn.outcomes]
    return Evaluation(
        version=version_of(weights),
        architecture=network.architecture,
        rows=tuple(sorted(rows, key=lambda row: ROWS.index(row.name))),
        curves={**mnist.curves, **drawn.curves},
        confusion=_confusion(plain),
        reliability={
            **{each.name: reliability(each.probabilities, each.labels) for each in plain},
            **({"what is written": findings.reliability} if findings.reliability else {}),
        },
        lengths=findings.by_length,
        photographs=tuple(photographs),
        mistakes=(
            *(mistake for outcome in (*plain, rare) for mistake in outcome.mistakes),
            *(mistake for judged in findings.judged for mistake in judged.mistakes),
        ),
        history=tuple(about_of(weights).history),
        corrections=comparison.recorded(weights),
    )


def _on_mnist(seen: Reader, test: LabeledDigits) -> _Part:
    plain = seen.read("MNIST", test.labels, map(as_text, test.digits))
    moved = [
        seen.read(title, test.labels, map(as_png, _changed(test, change)))
        for title, change in (
            ("MNIST, shifted to 8 px", shifted_at_random),
            ("MNIST, scaled 0.5–2×", scaled_at_random),
            ("MNIST, inverted", lambda digit, _: inverted(digit)),
        )
    ]
    rows = (
        Row("mnist", "MNIST test, as comma-separated numbers", plain.accuracy, len(plain), 99.57, 99.75),
        *(
            Row(name, f"{reading.name}: change", reading.accuracy - plain.accuracy, len(reading), -0.15, -0.05, "pt")
            for name, reading in zip(("shifted", "scaled", "inverted"), moved, strict=True)
        ),
    )
    return _Part(rows, _mnist_curves(seen, test.take(slice(CURVE_DIGITS))), (plain,))


def _on_pens(seen: Reader, pens: Sequence[Drawing]) -> _Part:
    drawn = _draw(seen, "held-out pens", [*pens] * PEN_COPIES)
    error = 100 * calibration_error(drawn.probabilities, drawn.labels)
    thin = seen.read("thin pens", _labels(pens), map(as_png, drawn_with(pens, THIN, "dark on light")))
    rows = (
        Row("pens", "Held-out pens, as PNG", drawn.accuracy, len(drawn), 99.05, 99.4),
        Row("thin", "Held-out pens, thin on a canvas", thin.accuracy, len(thin), 98.7, 99.3),
        Row("calibration", "Held-out pens, calibration error", error, len(drawn), 1.5, 0.7, less_is_better=True),
    )
    return _Part(rows, _pen_curves(seen, pens), (drawn,))


def _changed(
    test: LabeledDigits, change: Callable[[NDArray[np.uint8], np.random.Generator], Image.Image]
) -> Iterable[Image.Image]:
    rng = np.random.default_rng(SEED)
    return (change(digit, rng) for digit in test.digits)


def _draw(seen: Reader, name: str, drawings: Sequence[Drawing]) -> Outcome:
    """Each drawing once, at random size, place, pen and polarity."""
    rng = np.random.default_rng(SEED)
    return seen.read(name, _labels(drawings), (as_png(random_picture(each.strokes, rng)) for each in drawings))


def _mnist_curves(seen: Reader, test: LabeledDigits) -> dict[str, list[tuple[float, float]]]:
    """Accuracy in percent against shift (both axes, either way) and scale."""

    def accuracy(images: Iterable[Image.Image]) -> float:
        return seen.read("curve", test.labels, map(as_png, images)).accuracy

    way = np.random.default_rng(SEED).choice([-1, 1], (len(test), 2))
    return {
        "shift": [
            (float(by), accuracy(shifted(digit, *(by * side)) for digit, side in zip(test.digits, way, strict=True)))
            for by in SHIFTS
        ],
        "scale": [(scale, accuracy(scaled(digit, scale) for digit in test.digits)) for scale in SCALES],
    }


def _pen_curves(seen: Reader, pens: Sequence[Drawing]) -> dict[str, list[tuple[float, float]]]:
    """Accuracy in percent against the pen's width in percent of the canvas, for both polarities."""
    order = np.random.default_rng(SEED).permutation(len(pens))[:CURVE_DIGITS]
    chosen = [pens[index] for index in order]
    return {
        f"pen width, {polarity}": [
            (100 * pen, seen.read("curve", _labels(chosen), map(as_png, drawn_with(chosen, pen, polarity))).accuracy)
            for pen in PEN_WIDTHS
        ]
        for polarity in ("dark on light", "light on dark")
    }


def _labels(drawings: Iterable[Drawing]) -> NDArray[np.uint8]:
    return np.array([drawing.label for drawing in drawings], np.uint8)


def _confusion(readings: Iterable[Outcome]) -> NDArray[np.int64]:
    """(10, 10) counts: rows are labels, columns what was read. Refused pictures are left out."""
    counts = np.zeros((10, 10), np.int64)
    for reading in readings:
        kept = np.ptp(reading.probabilities, axis=1) > 0
        np.add.at(counts, (reading.labels[kept], reading.probabilities[kept].argmax(axis=1)), 1)
    return counts
