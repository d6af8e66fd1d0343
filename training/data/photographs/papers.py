"""Papers as a camera sees them, with nothing on them: light in 0..1, 1 where a white sheet would be lit fully."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Light = NDArray[np.float32]
Shape = tuple[int, int]


def cloud(shape: Shape, grain: float, rng: np.random.Generator) -> Light:
    """(H, W) of noise, standard deviation about 1, whose patches are `grain` pixels wide."""
    rows, columns = (max(2, round(side / grain)) for side in shape)
    coarse = Image.fromarray(rng.normal(0, 1.3, (rows, columns)).astype(np.float32))
    return np.asarray(coarse.resize(shape[::-1], Image.Resampling.BICUBIC), np.float32)


def slope(shape: Shape, rng: np.random.Generator) -> Light:
    """(H, W) that rises from -1 to 1 across the picture, in any direction."""
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in shape), indexing="ij")
    along = np.cos(angle) * x + np.sin(angle) * y
    return np.asarray(along / np.abs(along).max(), np.float32)


def smooth(shape: Shape, rng: np.random.Generator) -> Light:
    """Copy paper under a lamp: it falls off to the corners."""
    return 0.82 - 0.1 * slope(shape, rng) ** 2 + 0.004 * cloud(shape, 1, rng)


def rough(shape: Shape, rng: np.random.Generator) -> Light:
    """Paper for drawing, lit from the side."""
    return 0.75 + 0.05 * slope(shape, rng) + 0.012 * cloud(shape, rng.uniform(1.5, 4), rng)


def recycled(shape: Shape, rng: np.random.Generator) -> Light:
    """Gray paper with dark and light fibers."""
    light = 0.68 + 0.008 * cloud(shape, 2, rng)
    for _ in range(60):
        y, x = (int(rng.integers(0, side)) for side in shape)
        light[y : y + int(rng.integers(1, 3)), x : x + int(rng.integers(1, 6))] += rng.uniform(-0.07, 0.05)
    return light


def folded(shape: Shape, rng: np.random.Generator) -> Light:
    """A sheet that was folded: each crease parts a lighter side from a darker one."""
    light = smooth(shape, rng)
    for _ in range(int(rng.integers(1, 4))):
        across = slope(shape, rng) * max(shape) / 2 - rng.uniform(-0.3, 0.3) * max(shape)
        light += 0.03 * np.tanh(across / 3) - rng.uniform(0, 0.05) * np.exp(-((across / rng.uniform(1.5, 4)) ** 2))
    return light.astype(np.float32)


def shadowed(shape: Shape, rng: np.random.Generator) -> Light:
    """The hard edge of a hand's or a phone's shadow, and a soft one."""
    light = smooth(shape, rng)
    for width in (rng.uniform(0.5, 2), rng.uniform(5, 30)):
        across = slope(shape, rng) * max(shape) / 2 - rng.uniform(-0.3, 0.3) * max(shape)
        light *= 1 - rng.uniform(0.15, 0.4) / (1 + np.exp(-np.clip(across / width, -30, 30)))
    return light.astype(np.float32)


def shining(shape: Shape, rng: np.random.Generator) -> Light:
    """Thin paper: what is written on its back shines through, blurred."""
    light = smooth(shape, rng)
    return light * (1 - 0.035 * (cloud(shape, min(shape) / rng.uniform(4, 12), rng) > 0.8)).astype(np.float32)


def crumpled(shape: Shape, rng: np.random.Generator) -> Light:
    """A sheet that was crumpled and smoothed out: facets that are lit differently, with creases between some."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    count = int(rng.integers(5, 16))
    nearest = np.full(shape, np.inf, np.float32)
    second, light = nearest.copy(), smooth(shape, rng)
    facet = np.zeros(shape, np.float32)
    places = [rng.uniform(0, side, count) for side in shape]
    for row, column, tilt in zip(*places, rng.normal(0, 0.03, count), strict=True):
        far = np.hypot(y - row, x - column).astype(np.float32)
        is_nearest = far < nearest
        second = np.where(is_nearest, nearest, np.minimum(second, far))
        nearest, facet = np.minimum(nearest, far), np.where(is_nearest, np.float32(tilt), facet)
    crease = np.exp(-(((second - nearest) / rng.uniform(1, 4)) ** 2))
    return np.asarray(light * (1 + facet - rng.uniform(0, 0.06) * crease), np.float32)


def under_a_hand(shape: Shape, rng: np.random.Generator) -> Light:
    """The rounded shadow of a phone, or of a hand with some fingers, which reaches in from an edge."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    side, away = min(shape), rng.uniform(0, 2 * np.pi)
    middle = np.array(shape) / 2
    far = np.full(shape, np.inf, np.float32)
    for _ in range(int(rng.integers(1, 5))):
        turn = away + rng.normal(0, 0.25)
        way = np.array([np.sin(turn), np.cos(turn)])
        tip = middle + rng.uniform(-0.1, 0.5) * side * way + rng.uniform(-0.3, 0.3, 2) * side
        along = np.maximum(0, (y - tip[0]) * way[0] + (x - tip[1]) * way[1])
        off = np.hypot(y - tip[0] - along * way[0], x - tip[1] - along * way[1])
        far = np.minimum(far, off - rng.uniform(0.06, 0.3) * side)
    depth = rng.uniform(0.15, 0.5) / (1 + np.exp(np.clip(far / rng.uniform(0.5, 8), -30, 30)))
    return np.asarray(smooth(shape, rng) * (1 - depth), np.float32)


def by_a_window(shape: Shape, rng: np.random.Generator) -> Light:
    """The shadow of a window's bars, which cross aslant."""
    side, turn = min(shape), rng.uniform(0, np.pi)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    lit = np.ones(shape, np.float32)
    for angle in (turn, turn + np.pi / 2 + rng.normal(0, 0.2)):
        across = np.cos(angle) * x + np.sin(angle) * y - rng.uniform(0, 1) * side
        off = np.abs((across + side) % (rng.uniform(0.7, 1.2) * side) - side / 2) - rng.uniform(0.03, 0.12) * side
        lit *= 1 - 1 / (1 + np.exp(np.clip(off / rng.uniform(0.5, 4), -30, 30)))
    return (smooth(shape, rng) * (1 - rng.uniform(0.15, 0.4) * (1 - lit))).astype(np.float32)


PAPERS: Mapping[str, Callable[[Shape, np.random.Generator], Light]] = {
    "smooth": smooth,
    "rough": rough,
    "recycled": recycled,
    "folded": folded,
    "shadowed": shadowed,
    "shining through": shining,
    "crumpled": crumpled,
    "under a hand": under_a_hand,
    "by a window": by_a_window,
}
