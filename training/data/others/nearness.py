"""How near two shapes are in the frame, whoever drew them."""

import numpy as np
from numpy.typing import NDArray


def features(digits: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 196) of length 1: the frame by 2×2 pixels, blurred once, without its mean."""
    halves = digits.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4), dtype=np.float32)
    padded = np.pad(halves, ((0, 0), (1, 1), (1, 1)))
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    soft = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]).reshape(-1, 196)
    soft = soft - soft.mean(axis=1, keepdims=True)
    return np.asarray(soft / np.maximum(np.linalg.norm(soft, axis=1, keepdims=True), 1e-6), np.float32)
