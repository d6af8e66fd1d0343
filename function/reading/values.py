"""What was seen on pictures, and what was read there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from function.arrays import Digit, Digits, Ink, Levels, Probabilities

Kind = Literal["digit", "number", "unknown"]


class Area(NamedTuple):
    """A part of a picture as it stands upright, in fractions of its sides."""

    left: float
    top: float
    width: float
    height: float


WHOLE = Area(0, 0, 1, 1)


def within(area: Area, box: Sequence[float], shape: tuple[int, ...]) -> Area:
    """The area of `box`, in pixels of an array of that shape, which covers `area`: top, bottom, left, right."""
    top, bottom, left, right = box
    high, wide = area.height / shape[0], area.width / shape[1]
    return Area(area.left + left * wide, area.top + top * high, (right - left) * wide, (bottom - top) * high)


@dataclass(frozen=True, eq=False)
class Seen:
    """What is drawn on each of n pictures.

    digits  (n, 28, 28), as one digit, in the frame that a network reads
    areas   where it lies, n of them
    inks    its ink, n of them, cropped to it: (H, W) float32, or levels 0..255 where they take less memory
    """

    digits: Digits
    areas: Sequence[Area]
    inks: Sequence[Ink | Levels]


@dataclass(frozen=True, eq=False)
class Part:
    """One digit of what is written.

    value       0..9
    confidence  its probability among the ten
    digit       (28, 28): what the network was given
    """

    value: int
    confidence: float
    area: Area
    digit: Digit


@dataclass(frozen=True, eq=False)
class Reading:
    """What one picture says.

    digit          (28, 28): the whole drawing, as the network was given it
    probabilities  (10,), sum 1: of the whole drawing as one digit
    kind           what is written; "unknown" is anything but digits in one line
    confidence     0..1: the calibrated probability that kind and text are right
    parts          the digits of the text; none of what is unknown
    """

    digit: Digit
    probabilities: Probabilities
    kind: Kind
    confidence: float
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The digits that are written."""
        return "".join(str(part.value) for part in self.parts)

    @cached_property
    def nearest(self) -> int:
        """The most probable digit, 0..9, of the whole drawing as one."""
        return int(self.probabilities.argmax())

    @cached_property
    def share(self) -> float:
        """The probability of `nearest` among the ten."""
        return float(self.probabilities.max())
