"""Made scans, each with lines of one kind on it: what a scanner or an app leaves, whose paper is exactly white.

Some are PNGs of gray levels, of two or of a few colors, and some JPEGs with the faint rings that those leave.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from training.data.drawings import Drawing
from training.data.numbers import LENGTHS, composed
from training.data.photographs.conditions import PENS, SIDES, SIZES, Condition, Ink, Rng
from training.data.photographs.papers import Light
from training.data.strokes import Placement, draw

WIDTHS = (1, 6)  # pixels of a line
SKEW = 0.035  # of a line's length that it rises at most: 2 degrees, as a sheet lies on the glass
COLORS = ((0.0, 0.0, 0.0), (0.35, 0.35, 0.35), (0.65, 0.65, 0.65), (0.25, 0.4, 0.8), (0.85, 0.35, 0.3))  # of lines
INKS = ((0.05, 0.05, 0.05), (0.1, 0.15, 0.5), (0.3, 0.3, 0.3))  # of pens and pencils
SHARP = (0.2, 0.8)  # pixels: radius of a scanner's blur
BROKEN = {"dashed": (8, 5), "dotted": (2, 3)}  # pixels of ink and of paper along such a line
DIGITS = (2, 7)  # of a number on a form
HEIGHTS = (36, 90)  # pixels of its digits
QUALITY = (70, 95)  # of a JPEG


def kept(light: Light, rng: Rng) -> bytes:
    """What a scanner or an app keeps of it, in one of its formats."""
    return (_gray, _few, _ringing)[int(rng.integers(3))](light, rng)


def _white(light: Light, rng: Rng) -> Image.Image:
    """A scan whose paper is clipped."""
    picture = Image.fromarray(np.clip(255 * light, 0, 255).astype(np.uint8))
    blurred = np.asarray(picture.filter(ImageFilter.GaussianBlur(rng.uniform(*SHARP))), np.float32)
    return Image.fromarray(np.clip(blurred * rng.uniform(1.0, 1.06), 0, 255).astype(np.uint8))


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _gray(light: Light, rng: Rng) -> bytes:
    return _png(_white(light, rng).convert("L"))


def _few(light: Light, rng: Rng) -> bytes:
    return _png(_white(light, rng).quantize(int(rng.integers(4, 17)), dither=Image.Dither.NONE))


def _ringing(light: Light, rng: Rng) -> bytes:
    file = io.BytesIO()
    _white(light, rng).save(file, "JPEG", quality=int(rng.integers(*QUALITY)))
    return file.getvalue()


def two_levels(light: Light, rng: Rng) -> bytes:
    """A scan in black and white, as of a fax."""
    border = rng.uniform(100, 190)
    return _png(_white(light, rng).convert("L").point(lambda level: 255 * (level > border)).convert("1"))


@dataclass(frozen=True)
class Style:
    """How lines look.

    broken  a key of BROKEN, or empty
    double  whether each is two
    """

    width: float
    color: tuple[float, float, float]
    skew: float
    broken: str = ""
    double: bool = False


def plain(rng: Rng) -> Style:
    width, skew = rng.uniform(*WIDTHS), rng.uniform(-SKEW, SKEW)
    return Style(width, COLORS[int(rng.integers(len(COLORS)))], skew)


class Sheet:
    """White paper on which lines are printed, then something is written."""

    def __init__(self, shape: tuple[int, int], style: Style) -> None:
        self.light: Light = np.ones((*shape, 3), np.float32)
        self._style = style
        self._y, self._x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
        self._y, self._x = self._y - style.skew * self._x, self._x + style.skew * self._y

    def line(self, at: float, upright: bool = False, ends: tuple[float, float] = (-np.inf, np.inf)) -> None:
        """A line along the rows, or the columns, that far from the first, between those ends of it."""
        across, along = (self._x, self._y) if upright else (self._y, self._x)
        style, ink = self._style, np.zeros(across.shape, np.float32)
        for away in (-1.5 * style.width, 1.5 * style.width) if style.double else (0.0,):
            ink = np.maximum(ink, np.clip(style.width / 2 + 0.5 - np.abs(across - at - away), 0, 1))
        ink *= (along >= ends[0]) & (along <= ends[1])
        if style.broken:
            drawn, left = (each * max(1.0, style.width / 2) for each in BROKEN[style.broken])
            ink *= along % (drawn + left) < drawn
        self._print(ink, style.color)

    def box(self, top: float, bottom: float, left: float, right: float) -> None:
        for at in (top, bottom):
            self.line(at, ends=(left, right))
        for at in (left, right):
            self.line(at, upright=True, ends=(top, bottom))

    def write(self, ink: Ink, top: int, left: int, rng: Rng) -> None:
        whole: Ink = np.zeros(self.light.shape[:2], np.float32)
        part = ink[: max(0, len(whole) - top), : max(0, whole.shape[1] - left)]
        height, width = part.shape
        whole[top : top + height, left : left + width] = part
        self._print(whole, INKS[int(rng.integers(len(INKS)))])

    def _print(self, ink: Ink, color: tuple[float, float, float]) -> None:
        self.light *= 1 - ink[:, :, None] * (1 - np.array(color, np.float32))


# What prints lines on a sheet of that shape, where something will be written in the box: top, bottom, left and right.
Lay = Callable[[Sheet, tuple[int, int, int, int], tuple[int, int], Rng], None]


def digit_on(lay: Lay, style: Callable[[Rng], Style] = plain) -> Callable[[Sequence[Drawing], Rng], tuple[str, Light]]:
    """A digit on a square sheet on which `lay` prints lines."""

    def make(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
        drawing = drawings[int(rng.integers(len(drawings)))]
        side = int(rng.integers(*SIDES))
        size = side * rng.uniform(*SIZES)
        ink = draw(drawing.strokes, Placement(round(size) + 2, size, size * rng.uniform(*PENS), 1, 1))
        ink = ink[np.ix_(ink.any(axis=1), ink.any(axis=0))]
        top, left = (int(rng.uniform(0.15 * side, max(0.16 * side, 0.85 * side - each))) for each in ink.shape)
        sheet = Sheet((side, side), style(rng))
        lay(sheet, (top, top + len(ink), left, left + ink.shape[1]), (side, side), rng)
        sheet.write(ink, top, left, rng)
        return str(drawing.label), sheet.light

    return make


def number_on(lay: Lay, style: Callable[[Rng], Style] = plain) -> Callable[[Sequence[Drawing], Rng], tuple[str, Light]]:
    """A number on a strip on which `lay` prints lines."""

    def make(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
        count = int(rng.integers(DIGITS[0], DIGITS[1] + 1))
        number = next(each for each in composed(drawings, LENGTHS[1], rng, 0.0) if len(each.text) >= count)
        digits = number.drawn[:count]
        strokes = tuple(stroke for digit in digits for stroke in digit)
        wide, high = np.ptp(np.concatenate(strokes), axis=0)
        height = rng.uniform(*HEIGHTS)
        size, pen = height * max(wide, high) / high, max(1.5, height * number.pen)
        ink = draw(strokes, Placement(round(size + pen) + 2, size + pen, pen, 1, 1))
        ink = ink[np.ix_(ink.any(axis=1), ink.any(axis=0))]
        above, below = (int(height * rng.uniform(0.2, 0.8)) for _ in range(2))
        before, after = (int(height * rng.uniform(0.2, 1.2)) for _ in range(2))
        shape = (above + len(ink) + below, before + ink.shape[1] + after)
        sheet = Sheet(shape, style(rng))
        lay(sheet, (above, above + len(ink), before, before + ink.shape[1]), shape, rng)
        sheet.write(ink, above, before, rng)
        return "".join(map(str, number.digits[: len(digits)])), sheet.light

    return make


def ruled(sheet: Sheet, box: tuple[int, int, int, int], shape: tuple[int, int], rng: Rng) -> None:
    gap = shape[0] * rng.uniform(0.18, 0.35)
    first = rng.uniform(-gap, 0)
    for index in range(8):
        sheet.line(first + gap * index)


def squared(sheet: Sheet, box: tuple[int, int, int, int], shape: tuple[int, int], rng: Rng) -> None:
    gap = shape[0] * rng.uniform(0.1, 0.22)
    for upright in (False, True):
        first = rng.uniform(-gap, 0)
        for index in range(14):
            sheet.line(first + gap * index, upright)


def boxed(sheet: Sheet, box: tuple[int, int, int, int], shape: tuple[int, int], rng: Rng) -> None:
    """A box around it, of which the picture's edges may have cut sides."""
    top, bottom, left, right = box
    away = [rng.uniform(0.03, 1.1) for _ in range(4)]
    sheet.box(
        top - away[0] * top,
        bottom + away[1] * (shape[0] - bottom),
        left - away[2] * left,
        right + away[3] * (shape[1] - right),
    )


