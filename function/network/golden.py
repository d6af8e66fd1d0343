"""The examination that weights pass before they serve: ten digits that every usable network reads."""

import zlib
from pathlib import Path

import numpy as np

from function.arrays import Digits, from_levels
from function.errors import WeightsRefused
from function.network.network import Network, confidence_of

GOLDEN = Path(__file__).parent.parent / "weights" / "golden.png"
_LABELS = np.arange(10)  # the strip shows 0 to 9 in order
_SUM_TOLERANCE = 1e-3  # float32 softmax over ten numbers stays within 1e-6; quantized networks don't


def golden_digits() -> Digits:
    """(10, 28, 28) float32 in 0..1 from a strip of ten digits in MNIST's frame, white ink on black.

    Its rows are as `training examples` draws them, each behind a filter that is none: so it takes no decoder, whose
    import is a quarter of what a first answer in numbers waits for.
    """
    png = GOLDEN.read_bytes()
    start = png.index(b"IDAT") + 4
    packed = png[start : start + int.from_bytes(png[start - 8 : start - 4])]
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(28, 1 + 10 * 28)
    return np.ascontiguousarray(from_levels(rows[:, 1:]).reshape(28, 10, 28).swapaxes(0, 1))


def examine(network: Network, digits: Digits) -> Network:
    """The same network, now warm. Raises WeightsRefused unless it knows and reads each of the ten digits."""
    outputs = network.outputs(digits)
    columns = 10 if network.threshold is None else 11
    if outputs.shape != (10, columns) or not np.isfinite(outputs).all():
        raise _refused(network, "They don't give ten finite probabilities for a digit.")
    answers = outputs[:, :10]
    if np.abs(answers.sum(axis=1) - 1).max() > _SUM_TOLERANCE or answers.min() < 0:
        raise _refused(network, "The probabilities that they give don't sum to 1.")
    read = answers.argmax(axis=1)
    if (read != _LABELS).any():
        raise _refused(network, f"They read the golden digits 0 to 9 as {', '.join(map(str, read))}.")
    if network.threshold is not None:
        known = outputs[:, 10]
        if not (0 < network.threshold < 1 and known.min() >= 0 and known.max() <= 1):  # also refuses nan
            raise _refused(network, "What they know as a digit is no probability with a threshold in 0..1.")
        strange = np.flatnonzero(confidence_of(outputs) < network.threshold)
        if len(strange):
            raise _refused(network, f"They don't know the golden digits {', '.join(map(str, strange))}.")
    return network


def _refused(network: Network, reason: str) -> WeightsRefused:
    return WeightsRefused(f"{network.architecture}: {reason}", reason)
