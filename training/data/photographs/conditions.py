"""Made photographs, each of one difficulty: what is written on them, and a JPEG as a phone leaves it."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from training.data.drawings import Drawing
from training.data.numbers import composed, number_picture
from training.data.photographs.papers import PAPERS, Light, cloud, slope, smooth
from training.data.strokes import Placement, draw

Rng = np.random.Generator
Ink = NDArray[np.float32]

SIDES = (128, 480)  # pixels of a photographed digit's picture
SIZES = (0.3, 0.6)  # of its side: the digit
PENS = (0.06, 0.14)  # of the digit
MARKER = (0.12, 0.22)  # … by marker
PENCIL = (0.2, 0.45)  # of the light that it takes; …
PEN = (0.5, 0.85)  # … and a pen
USUAL = 150  # photographs of a condition: ± 3 points at 97 %
QUALITY = (55, 90)  # of the JPEG
GRAIN = 1600  # pixels of a side: grain of larger pictures repeats, so that millions needn't be drawn
LIT = 500  # pixels of a sheet's longer side in which its light is computed
SMALL = 1 / 20  # of the longer side: a digit on a sheet


@dataclass(frozen=True)
class Photograph:
    """text  what is written, empty where nothing is; sent  the picture, encoded"""

    text: str
    sent: bytes


def photographed(light: Light, rng: Rng) -> bytes:
    """Sharpness, grain and compression of a phone."""
    light = light if light.ndim == 3 else light[:, :, None] * np.array([1, 0.98, 0.94], np.float32)
    grain = rng.normal(0, 0.008, (*(min(side, GRAIN) for side in light.shape[:2]), 3)).astype(np.float32)
    grain = np.tile(grain, (*(-(-side // GRAIN) for side in light.shape[:2]), 1))[: len(light), : light.shape[1]]
    levels = np.clip(255 * (light + grain), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    picture = Image.fromarray(levels).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0)))
    picture.save(file, "JPEG", quality=int(rng.integers(*QUALITY)))
    return file.getvalue()


@dataclass(frozen=True)
class Condition:
    """One difficulty: `make` gives what is written and the light, (H, W) or (H, W, 3) in 0..1.

    count  photographs that tell its error
    keep   makes a file of the light
    """

    title: str
    make: Callable[[Sequence[Drawing], Rng], tuple[str, Light]]
    count: int = USUAL
    keep: Callable[[Light, Rng], bytes] = photographed


def photographs(condition: Condition, drawings: Sequence[Drawing], count: int, rng: Rng) -> Iterator[Photograph]:
    for _ in range(count):
        text, light = condition.make(drawings, rng)
        yield Photograph(text, condition.keep(light, rng))


def _digit(drawings: Sequence[Drawing], rng: Rng, sides: tuple[int, int] = SIDES) -> tuple[str, Ink]:
    """A digit near the middle of a square of paper."""
    drawing = drawings[int(rng.integers(len(drawings)))]
    side = int(rng.integers(*sides))
    size = side * rng.uniform(*SIZES)
    x, y = rng.uniform(0.15 * side, 0.85 * side - size, 2)
    return str(drawing.label), draw(drawing.strokes, Placement(side, size, size * rng.uniform(*PENS), x, y))


def _written(light: NDArray[Any], ink: NDArray[Any], taken: tuple[float, float], rng: Rng) -> Light:
    return (light * (1 - rng.uniform(*taken) * ink)).astype(np.float32)


def ruled_lines(shape: tuple[int, int], gap: float, width: float, rng: Rng, upright: bool = False) -> Ink:
    """Parallel lines with a slight slope, the first anywhere."""
    height, length = shape[::-1] if upright else shape
    y = np.arange(height)[:, None] - rng.uniform(-0.04, 0.04) * np.arange(length) - rng.uniform(0, gap)
    near = np.abs((y + gap / 2) % gap - gap / 2)
    lines = np.clip(width / 2 + 0.5 - near, 0, 1).astype(np.float32)
    return lines.T if upright else lines


def _ruled(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    text, ink = _digit(drawings, rng)
    gap = len(ink) * rng.uniform(0.15, 0.35)
    lines = ruled_lines((len(ink), len(ink)), gap, rng.uniform(1, 1 + len(ink) / 150), rng)
    paper = smooth((len(ink), len(ink)), rng) * (1 - rng.uniform(0.15, 0.5) * lines)
    return text, _written(paper, ink, PEN, rng)


def _squared(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    text, ink = _digit(drawings, rng)
    side = len(ink)
    gap, width = side * rng.uniform(0.08, 0.2), rng.uniform(1, 1 + side / 200)
    lines = np.maximum(*(ruled_lines((side, side), gap, width, rng, upright) for upright in (False, True)))
    return text, _written(smooth((side, side), rng) * (1 - rng.uniform(0.1, 0.35) * lines), ink, PEN, rng)


def _boxed(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """In a printed box, which the picture cuts as it comes."""
    text, ink = _digit(drawings, rng)
    side = len(ink)
    width = side * rng.uniform(0.01, 0.05)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    x, y = x + rng.uniform(-0.04, 0.04) * y, y + rng.uniform(-0.04, 0.04) * x
    inner = side * rng.uniform(0.0, 0.12, 4)
    far = np.stack([y - inner[0], side - inner[1] - y, x - inner[2], side - inner[3] - x]).min(axis=0)
    box = np.clip(width / 2 + 0.5 - np.abs(far), 0, 1)
    return text, _written(smooth((side, side), rng) * (1 - rng.uniform(0.5, 0.9) * box), ink, PENCIL, rng)


def _on(name: str, title: str) -> Condition:
    """A digit on one of the papers."""

    def make(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
        text, ink = _digit(drawings, rng)
        return text, _written(PAPERS[name](ink.shape[:2], rng), ink, PEN, rng)

    return Condition(title, make)


def _beside(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """A digit in pencil and one by marker."""
    (first, one), (second, other) = (_digit(drawings, rng, (300, 301)) for _ in range(2))
    inks = [each[:, _span(each)] for each in (one, other)]
    darkness = rng.permutation([rng.uniform(*PENCIL), rng.uniform(*PEN)])
    gap = np.zeros((300, int(rng.integers(15, 40))), np.float32)
    edge = np.zeros((300, 40), np.float32)
    tops = [int(np.flatnonzero(each.any(axis=1))[0]) for each in inks]
    inks[1] = np.roll(inks[1], tops[0] - tops[1], axis=0)
    both = np.concatenate((edge, inks[0] * darkness[0], gap, inks[1] * darkness[1], edge), axis=1)
    return first + second, (smooth(both.shape, rng) * (1 - both)).astype(np.float32)


def _span(ink: Ink) -> slice:
    columns = np.flatnonzero(ink.any(axis=0))
    return slice(int(columns[0]), int(columns[-1]) + 1)


def _faint(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """In pencil beside a black rule."""
    text, ink = _digit(drawings, rng)
    side = len(ink)
    light = _written(PAPERS["rough"]((side, side), rng), ink, PENCIL, rng)
    at, width = int(side * rng.uniform(0.02, 0.1)), max(2, int(side * rng.uniform(0.01, 0.06)))
    light[:, at : at + width] *= 0.15
    return text, light


def _blurred(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    text, ink = _digit(drawings, rng)
    levels = Image.fromarray((255 * _written(smooth(ink.shape[:2], rng), ink, PEN, rng)).astype(np.uint8))
    radius = len(ink) * rng.uniform(0.008, 0.02)
    return text, np.asarray(levels.filter(ImageFilter.GaussianBlur(radius)), np.float32) / np.float32(255)


def _tinted(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """Colored paper in colored light, written on in blue, black or red."""
    text, ink = _digit(drawings, rng)
    paper = rng.uniform(0.45, 1, 3).astype(np.float32)
    pen = np.array([(0.8, 0.7, 0.35), (0.8, 0.8, 0.8), (0.2, 0.75, 0.75)][int(rng.integers(3))], np.float32)
    light = smooth(ink.shape[:2], rng)[:, :, None] * paper
    return text, (light * (1 - pen * ink[:, :, None])).astype(np.float32)


def _moire(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """Taken from a screen: its pixels beat with the camera's."""
    text, ink = _digit(drawings, rng)
    waves = np.sin(slope(ink.shape[:2], rng) * rng.uniform(20, 90)) * np.sin(slope(ink.shape[:2], rng) * 60)
    return text, _written((0.8 + 0.03 * waves).astype(np.float32), ink, PEN, rng)


