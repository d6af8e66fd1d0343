"""Recipes → digits-to-be-refused, in several processes, cached as one .npz file in the run's folder."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from function.arrays import Digit, Ink, to_levels
from function.digit.normalize import normalize
from function.errors import NoInk
from function.store.folder import write_whole
from training.data.others import fonts
from training.data.others.kinds import KINDS, Material, recipes, shares
from training.data.others.recipe import Recipe, as_seen, as_sent
from training.data.processes import processes
from training.data.sets import NO_DIGIT, LabeledDigits

CHUNK = 400  # drawings that a process takes at once: half a second of work
WORTH_PROCESSES = 4000  # drawings: fewer are made sooner than processes start
SLIM = 0.15  # of the ink's spread along it: half of MNIST's ones, and a hundredth of its sevens at twice as much
LYING = 30.0  # degrees from the horizontal: below, it is a dash or a word
UNBROKEN = 0.2  # of the darkest ink: a row that is fainter parts a colon's dots
WORTH_FONTS = 3000  # drawings: fewer are of one font, since looking through all takes longer


@dataclass(frozen=True)
class Drawn:
    """`digits` are labeled NO_DIGIT; `kinds` (n,) are indices into `names`."""

    digits: LabeledDigits
    kinds: NDArray[np.uint8]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.kinds)

    def of(self, name: str) -> LabeledDigits:
        """Those of one kind."""
        return self.digits.take(np.flatnonzero(self.kinds == self.names.index(name)))

    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        return {name: int((self.kinds == index).sum()) for index, name in enumerate(self.names)}


NOTHING = Drawn(LabeledDigits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8)), np.zeros(0, np.uint8), ())


def draw_others(material: Material, count: int, seed: int, cache: Path | None = None, title: str = "") -> Drawn:
    """`count` drawings that are no digit, the kinds mixed by their shares, in random order.

    The same arguments give the same drawings; `cache` is read when it holds those, and written otherwise.
    """
    if not count:
        return NOTHING
    found = recipes(material, few=count < WORTH_FONTS)
    names = tuple(found)
    identity = f"{seed} {count} {' '.join(names)} {len(material.drawings)} {len(material.digits)}"
    if cache is not None and cache.is_file():
        with np.load(cache) as file:
            if str(file["identity"]) == identity:
                return _drawn(file["digits"], file["kinds"], names)
    rng = np.random.default_rng((seed, count))
    kinds = np.repeat(np.arange(len(names), dtype=np.uint8), rng.multinomial(count, shares(names)))
    digits = _in_processes(found, np.bincount(kinds, minlength=len(names)), seed, title)
    order = rng.permutation(count)
    digits, kinds = digits[order], kinds[order]
    if cache is not None:
        file_ = io.BytesIO()
        np.savez(file_, digits=digits, kinds=kinds, identity=np.str_(identity))
        write_whole(cache, file_.getvalue())
    return _drawn(digits, kinds, names)


def _drawn(digits: NDArray[np.uint8], kinds: NDArray[np.uint8], names: tuple[str, ...]) -> Drawn:
    return Drawn(LabeledDigits(digits, np.full(len(digits), NO_DIGIT, np.uint8)), kinds, names)


def _in_processes(found: Mapping[str, Recipe], counts: NDArray[np.int64], seed: int, title: str) -> NDArray[np.uint8]:
    """So many of each kind, kind after kind."""
    jobs = [
        (
            recipe.some(np.random.default_rng((seed, kind, start))),
            KINDS[name].widest,
            min(CHUNK, int(total) - start),
            (seed, kind, start),
        )
        for kind, ((name, recipe), total) in enumerate(zip(found.items(), counts, strict=True))
        for start in range(0, int(total), CHUNK)
    ]
    if counts.sum() < WORTH_PROCESSES:
        return np.concatenate([_several(job) for job in jobs])
    with processes() as pool:
        return np.concatenate(list(tqdm(pool.map(_several, jobs), total=len(jobs), desc=title, unit="chunk")))


def _several(job: tuple[Recipe, float, int, tuple[int, int, int]]) -> NDArray[np.uint8]:
    recipe, widest, count, seed = job
    rng = np.random.default_rng(seed)
    return np.stack([to_levels(_seen(recipe, rng, widest)) for _ in range(count)])


def _seen(recipe: Recipe, rng: np.random.Generator, widest: float) -> Digit:
    """The next drawing in the frame; one that fades until no ink is left, or is a lone line, is made anew."""
    while True:
        try:
            digit = normalize(as_seen(recipe.make(rng), rng, widest))
        except NoInk:
            continue
        if not is_lone_line(digit):
            return digit


def is_lone_line(digit: Digit) -> bool:
    """True for unbroken ink as slim as a one's stem, more upright than lying, as a letter or doodle may be."""
    y, x = np.mgrid[: len(digit), : len(digit)]
    weights = digit / digit.sum()
    y, x = y - (weights * y).sum(), x - (weights * x).sum()
    high, wide, slant = (float((weights * each).sum()) for each in (y * y, x * x, x * y))
    middle, reach = (high + wide) / 2, float(np.hypot((high - wide) / 2, slant))
    slimness = np.sqrt(max(middle - reach, 0.0) / (middle + reach))
    angle = abs(np.degrees(np.arctan2(2 * slant, wide - high)) / 2)
    rows = digit.max(axis=1) > UNBROKEN
    inside = rows[np.argmax(rows) : len(rows) - np.argmax(rows[::-1])]
    return bool(slimness < SLIM and angle > LYING and inside.all())


def sent(material: Material, name: str, count: int, seed: int) -> list[Ink]:
    """`count` drawings of the kind called `name` as people send them, clean and anywhere on a canvas; often none."""
    recipe = recipes(material).get(name)
    rng = np.random.default_rng(seed)
    return [as_sent(recipe.make(rng), rng) for _ in range(count)] if recipe is not None else []


def printed_digits(side: str, count: int, seed: int) -> LabeledDigits:
    """`count` digits of that side's fonts, which stay known while other print is learned to be none."""
    glyphs = fonts.digits_of(side)
    rng = np.random.default_rng((seed, count))
    digits, labels = [], []
    for number in range(count):
        glyph = glyphs[number % len(glyphs)]
        digits.append(to_levels(normalize(fonts.printed(glyph, rng))))
        labels.append(int(glyph.text))
    return LabeledDigits(np.array(digits, np.uint8).reshape(-1, 28, 28), np.array(labels, np.uint8))
