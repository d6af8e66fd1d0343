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
from training.data.renderings import keep, normalized, render, vary
from training.data.sets import NONE, LabeledDigits, Lessons, Mnist, Pens
from training.learning.augmentation import Batch, augment
from training.learning.profiles import Profile

AHEAD = 4  # batches prepared while the network works on one: evens out, costs 3 MB
VALIDATION_COPIES = 3  # renderings of each validation pen digit: pens and sizes differ, writers are few
RESCALED = 0.25  # of MNIST's digits, as if sent smaller: without them, half-size digits are read 0.4 points worse
CORRECTED_PART = 0.05  # of an epoch, for corrections: enough to be learned, and the rest keeps what was known
MOST_REPEATS = 20  # of a correction in an epoch, each changed in its own way: more would be learned by heart

LabeledBatch = tuple[Batch, NDArray[np.uint8]]


@dataclass(frozen=True)
class Samples:
    """Everything a run looks at, as normalized digits. `pens` holds copy after copy of `pen_digits` digits.

    `rescaled` are `mnist`'s digits as if sent smaller; an epoch takes RESCALED of them instead of the others.

    `corrected` and its validation are drawings that people corrected; an epoch takes each `repeats` times.
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


def prepare(profile: Profile, mnist: Mnist, pens: Pens, folder: Path, lessons: Lessons | None = None) -> Samples:
    """Digits for `profile`, pens drawn once and cached in `folder`. Held-out pens and MNIST's test set stay outside.

    Without pens, what is made of them is empty.
    """
    few = slice(profile.mnist)
    train = pens.train
    if profile.pens is not None:
        order = np.random.default_rng(profile.seed).permutation(len(train))[: profile.pens]
        train = tuple(train[index] for index in order)
    validation = pens.validation[: profile.pens]
    lessons = lessons or Lessons(NONE, NONE)
    others = len(mnist.train.take(few)) + len(train) * profile.pens_per_epoch
    repeats = round(CORRECTED_PART * others / max(1, len(lessons.train)))
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
    )


def steps_of(samples: Samples, profile: Profile) -> int:
    """How many batches an epoch has."""
    count = len(samples.mnist) + samples.pen_digits * profile.pens_per_epoch + samples.repeats * len(samples.corrected)
    return math.ceil(count / profile.batch)


def batches_of(samples: Samples, profile: Profile, epoch: int) -> Iterator[LabeledBatch]:
    """The epoch's augmented batches in random order. They depend on seed and epoch alone: resuming repeats them."""
    rng = np.random.default_rng((profile.seed, epoch))
    copies = (epoch * profile.pens_per_epoch + np.arange(profile.pens_per_epoch)) % profile.renderings
    pens = (copies[:, None] * samples.pen_digits + np.arange(samples.pen_digits)).ravel()
    corrected = np.tile(np.arange(len(samples.corrected)), samples.repeats)
    is_rescaled = rng.random((len(samples.mnist), 1, 1)) < RESCALED
    mnist = np.where(is_rescaled, samples.rescaled.digits, samples.mnist.digits)
    digits = np.concatenate([mnist, samples.pens.digits[pens], samples.corrected.digits[corrected]])
    labels = np.concatenate([samples.mnist.labels, samples.pens.labels[pens], samples.corrected.labels[corrected]])
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
