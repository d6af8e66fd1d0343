"""Drawings on paper of one exact level, as pages and programs send them: the quick way to their ink.

What `find_ink` would find out step by step is certain from the start where the paper is one level all around, takes
more than half of the picture, and everything else is darker, or everything lighter. Then no histogram is needed:

- Wherever Otsu's method parts the levels in two classes, the paper is the class with that level.
- Whatever is deeper than two thirds of the deepest ink is in the other class. For each level is in the class with the
  nearer mean: the deepest in the paper's, d, has d - m ≤ n - d, where m is the mean of that class and n of the other.
  Over half of the paper's class is 0, so m < d / 2; and n is at most the deepest ink. Hence d < 2 n / 3.
"""

import numpy as np
from numpy.typing import NDArray

from function.arrays import Found, Ink, Levels

MIN_CONTRAST = 12  # levels: fainter than this, people don't see a drawing either, and JPEG leaves such traces
HOT_PIXELS = 4  # dark pixels that may be a camera's fault


def find_plain_ink(tone: Levels) -> Found | None:
    """What `find_ink` finds on (H, W) levels, but for rounding, or None where only a closer look can tell.

    return  its ink (h, w) without the margins that are nothing but paper
    """
    paper = tone[0, 0]
    drawn = tone != paper
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if not len(rows) or 2 * np.count_nonzero(drawn) >= tone.size:
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    if not (top and left and bottom < tone.shape[0] and right < tone.shape[1]):
        return None
    crop = tone[top:bottom, left:right]
    low, high = crop.min(), crop.max()
    if low < paper < high:
        return None
    depths, darkest = (paper - crop, paper - low) if low < paper else (crop - paper, high - paper)
    if np.count_nonzero(depths >= MIN_CONTRAST) <= HOT_PIXELS:
        return None
    near = dilate(depths > int(darkest) * 2 // 3, reach(tone.shape))
    if (depths * ~near).any():
        return None
    return Found(np.divide(depths, np.float32(darkest), dtype=np.float32), int(top), int(left))


def find_plain_inks(tones: Levels) -> tuple[Ink, NDArray[np.bool_]]:
    """The same for (n, H, W) small pictures at once, margins included.

    return  (n, H, W) float32, and for each whether it is certain
    """
    flat = tones.reshape(len(tones), -1).astype(np.int16)
    paper = flat[:, :1]
    edges = np.concatenate((tones[:, 0], tones[:, -1], tones[:, :, 0], tones[:, :, -1]), axis=1)
    steps = flat - paper
    depths = np.abs(steps)
    darkest = depths.max(axis=1, keepdims=True)
    near = dilate((3 * depths > 2 * darkest).reshape(tones.shape), reach(tones.shape[1:])).reshape(flat.shape)
    is_certain = (
        (edges == paper).all(axis=1)
        & (2 * np.count_nonzero(steps, axis=1) < flat.shape[1])
        & ((steps.min(axis=1) == 0) | (steps.max(axis=1) == 0))
        & (np.count_nonzero(depths >= MIN_CONTRAST, axis=1) > HOT_PIXELS)
        & ~(depths * ~near).any(axis=1)
    )
    inks = np.divide(depths, np.maximum(darkest, 1), dtype=np.float32)
    return inks.reshape(tones.shape), is_certain


def reach(shape: tuple[int, ...]) -> int:
    """Pixels beyond a stroke to which blur, antialiasing and pressure may extend it on a picture of that shape."""
    return max(2, max(shape) // 64)


def dilate(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """(…, H, W) masks grown by a square of `radius` pixels on every side, in a few doublings.

    Rows lie one after the other, so that one shift of all moves every row. Padding keeps them apart, and what a step
    moves over an edge for the next: a doubling would leave a gap there.
    """
    *stack, height, width = mask.shape
    stride = width + 2 * radius
    padded = np.zeros((*stack, height + 2 * radius, stride), bool)
    inner = ..., slice(radius, radius + height), slice(radius, radius + width)
    padded[inner] = mask
    flat = padded.ravel()
    for unit in (1, stride):
        grown_by = 0
        while grown_by < radius:
            step = min(2 * grown_by + 1, radius - grown_by)
            grown = flat.copy()
            grown[step * unit :] |= flat[: -step * unit]
            grown[: -step * unit] |= flat[step * unit :]
            flat, grown_by = grown, grown_by + step
    return flat.reshape(padded.shape)[inner]
