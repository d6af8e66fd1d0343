"""Strokes → ink: a round pen on a canvas; and strokes → other strokes that somebody could have drawn.

Everything here is about how people draw, before any pixel: the batch operations on pixels are in augmentation.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from function.arrays import Ink
from training.data.sets import Drawing, Strokes

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
    return np.asarray(canvas.reduce(oversampling), np.float32) / np.float32(255)


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


def close_placement(rng: np.random.Generator) -> Placement:
    """A drawing that fills its canvas: normalization would crop to it anyway, and small canvases are fast.

    12 to 90 px are the scales at which a 20-px box looks different; pens run from 1.2 to 24 % of the drawing.
    """
    size = _log_uniform(rng, 12, 90)
    pen = max(size * _log_uniform(rng, 0.012, 0.24), 0.5)
    side = int(np.ceil(size)) + 2
    x, y = rng.uniform(0, 1, 2)  # below a pixel: where the pixels' grid lies is chance
    return Placement(side, size, pen, float(x), float(y))


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def worn(ink: Ink, rng: np.random.Generator) -> Ink:
    """Ink as scanners, cameras and dry pens leave it: sometimes blurred, uneven or grainy; paper stays 0."""
    if rng.random() < 0.35:
        radius = _log_uniform(rng, 0.006, 0.05) * max(ink.shape)
        picture = Image.fromarray(np.rint(ink * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
        ink = np.asarray(picture, np.float32) / np.float32(255)
        ink = ink * (ink > 0.08)  # a threshold as for paper: the blur's faint hem is no ink
    if rng.random() < 0.15:  # a dry pen: patches a few pixels wide are lighter
        coarse = rng.uniform(0.45, 1, (6, 6)).astype(np.float32)
        patches = Image.fromarray(coarse).resize(ink.shape[::-1], Image.Resampling.BILINEAR)
        ink = ink * np.asarray(patches, np.float32)
    if rng.random() < 0.15:  # grain, as JPEG and sensors add it
        grain = rng.normal(0, rng.uniform(0.02, 0.15), ink.shape).astype(np.float32)
        ink = np.clip(ink + grain * (ink > 0), 0, 1)
    return ink


def varied(drawing: Drawing, rng: np.random.Generator) -> Strokes:
    """Strokes of the same digit as another hand might draw them; coordinates in 0..1 or a little beyond."""
    strokes = _unit(drawing.strokes)
    strokes = _restyled(drawing.label, strokes, rng)
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


def _unit(strokes: Strokes) -> Strokes:
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


def _restyled(label: int, strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Sometimes the form that another country's school teaches."""
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
