"""One picture read from a file, with what the network saw, for the terminal and as a plot."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from function.network.keras import load_keras
from function.network.network import Network
from function.picture.picture import Picture
from function.reading import Reading, see
from function.reading import read as read_digits

SHADES = " ░▒▓█"  # paper to ink
BAR = 40  # characters of a bar at probability 1


@dataclass(frozen=True, eq=False)
class Seen:
    """What was read in the picture called `name`."""

    name: str
    reading: Reading

    def text(self) -> str:
        """The digit in shades, two characters a pixel since they are twice as high as wide, and ten bars."""
        shade = np.minimum((self.reading.digit * len(SHADES)).astype(int), len(SHADES) - 1)
        rows = ["".join(SHADES[level] * 2 for level in row).rstrip() for row in shade]
        bars = [
            f"{label} {probability:7.2%} {'█' * round(float(probability) * BAR)}"
            for label, probability in enumerate(self.reading.probabilities)
        ]
        answer = f"{self.name}: {self.reading.nearest} ({self.reading.share:.2%})"
        return "\n".join([*rows, *bars, answer])


def run(picture: Path, weights: Path, plotted: Path | None = None) -> None:
    """Prints what `predict` finds, and draws it into the file `plotted`."""
    seen = predict(picture, weights)
    print(seen.text())
    if plotted:
        plot(seen, plotted)
        print(f"plot: {plotted}")


def predict(picture: Path, weights: Path) -> Seen:
    """Raises what the function would answer with: NotAPicture, NoInk, TooLarge … and WeightsRefused."""
    return read(picture.name, picture.read_bytes(), load_keras(weights))


def read(name: str, data: bytes, network: Network) -> Seen:
    """The encoded picture in `data`, through the same steps as a request."""
    (reading,) = read_digits(see([Picture(data)]), network)
    return Seen(name, reading)


def plot(seen: Seen, path: Path) -> None:
    """The digit beside its ten probabilities, as a PNG."""
    from matplotlib.figure import Figure  # a Figure without pyplot needs no display

    figure = Figure(figsize=(7, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.imshow(seen.reading.digit, cmap="gray_r", vmin=0, vmax=1)
    left.set_axis_off()
    right.barh(range(10), seen.reading.probabilities, color="#2563eb")
    right.set(yticks=range(10), xlim=(0, 1), xlabel="probability", title=f"{seen.name}: {seen.reading.nearest}")
    right.invert_yaxis()
    figure.savefig(path, format="png", dpi=120)
