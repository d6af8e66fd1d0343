"""Drawings → digits, many for each, in several processes, cached as one .npz file in the run's folder."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from function.arrays import from_levels, to_levels
from function.digit.normalize import normalize
from function.errors import NoInk
from function.store.folder import write_whole
from training.data.distortion import scaled
from training.data.drawings import Drawing
from training.data.hands import varied
from training.data.processes import processes
from training.data.sets import NONE, LabeledDigits
from training.data.strokes import close_placement, draw, random_placement, worn

CHUNK = 500  # drawings that a process takes at once: about a second of work, so that progress shows
WORTH_PROCESSES = 5000  # digits: fewer are drawn sooner than processes start
Render = Callable[[Drawing, np.random.Generator], NDArray[np.float32]]


def vary(drawing: Drawing, rng: np.random.Generator) -> NDArray[np.float32]:
    """One digit (28, 28) in 0..1 as another hand, pen or scanner would have given it."""
    return normalize(worn(draw(varied(drawing, rng), close_placement(rng)), rng))


def keep(drawing: Drawing, rng: np.random.Generator) -> NDArray[np.float32]:
    """One digit (28, 28) in 0..1 with its strokes as they were written; size, place and pen are chance."""
    return normalize(draw(drawing.strokes, random_placement(rng, (64, 300), (0.2, 0.95), (0.01, 0.12))))


def render(
    drawings: Sequence[Drawing], copies: int, seed: int, how: Render, cache: Path | None = None, title: str = ""
) -> LabeledDigits:
    """`copies` digits of each drawing: copy after copy, each in the drawings' order.

    The same arguments give the same digits; `cache` is read when it holds those of this seed, and written otherwise.
    No drawings give no digits.
    """
    if not drawings:
        return NONE
    labels = np.tile(np.array([drawing.label for drawing in drawings], np.uint8), copies)
    if cache is not None and cache.is_file():
        with np.load(cache) as file:
            if file["seed"] == seed and np.array_equal(file["labels"], labels):
                return LabeledDigits(file["digits"], labels)
    jobs = [
        (drawings[start : start + CHUNK], (seed, copy, start), how)
        for copy in range(copies)
        for start in range(0, len(drawings), CHUNK)
    ]
    if len(labels) < WORTH_PROCESSES:
        parts = [_render(job) for job in jobs]
    else:
        with processes() as pool:
            parts = list(tqdm(pool.map(_render, jobs), total=len(jobs), desc=title, unit="chunk"))
    rendered = LabeledDigits(np.concatenate(parts), labels)
    if cache is not None:
        file = io.BytesIO()
        np.savez(file, digits=rendered.digits, labels=labels, seed=seed)
        write_whole(cache, file.getvalue())  # a run that is stopped here leaves no half of it behind
    return rendered


def _render(job: tuple[Sequence[Drawing], tuple[int, int, int], Render]) -> NDArray[np.uint8]:
    drawings, seed, how = job
    rng = np.random.default_rng(seed)
    return np.stack([to_levels(_inked(drawing, rng, how)) for drawing in drawings])


def _inked(drawing: Drawing, rng: np.random.Generator, how: Render) -> NDArray[np.float32]:
    """`how` applied until ink is left: a thin pen can fade until none is."""
    while True:
        try:
            return how(drawing, rng)
        except NoInk:
            continue


def normalized(digits: LabeledDigits, title: str = "", rescale: int | None = None) -> LabeledDigits:
    """MNIST's digits as the function sees them: through the same normalization.

    rescale  a seed: as if they had been sent smaller, at half their size or more, of which chance decides
    """
    jobs = [(rescale, start, digits.digits[start : start + CHUNK]) for start in range(0, len(digits), CHUNK)]
    if len(digits) < WORTH_PROCESSES:
        parts = [_normalized(job) for job in jobs]
    else:
        with processes() as pool:
            parts = list(tqdm(pool.map(_normalized, jobs), total=len(jobs), desc=title, unit="chunk"))
    return LabeledDigits(np.concatenate(parts), digits.labels)


def _normalized(job: tuple[int | None, int, NDArray[np.uint8]]) -> NDArray[np.uint8]:
    rescale, start, digits = job
    sent = iter(digits)
    if rescale is not None:
        rng = np.random.default_rng((rescale, start))
        sent = (np.asarray(scaled(digit, rng.uniform(0.5, 1))) for digit in digits)
    return np.stack([to_levels(normalize(from_levels(digit))) for digit in sent])
