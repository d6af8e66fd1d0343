"""Ink → digit: the MNIST frame, for serving and training alike.

Source: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition" (1998), as
reconstructed in QMNIST (Yadav, Bottou, 2019): the digit fits a 20×20 box, keeps its aspect, and is moved by
whole pixels until its center of mass lies at the middle of a 28×28 frame.
"""

from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from function.arrays import Box, Digit, Ink
from function.errors import NoInk
from function.ink.components import components, count_runs

FRAME = 28  # pixels along the side of a digit. Source: MNIST
BOX = 20  # pixels along the longest side of what is drawn. Source: MNIST, 9,997 of the 10,000 test images
# Pixel index (first pixel = 0) of the center of mass. Source: on all MNIST test images it lies in
# [13.5, 14.5) on both axes, with means 13.99 and 14.01.
CENTER = 14.0
_ONES = np.ones(BOX)
_MOMENTS = np.stack([_ONES, np.arange(BOX)], axis=1)  # what sums up to a mass and to its center
STRAY_SIDE = 1.6  # a speck is a component at most this many pen widths long: a tap of the pen leaves 1 to 1.5
MAX_RUNS = 20_000  # horizontal runs of ink: twenty times those of any digit; more are looked at only as a whole
FAINT = 0.35  # a component nowhere darker than this part of the darkest ink is noise: no one presses that lightly
SKIRT = 0.2  # of the darkest ink: where the edge of a blurred stroke is seen to end
STRAY_MASS = 0.10  # … and with at most this part of all ink: a dot of the pen beside a stroke ten pens long


def normalize(ink: Ink) -> Digit:
    """The digit drawn in `ink`, in MNIST's frame.

    ink     (H, W) float32, 0 = paper, 1 = ink, of any size
    return  (28, 28) float32 in 0..1, its maximum 1
    Raises NoInk when nothing is drawn.
    """
    return framed(ink, extent_of(ink))


def framed(ink: Ink, extent: Box) -> Digit:
    """The digit that is drawn within `extent` of `ink`; some of its rows and columns hold ink."""
    top, bottom, left, right = extent
    crop = ink[top:bottom, left:right]
    side = max(crop.shape)
    box: Digit = np.maximum(_weights(crop.shape[0], side) @ crop @ _weights(crop.shape[1], side).T, np.float32(0))
    box /= box.max()
    digit = np.zeros((FRAME, FRAME), np.float32)
    height, width = box.shape
    wide = box.astype(np.float64)
    y, x = _offset(wide @ _ONES[:width]), _offset(_ONES[:height] @ wide)
    digit[y : y + height, x : x + width] = box
    return digit


@lru_cache(maxsize=256)  # small pictures have few sizes; at most 8 MB
def _weights(length: int, side: int) -> NDArray[np.float32]:
    """(n, length) float32: resamples `length` of `side` pixels to n of BOX pixels; the identity when side = BOX.

    By area when shrinking; by Catmull-Rom's cubic when enlarging, which keeps small pictures sharp.
    """
    scale = BOX / side
    count = int(np.ceil(length * scale - 1e-6))  # less than a millionth of a pixel is rounding, not ink
    # The short axis is centered in the whole number of pixels that it needs.
    start = (count - length * scale) / 2
    edges = (np.arange(count + 1) - start) / scale
    index = np.arange(length)
    if scale <= 1:
        overlap = np.minimum(edges[1:, None], index + 1) - np.maximum(edges[:-1, None], index)
        weights = np.clip(overlap, 0.0, None) * scale
    else:
        distance = np.abs((edges[:-1, None] + edges[1:, None]) / 2 - (index + 0.5))
        near = (1.5 * distance - 2.5) * distance**2 + 1
        far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
        weights = np.where(distance < 1, near, np.where(distance < 2, far, 0.0))
        weights /= weights.sum(axis=1, keepdims=True)
    shared: NDArray[np.float32] = weights.astype(np.float32)
    shared.setflags(write=False)  # with all who ask for this size
    return shared


def _offset(mass: NDArray[np.float64]) -> int:
    """First row or column of the frame for rows or columns of that `mass`: their center is then nearest to CENTER."""
    total, moment = mass @ _MOMENTS[: len(mass)]
    center = float(moment / total)
    # Rounds to [13.5, 14.5) as MNIST does; a drawing heavier on one side than any digit still stays in the frame.
    return min(max(ceil(CENTER - 0.5 - center - 1e-6), 0), FRAME - len(mass))


def extent_of(ink: Ink) -> Box:
    """Where something is drawn, stray specks left out.

    Raises NoInk when nothing is drawn.
    """
    mask = ink > 0
    extent, gaps = _box(mask)
    side = max(extent[1] - extent[0], extent[3] - extent[2])
    if side > BOX:
        # Around a small digit gray is antialiasing and part of it; around a large one it is blur.
        mask = ink > SKIRT * min(1.0, side / BOX - 1) * ink.max()
        extent, gaps = _box(mask)
    # A speck that widens the extent leaves an empty row or column beside it; a picture of lines is no drawing.
    if not gaps or count_runs(mask) > MAX_RUNS:
        return extent
    boxes, mass, peak = components(ink, mask)[:3]
    sides = np.maximum(boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2])
    stray = (sides <= STRAY_SIDE * pen_width(mask)) & (mass <= STRAY_MASS * mass.sum())
    stray |= peak < FAINT * ink.max()
    if stray.all():  # dots alone: somebody's dotted digit, not dust
        return extent
    kept = boxes[~stray]
    return int(kept[:, 0].min()), int(kept[:, 1].max()), int(kept[:, 2].min()), int(kept[:, 3].max())


def _box(mask: NDArray[np.bool_]) -> tuple[Box, bool]:
    """The box of `mask`, and whether a row or column between them is empty."""
    (rows,), (columns,) = np.nonzero(mask.any(axis=1)), np.nonzero(mask.any(axis=0))  # flatnonzero takes twice as long
    if not len(rows):
        raise NoInk("expected a drawing, got a picture without ink")
    box = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    return box, len(rows) < box[1] - box[0] or len(columns) < box[3] - box[2]


def pen_width(mask: NDArray[np.bool_]) -> float:
    """Mean width of the strokes in `mask`, in pixels: a long stroke's area is half its outline times its width."""
    padded = np.pad(mask, 1)
    steps = np.count_nonzero(padded[1:] != padded[:-1]) + np.count_nonzero(padded[:, 1:] != padded[:, :-1])
    # Outlines at all angles cross pi / 4 as many pixel edges as they are long (Crofton).
    return 2 * np.count_nonzero(mask) / (steps * np.pi / 4)
