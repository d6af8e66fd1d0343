"""Data → what a run looks at, and an epoch's batches of it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from function.arrays import from_levels
from training.data.others.drawn import NOTHING, Drawn, draw_others, printed_digits
from training.data.others.sides import NO_OTHERS, Others, materials
from training.data.renderings import keep, normalized, render, vary
from training.data.sets import NONE, LabeledDigits, Lessons, Mnist, Pens
from training.data.windows import cut_windows
from training.learning.augmentation import Batch, augment
from training.learning.profiles import Profile

AHEAD = 4  # batches prepared while the network works on one: evens out, costs 3 MB
VALIDATION_COPIES = (
    10  # renderings of each validation pen digit: writers are few, and the threshold is cut at their hem
)
RESCALED = 0.25  # of MNIST's digits, as if sent smaller: without them, half-size digits are read 0.4 points worse
CORRECTED_PART = 0.05  # of an epoch, for corrections: enough to be learned, and the rest keeps what was known
MOST_REPEATS = 20  # of a correction in an epoch, each changed in its own way: more would be learned by heart

OTHERS_VALIDATION = 27  # drawings of no digit that learn for each that validates: 8,000 tell a point of most kinds
PRINTED = 50  # … for each printed digit that learns: there are 140 of them, each varied
PRINTED_VALIDATION = 150  # … and for each that validates
PRINTED_PART = 0.02  # of an epoch's digits are printed: enough that they stay known

LabeledBatch = tuple[Batch, NDArray[np.uint8]]


@dataclass(frozen=True)
class Samples:
    """Everything a run looks at, as normalized digits. `pens` holds copy after copy of `pen_digits` digits.

    `rescaled` are `mnist`'s digits as if sent smaller; an epoch takes RESCALED of them instead of the others.

    `corrected` and its validation are drawings that people corrected; an epoch takes each `repeats` times.

    `others` are no digits; an epoch takes the next of them. `printed` are digits of fonts, so that these stay known.

    `windows` are cut out of numbers, digits and none; an epoch takes the next of them.
    """

    mnist: LabeledDigits
    rescaled: LabeledDigits
    pens: LabeledDigits
    pen_digits: int
    mnist_validation: LabeledDigits
    pen_validation: LabeledDigits
    corrected: LabeledDigits = NONE
    corrected_validation: LabeledDigits = NONE
    repeats: int = 0
    others: Drawn = NOTHING
    others_validation: Drawn = NOTHING
    printed: LabeledDigits = NONE
    printed_validation: LabeledDigits = NONE
    windows: LabeledDigits = NONE


def prepare(
    profile: Profile,
    mnist: Mnist,
    pens: Pens,
    folder: Path,
    lessons: Lessons | None = None,
    others: Others = NO_OTHERS,
) -> Samples:
    """Digits for `profile`, pens drawn once and cached in `folder`. Held-out pens and MNIST's test set stay outside.

    Without pens, what is made of them is empty; what is no digit is made of what there is.
    """
    few = slice(profile.mnist)
    train = pens.train
    if profile.pens is not None:
        order = np.random.default_rng(profile.seed).permutation(len(train))[: profile.pens]
        train = tuple(train[index] for index in order)
    validation = pens.validation[: profile.pens]
    lessons = lessons or Lessons(NONE, NONE)
    usual = len(mnist.train.take(few)) + len(train) * profile.pens_per_epoch
    repeats = round(CORRECTED_PART * usual / max(1, len(lessons.train)))
    sides = materials(
        Mnist(mnist.train.take(few), mnist.validation.take(few), mnist.test), Pens(train, validation, ()), others
    )
    return Samples(
        mnist=normalized(mnist.train.take(few), "normalizing MNIST"),
        rescaled=normalized(mnist.train.take(few), "rescaling MNIST", profile.seed),
        pens=render(train, profile.renderings, profile.seed, vary, folder / "pens.npz", "drawing the pen strokes"),
        pen_digits=len(train),
        mnist_validation=normalized(mnist.validation.take(few)),
        # 1: validation drawings are the same for every seed
        pen_validation=render(validation, VALIDATION_COPIES, 1, keep, folder / "validation.npz", "… for validation"),
        corrected=lessons.train,
        corrected_validation=lessons.validation,
        repeats=min(max(1, repeats), MOST_REPEATS),
        others=draw_others(
            sides["train"], profile.others, profile.seed, folder / "others.npz", "drawing what is no digit"
        ),
        others_validation=draw_others(
            sides["validation"],
            profile.others // OTHERS_VALIDATION,
            1,
            folder / "others-validation.npz",
            "… for validation",
        ),
        printed=printed_digits("train", profile.others // PRINTED, profile.seed),
        printed_validation=printed_digits("validation", profile.others // PRINTED_VALIDATION, 1),
        windows=cut_windows(train, profile.windows, profile.seed, folder / "windows.npz", "cutting numbers apart"),
    )


def steps_of(samples: Samples, profile: Profile) -> int:
    """How many batches an epoch has."""
    digits = len(samples.mnist) + samples.pen_digits * profile.pens_per_epoch
    extra = samples.repeats * len(samples.corrected) + _printed_of(samples, digits)
    extra += min(profile.others_per_epoch, len(samples.others)) + min(profile.windows_per_epoch, len(samples.windows))
    return math.ceil((digits + extra) / profile.batch)


def _printed_of(samples: Samples, digits: int) -> int:
    """How many printed digits an epoch of so many others has."""
    return round(PRINTED_PART * digits) if len(samples.printed) else 0


def _next(digits: LabeledDigits, count: int, epoch: int) -> LabeledDigits:
    """Those that an epoch of `count` takes, from where the one before ended; the list begins anew at its end."""
    return digits.take((epoch * count + np.arange(count)) % max(1, len(digits)))


def batches_of(samples: Samples, profile: Profile, epoch: int) -> Iterator[LabeledBatch]:
    """The epoch's augmented batches in random order. They depend on seed and epoch alone: resuming repeats them."""
    rng = np.random.default_rng((profile.seed, epoch))
    copies = (epoch * profile.pens_per_epoch + np.arange(profile.pens_per_epoch)) % profile.renderings
    pens = (copies[:, None] * samples.pen_digits + np.arange(samples.pen_digits)).ravel()
    corrected = np.tile(np.arange(len(samples.corrected)), samples.repeats)
    is_rescaled = rng.random((len(samples.mnist), 1, 1)) < RESCALED
    mnist = np.where(is_rescaled, samples.rescaled.digits, samples.mnist.digits)
    parts = (
        LabeledDigits(mnist, samples.mnist.labels),
        samples.pens.take(pens),
        samples.corrected.take(corrected),
        _next(samples.printed, _printed_of(samples, len(mnist) + len(pens)), epoch),
        _next(samples.others.digits, min(profile.others_per_epoch, len(samples.others)), epoch),
        _next(samples.windows, min(profile.windows_per_epoch, len(samples.windows)), epoch),
    )
    digits = np.concatenate([part.digits for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    order = rng.permutation(len(labels))
    for start in range(0, len(order), profile.batch):
        index = order[start : start + profile.batch]
        yield augment(from_levels(digits[index]), rng, profile.strength), labels[index]


def ahead(batches: Iterator[LabeledBatch]) -> Iterator[LabeledBatch]:
    """`batches`, made in a thread up to AHEAD before they are needed; an error there is raised here."""
    queue: Queue[Any] = Queue(AHEAD)

    def produce() -> None:
        try:
            for batch in batches:
                queue.put(batch)
            queue.put(None)
        except BaseException as error:  # noqa: BLE001  raised again where somebody waits
            queue.put(error)

    Thread(target=produce, daemon=True).start()  # daemon: a stopped run need not finish its epoch
    while (item := queue.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        yield item
