"""Scores through the function's own path: pictures → ink → digits → probabilities, as a request would go.

Nothing measured here may choose anything in training: this is the only module that reads MNIST's test images, the
held-out pen sources and the sheet of rare forms.
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from function import pictures
from function.errors import CallerError
from function.network import Network
from function.normalize import Ink, normalize
from training.calibration import calibration_error, reliability
from training.data import Drawing, LabeledDigits
from training.examples import random_picture, rare_forms
from training.strokes import Placement, draw

SEED = 2026  # every evaluation draws the same pictures
PEN_COPIES = 5  # pictures of each held-out digit: 4,000 in all, so that size and pen are averaged out
CURVE_DIGITS = 1000  # pictures for each point of a curve: ± 0.5 points, enough to see where it bends
SHIFTS = (0, 2, 4, 6, 8, 10, 12, 14)  # pixels from the middle of a 56×56 canvas; 14 is its edge
SCALES = (0.4, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0)
PEN_WIDTHS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.09, 0.12)  # of the canvas
CHUNK = 500  # digits that the network reads at once


@dataclass(frozen=True)
class Target:
    """What a row has to reach and would like to; both are met from below, or from above where less is better."""

    must: float
    aim: float
    less_is_better: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the table: `value` in percent (or points), of `count` pictures."""

    name: str
    title: str
    value: float
    count: int
    target: Target

    @property
    def verdict(self) -> str:
        for word, bound in (("aim", self.target.aim), ("must", self.target.must)):
            if self.value <= bound if self.target.less_is_better else self.value >= bound:
                return word
        return "missed"


@dataclass(frozen=True)
class Mistake:
    """A picture read wrong: `digit` (28, 28) uint8 is what the network saw; None when the picture was refused."""

    set: str
    label: int
    read: int | None
    confidence: float
    digit: NDArray[np.uint8] | None


@dataclass(frozen=True)
class Reading:
    """What came back for a set of pictures; refused ones count as wrong, with probabilities of 0.1 each."""

    labels: NDArray[np.uint8]
    probabilities: NDArray[np.float64]
    mistakes: tuple[Mistake, ...]

    @property
    def accuracy(self) -> float:
        """In percent."""
        return 100 * (1 - len(self.mistakes) / len(self.labels))


@dataclass(frozen=True)
class Evaluation:
    """Everything the report shows. Curves are lists of (x, accuracy in percent)."""

    version: str
    architecture: str
    rows: tuple[Row, ...]
    curves: Mapping[str, list[tuple[float, float]]]
    confusion: NDArray[np.int64]
    reliability: Mapping[str, list[tuple[float, float, float]]]
    mistakes: tuple[Mistake, ...]
    history: tuple[Mapping[str, float], ...] = ()

    def summary(self) -> dict[str, object]:
        """For report.json: numbers only."""
        return {
            "version": self.version,
            "architecture": self.architecture,
            "rows": [{**asdict(row), "value": round(row.value, 3), "verdict": row.verdict} for row in self.rows],
            "curves": {name: [[x, round(y, 3)] for x, y in curve] for name, curve in self.curves.items()},
            "confusion": self.confusion.tolist(),
            "reliability": {
                name: [[round(number, 5) for number in point] for point in points]
                for name, points in self.reliability.items()
            },
            "history": list(self.history),
        }