def form_line(sheet: Sheet, box: tuple[int, int, int, int], shape: tuple[int, int], rng: Rng) -> None:
    """A line to write on, which what is written may touch or reach over."""
    sheet.line(box[1] + (box[1] - box[0]) * rng.uniform(-0.12, 0.25))


def beside(sheet: Sheet, box: tuple[int, int, int, int], shape: tuple[int, int], rng: Rng) -> None:
    """A rule at the margin."""
    upright = rng.random() < 0.7
    ends = (box[2:] if upright else box[:2], shape[1] if upright else shape[0])
    free = (ends[0][0], ends[1] - ends[0][1])
    away = max(free) * rng.uniform(0.1, 0.7)
    sheet.line(away if free[0] > free[1] else ends[1] - away, upright)


def comb(drawings: Sequence[Drawing], rng: Rng) -> tuple[str, Light]:
    """A digit a box, as tax forms have them."""
    own = drawings[int(rng.integers(len(drawings)))].source
    some = [each for each in drawings if each.source == own]
    high = rng.uniform(50, 100)
    wide, count = high * rng.uniform(0.65, 1), int(rng.integers(2, 8))
    margin = rng.uniform(0, 0.3, 4) * high
    style = plain(rng)
    shape = (round(high + margin[0] + margin[1]), round(count * wide + margin[2] + margin[3]))
    sheet, text = Sheet(shape, style), ""
    is_open = rng.random() < 0.3  # a comb has no upper side
    for at in (margin[0], margin[0] + high)[is_open:]:
        sheet.line(at, ends=(margin[2], margin[2] + count * wide))
    for index in range(count + 1):
        top = margin[0] + (high * 0.6 if is_open and 0 < index < count else 0)
        sheet.line(margin[2] + index * wide, True, (top, margin[0] + high))
    for index in range(count):
        drawing = some[int(rng.integers(len(some)))]
        size = min(wide, high) * rng.uniform(0.5, 0.8)
        ink = draw(drawing.strokes, Placement(round(size) + 2, size, max(1.5, size * rng.uniform(*PENS)), 1, 1))
        ink = ink[np.ix_(ink.any(axis=1), ink.any(axis=0))]
        top = int(margin[0] + (high - len(ink)) * rng.uniform(0.3, 0.7))
        left = int(margin[2] + index * wide + (wide - ink.shape[1]) * rng.uniform(0.3, 0.7))
        sheet.write(ink, top, left, rng)
        text += str(drawing.label)
    return text, sheet.light


