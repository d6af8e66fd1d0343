"""Ink without strokes: noise, stripes, blobs, and figures that are partly filled."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from function.arrays import Ink, from_levels
from training.data.others.recipe import Free

SIDE = 56  # pixels: twice the frame, so that normalization has something to average


@dataclass(frozen=True)
class Textures(Free):
    """Noise of some grain, cut at a level or not; stripes; blobs; filled shapes."""

    def make(self, rng: np.random.Generator) -> Ink:
        ink = (_noise, _stripes, _blobs, _filled)[int(rng.integers(4))](rng)
        return ink if ink.max() > 0.3 else self.make(rng)


def _noise(rng: np.random.Generator) -> Ink:
    coarse = int(rng.choice([5, 9, 14, 28, 56]))
    values = rng.normal(0, 1, (coarse, coarse)).astype(np.float32)
    field = np.asarray(Image.fromarray(values).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    if rng.random() < 0.6:
        return np.asarray(field > np.quantile(field, rng.uniform(0.3, 0.85)), np.float32)
    field = field - field.min()
    return np.asarray(np.clip(field / field.max() - rng.uniform(0, 0.4), 0, 1), np.float32)


def _stripes(rng: np.random.Generator) -> Ink:
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    angle = rng.uniform(0, np.pi)
    wave = np.sin(2 * np.pi * (rng.uniform(2, 9) * (x * np.cos(angle) + y * np.sin(angle))) + rng.uniform(0, 6))
    if rng.random() < 0.3:  # a board of squares
        wave = wave * np.sin(2 * np.pi * rng.uniform(2, 6) * (y * np.cos(angle) - x * np.sin(angle)))
    return np.asarray(wave > rng.uniform(-0.3, 0.6), np.float32)


def _blobs(rng: np.random.Generator) -> Ink:
    picture = Image.new("L", (SIDE, SIDE))
    brush = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(2, 12))):
        x, y = rng.uniform(0, SIDE, 2)
        wide, high = rng.uniform(2, 14, 2)
        brush.ellipse((x - wide, y - high, x + wide, y + high), fill=int(rng.integers(120, 256)))
    return from_levels(np.asarray(picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 2))))))


def _filled(rng: np.random.Generator) -> Ink:
    """A polygon or an ellipse full of ink: with a hole it would be a zero, as slim as a stem a one."""
    picture = Image.new("L", (SIDE, SIDE))
    brush = ImageDraw.Draw(picture)
    corners = int(rng.integers(3, 9))
    even = np.arange(corners) * 2 * np.pi / corners
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners)) if rng.random() < 0.5 else even
    points = SIDE / 2 + rng.uniform(16, 26, corners)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if rng.random() < 0.7:
        brush.polygon([tuple(each) for each in points.tolist()], fill=255)
    else:
        wide, high = rng.uniform(14, 26, 2)
        brush.ellipse((SIDE / 2 - wide, SIDE / 2 - high, SIDE / 2 + wide, SIDE / 2 + high), fill=255)
    ink = from_levels(np.asarray(picture))
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0), np.flatnonzero(ink.max(axis=0) > 0)
    slim = not 0.45 < (np.ptp(columns) + 1) / (np.ptp(rows) + 1) < 2.2
    return _filled(rng) if slim else ink
