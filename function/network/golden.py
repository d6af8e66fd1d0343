"""The examination that weights pass before they serve: ten digits that every usable network reads."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from function.arrays import Digits, from_levels
from function.errors import WeightsRefused
from function.network.network import Network

GOLDEN = Path(__file__).parent.parent / "weights" / "golden.png"
_LABELS = np.arange(10)  # the strip shows 0 to 9 in order
_SUM_TOLERANCE = 1e-3  # float32 softmax over ten numbers stays within 1e-6; quantized networks don't


def golden_digits(path: Path = GOLDEN) -> Digits:
    """(10, 28, 28) float32 in 0..1 from a grayscale strip of ten digits in MNIST's frame, white ink on black."""
    from PIL import Image  # the server imports this module before it forks, and shall start quickly

    with Image.open(path) as strip:
        pixels = from_levels(np.asarray(strip.convert("L")))
    return np.ascontiguousarray(pixels.reshape(28, 10, 28).swapaxes(0, 1))


def examine(network: Network, digits: Digits) -> Network:
    """The same network, now warm. Raises WeightsRefused unless it reads each of the ten digits."""
    answers: NDArray[np.float32] = network.probabilities(digits)
    if answers.shape != (10, 10) or not np.isfinite(answers).all():
        raise _refused(network, "They don't give ten finite probabilities for a digit.")
    if np.abs(answers.sum(axis=1) - 1).max() > _SUM_TOLERANCE or answers.min() < 0:
        raise _refused(network, "The probabilities that they give don't sum to 1.")
    read = answers.argmax(axis=1)
    if (read != _LABELS).any():
        raise _refused(network, f"They read the golden digits 0 to 9 as {', '.join(map(str, read))}.")
    return network


def _refused(network: Network, reason: str) -> WeightsRefused:
    return WeightsRefused(f"{network.architecture}: {reason}", reason)
