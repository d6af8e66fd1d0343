"""The same drawings, read by the page's own network and by the function's line: how far the two agree.

    python -m scripts.parity [--data FOLDER] [--count 2000]

With data, held-out pens, the same without one of their strokes, and the numbers of held-out writers; without, drawings
of our own glyphs. Needs node.
"""

import argparse
import base64
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from function.arrays import Digit, Ink, Levels, to_levels
from function.digit.parts import is_simple
from function.errors import NoInk
from function.formats import BUNDLED
from function.network.float16 import packed
from function.network.loading import build
from function.network.network import Network
from function.picture.picture import Picture
from function.reading.line import read, see
from function.reading.values import Reading
from scripts.environment import ROOT
from training.data.drawings import Strokes
from training.data.examples import rare_forms
from training.data.numbers import load_numbers, split_numbers
from training.data.sets import load_pens
from training.data.strokes import Placement, draw, random_placement

SIDE = 280  # pixels of the picture that the page sends, and reads
SIZES = (0.15, 1.0)  # of the pad that a drawing takes
PENS = (0.012, 0.12)  # of the pad's side: half the page's thinnest pen, and beyond its thickest
AT_ONCE = 250  # pictures of a run of node: 20 MB
LEVEL = 1 / 255


@dataclass(frozen=True, eq=False)
class Own:
    """What the page reads: a kind, the nearest digit with all ten probabilities, and the digit that it saw."""

    kind: str
    text: str
    nearest: int
    known: float
    probabilities: Sequence[float]
    digit: Digit | None


@dataclass(frozen=True, eq=False)
class Theirs:
    """What the function reads; `simple` where it looks no closer. All None where it finds no ink."""

    reading: Reading | None
    known: float = 0.0
    simple: bool = False


def own_drawings(count: int, rng: np.random.Generator) -> Iterator[Levels]:
    """Our own glyphs anywhere on the pad and over its edge, also two at a time, in a frame, and half wiped away."""
    forms = [example.drawing.strokes for example in rare_forms()]
    for index in range(count):
        ink = drawn(forms[rng.integers(len(forms))], rng)
        if index % 10 == 7:
            ink = np.maximum(ink, drawn(forms[rng.integers(len(forms))], rng))
        elif index % 10 == 8:
            ink = over_the_edge(ink, rng)
        elif index % 10 == 9:
            ink = wiped(ink, rng) if index % 20 == 9 else framed(ink, rng)
        yield levels(ink)


def drawn(strokes: Strokes, rng: np.random.Generator) -> Ink:
    """On the pad, at any size and place, by any pen."""
    return draw(strokes, random_placement(rng, (SIDE, SIDE), SIZES, PENS))


def over_the_edge(ink: Ink, rng: np.random.Generator) -> Ink:
    """Moved until it touches, or leaves a bit of itself beyond, one side of the pad."""
    axis = int(rng.integers(2))
    first = int(np.flatnonzero(ink.any(axis=1 - axis))[0])
    moved = np.roll(ink, -first - int(rng.integers(0, 12)), axis)
    return moved if rng.random() < 0.5 else np.flip(np.flip(moved, axis), axis)


