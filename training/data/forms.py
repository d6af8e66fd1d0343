"""Strokes → the same digit in the form that another country's school teaches, or that haste leaves."""

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import Strokes

# Of all zeros, the parts with each mark: together a fifth, as where computers are written about by hand.
_THROUGH = {"slash": 0.11, "upright": 0.06, "backslash": 0.02, "lying": 0.02, "dot": 0.02}


def restyled(label: int, strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Sometimes another form: `strokes` are in 0..1, and so is what comes back, or a little beyond."""
    chance = rng.random()
    if label == 0 and chance < sum(_THROUGH.values()):
        return (*strokes, _through(strokes, rng))
    if label == 7 and len(strokes) == 1 and chance < 0.25:
        return (*strokes, _crossbar(strokes[0], rng))
    if label == 7 and 0.18 < chance < 0.32:  # some get both
        return _with_tick(strokes, rng)
    if label == 1 and len(strokes) == 1 and _is_plain_one(strokes[0]):
        return _serifed(strokes[0], rng) if chance < 0.35 else strokes
    if label == 9 and chance > 0.75:
        return _footed(strokes, rng)
    if label in (4, 6, 9) and chance < 0.25:
        return _hurried(strokes, rng)
    return strokes


def _through(strokes: Strokes, rng: np.random.Generator) -> NDArray[np.float32]:
    """What tells a zero from an O: a slash, upright bar, backslash, lying bar or dot, ending inside or beyond it."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    center, half = (low + high) / 2 + rng.normal(0, 0.03, 2), np.maximum((high - low) / 2, 0.12)
    form = rng.choice([*_THROUGH], p=np.array([*_THROUGH.values()]) / sum(_THROUGH.values()))
    reach = rng.uniform(0.45, 1.3)
    if form == "dot":
        return np.asarray([center, center + rng.normal(0, 0.02, 2)], np.float32)
    if form == "upright":
        lean = np.array([half[0] * rng.normal(0, 0.12), -half[1]])
    elif form == "lying":
        lean = np.array([half[0] * min(1.0, 1 / reach), half[1] * rng.normal(0, 0.1)])  # beyond it, it is no zero
    else:
        lean = half * np.array([rng.uniform(0.5, 1.1), -rng.uniform(0.5, 1.0)])
        lean[0] *= -1 if form == "backslash" else 1
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


def _footed(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A nine whose stem ends in a bow to the left, unless it does already."""
    last = strokes[-1]
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    height = high[1] - low[1]
    if len(last) < 3 or last[-1, 1] < high[1] - 0.08 * height:  # ends elsewhere: it is curved, or drawn otherwise
        return strokes
    wide, tall = rng.uniform(0.15, 0.45), rng.uniform(0.06, 0.2)
    angles = np.linspace(0, np.deg2rad(rng.uniform(90, 200)), 10)[1:]
    # A quarter of an ellipse or more, from the stem's end down and to the left.
    bow = last[-1] + np.stack([wide / 2 * (np.cos(angles) - 1), tall * np.sin(angles)], axis=1)
    return (*strokes[:-1], np.concatenate([last, bow]).astype(np.float32))


def _hurried(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """The last stroke stops short, which leaves loops open."""
    last = strokes[-1]
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(last, axis=0).T))])
    kept = length <= length[-1] * (1 - rng.uniform(0.04, 0.16))
    return (*strokes[:-1], last[kept] if kept.sum() > 1 else last)