def guilloche(shape: tuple[int, int], rng: Rng) -> Ink:
    """Fine waves in one or two layers, as on cheques: 0..1."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    total = np.zeros(shape, np.float32)
    for _ in range(int(rng.integers(1, 3))):
        period, swing, length = rng.uniform(4, 12), rng.uniform(2, 10), rng.uniform(20, 80)
        angle = rng.uniform(-0.6, 0.6)
        along, across = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
        total = np.maximum(total, np.cos(2 * np.pi * (across + swing * np.sin(along / length)) / period))
    return np.clip(total, 0, 1)


def _amount(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """A number over a pattern that repeats."""
    number = next(composed(drawings, 1, rng))
    while len(number.text) > 7:
        number = next(composed(drawings[int(rng.integers(len(drawings))) :], 1, rng))
    ink = 1 - np.asarray(number_picture(number.strokes, rng, number.pen), np.float32) / 255
    ink = 1 - ink if ink.mean() > 0.5 else ink
    height = max(40, int(rng.integers(50, 110)))
    wide = Image.fromarray(ink).resize((max(40, round(height * ink.shape[1] / len(ink))), height))
    ink = np.clip(np.asarray(wide, np.float32), 0, 1)
    pattern = rng.uniform(0.08, 0.3) * guilloche(ink.shape[:2], rng)
    return number.text, _written(0.85 * (1 - pattern), ink, PEN, rng)


def _stained(shape: tuple[int, int], rng: Rng) -> Light:
    """Old paper."""
    stains = cloud(shape, min(shape) / 5, rng)
    return (0.7 + 0.03 * stains + 0.01 * cloud(shape, 3, rng)).astype(np.float32)


def _tight(pens: tuple[float, float]) -> Callable[[Sequence[Drawing], Rng], tuple[str, Light]]:
    """A digit cut out along its sides, some of which the cut may graze."""

    def make(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
        drawing = drawings[int(rng.integers(len(drawings)))]
        size = int(rng.integers(28, 160))
        ink = draw(drawing.strokes, Placement(2 * size, size, size * rng.uniform(*pens), size / 2, size / 2))
        ink = _cut(ink, size, rng)
        if ink.shape[1] < size // 3:  # whoever cuts out a 1 leaves paper beside it
            ink = np.pad(ink, ((0, 0), (size // 6, size // 6)))
        taken = PENCIL if rng.random() < 0.5 else PEN
        return str(drawing.label), _written(_stained(ink.shape[:2], rng), ink, taken, rng)

    return make


def _cut(ink: Ink, size: float, rng: Rng) -> Ink:
    """What is written, and hardly more paper: parts of a digit's size, which is less than all of it."""
    rows, columns = _span(ink.T), _span(ink)
    top, bottom, left, right = (size * rng.uniform(-0.03, 0.12, 4)).astype(int)
    return ink[
        max(0, rows.start - top) : rows.stop + bottom,
        max(0, columns.start - left) : columns.stop + right,
    ]