def evaluate(
    network: Network, weights: Path, test: LabeledDigits, pens: Sequence[Drawing], few: int | None = None
) -> Evaluation:
    """Scores `network`, which was loaded from `weights`, on MNIST's test images and the held-out pen drawings.

    `few` keeps every set to so many pictures: for a look, or a test.
    """
    test, pens = test.take(slice(few)), pens[:few]
    seen = Reader(network)
    plain = seen.read("MNIST", test.labels, (pictures.from_text(as_text(digit)) for digit in test.digits))
    moved = {
        title: seen.read(title, test.labels, _inks(change(digit, rng) for digit in test.digits))
        for title, change, rng in (
            ("MNIST, shifted to 8 px", _shifted_at_random, np.random.default_rng(SEED)),
            ("MNIST, scaled 0.5–2×", _scaled_at_random, np.random.default_rng(SEED)),
            ("MNIST, inverted", _inverted, np.random.default_rng(SEED)),
        )
    }
    rng = np.random.default_rng(SEED)
    pen_labels = np.array([drawing.label for drawing in pens] * PEN_COPIES, np.uint8)
    drawn = seen.read(
        "pens", pen_labels, _inks(random_picture(drawing.strokes, rng) for _ in range(PEN_COPIES) for drawing in pens)
    )
    forms = list(rare_forms())[:few]
    form_labels = np.array([form.drawing.label for form in forms], np.uint8)
    rare = seen.read("rare forms", form_labels, _inks(random_picture(form.drawing.strokes, rng) for form in forms))
    rows = (
        Row("mnist", "MNIST test, as comma-separated numbers", plain.accuracy, len(test), Target(99.65, 99.75)),
        Row("pens", "Held-out pens, as PNG", drawn.accuracy, len(pen_labels), Target(98.8, 99.3)),
        *(
            Row(name, f"{title}: change", reading.accuracy - plain.accuracy, len(test), Target(-0.15, -0.05))
            for name, (title, reading) in zip(("shifted", "scaled", "inverted"), moved.items(), strict=True)
        ),
        Row(
            "calibration",
            "Held-out pens, calibration error",
            100 * calibration_error(drawn.probabilities, drawn.labels),
            len(pen_labels),
            Target(1.5, 0.7, less_is_better=True),
        ),
        Row("rare", "Rare forms of our own making", rare.accuracy, len(forms), Target(95, 99)),
    )
    return Evaluation(
        version=hashlib.sha256(weights.read_bytes()).hexdigest()[:16],
        architecture=network.architecture,
        rows=rows,
        curves=_curves(seen, test.take(slice(CURVE_DIGITS)), pens),
        confusion=_confusion([plain, drawn]),
        reliability={
            "MNIST": reliability(plain.probabilities, plain.labels),
            "held-out pens": reliability(drawn.probabilities, drawn.labels),
        },
        mistakes=(*plain.mistakes, *drawn.mistakes, *rare.mistakes),
        history=read_history(weights),
    )


