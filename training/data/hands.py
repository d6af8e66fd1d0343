"""Strokes → other strokes of the same digit, as another hand could have drawn them."""

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import Drawing, Strokes
from training.data.forms import restyled


def varied(drawing: Drawing, rng: np.random.Generator) -> Strokes:
    """Strokes of the same digit as another hand might draw them; coordinates in 0..1 or a little beyond."""
    return bent(restyled(drawing.label, unit(drawing.strokes), rng), rng)


def bent(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Strokes in 0..1, of anything, as another hand might draw them."""
    strokes = tuple(
        stroke + rng.normal(0, 0.012, 2).astype(np.float32) for stroke in strokes
    )  # pens come down a little off
    if rng.random() < 0.5:
        strokes = tuple(_rounded(stroke) for stroke in strokes)
    if rng.random() < 0.25:
        strokes = tuple(_shaky(stroke, rng) for stroke in strokes)
    strokes = _warped(strokes, rng)
    matrix = _affine(rng)
    return tuple(np.asarray((stroke - 0.5) @ matrix.T + 0.5, np.float32) for stroke in strokes)


def unit(strokes: Strokes) -> Strokes:
    """Moved and scaled so that the longer side runs from 0 to 1."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    longest = max(float((points.max(axis=0) - low).max()), 1e-6)
    return tuple((stroke - low) / np.float32(longest) for stroke in strokes)


def _affine(rng: np.random.Generator) -> NDArray[np.float64]:
    """Rotation, shear and aspect; spreads as between MNIST's own writers, cut where a 7 becomes a 1 or a 6 a 9."""
    angle = np.deg2rad(np.clip(rng.normal(0, 8), -20, 20))
    shear = np.clip(rng.normal(0, 0.16), -0.4, 0.4)
    aspect = np.exp(np.clip(rng.normal(0, 0.16), -0.4, 0.4) / 2)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(rotation @ np.array([[aspect, shear], [0, 1 / aspect]]))


def _warped(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Strokes bent by a few slow waves, as no two hands keep the same proportions."""
    waves = 3
    direction = rng.normal(0, 0.7, (waves, 2))  # cycles across the digit: slower than any of its features
    phase = rng.uniform(0, 2 * np.pi, waves)
    push = rng.normal(0, 0.022, (waves, 2))  # of the digit's size; three waves add up to 4 %
    return tuple(
        np.asarray(stroke + np.sin(2 * np.pi * stroke @ direction.T + phase) @ push, np.float32) for stroke in strokes
    )


def _rounded(stroke: NDArray[np.float32]) -> NDArray[np.float32]:
    """Corners cut once (Chaikin 1974): pages that smooth their lines draw so."""
    if len(stroke) < 3:
        return stroke
    before, after = stroke[:-1], stroke[1:]
    middle = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(-1, 2)
    return np.concatenate([stroke[:1], middle, stroke[-1:]])


def _shaky(stroke: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """A hand on a mouse: few points, each a little off."""
    kept = stroke[:: int(rng.integers(1, 4))]
    if not np.array_equal(kept[-1], stroke[-1]):
        kept = np.concatenate([kept, stroke[-1:]])
    return np.asarray(kept + rng.normal(0, 0.012, kept.shape), np.float32)
