"""Digits → other digits of the same label: one warp of a whole batch, then thinner or thicker lines. NumPy only.

What a pen does is varied before drawing, in hands.py; this is for pixels that come without strokes, as MNIST's do.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Batch = NDArray[np.float32]

SIDE = 28
MARGIN = 2  # rows of paper around a digit, so that sampling beyond its edge finds paper
KNOTS = 5  # control points along a side of the elastic warp: 7 px apart, slower than any feature of a digit


@dataclass(frozen=True)
class Strength:
    """Half widths of uniform ranges, but for `elastic` and `soften`.

    rotation   degrees
    scale      per axis, relative
    shear      columns moved per row
    shift      pixels
    elastic    pixels, standard deviation of each control point
    thickness  1 = lines a pixel thicker or thinner on each side
    soften     the share of digits that a 3×3 kernel blurs
    """

    rotation: float = 12.0
    scale: float = 0.12
    shear: float = 0.15
    shift: float = 1.0
    elastic: float = 0.6
    thickness: float = 0.6
    soften: float = 0.1


def augment(digits: Batch, rng: np.random.Generator, strength: Strength) -> Batch:
    """digits (n, 28, 28) float32 in 0..1 → the same shape and range, each digit changed in its own way."""
    return softened(thickened(warped(digits, rng, strength), rng, strength.thickness), rng, strength.soften)


def warped(digits: Batch, rng: np.random.Generator, strength: Strength) -> Batch:
    """Rotation, scale, shear, shift and a slow elastic bend in a single bilinear sampling, which blurs only once."""
    count = len(digits)
    matrix = _matrices(count, rng, strength)
    axis = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
    rows, columns = np.meshgrid(axis, axis, indexing="ij")
    grid = np.stack([rows.ravel(), columns.ravel()])  # (2, 784)
    bend = rng.standard_normal((count, 2, KNOTS, KNOTS), np.float32) * np.float32(strength.elastic)
    spread = _interpolation()
    field = (spread @ bend @ spread.T).reshape(count, 2, SIDE * SIDE)
    shift = rng.uniform(-strength.shift, strength.shift, (count, 2, 1)).astype(np.float32)
    position = matrix @ grid + field + shift + np.float32((SIDE - 1) / 2 + MARGIN)
    return _sampled(digits, position)


def _matrices(count: int, rng: np.random.Generator, strength: Strength) -> NDArray[np.float32]:
    """(n, 2, 2) from the new digit's row, column to the old one's, about the center."""
    angle = np.deg2rad(rng.uniform(-strength.rotation, strength.rotation, count))
    shear = rng.uniform(-strength.shear, strength.shear, count)
    zoom = 1 + rng.uniform(-strength.scale, strength.scale, (count, 2))
    cosine, sine = np.cos(angle), np.sin(angle)
    rotation = np.stack([cosine, -sine, sine, cosine], axis=1).reshape(count, 2, 2)
    slant = np.zeros((count, 2, 2))
    slant[:, 0, 0], slant[:, 1, 1], slant[:, 1, 0] = zoom[:, 0], zoom[:, 1], shear
    return np.asarray(rotation @ slant, np.float32)


def _interpolation() -> NDArray[np.float32]:
    """(28, KNOTS) weights from control points to rows: Gaussian, one knot wide, summing to 1 in each row."""
    knots = np.linspace(0, SIDE - 1, KNOTS)
    distance = (np.arange(SIDE)[:, None] - knots) / (knots[1] - knots[0])
    weights = np.exp(-(distance**2))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def _sampled(digits: Batch, position: NDArray[np.float32]) -> Batch:
    """Bilinear samples of `digits` at `position` (n, 2, 784), rows and columns of the digits with their margin."""
    count, width = len(digits), SIDE + 2 * MARGIN
    padded = np.pad(digits, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN))).ravel()
    position = np.clip(position, 0, width - 1.001)
    corner = position.astype(np.int32)
    part = position - corner
    start = corner[:, 0] * width + corner[:, 1] + (np.arange(count, dtype=np.int32) * width**2)[:, None]
    down, right = part[:, 0], part[:, 1]
    top = padded[start] * (1 - right) + padded[start + 1] * right
    bottom = padded[start + width] * (1 - right) + padded[start + width + 1] * right
    return np.asarray(top * (1 - down) + bottom * down, np.float32).reshape(count, SIDE, SIDE)


def thickened(digits: Batch, rng: np.random.Generator, most: float) -> Batch:
    """Each digit mixed with its dilation or erosion by a cross of 3×3, by up to `most`; a third stay as they are."""
    amount = rng.uniform(-most, most, len(digits)).astype(np.float32)
    amount[rng.random(len(digits)) < 1 / 3] = 0
    result = digits.copy()
    for sign, extreme in ((1, np.maximum), (-1, np.minimum)):
        chosen = amount * sign > 0
        part = digits[chosen]
        padded = np.pad(part, ((0, 0), (1, 1), (1, 1)))
        other = part
        for rows, columns in ((0, 1), (2, 1), (1, 0), (1, 2)):
            other = extreme(other, padded[:, rows : rows + SIDE, columns : columns + SIDE])
        weight = np.abs(amount[chosen])[:, None, None]
        result[chosen] = part + weight * (other - part)
    return result


def softened(digits: Batch, rng: np.random.Generator, share: float) -> Batch:
    """A `share` of the digits blurred with the kernel 1 2 1 along both axes, as small scans are; its maximum is 1."""
    chosen = rng.random(len(digits)) < share
    part = digits[chosen]
    for axis in (1, 2):
        padded = np.pad(part, [(0, 0) if other != axis else (1, 1) for other in range(3)])
        before = padded.take(range(SIDE), axis=axis)
        after = padded.take(range(2, SIDE + 2), axis=axis)
        part = (before + part + part + after) / np.float32(4)
    peak = part.max(axis=(1, 2), keepdims=True)
    result = digits.copy()
    result[chosen] = part / np.maximum(peak, np.float32(1e-6))
    return result