def _strip(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """A number cut out along its sides."""
    size, text, inks = int(rng.integers(40, 120)), "", []
    pen = size * rng.uniform(*PENS)
    for _ in range(int(rng.integers(2, 8))):
        drawing = drawings[int(rng.integers(len(drawings)))]
        ink = draw(drawing.strokes, Placement(2 * size, size, pen, size / 2, size / 2))
        inks.append(np.pad(ink[:, _span(ink)], ((0, 0), (0, int(size * rng.uniform(0.1, 0.35))))))
        text += str(drawing.label)
    ink = _cut(np.pad(np.concatenate(inks, axis=1), ((0, 0), (size // 4, size // 4))), size, rng)
    return text, _written(_stained(ink.shape[:2], rng), ink, PENCIL if rng.random() < 0.5 else PEN, rng)


def _crowded(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """A digit cut out of a line of writing, with what the cut left of its neighbors."""
    text, ink = _digit(drawings, rng)
    side = len(ink)
    for turn in range(int(rng.integers(1, 4))):
        _, other = _digit(drawings, rng, (side, side + 1))
        away = int(side * rng.uniform(0.42, 0.55)) * (1 if turn % 2 else -1)
        moved = np.zeros_like(ink)
        span = _span(other)
        start = side - int(rng.uniform(0.1, 0.35) * (span.stop - span.start)) if away > 0 else 0
        if away > 0:
            part = other[:, span][:, : side - start]
            moved[:, start : start + part.shape[1]] = part
        else:
            part = other[:, span][:, -int(max(1, rng.uniform(0.1, 0.35) * (span.stop - span.start))) :]
            moved[:, : part.shape[1]] = part
        ink = np.maximum(ink, moved)
    return text, _written(_stained((side, side), rng), ink, PEN, rng)


def _sheet(width: int, digits: tuple[int, int], lines: int) -> Callable[[Sequence[Drawing], Rng], tuple[str, Light]]:
    """Digits that each take a twentieth of a sheet's longer side, in lines below each other: two are no number.

    digits  in a line, at least and at most
    """

    def make(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
        height, side = width * 3 // 4, round(SMALL * width)
        pen, taken, text = side * rng.uniform(*PENS), rng.uniform(*PEN), ""
        light = _enlarged(smooth((height * LIT // width, LIT), rng), (height, width))
        y, x = int(rng.uniform(0.1, 0.7) * height), int(rng.uniform(0.1, 0.55) * width)
        for line in range(lines):
            for place in range(int(rng.integers(digits[0], digits[1] + 1))):
                drawing = drawings[int(rng.integers(len(drawings)))]
                ink = draw(drawing.strokes, Placement(side + 4, side, pen, 2, 2))
                top, left = y + line * side * 3 // 2, x + place * side * 5 // 4
                light[top : top + len(ink), left : left + len(ink)] *= 1 - taken * ink
                text += str(drawing.label)
        return text if lines == 1 else "", light

    return make


def _enlarged(light: Light, shape: tuple[int, int]) -> Light:
    return np.array(Image.fromarray(light.astype(np.float32)).resize(shape[::-1], Image.Resampling.BICUBIC))


def _stacked(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """Two lines of digits: no number."""
    inks = [_digit(drawings, rng, (160, 161))[1] for _ in range(4)]
    ink = np.concatenate([np.concatenate(inks[:2], axis=1), np.concatenate(inks[2:], axis=1)])
    return "", _written(smooth(ink.shape[:2], rng), ink, PEN, rng)


def _blank(name: str) -> Condition:
    def make(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
        side = int(rng.integers(*SIDES))
        light = PAPERS[name]((side, side * int(rng.integers(3, 5)) // 3), rng)
        if rng.random() < 0.5:
            light = light * (1 - rng.uniform(0.1, 0.6) * ruled_lines(light.shape[:2], side / 3, side / 90, rng))
        return "", light.astype(np.float32)

    return Condition(f"Blank paper, {name}", make)


CONDITIONS: Mapping[str, Condition] = {
    "ruled": Condition("Ruled paper", _ruled),
    "squared": Condition("Squared paper", _squared),
    "boxed": Condition("Pencil in a printed box", _boxed),
    "shadow": _on("shadowed", "A shadow's edge across it"),
    "hand": _on("under a hand", "A hand's shadow across it"),
    "window": _on("by a window", "The shadow of a window's bars across it"),
    "folded": _on("folded", "Folded paper"),
    "crumpled": _on("crumpled", "Crumpled paper"),
    "beside": Condition("A digit in pencil, one by marker", _beside),
    "rule": Condition("Pencil beside a black rule", _faint),
    "blur": Condition("Out of focus", _blurred),
    "tint": Condition("Colored paper, light and pen", _tinted),
    "moire": Condition("Taken from a screen", _moire),
    "amount": Condition("Amounts on a pattern", _amount),
    "tight": Condition("Cut out along its sides", _tight(PENS)),
    "marker": Condition("… by marker", _tight(MARKER)),
    "strip": Condition("… a number", _strip),
    "crowded": Condition("Rests of neighbors at the edge", _crowded),
    "small": Condition("A twentieth of the longer side", _sheet(1600, (1, 1), 1)),
    "large": Condition("… of 12 megapixels", _sheet(4000, (1, 1), 1), 20),
    "large number": Condition("… of 12 megapixels, some digits in a line", _sheet(4000, (2, 4), 1), 20),
    "large lines": Condition("… of 12 megapixels, two lines, said to be no number", _sheet(4000, (2, 4), 2), 20),
    "page": Condition("… as the page sends it", _sheet(640, (1, 1), 1)),
    "page number": Condition("… as the page sends it, some digits in a line", _sheet(640, (2, 4), 1)),
    "stacked": Condition("Two lines, said to be no number", _stacked),
    **{f"blank {name}": _blank(name) for name in PAPERS},
}