def wiped(ink: Ink, rng: np.random.Generator) -> Ink:
    """With what an eraser's soft edge leaves: a part so faint that nobody sees it."""
    cut = int(rng.integers(SIDE // 4, SIDE))
    left = ink.copy()
    left[:, cut:] *= np.float32(rng.uniform(0, 0.12))
    return left if (left > 0.5).any() else ink


def framed(ink: Ink, rng: np.random.Generator) -> Ink:
    """In a box along the pad's edges, which the function leaves out."""
    width, apart = rng.integers(1, 4), rng.integers(2, 20)
    box = np.ones((SIDE, SIDE), np.float32)
    box[apart + width : -apart - width, apart + width : -apart - width] = 0
    box[:apart], box[-apart:], box[:, :apart], box[:, -apart:] = 0, 0, 0, 0
    small = np.zeros_like(ink)
    half = np.asarray(Image.fromarray(ink).resize((SIDE // 2, SIDE // 2), Image.Resampling.BOX))
    small[SIDE // 4 : SIDE // 4 + SIDE // 2, SIDE // 4 : SIDE // 4 + SIDE // 2] = half
    return np.maximum(small, box)


def levels(ink: Ink) -> Levels:
    """Ink as the page's canvas has it: black on white."""
    return 255 - to_levels(ink)


def held_out_drawings(data: Path, count: int, rng: np.random.Generator) -> Iterator[Levels]:
    """Digits of held-out pens. Raises NoData."""
    held_out = load_pens(data).held_out
    order = rng.permutation(len(held_out))
    for index in islice(cycle(order), count):
        yield levels(drawn(held_out[index].strokes, rng))


def held_out_rests(data: Path, count: int, rng: np.random.Generator) -> Iterator[Levels]:
    """What "Why?" reads: digits of held-out pens without one of their strokes. Raises NoData."""
    several = [drawing.strokes for drawing in load_pens(data).held_out if len(drawing.strokes) > 1]
    for index in islice(cycle(rng.permutation(len(several))), count):
        strokes = several[index]
        left_out = int(rng.integers(len(strokes)))
        yield levels(drawn(strokes[:left_out] + strokes[left_out + 1 :], rng))


def held_out_numbers(data: Path, count: int, rng: np.random.Generator) -> Iterator[Levels]:
    """Numbers of held-out writers, across the pad. Raises NoData."""
    _, numbers = split_numbers(load_numbers(data))
    for writing in islice(cycle(numbers), count):
        size = SIDE * rng.uniform(0.6, 0.95)
        pen = SIDE * rng.uniform(0.012, 0.03)
        x, y = rng.uniform(2, SIDE - size - 2), rng.uniform(2, SIDE - size - 2)
        yield levels(draw(writing.strokes, Placement(SIDE, size, pen, x, y)))


def read_by_page(pictures: Iterable[Levels], weights: bytes, node: str) -> tuple[list[Own], float]:
    """Each picture as the page's modules read it, and a reading's median time in milliseconds."""
    found: list[Own] = []
    times = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weights"
        file.write_bytes(weights)
        command = [node, str(ROOT / "scripts" / "parity.mjs"), str(file), str(SIDE)]
        waiting = iter(pictures)
        while some := [*islice(waiting, AT_ONCE)]:
            sent = b"".join(picture.tobytes() for picture in some)
            done = subprocess.run(command, input=sent, stdout=subprocess.PIPE, check=True)
            *lines, timed = map(json.loads, done.stdout.splitlines())
            found += map(_own, lines)
            times.append(float(timed["milliseconds"]))
    return found, float(np.median(times)) if times else 0.0


def _own(line: dict[str, Any]) -> Own:
    seen = line["seen"]
    digit = None if seen is None else np.frombuffer(base64.b64decode(seen), "<f4").reshape(28, 28)
    return Own(line["kind"], line["text"], line["nearest"], line["known"], line["probabilities"], digit)


def read_by_function(picture: Levels, network: Network) -> Theirs:
    """As the function reads it when it is sent as a PNG."""
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "PNG", compress_level=1)
    try:
        seen = see([Picture(data.getvalue())])
    except NoInk:
        return Theirs(None)
    (reading,) = read(seen, network)
    return Theirs(reading, float(network.outputs(seen.digits)[0, 10]), is_simple(seen.digits[0]))


@dataclass
class Agreement:
    """How far both agree, in numbers of drawings.

    seen         the page's digit is the function's to a 255th
    nearest      the same digit is the most probable
    looked       the same of one look: in one piece or several, a digit or none
    left         what the page leaves to the function
    known        of these, where its network knows all as one digit, by threshold
    guessed      of those, where the function then reads that digit
    closer       what is none at one look, and the function reads all the same: part by part, or without a mark
    told         of all others, the page's kind and text are what the function says in the end
    probability  the largest difference of any
    """

    drawings: int = 0
    seen: int = 0
    nearest: int = 0
    looked: int = 0
    left: int = 0
    known: int = 0
    guessed: int = 0
    closer: int = 0
    told: int = 0
    probability: float = 0.0

    def take(self, own: Own, theirs: Theirs, threshold: float) -> bool:
        """Counts one; whether both agree in all."""
        self.drawings += 1
        before = self._agreed()
        if theirs.reading is None or own.digit is None:
            same = theirs.reading is None and own.kind == "blank"
            self.seen, self.nearest = self.seen + same, self.nearest + same
            self.looked, self.told = self.looked + same, self.told + same
            return same
        reading = theirs.reading
        self.seen += bool(np.abs(own.digit - reading.digit).max() <= LEVEL)
        self.nearest += own.nearest == reading.nearest
        one = "several" if not theirs.simple else "digit" if theirs.known * reading.share >= threshold else "unknown"
        self.looked += own.kind == one
        if own.kind == "several":
            self.left += 1
            is_known = own.known * max(own.probabilities) >= threshold
            self.known += is_known
            self.guessed += is_known and reading.text == str(own.nearest)
        elif own.kind == "unknown" and reading.kind != "unknown":
            self.closer += 1
        else:
            self.told += (own.kind, own.text) == (reading.kind, reading.text)
        differences = np.abs(np.append(own.probabilities, own.known) - np.append(reading.probabilities, theirs.known))
        self.probability = max(self.probability, float(differences.max()))
        return self._agreed() == tuple(each + 1 for each in before)

    def _agreed(self) -> tuple[int, ...]:
        return self.seen, self.nearest, self.looked, self.left + self.closer + self.told


def compare(pictures: Sequence[Levels], network: Network, weights: bytes, node: str) -> tuple[Agreement, list[int]]:
    """How far both agree on the pictures, and which of them they don't agree on."""
    found, _ = read_by_page(pictures, weights, node)
    return compared(found, [read_by_function(picture, network) for picture in pictures], network)


def compared(found: Sequence[Own], theirs: Sequence[Theirs], network: Network) -> tuple[Agreement, list[int]]:
    """The same of what was read."""
    agreement, threshold = Agreement(), network.threshold or 0.0
    wrong = [
        index
        for index, (own, their) in enumerate(zip(found, theirs, strict=True))
        if not agreement.take(own, their, threshold)
    ]
    return agreement, wrong


def report(name: str, agreement: Agreement) -> str:
    """A line of numbers."""
    return (
        f"{name}: {agreement.drawings:,} drawings; the same 28 × 28 {agreement.seen:,}, the same nearest digit "
        f"{agreement.nearest:,}, the same of one look {agreement.looked:,}; largest difference of a probability "
        f"{agreement.probability:.4f}; left to the function {agreement.left:,} (known as one digit "
        f"{agreement.known:,}, which it reads then {agreement.guessed:,}), none at one look but read in parts "
        f"{agreement.closer:,}, of all others the same kind and text {agreement.told:,}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = os.environ.get("DIGITS_DATA")
    parser.add_argument("--data", type=Path, default=Path(data) if data else None, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=2000, help="drawings of each set (default: %(default)s)")
    options = parser.parse_args()
    node = shutil.which("node")
    if node is None:
        sys.exit("parity: node is not installed")
    network = build(BUNDLED)
    weights = packed(network, "bundled")
    if weights is None:
        sys.exit("parity: a page can't run the released weights")
    rng = np.random.default_rng(0)
    sets = {"Own glyphs": own_drawings(options.count, rng)}
    if options.data:
        sets["Held-out pens"] = held_out_drawings(options.data, options.count, rng)
        sets["Held-out pens without a stroke"] = held_out_rests(options.data, options.count // 2, rng)
        sets["Numbers of held-out writers"] = held_out_numbers(options.data, options.count // 4, rng)
    for name, pictures in sets.items():
        total, wrong = compare([*pictures], network, weights.content, node)
        print(report(name, total), *(["; not: ", wrong[:20]] if wrong else []), flush=True)


if __name__ == "__main__":
    main()
