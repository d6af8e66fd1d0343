"""Many drawings → digits, in MNIST's frame: what `framed` does to one, for a batch of small ones in few calls."""

import numpy as np
from numpy.typing import NDArray

from function.arrays import Digits, Ink
from function.digit.normalize import BOX, CENTER, FRAME

_PLACES = np.arange(BOX)


def framed_together(crops: Ink, heights: NDArray[np.int64], widths: NDArray[np.int64]) -> Digits:
    """The digits that fill the top left `heights` by `widths` pixels of (n, H, W) crops, paper beyond: (n, 28, 28).

    Each has ink.
    """
    sides = np.maximum(heights, widths)
    rows = _weights(heights, sides, crops.shape[1])
    columns = _weights(widths, sides, crops.shape[2])
    boxes = np.maximum(rows @ crops @ columns.transpose(0, 2, 1), np.float32(0))
    boxes /= boxes.max(axis=(1, 2), keepdims=True)
    digits = np.zeros((len(crops), FRAME, FRAME), np.float32)
    down, across = _offsets(boxes.sum(axis=2), heights, sides), _offsets(boxes.sum(axis=1), widths, sides)
    for digit, box, y, x in zip(digits, boxes, down.tolist(), across.tolist(), strict=True):
        rest = digit[y : y + BOX, x : x + BOX]
        rest[:] = box[: rest.shape[0], : rest.shape[1]]
    return digits


def _counts(lengths: NDArray[np.int64], sides: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.ceil(lengths * (BOX / sides) - 1e-6).astype(np.int64)


def _weights(lengths: NDArray[np.int64], sides: NDArray[np.int64], most: int) -> NDArray[np.float32]:
    """(n, BOX, most) float32: what `normalize` resamples each length of its side with; rows it doesn't need are 0."""
    scale = BOX / sides
    count = _counts(lengths, sides)
    start = (count - lengths * scale) / 2
    edges = ((np.arange(BOX + 1) - start[:, None]) / scale[:, None])[:, :, None]
    inside = np.clip(edges, 0, lengths[:, None, None]).astype(np.float32)
    index = np.arange(most, dtype=np.float32)
    share = inside - index  # of each pixel, how much lies before an edge
    np.clip(share, 0, 1, out=share)
    weights: NDArray[np.float32] = (share[:, 1:] - share[:, :-1]) * scale[:, None, None].astype(np.float32)
    grown = np.flatnonzero(scale > 1)
    if len(grown):
        distance = np.abs((edges[grown, :-1] + edges[grown, 1:]) / 2 - (index + 0.5))
        near = (1.5 * distance - 2.5) * distance**2 + 1
        far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
        cubic = np.where(distance < 1, near, np.where(distance < 2, far, 0.0)) * (index < lengths[grown, None, None])
        total = cubic.sum(axis=2, keepdims=True)
        is_used = _PLACES[:, None] < count[grown, None, None]
        weights[grown] = np.where(is_used, cubic / np.where(is_used, total, 1), 0)
    return weights


def _offsets(mass: NDArray[np.float32], lengths: NDArray[np.int64], sides: NDArray[np.int64]) -> NDArray[np.int64]:
    """First row or column in the frame of each, for (n, BOX) rows or columns of that mass."""
    center = mass.astype(np.float64) @ _PLACES / mass.sum(axis=1, dtype=np.float64)
    found: NDArray[np.int64] = np.clip(
        np.ceil(CENTER - 0.5 - center - 1e-6).astype(np.int64), 0, FRAME - _counts(lengths, sides)
    )
    return found
