"""What the edge of a picture cuts off: corners of neighboring writing, and pieces of a frame."""

import numpy as np
from numpy.typing import NDArray

NEAR = 0.25  # of a side: what lies as near to an edge along all of its length is a rest of what is outside, …
FAR = 0.4  # … and what lies so far from the left or the right one, beside the only whole digit in the middle, …
MARGIN = 0.14  # … and what lies so near is none, even alone
WHOLE = 0.2  # of the height: what is as high and touches no edge is a whole digit
LESS = 0.8  # of the whole digit's height: what is less high, and touches the edge, …
SLIM = 0.6  # … or less wide than so much of it, …
PALER = 0.6  # … or so much paler than it, …
USUAL = 0.5  # … of which half the height counts at least: a whole 1 is slim, too


def reach_of(shape: tuple[int, ...]) -> int:
    """Pixels from an edge within which something reaches it."""
    return max(1, min(shape) // 100)


def touching(boxes: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """(n, 4): which of top, bottom, left and right edge each of (n, 4) boxes reaches."""
    height, width = shape
    reach = reach_of(shape)
    return np.stack(
        [
            boxes[:, 0] < reach,
            boxes[:, 1] > height - reach,
            boxes[:, 2] < reach,
            boxes[:, 3] > width - reach,
        ],
        axis=1,
    )


def is_cut(boxes: NDArray[np.int64], darkness: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which of what was written, (n, 4) boxes and how dark each is, are only rests that the edge cut off."""
    height, width = shape
    touches = touching(boxes, shape)
    depth = np.stack([boxes[:, 1], height - boxes[:, 0], boxes[:, 3], width - boxes[:, 2]], axis=1)
    across = min(height, width)  # of a strip of digits each is near an end
    sides = np.array([height, height, across, across])
    is_outside = np.asarray((touches & (depth < MARGIN * sides)).any(axis=1))
    sizes = boxes[:, [1, 3]] - boxes[:, [0, 2]]
    whole = np.flatnonzero(~touches.any(axis=1) & (sizes[:, 0] >= WHOLE * height))
    if not len(whole):
        return is_outside
    largest = whole[sizes[whole, 0].argmax()]
    best = sizes[largest]
    is_outside |= touches.any(axis=1) & (darkness < PALER * darkness[largest])
    is_slim = sizes[:, 1] < SLIM * max(best[1], USUAL * best[0])
    if len(whole) == 1 and boxes[largest, 2] <= width / 2 < boxes[largest, 3]:
        is_outside |= (touches & (depth < FAR * sides))[:, 2:].any(axis=1) & is_slim
    is_small = (sizes[:, 0] < LESS * best[0]) | is_slim
    return np.asarray(is_outside | ((touches & (depth < NEAR * sides)).any(axis=1) & is_small))
