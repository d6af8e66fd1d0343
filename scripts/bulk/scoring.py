"""What was read, and what is written there → the report page of `python -m training evaluate`."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from function.arrays import to_levels
from function.errors import CallerError, DigitsError
from function.network.network import Network
from function.picture.picture import Picture
from function.reading.line import see
from scripts.bulk.labels import Labels
from scripts.bulk.mistakes import Mistake
from scripts.bulk.outputs import decoded
from scripts.bulk.places import open_place
from scripts.bulk.plan import Planned, Shard
from scripts.bulk.reading import AHEAD, items
from scripts.bulk.runs import Run
from training.data.sets import NoData
from training.learning.calibration import binned
from training.measuring.evaluation import Evaluation, Row
from training.measuring.judged import EXACT, KINDS
from training.measuring.reading import Mistake as Misread
from training.measuring.report import MOST_MISTAKES, write_report
from training.measuring.written import Judged, Said

MOST_BYTES = 2**31  # of a shard
# Of each set its name, its row, and what that must reach and aims at, as of the most similar set of an evaluation.
SETS = {
    "digits": ("Digits, kept as that digit", 98.4, 98.9),
    "numbers": ("Numbers, exact", *EXACT["written"]),
    "no digit": ("What is no digit, said to be none", *KINDS["letters"][1:]),
}


@dataclass(frozen=True)
class _Wrong:
    """Where a picture stands that was read wrong."""

    shard: Shard
    place: int
    misread: Misread


def report(run: Run, planned: Planned, labels: Labels, network: Network, folder: Path) -> str:
    """Writes the page; the table in Markdown and where the page is. Raises Mistake where no picture has a label."""
    said: dict[str, list[Said]] = {name: [] for name in SETS}
    wrong: list[_Wrong] = []
    confusion = np.zeros((10, 10), np.int64)
    for shard, place, written, told in _labeled(run, planned, labels):
        name = "no digit" if not written else "digits" if len(written) == 1 else "numbers"
        kind, text = told["kind"], told["text"]
        one = Said(written, "unknown" if kind == "refused" else kind, text, float(told["confidence"] or 1))  # type: ignore[arg-type]
        said[name].append(one)
        if len(written) == len(text) == 1:
            confusion[int(written), int(text)] += 1
        if not one.is_right:
            read = None if kind == "refused" else text or "none"
            wrong.append(_Wrong(shard, place, Misread(name, written or "none", read, one.confidence, None)))
    judged = [Judged(name, tuple(each), ()) for name, each in said.items() if each]
    if not judged:
        raise Mistake("no label is of a picture that was read: labels name pictures as the output does")
    evaluation = _evaluation(run, network, judged, confusion, _shown(run, wrong))
    try:
        page = write_report(evaluation, folder)
    except NoData as error:
        raise Mistake(str(error).replace("--out", "--report")) from error
    return f"{evaluation.table()}\nreport: {page}"


def _labeled(run: Run, planned: Planned, labels: Labels) -> Iterator[tuple[Shard, int, str, Mapping[str, str]]]:
    """Of each labeled picture its shard, its place there, what is written, and what was told of it."""
    before = 0
    for shard in planned.shards:
        for place, told in enumerate(decoded(run.place.read(run.shard_name(shard), MOST_BYTES), run.form)):
            written = labels.of(told["name"], before + place)
            if written is not None:
                yield shard, place, written, told
        before += shard.count


def _evaluation(
    run: Run,
    network: Network,
    judged: Sequence[Judged],
    confusion: NDArray[np.int64],
    mistakes: Sequence[Misread],
) -> Evaluation:
    every = [one for each in judged for one in each.said]
    sure, right = (np.array([getattr(one, name) for one in every]) for name in ("confidence", "is_right"))
    numbers = [each for each in judged if each.name == "numbers"]
    return Evaluation(
        version=run.weights.version,
        architecture=network.architecture,
        rows=tuple(_row(each) for each in judged),
        curves={},
        confusion=confusion,
        reliability={"what is written": binned(sure, right)},
        mistakes=tuple(mistakes),
        lengths={each.name: each.by_length() for each in numbers},
    )


def _row(judged: Judged) -> Row:
    title, must, aim = SETS[judged.name]
    return Row(judged.name, title, judged.right, len(judged), must, aim)


def _shown(run: Run, wrong: Sequence[_Wrong]) -> list[Misread]:
    """The mistakes, with what the network saw of those that the page shows."""
    order = sorted(wrong, key=lambda one: -one.misread.confidence)
    shown = [one for name in SETS for one in [each for each in order if each.misread.set == name][:MOST_MISTAKES]]
    digits: dict[tuple[int, int], NDArray[np.uint8]] = {}
    with ThreadPoolExecutor(AHEAD) as fetching:
        for shard in dict.fromkeys(one.shard for one in shown):
            places = {one.place for one in shown if one.shard == shard}
            for place, item in enumerate(items(run.slices(shard), open_place(run.source.root), fetching)):
                if place in places and (digit := _digit(item.picture)) is not None:
                    digits[shard.index, place] = digit
    return [replace(one.misread, digit=digits.get((one.shard.index, one.place))) for one in order]


def _digit(picture: Picture | DigitsError) -> NDArray[np.uint8] | None:
    if isinstance(picture, DigitsError):
        return None
    try:
        return to_levels(see([picture]).digits[0])
    except CallerError:
        return None
