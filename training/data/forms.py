"""Strokes → the same digit in the form that another country's school teaches, or that haste leaves."""

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import Strokes


def restyled(label: int, strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Sometimes another form: `strokes` are in 0..1, and so is what comes back, or a little beyond."""
    chance = rng.random()
    if label == 0 and chance < 0.16:
        return (*strokes, _slash(strokes, rng))
    if label == 7 and len(strokes) == 1 and chance < 0.25:
        return (*strokes, _crossbar(strokes[0], rng))
    if label == 7 and 0.18 < chance < 0.32:  # some get both
        return _with_tick(strokes, rng)
    if label == 1 and len(strokes) == 1 and _is_plain_one(strokes[0]):
        return _serifed(strokes[0], rng) if chance < 0.35 else strokes
    if label in (4, 6, 9) and chance < 0.25:
        return _hurried(strokes, rng)
    return strokes


def _slash(strokes: Strokes, rng: np.random.Generator) -> NDArray[np.float32]:
    """From lower left to upper right (seldom the other way) through a zero, ending inside or beyond it."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    center, half = (low + high) / 2, (high - low) / 2
    reach = rng.uniform(0.45, 1.15)
    lean = np.array([max(half[0], 0.12) * rng.uniform(0.5, 1.1), -half[1] * rng.uniform(0.5, 1.0)])
    if rng.random() < 0.15:
        lean[0] = -lean[0]
    return np.asarray([center - reach * lean, center + reach * lean], np.float32)


def _crossbar(stroke: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A dash through the stem of a seven, about half way down."""
    low, high = stroke.min(axis=0), stroke.max(axis=0)
    y = low[1] + (high[1] - low[1]) * rng.uniform(0.42, 0.65)
    stem = stroke[len(stroke) // 2 :]  # the second half of the pen's way is the stem
    x = stem[np.abs(stem[:, 1] - y).argmin(), 0]
    half = max(high[0] - low[0], 0.25) * rng.uniform(0.22, 0.45)
    tilt = rng.normal(0, 0.05)
    offset = rng.normal(0, 0.04)
    return np.asarray([[x - half + offset, y + tilt], [x + half + offset, y - tilt]], np.float32)


def _with_tick(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A seven whose bar begins with a small downstroke."""
    first = strokes[0]
    if first[0, 1] > 0.3 or first[0, 0] > np.median(first[:, 0]):  # doesn't begin at the bar's left end
        return strokes
    below = first[0] + np.array([rng.normal(0, 0.03), rng.uniform(0.1, 0.25)])
    return (np.concatenate([below[None], first]).astype(np.float32), *strokes[1:])


def _is_plain_one(stroke: NDArray[np.float32]) -> bool:
    width, height = stroke.max(axis=0) - stroke.min(axis=0)
    return bool(width < 0.4 * height and stroke[0, 1] < stroke[-1, 1])


def _serifed(stroke: NDArray[np.float32], rng: np.random.Generator) -> Strokes:
    """A one with an upstroke before its stem, a foot below it, or both."""
    kind = rng.integers(3)
    body = stroke
    if kind != 1:
        reach, drop = rng.uniform(0.12, 0.42), rng.uniform(0.08, 0.4)
        start = stroke[0] + np.array([-reach, drop])
        body = np.concatenate([start[None], stroke]).astype(np.float32)
    if kind == 0:
        return (body,)
    left, right = rng.uniform(0.12, 0.35, 2)
    tilt = rng.normal(0, 0.03)
    end = stroke[-1]
    foot = np.array([[end[0] - left, end[1] + tilt], [end[0] + right, end[1] - tilt]], np.float32)
    return body, foot


def _hurried(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """The last stroke stops short, which leaves loops open."""
    last = strokes[-1]
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(last, axis=0).T))])
    kept = length <= length[-1] * (1 - rng.uniform(0.04, 0.16))
    return (*strokes[:-1], last[kept] if kept.sum() > 1 else last)
