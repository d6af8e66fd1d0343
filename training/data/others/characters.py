"""Characters of no script: a few curves at random, joined as those of scripts are, and words in a joined hand."""

from dataclasses import dataclass

import numpy as np

from training.data.drawings import Strokes
from training.data.hands import bent, unit
from training.data.others.curves import Points, curve, spline, wander
from training.data.others.parts import is_line
from training.data.others.recipe import Free, pick

COUNTS = (0.15, 0.38, 0.3, 0.17)  # of two to five curves, as letters of the world's scripts have
JOINED = 0.7  # of the curves begin, end or lie where another one does
LONE = 0.12  # of the characters are a single long curve: through six points or more it is hardly ever a digit


@dataclass(frozen=True)
class Characters(Free):
    """A character that no script has, or one that it may have; a lone line or arc is none."""

    def make(self, rng: np.random.Generator) -> Strokes:
        while True:
            strokes = _lone(rng) if rng.random() < LONE else _composed(rng)
            if not is_line(strokes):
                return bent(unit(strokes), rng)


def _lone(rng: np.random.Generator) -> Strokes:
    return (spline(rng.uniform(0, 1, (int(rng.integers(6, 10)), 2))),)


def _composed(rng: np.random.Generator) -> Strokes:
    strokes: list[Points] = []
    mirrored = rng.random() < 0.2
    for _ in range(2 + int(rng.choice(len(COUNTS), p=COUNTS))):
        stroke = curve(rng)
        if strokes and rng.random() < JOINED:
            goal = _joint(pick(strokes, rng), rng)
            stroke = stroke + goal - _joint(stroke, rng)
        else:
            stroke = stroke + rng.uniform(-0.4, 0.4, 2).astype(np.float32)
        strokes.append(stroke.astype(np.float32))
        if mirrored:  # as many letters are symmetric
            strokes.append((stroke * np.array([-1, 1], np.float32)).astype(np.float32))
            mirrored = False
    return tuple(strokes)


def _joint(stroke: Points, rng: np.random.Generator) -> Points:
    """An end or the middle of a stroke."""
    place: Points = stroke[(0, len(stroke) // 2, -1)[int(rng.integers(3))]]
    return place


@dataclass(frozen=True)
class Cursive(Free):
    """A word of no language, in one or two unbroken lines."""

    def make(self, rng: np.random.Generator) -> Strokes:
        x = 0.0
        knots: list[tuple[float, float]] = []
        for _ in range(int(rng.integers(6, 26))):
            x += float(rng.uniform(0.05, 0.35)) * (-0.6 if rng.random() < 0.25 else 1)
            tall = rng.random()
            y = rng.normal(0, 0.12) + (1 if len(knots) % 2 else -1) * (0.9 if tall < 0.15 else 0.4)
            knots.append((x, y))
        way = spline(np.array(knots))
        strokes: Strokes = (way,)
        if rng.random() < 0.4:
            middle = len(way) // 2
            strokes = (way[:middle], way[middle + 2 :])
        for _ in range(int(rng.integers(0, 3))):  # dots and bars
            at = way[int(rng.integers(len(way)))] + np.array([0, rng.uniform(-1, -0.5)])
            half = float(rng.uniform(0, 0.25))
            strokes = (*strokes, np.stack([at - np.array([half, 0]), at + np.array([half, 0])]).astype(np.float32))
        return bent(unit(strokes), rng)


@dataclass(frozen=True)
class Scribbles(Free):
    """A pen that went to and fro, around, or anywhere, for long."""

    def make(self, rng: np.random.Generator) -> Strokes:
        kind = rng.integers(4)
        if kind == 0:  # anywhere
            way = spline(rng.uniform(0, 1, (int(rng.integers(9, 40)), 2)))
        elif kind == 1:  # to and fro
            count = int(rng.integers(7, 30))
            low, high = rng.uniform(0, 0.2, count), rng.uniform(0.8, 1, count)
            ys = np.where(np.arange(count) % 2, high, low)
            way = spline(np.stack([np.linspace(0, rng.uniform(0.6, 1.4), count), ys], axis=1), 4)
        elif kind == 2:  # around and around
            turns = float(rng.uniform(4, 10))  # two rounds are a zero, written twice
            angles = np.linspace(0, 2 * np.pi * turns, round(20 * turns))
            drift = rng.uniform(0.02, 0.12)
            noise = np.interp(angles, np.linspace(0, angles[-1], 20), rng.normal(0, 0.2, 20))
            xs = (0.5 + noise) * np.cos(angles) + drift * angles / (2 * np.pi) * rng.choice([0, 1])
            way = np.stack([xs, (0.5 + noise) * np.sin(angles)], axis=1).astype(np.float32)
        else:
            return bent(unit(tuple(wander(rng) for _ in range(int(rng.integers(3, 8))))), rng)
        angle = rng.uniform(0, np.pi)
        matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return bent(unit((np.asarray(way @ matrix, np.float32),)), rng)
