"""One picture read from a file, with what the network saw, for the terminal and as a plot."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from function import pictures
from function.network import Network, load_keras
from function.normalize import Digit, normalize

SHADES = " ░▒▓█"  # paper to ink
BAR = 40  # characters of a bar at probability 1


@dataclass(frozen=True)
class Seen:
    """digit (28, 28) float32 in 0..1; probabilities (10,) float32, sum 1."""

    name: str
    digit: Digit
    probabilities: NDArray[np.float32]

    @property
    def prediction(self) -> int:
        return int(self.probabilities.argmax())

    def text(self) -> str:
        """The digit in shades, two characters a pixel since they are twice as high as wide, and ten bars."""
        shade = np.minimum((self.digit * len(SHADES)).astype(int), len(SHADES) - 1)
        rows = ["".join(SHADES[level] * 2 for level in row).rstrip() for row in shade]
        bars = [
            f"{label} {probability:7.2%} {'█' * round(float(probability) * BAR)}"
            for label, probability in enumerate(self.probabilities)
        ]
        answer = f"{self.name}: {self.prediction} ({self.probabilities[self.prediction]:.2%})"
        return "\n".join([*rows, *bars, answer])


def predict(picture: Path, weights: Path) -> Seen:
    """Raises what the function would answer with: NotAPicture, NoInk, TooLarge … and WeightsRefused."""
    return read(picture.name, picture.read_bytes(), load_keras(weights))


def read(name: str, data: bytes, network: Network) -> Seen:
    """The encoded picture in `data`, through the same steps as a request."""
    digit = normalize(pictures.from_bytes(data))
    return Seen(name, digit, network.probabilities(digit[None])[0])


def plot(seen: Seen, path: Path) -> None:
    """The digit beside its ten probabilities, as a PNG."""
    from matplotlib.figure import Figure  # a Figure without pyplot needs no display

    figure = Figure(figsize=(7, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.imshow(seen.digit, cmap="gray_r", vmin=0, vmax=1)
    left.set_axis_off()
    right.barh(range(10), seen.probabilities, color="#2563eb")
    right.set(yticks=range(10), xlim=(0, 1), xlabel="probability", title=f"{seen.name}: {seen.prediction}")
    right.invert_yaxis()
    figure.savefig(path, format="png", dpi=120)
