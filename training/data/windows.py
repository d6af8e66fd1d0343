"""Composed numbers → what the function cuts out of them: digits with a piece of a neighbor, and what is no digit.

The function reads numbers window by window, so it learns from windows, cut by its own code where digits touch.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from function.arrays import Ink, to_levels
from function.digit.crops import LINE
from function.digit.parts import parts_of
from function.store.folder import write_whole
from training.data.drawings import Drawing
from training.data.hands import unit, varied
from training.data.numbers import Number, composed
from training.data.others.drawn import is_lone_line
from training.data.processes import processes
from training.data.sets import NO_DIGIT, NONE, LabeledDigits
from training.data.strokes import Placement, draw, worn

CHUNK = 400  # windows that a process makes at once: two seconds of work
TOUCHING = 0.6  # of the digits: cuts are what is to be learned
HEIGHTS = (20, LINE)  # pixels of the digits: larger ones are averaged down to these
EDGE = 2  # pixels of paper around a number
WHOLE = 0.9  # of a digit's ink in the window, and of the window's ink in the digit: it is that digit
PART = 0.25  # of the window's ink in each of two digits or more: it is none
MOST = 2  # windows of no digit from one number: there are more of them than digits


def cut_windows(
    drawings: Sequence[Drawing], count: int, seed: int, cache: Path | None = None, title: str = ""
) -> LabeledDigits:
    """`count` windows over numbers of `drawings`; what is no digit is labeled NO_DIGIT.

    The same arguments give the same windows; `cache` is read when it holds those, and written otherwise. No drawings
    give no windows.
    """
    if not (drawings and count):
        return NONE
    identity = f"{seed} {count} {len(drawings)}"
    if cache is not None and cache.is_file():
        with np.load(cache) as file:
            if str(file["identity"]) == identity:
                return LabeledDigits(file["digits"], file["labels"])
    jobs = [(drawings, min(CHUNK, count - start), (seed, start)) for start in range(0, count, CHUNK)]
    if len(jobs) == 1:
        parts = [_several(jobs[0])]
    else:
        with processes() as pool:
            parts = list(tqdm(pool.map(_several, jobs), total=len(jobs), desc=title, unit="chunk"))
    digits, labels = (np.concatenate(each) for each in zip(*parts, strict=True))
    if cache is not None:
        content = io.BytesIO()
        np.savez(content, digits=digits, labels=labels, identity=np.str_(identity))
        write_whole(cache, content.getvalue())
    return LabeledDigits(digits, labels)


def _several(job: tuple[Sequence[Drawing], int, tuple[int, int]]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    drawings, count, seed = job
    rng = np.random.default_rng(seed)
    digits = np.zeros((count, 28, 28), np.uint8)
    labels = np.zeros(count, np.uint8)
    made = 0
    while made < count:
        some = [drawings[index] for index in rng.integers(len(drawings), size=40)]
        hands = [Drawing(each.label, unit(varied(each, rng)), "") for each in some]
        for number in composed(hands, 4, rng, TOUCHING):
            for label, digit in _windows(number, rng):
                if made < count:
                    digits[made], labels[made] = digit, label
                    made += 1
    return digits, labels


def _windows(number: Number, rng: np.random.Generator) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The digits that were cut out on one side at least, and a few of what shows parts of two digits or more."""
    layers = _layers(number, rng)
    ink = layers.max(axis=0)
    parts = parts_of(worn(ink, rng))
    if parts is None or parts.pieces.factor > 1:
        return
    y, x = parts.pieces.corner
    height, width = parts.pieces.ink.shape
    layers = layers[:, y : y + height, x : x + width]
    strange = MOST
    for index in rng.permutation(len(parts.windows)).tolist():
        start, stop = parts.windows[index].tolist()
        label = _label(number.digits, layers, (parts.pieces.owners >= start) & (parts.pieces.owners < stop))
        is_cut = bool((parts.pieces.cuts[max(start - 1, 0) : stop] > 0).any())
        if label is None or (label < NO_DIGIT and not is_cut):
            continue
        if label == NO_DIGIT:
            if not strange or is_lone_line(parts.digits[index]):
                continue
            strange -= 1
        yield label, to_levels(parts.digits[index])


def _label(digits: Sequence[int], layers: Ink, mask: NDArray[np.bool_]) -> int | None:
    """The digit that the window shows, NO_DIGIT where it shows parts of several, None where it is hard to say.

    layers  (n, h, w): the ink of each digit
    """
    inside = layers[:, mask].sum(axis=1)
    whole = inside / layers.sum(axis=(1, 2))
    share = inside / max(float(layers.max(axis=0)[mask].sum()), 1.0)  # wear may leave a window no ink but its own
    best = int(np.minimum(whole, share).argmax())
    if min(whole[best], share[best]) >= WHOLE:
        return digits[best]
    return NO_DIGIT if (share >= PART).sum() > 1 else None


def _layers(number: Number, rng: np.random.Generator) -> Ink:
    """Each digit's ink alone, all in their places: (n, h, w)."""
    low, most = (extreme(np.concatenate(number.strokes), axis=0) for extreme in (np.min, np.max))
    scale = float(np.exp(rng.uniform(*np.log(HEIGHTS))))
    pen = max(1.0, number.pen * scale)
    shift = rng.uniform(EDGE, EDGE + 1, 2)
    width, height = np.ceil((most - low) * scale + pen + shift + EDGE + 1).astype(int)
    layers = np.zeros((len(number.drawn), height, width), np.float32)
    for layer, strokes in zip(layers, number.drawn, strict=True):
        points = np.concatenate(strokes)
        size = float(np.ptp(points, axis=0).max()) * scale + pen
        place = (points.min(axis=0) - low) * scale + shift
        left, top = place.astype(int)
        x, y = place % 1
        ink = draw(strokes, Placement(int(np.ceil(size)) + 2, size, pen, float(x), float(y)))
        frame = layer[top : top + len(ink), left : left + len(ink)]
        frame[:] = ink[: frame.shape[0], : frame.shape[1]]
    return layers
