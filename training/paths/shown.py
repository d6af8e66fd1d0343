"""What paths are fitted to: pictures of numbers, of digits in several strokes, and of what is no digit.

Nothing held out is among them. Each set is in halves that share no digit and, where many wrote, no source, so that
weights fitted to one half can be judged by the other.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from function.arrays import from_levels, to_levels
from training.data.drawings import Drawing, Writing
from training.data.numbers import HELD_OUT_SOURCES, LENGTHS, composed, load_numbers, number_picture, split_numbers
from training.data.others.kinds import Material, recipes
from training.data.others.pairs import cropped, pasted
from training.data.others.recipe import as_sent
from training.data.others.sides import load_others, materials
from training.data.sets import NONE, LabeledDigits, load_mnist, load_pens
from training.measuring.reading import as_png

SEED = 1290  # every run draws the same pictures
TOUCHING = {"apart": 0.0, "near": 0.1, "touching": 0.4}  # of a composed number's digits
NUMBERS = 220  # of each of these kinds, in each half: twenty of each length
PASTED = 220  # of MNIST's, in each half
COPIES = 4  # pictures of each number that was really written
SINGLE = 100  # digits in two strokes or more, in each half: they are not to fall apart
OTHERS = {"words": 1200, "letters": 600, "doodles": 600}  # in each half; of words, 1 % are twenty-four
GAPS = ((-0.06, 0.02), (0.02, 0.2), (0.1, 0.7))  # between pasted digits, in their heights
PIXELS = (16, 90)  # height of pasted digits
WRITTEN = "written"
SINGLES = "in strokes"
KINDS = (*TOUCHING, "pasted", WRITTEN)  # of numbers


class Shown(NamedTuple):
    """A picture, as PNG; `text` is empty where it shows no digit; `half` is 0 or 1."""

    kind: str
    half: int
    text: str
    picture: bytes


class Sources(NamedTuple):
    """One half of what the pictures are made of."""

    pens: Sequence[Drawing]
    mnist: LabeledDigits
    numbers: Sequence[Writing]
    others: Material


def load_halves(data: Path | None) -> tuple[Sources, Sources]:
    """What no network has learned from, and others that it may have. Raises NoData, NoPart where a part is missing."""
    mnist, pens, others = load_mnist(data), load_pens(data), load_others(data)
    numbers, _ = split_numbers(load_numbers(data))
    sides = materials(mnist, pens, others)
    sides.pop("held out")
    writings = [one for side in sides.values() for one in side.writings if one.source not in HELD_OUT_SOURCES]
    doodles = {name: few for side in sides.values() for name, few in (side.doodles or {}).items()}
    first = frozenset(sorted({one.source for one in (*numbers, *writings)})[::2])

    def half(index: int) -> Sources:
        wanted = [[one for one in some if (one.source in first) == (index == 0)] for some in (numbers, writings)]
        names = sorted(doodles)[index::2]
        material = Material("validation", NONE, (), tuple(wanted[1]), {name: doodles[name] for name in names})
        return Sources(pens.validation[index::2], mnist.validation.take(slice(index, None, 2)), wanted[0], material)

    return half(0), half(1)


def show(halves: Sequence[Sources], few: int | None = None) -> Iterator[Shown]:
    """All pictures; no more than `few` of each set and half."""
    for half, sources in enumerate(halves):
        rng = np.random.default_rng([SEED, half])
        for kind, part in TOUCHING.items():
            for number in composed(sources.pens, few or NUMBERS, rng, touching=part):
                yield Shown(kind, half, number.text, as_png(number_picture(number.strokes, rng, number.pen)))
        for index in range(few or PASTED):
            yield Shown("pasted", half, *_pasted(sources.mnist, index, rng))
        for writing in [*sources.numbers][:few] * COPIES:
            yield Shown(WRITTEN, half, writing.text, as_png(number_picture(writing.strokes, rng)))
        several = [drawing for drawing in sources.pens if len(drawing.strokes) > 1]
        for index in rng.permutation(len(several))[: few or SINGLE].tolist():
            picture = number_picture(several[index].strokes, rng)
            yield Shown(SINGLES, half, str(several[index].label), as_png(picture))
        made = recipes(sources.others, few=True)
        for kind, count in OTHERS.items():
            for _ in range(few or count if kind in made else 0):
                yield Shown(kind, half, "", _png(as_sent(made[kind].make(rng), rng), rng))


def how_many(halves: Sequence[Sources], few: int | None = None) -> int:
    """Of them, at most."""
    counts = [*[NUMBERS] * len(TOUCHING), PASTED, SINGLE, *OTHERS.values()]
    written = sum(COPIES * min(len(each.numbers), few or len(each.numbers)) for each in halves)
    return 2 * sum(few or count for count in counts) + written


def _pasted(digits: LabeledDigits, index: int, rng: np.random.Generator) -> tuple[str, bytes]:
    """A number of digits that come without strokes."""
    chosen = rng.integers(len(digits), size=LENGTHS[0] + index % (LENGTHS[1] - LENGTHS[0] + 1))
    low, high = GAPS[int(rng.integers(len(GAPS)))]
    height = float(np.exp(rng.uniform(*np.log(PIXELS))))
    placed, x = [], 0.0
    for each in chosen.tolist():
        crop = cropped(from_levels(digits.digits[each]))
        size = height * max(crop.shape) / 20  # MNIST's are up to 20 px high
        y = height * float(rng.normal(0, 0.05)) - size * crop.shape[0] / max(crop.shape)
        placed.append((crop, x, y, size))
        x += size * crop.shape[1] / max(crop.shape) + height * float(rng.uniform(low, high))
    margin = int(rng.integers(2, 12))
    return "".join(str(digits.labels[each]) for each in chosen), _png(np.pad(pasted(placed), margin), rng)


def _png(ink: np.ndarray, rng: np.random.Generator) -> bytes:
    return as_png(Image.fromarray(to_levels(ink if rng.random() < 0.5 else 1 - ink)))
