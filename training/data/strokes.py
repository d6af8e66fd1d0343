"""Strokes → ink: a round pen on a canvas, and what scanners, cameras and dry pens make of it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from function.arrays import Ink, from_levels, to_levels
from training.data.drawings import Strokes

OVERSAMPLING = 4  # PIL draws without anti-aliasing; 4×4 samples a pixel give 17 levels, as fine as a canvas shows


@dataclass(frozen=True)
class Placement:
    """Where and how large strokes are drawn.

    side   pixels along the square canvas
    size   pixels along the drawing's longer side, the pen's width included
    pen    pixels across the pen
    x, y   pixels from the canvas's top left corner to the drawing's
    """

    side: int
    size: float
    pen: float
    x: float
    y: float


def draw(strokes: Strokes, placement: Placement) -> Ink:
    """Strokes drawn with round caps and joins: (side, side) float32 in 0..1, anti-aliased."""
    oversampling = OVERSAMPLING if placement.side <= 400 else 2  # a large canvas is smooth enough
    canvas = Image.new("L", (placement.side * oversampling,) * 2)
    brush = ImageDraw.Draw(canvas)
    pen = max(placement.pen * oversampling, 1.0)
    for points in _placed(strokes, placement):
        scaled = points * oversampling
        path = [tuple(point) for point in scaled.tolist()]
        if len(path) > 1 and pen > 1:
            brush.line(path, fill=255, width=max(1, round(pen)))
        elif len(path) > 1:
            brush.line(path, fill=255)
        for x, y in path:  # caps and joins: PIL's own leave notches
            brush.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)
    return from_levels(np.asarray(canvas.reduce(oversampling)))


def _placed(strokes: Strokes, placement: Placement) -> Strokes:
    """Strokes moved and scaled so that the drawn outline begins at x, y and is `size` long."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    longest = max(float((points.max(axis=0) - low).max()), 1e-6)
    scale = max(placement.size - placement.pen, 1.0) / longest
    corner = np.array([placement.x, placement.y], np.float32) + placement.pen / 2
    return tuple((stroke - low) * np.float32(scale) + corner.astype(np.float32) for stroke in strokes)


def random_placement(
    rng: np.random.Generator, sides: tuple[int, int], sizes: tuple[float, float], pens: tuple[float, float]
) -> Placement:
    """A canvas of `sides` pixels, a drawing of `sizes` of its side anywhere on it, with a pen of `pens` of its side.

    Ranges are drawn log-uniformly: twice as large is as likely as half as large. The pen is at most a fifth of the
    drawing, as no one writes a digit with a thicker one.
    """
    side = round(_log_uniform(rng, *sides))
    size = side * _log_uniform(rng, *sizes)
    pen = float(np.clip(side * _log_uniform(rng, *pens), min(1.0, size / 5), size / 5))
    x, y = rng.uniform(0, max(side - size, 0.0), 2)
    return Placement(side, size, pen, float(x), float(y))


def close_placement(rng: np.random.Generator, widest: float = 0.24) -> Placement:
    """A drawing that fills its canvas: normalization would crop to it anyway, and small canvases are fast.

    12 to 90 px are the scales at which a 20-px box looks different; pens run from 1.2 % of the drawing to `widest`,
    24 % for a digit.
    """
    size = _log_uniform(rng, 12, 90)
    pen = max(size * _log_uniform(rng, 0.012, widest), 0.5)
    side = int(np.ceil(size)) + 2
    x, y = rng.uniform(0, 1, 2)  # below a pixel: where the pixels' grid lies is chance
    return Placement(side, size, pen, float(x), float(y))


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def worn(ink: Ink, rng: np.random.Generator) -> Ink:
    """Ink as scanners, cameras and dry pens leave it: sometimes blurred, uneven or grainy; paper stays 0."""
    if rng.random() < 0.35:
        radius = _log_uniform(rng, 0.006, 0.05) * max(ink.shape)
        picture = Image.fromarray(to_levels(ink)).filter(ImageFilter.GaussianBlur(radius))
        ink = from_levels(np.asarray(picture))
        ink = ink * (ink > 0.08)  # a threshold as for paper: the blur's faint hem is no ink
    if rng.random() < 0.15:  # a dry pen: patches a few pixels wide are lighter
        coarse = rng.uniform(0.45, 1, (6, 6)).astype(np.float32)
        patches = Image.fromarray(coarse).resize(ink.shape[::-1], Image.Resampling.BILINEAR)
        ink = ink * np.asarray(patches, np.float32)
    if rng.random() < 0.15:  # grain, as JPEG and sensors add it
        grain = rng.normal(0, rng.uniform(0.02, 0.15), ink.shape).astype(np.float32)
        ink = np.clip(ink + grain * (ink > 0), 0, 1)
    return ink
