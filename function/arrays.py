"""The arrays that a picture becomes on its way, said once: shape, dtype and range."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (H, W) gray or (H, W, 3) color, 0..255
Levels = NDArray[np.uint8]  # (H, W) or (n, H, W): one channel, 0..255
Ink = NDArray[np.float32]  # (H, W) or (n, H, W): 0 = paper, 1 = ink
Box = tuple[int, int, int, int]  # top, bottom, left, right in pixels, ends exclusive
Digit = NDArray[np.float32]  # (28, 28), 0..1, 1 = ink: a drawing in MNIST's frame
Digits = NDArray[np.float32]  # (n, 28, 28): such digits
Probabilities = NDArray[np.float32]  # (n, 10): each row sums to 1
Outputs = NDArray[np.float32]  # (n, 10), or (n, 11) with how probably each is a digit at all, 0..1


class Found(NamedTuple):
    """Ink, and where its first row and column lie on the picture, in pixels of the picture.

    is_photographed  it was told from paper that is lit unevenly, and has no margins
    """

    ink: Ink
    top: int = 0
    left: int = 0
    is_photographed: bool = False


def to_levels(values: NDArray[Any]) -> NDArray[np.uint8]:
    """0..1 → 0..255, of any shape."""
    levels: NDArray[np.uint8] = np.rint(values * 255).astype(np.uint8)
    return levels


def from_levels(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """0..255 → 0..1, of any shape."""
    return levels.astype(np.float32) / np.float32(255)
