"""One picture read from a file, with what the network saw of it, for the terminal and as a plot."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from function.arrays import Digit, Pixels
from function.network.keras import load_keras
from function.network.network import Network
from function.picture.limits import Allowance
from function.picture.picture import Picture
from function.reading.line import read as read_seen
from function.reading.line import see
from function.reading.values import Reading

SHADES = " ░▒▓█"  # paper to ink
BAR = 40  # characters of a bar at probability 1
ABREAST = 2  # digits of a number beside each other: 116 characters
BETWEEN = "    "
BLUE = "#2563eb"


@dataclass(frozen=True, eq=False)
class Shown:
    """What was read in the picture called `name`; `pixels` are the picture as it was read, upright."""

    name: str
    pixels: Pixels
    reading: Reading

    @property
    def digits(self) -> list[Digit]:
        """What the network was given: each digit of what is written, or the whole drawing."""
        return [part.digit for part in self.reading.parts] or [self.reading.digit]

    def sentence(self) -> str:
        reading = self.reading
        told = {
            "digit": f"{reading.text} ({reading.confidence:.2%})",
            "number": f"number {reading.text} ({reading.confidence:.2%})",
            "unknown": f"unknown ({reading.confidence:.2%}), nearest {reading.nearest}",
        }
        return f"{self.name}: {told[reading.kind]}"

    def text(self) -> str:
        """The digits in shades; how probable each of a number's is, or ten bars for the whole drawing; the reading."""
        rows = [row for abreast in _rows(self.digits) for row in _shades(abreast)]
        if self.reading.kind == "number":
            lines = [_bar(str(part.value), part.confidence) for part in self.reading.parts]
        else:
            lines = [_bar(str(digit), float(share)) for digit, share in enumerate(self.reading.probabilities)]
        return "\n".join([*rows, *lines, self.sentence()])


def run(picture: Path, weights: Path, plotted: Path | None = None) -> None:
    """Prints what `predict` finds, and draws it into the file `plotted`."""
    shown = predict(picture, weights)
    print(shown.text())
    if plotted:
        plot(shown, plotted)
        print(f"plot: {plotted}")


def predict(picture: Path, weights: Path) -> Shown:
    """Raises what the function would answer with: NotAPicture, NoInk, TooLarge … and WeightsRefused."""
    return read(picture.name, picture.read_bytes(), load_keras(weights))


def read(name: str, data: bytes, network: Network) -> Shown:
    """The encoded picture in `data`, through the same steps as a request."""
    picture = Picture(data)
    (reading,) = read_seen(see([picture]), network)
    return Shown(name, picture.pixels(Allowance()), reading)


def plot(shown: Shown, path: Path) -> None:
    """The picture with a box around each digit, those digits, and the ten probabilities of the whole, as a PNG."""
    from matplotlib.figure import Figure  # a Figure without pyplot needs no display
    from matplotlib.patches import Rectangle

    figure = Figure(figsize=(10.5, 3.5), layout="constrained")
    left, middle, right = figure.subfigures(1, 3, squeeze=False)[0]
    axes = left.subplots()
    axes.imshow(shown.pixels, cmap="gray", vmin=0, vmax=255)
    height, width = shown.pixels.shape[:2]
    for part in shown.reading.parts:
        corner = part.area.left * width - 0.5, part.area.top * height - 0.5  # pixels' middles are whole numbers
        size = part.area.width * width, part.area.height * height
        axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor=BLUE, linewidth=1.5))
    axes.set(title=shown.sentence(), xticks=[], yticks=[])
    side = int(np.ceil(np.sqrt(len(shown.digits))))
    for index, place in enumerate(middle.subplots(-(-len(shown.digits) // side), side, squeeze=False).flat):
        place.set_axis_off()
        if index < len(shown.digits):
            place.imshow(shown.digits[index], cmap="gray_r", vmin=0, vmax=1)
    bars = right.subplots()
    bars.barh(range(10), shown.reading.probabilities, color=BLUE)
    bars.set(yticks=range(10), xlim=(0, 1), xlabel="probability", title="all as one digit")
    bars.invert_yaxis()
    figure.savefig(path, format="png", dpi=120)


def _rows(digits: list[Digit]) -> list[list[Digit]]:
    return [digits[start : start + ABREAST] for start in range(0, len(digits), ABREAST)]


def _shades(digits: list[Digit]) -> list[str]:
    """28 lines of digits beside each other, two characters a pixel since they are twice as high as wide."""
    levels = [np.minimum((digit * len(SHADES)).astype(int), len(SHADES) - 1) for digit in digits]
    lines = [["".join(SHADES[level] * 2 for level in row) for row in digit] for digit in levels]
    return [BETWEEN.join(row).rstrip() for row in zip(*lines, strict=True)]


def _bar(label: str, probability: float) -> str:
    return f"{label} {probability:7.2%} {'█' * round(probability * BAR)}"
