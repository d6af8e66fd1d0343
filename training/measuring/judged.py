"""The rows about what is written: digits kept, everything else turned away, numbers exact, confidence believed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from PIL import Image

from function.arrays import to_levels
from training.data.drawings import Drawing, Strokes, Writing
from training.data.examples import random_picture
from training.data.numbers import Number, composed, number_picture
from training.data.others.recipe import Recipe, as_sent
from training.data.sets import LabeledDigits
from training.learning.calibration import binned, expected_error
from training.measuring.evaluation import Row
from training.measuring.reading import as_png, as_text
from training.measuring.written import Judge, Judged

SEED = 2026  # every evaluation draws the same pictures
PICTURES = 1500  # of each kind: ± 0.9 points at 97 %
NUMBERS = 2200  # composed ones, 200 of each length
COPIES = 3  # pictures of each number that was really written, so that size and pen are averaged out

# Kinds of what is no digit, none of them learned from: title, and what must and should be turned away, in percent.
KINDS: Mapping[str, tuple[str, float, float]] = {
    "letters": ("Letters by pen", 86, 93),
    "signs": ("Signs by pen", 76, 86),
    "words": ("Words by pen", 99, 99.8),
    "doodles": ("Doodles", 95, 98.5),
    "drawn glyphs": ("Letters of other scripts, drawn", 70, 82),
    "glyphs": ("Printed letters and signs", 82, 92),
    "shapes": ("Shapes, faces and hearts", 93, 99),
    "scribbles": ("Scribbles", 93, 99),
}
EXACT: Mapping[str, tuple[float, float]] = {"composed": (87, 94), "touching": (20, 60), "written": (87, 94)}


@dataclass(frozen=True)
class Findings:
    """What was said of every set, and how far its confidence can be believed, as `calibration.binned` has it."""

    rows: Sequence[Row]
    judged: Sequence[Judged]
    reliability: Sequence[tuple[float, float, float]]
    by_length: Mapping[str, Mapping[int, float]]


def judge_all(
    judge: Judge,
    test: LabeledDigits,
    pens: Sequence[Drawing],
    others: Mapping[str, Recipe],
    numbers: Sequence[Writing],
    few: int | None = None,
) -> Findings:
    """What the function says of digits, of what is none, and of numbers; sets that are empty have no row.

    others  recipes of KINDS and more, by their names
    numbers as they were really written
    few     only so many pictures of each set
    """
    rows: list[Row] = []
    digits: list[Judged] = []
    if len(test):
        some = test.take(slice(few))
        digits.append(judge.judge("MNIST, what is written", [*map(str, some.labels)], map(as_text, some.digits)))
        rows.append(Row("kept_mnist", "MNIST test, kept as that digit", digits[-1].right, len(some), 99.3, 99.6))
    if pens:
        drawn = pens[:few]
        sent = _drawn(drawn, random_picture)
        digits.append(judge.judge("pens, what is written", [str(each.label) for each in drawn], sent))
        rows.append(Row("kept_pens", "Held-out pens, kept as that digit", digits[-1].right, len(drawn), 98.4, 98.9))
    strange = []
    for name, (title, must, aim) in KINDS.items():
        if name in others:
            strange.append(judge.judge(name, [""] * (few or PICTURES), _made(others[name], few or PICTURES)))
            rows.append(Row(name, f"{title}, said to be none", strange[-1].right, len(strange[-1]), must, aim))
    found = list(_numbers(judge, pens, numbers, few))
    for one, row in found:
        must, aim = EXACT[row]
        rows.append(Row(row, f"{one.name}, exact", one.right, len(one), must, aim))
    several = [one for one, _ in found]
    if several:
        said = [each for one in several for each in one.said]
        share = 100 * float(np.mean([each.kind == "digit" for each in said]))
        rows.append(Row("single", "Numbers said to be one digit", share, len(said), 2, 0.5, less_is_better=True))
    bins = _believed(digits, strange)
    if bins:
        count = sum(len(each) for each in (*digits, *strange))
        title = "Digits and others, half and half: calibration error"
        rows.append(Row("known", title, 100 * expected_error(bins), count, 3, 1.5, less_is_better=True))
    lengths = {one.name: one.by_length() for one in several}
    return Findings(rows, (*digits, *strange, *several), bins, lengths)


def _numbers(
    judge: Judge, pens: Sequence[Drawing], numbers: Sequence[Writing], few: int | None
) -> Iterable[tuple[Judged, str]]:
    rng = np.random.default_rng(SEED)
    made = list(composed(pens, few or NUMBERS, rng)) if pens else []
    tight = list(composed(pens, few or NUMBERS, rng, touching=1)) if pens else []
    written = [*numbers][:few] * COPIES
    for name, row, texts, sent in (
        ("Numbers composed of held-out pens", "composed", [each.text for each in made], _pictures(made)),
        ("… whose digits all touch", "touching", [each.text for each in tight], _pictures(tight)),
        ("Numbers as people wrote them", "written", [each.text for each in written], _drawn(written, number_picture)),
    ):
        if texts:
            yield judge.judge(name, texts, sent), row


def _pictures(numbers: Sequence[Number]) -> Iterable[bytes]:
    rng = np.random.default_rng(SEED)
    return (as_png(number_picture(each.strokes, rng, each.pen)) for each in numbers)


def _drawn(
    drawings: Sequence[Drawing] | Sequence[Writing], how: Callable[[Strokes, np.random.Generator], Image.Image]
) -> Iterable[bytes]:
    rng = np.random.default_rng(SEED)
    return (as_png(how(each.strokes, rng)) for each in drawings)


def _made(recipe: Recipe, count: int) -> Iterable[bytes]:
    """`count` pictures, dark on light and light on dark."""
    rng = np.random.default_rng(SEED)
    inks = (as_sent(recipe.make(rng), rng) for _ in iter(int, 1))
    return (as_png(Image.fromarray(to_levels(ink if rng.random() < 0.5 else 1 - ink))) for ink in islice(inks, count))


def _believed(digits: Sequence[Judged], strange: Sequence[Judged]) -> list[tuple[float, float, float]]:
    """Bins of confidence over as many digits as others, every set of a side counting alike."""
    if not (digits and strange):
        return []
    rng = np.random.default_rng(SEED)
    chosen = []
    for side in (digits, strange):
        size = min(len(each) for each in side)
        each = size * len(strange) // len(side) if side is digits else size
        for one in side:
            chosen += [one.said[index] for index in rng.integers(0, len(one), each)]
    confidence = np.array([said.confidence for said in chosen])
    return binned(confidence, np.array([said.is_right for said in chosen]))