class Reader:
    """Pictures' ink → Reading, in chunks."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def read(self, name: str, labels: NDArray[np.uint8], inks: Iterable[Ink | None]) -> Reading:
        """`inks` holds None for a picture that was refused; normalization may refuse more."""
        digits = np.zeros((len(labels), 28, 28), np.float32)
        refused = np.zeros(len(labels), bool)
        for index, ink in enumerate(tqdm(inks, total=len(labels), desc=name, unit="picture", leave=False)):
            try:
                if ink is None:
                    refused[index] = True
                else:
                    digits[index] = normalize(ink)
            except CallerError:
                refused[index] = True
        parts = [self._network.probabilities(digits[start : start + CHUNK]) for start in range(0, len(labels), CHUNK)]
        probabilities = np.concatenate(parts).astype(np.float64)
        probabilities[refused] = 0.1
        answers = probabilities.argmax(axis=1)
        mistakes = tuple(
            Mistake(name, int(labels[index]), None, 0.0, None)
            if refused[index]
            else Mistake(
                name,
                int(labels[index]),
                int(answers[index]),
                float(probabilities[index].max()),
                np.rint(digits[index] * 255).astype(np.uint8),
            )
            for index in np.flatnonzero((answers != labels) | refused)
        )
        return Reading(labels, probabilities, mistakes)


def as_text(digit: NDArray[np.uint8]) -> str:
    """784 comma-separated numbers, as the function takes them."""
    return ",".join(map(str, digit.ravel().tolist()))


def as_png(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG", compress_level=1)  # the evaluation's own time, not the network's
    return data.getvalue()


def _inks(images: Iterable[Image.Image]) -> Iterable[Ink | None]:
    """Each picture as the function takes it in from a PNG; None for what it refuses."""
    for image in images:
        try:
            yield pictures.from_bytes(as_png(image))
        except CallerError:
            yield None


def _shifted(digit: NDArray[np.uint8], down: int, right: int) -> Image.Image:
    """The digit on a black 56×56 canvas, so far from its middle."""
    canvas = np.zeros((56, 56), np.uint8)
    canvas[14 + down : 42 + down, 14 + right : 42 + right] = digit
    return Image.fromarray(canvas)


def _shifted_at_random(digit: NDArray[np.uint8], rng: np.random.Generator) -> Image.Image:
    down, right = rng.integers(-8, 9, 2)
    return _shifted(digit, int(down), int(right))


def _scaled(digit: NDArray[np.uint8], scale: float) -> Image.Image:
    """The digit resampled to `scale` times its size, in the middle of a canvas with room for it."""
    side = max(1, round(28 * scale))
    scaled = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    canvas = Image.new("L", (max(28, side),) * 2)
    canvas.paste(scaled, ((canvas.width - side) // 2,) * 2)
    return canvas


def _scaled_at_random(digit: NDArray[np.uint8], rng: np.random.Generator) -> Image.Image:
    return _scaled(digit, float(np.exp(rng.uniform(np.log(0.5), np.log(2)))))


def _inverted(digit: NDArray[np.uint8], _: np.random.Generator) -> Image.Image:
    return Image.fromarray(255 - digit)


def _curves(seen: Reader, test: LabeledDigits, pens: Sequence[Drawing]) -> dict[str, list[tuple[float, float]]]:
    """Accuracy in percent against shift and scale (MNIST) and against pen width, by polarity (held-out pens)."""
    rng = np.random.default_rng(SEED)

    def mnist(change: Callable[[NDArray[np.uint8]], Image.Image]) -> float:
        return seen.read("curve", test.labels, _inks(change(digit) for digit in test.digits)).accuracy

    def shifted(by: int) -> Callable[[NDArray[np.uint8]], Image.Image]:
        return lambda digit: _shifted(digit, *(int(side) for side in rng.choice([-by, by], 2)))

    chosen = [pens[index] for index in rng.permutation(len(pens))[:CURVE_DIGITS]]
    labels = np.array([drawing.label for drawing in chosen], np.uint8)
    curves = {
        "shift": [(float(by), mnist(shifted(by))) for by in SHIFTS],
        "scale": [(scale, mnist(lambda digit, scale=scale: _scaled(digit, scale))) for scale in SCALES],  # type: ignore[misc]
    }
    for polarity in ("dark on light", "light on dark"):
        curves[f"pen width, {polarity}"] = [
            (100 * pen, seen.read("curve", labels, _inks(_drawn(chosen, pen, polarity))).accuracy) for pen in PEN_WIDTHS
        ]
    return curves


def _drawn(drawings: Iterable[Drawing], pen: float, polarity: str) -> Iterable[Image.Image]:
    """Each drawing over 60 % of a 280-px canvas, the size of many pages' canvases."""
    for drawing in drawings:
        ink = draw(drawing.strokes, Placement(side=280, size=168, pen=280 * pen, x=56, y=56))
        levels = ink if polarity == "light on dark" else 1 - ink
        yield Image.fromarray(np.rint(levels * 255).astype(np.uint8))


def _confusion(readings: Iterable[Reading]) -> NDArray[np.int64]:
    """(10, 10) counts: rows are labels, columns what was read. Refused pictures are left out."""
    counts = np.zeros((10, 10), np.int64)
    for reading in readings:
        kept = np.ptp(reading.probabilities, axis=1) > 0
        np.add.at(counts, (reading.labels[kept], reading.probabilities[kept].argmax(axis=1)), 1)
    return counts


def read_history(weights: Path) -> tuple[Mapping[str, float], ...]:
    """The training history that the weights carry; empty for weights from elsewhere."""
    import h5py

    with h5py.File(weights, "r") as file:
        return tuple(json.loads(file.attrs.get("history", "[]")))


def table(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| set | pictures | value | must | aim |", "| --- | ---: | ---: | ---: | ---: |"]
    for row in rows:
        unit = " pt" if row.name in ("shifted", "scaled", "inverted") else " %"
        sign = "+" if unit == " pt" else ""
        lines.append(
            f"| {row.title} | {row.count:,} | {row.value:{sign}.2f}{unit} "
            f"| {row.target.must:g}{unit} | {row.target.aim:g}{unit} |"
        )
    return "\n".join(lines)