def dashed(rng: Rng) -> Style:
    return replace(plain(rng), broken="dashed")


def dotted(rng: Rng) -> Style:
    return replace(plain(rng), broken="dotted")


def double(rng: Rng) -> Style:
    style = plain(rng)
    return replace(style, width=min(3.0, style.width), double=True)


SCANS: Mapping[str, Condition] = {
    "scan ruled": Condition("Scan of ruled paper", digit_on(ruled), keep=kept),
    "scan squared": Condition("Scan of squared paper", digit_on(squared), keep=kept),
    "scan boxed": Condition("Scan of a printed box", digit_on(boxed), keep=kept),
    "scan beside": Condition("Scan of a digit beside a rule", digit_on(beside), keep=kept),
    "scan form": Condition("Scan of a number on a form's line", number_on(form_line), keep=kept),
    "scan comb": Condition("Scan of a number, a box a digit", comb, keep=kept),
    "scan number boxed": Condition("Scan of a number in a box", number_on(boxed), keep=kept),
    "scan dashed": Condition("Scan of a number on a dashed line", number_on(form_line, dashed), keep=kept),
    "scan dotted": Condition("Scan of a number on a dotted line", number_on(form_line, dotted), keep=kept),
    "scan double": Condition("Scan of a number on a double line", number_on(form_line, double), keep=kept),
    "scan 1 bit": Condition("Scan of ruled paper, 1 bit", digit_on(ruled), keep=two_levels),
    "scan 1 bit boxed": Condition("Scan of a printed box, 1 bit", digit_on(boxed), keep=two_levels),
}
