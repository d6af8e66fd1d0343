"""A picture with a drawn border → what is inside: boxes of forms, screenshots of a canvas with its outline."""

import numpy as np

from function.arrays import Box, Pixels

MIN_SIDE = 48  # pixels: on smaller pictures a line along all four sides may as well be a zero
REACH = 0.12  # of a side: how far inside its edges a border is looked for
CONTRAST = 40  # levels between a border and what it encloses, several times what noise or shadow make of a side
UNBROKEN = 0.97  # of a side's pixels that a border covers: printed, scanned and compressed; people draw no such lines


def inside(pixels: Pixels) -> Box:
    """What a border along all four sides of `pixels` (H, W) or (H, W, 3) encloses; all of it where there is none."""
    height, width = pixels.shape[:2]
    tone = pixels if pixels.ndim == 2 else pixels[:, :, 1]  # of three colors, green is nearest to what eyes see
    if min(height, width) < MIN_SIDE:
        return 0, height, 0, width
    if any(_is_open(np.rot90(tone, turns)) for turns in range(4)):
        return 0, height, 0, width  # the quick answer for nearly every picture
    top, right, bottom, left = ends = [_end(np.rot90(tone, turns)) for turns in range(4)]
    return (top, height - bottom, left, width - right) if all(ends) else (0, height, 0, width)


def _is_open(tone: Pixels) -> bool:
    """Whether one can walk in from the middle of the top of `tone` without crossing anything."""
    way = tone[: _reach(tone), tone.shape[1] // 2]
    return int(way.max()) - int(way.min()) < CONTRAST


def _reach(tone: Pixels) -> int:
    return round(REACH * len(tone))


def _end(tone: Pixels) -> int:
    """The first row below a border along the top of `tone`, or 0 where there is none."""
    side = round(REACH * tone.shape[1])
    rows = tone[: _reach(tone) + 1, side:-side].astype(np.int16)  # without its ends, where other borders cross it
    inner = np.median(rows[-1])
    covered = (np.abs(rows - inner) >= CONTRAST).mean(axis=1) >= UNBROKEN
    if covered[-1] or not covered.any():
        return 0
    return int(np.flatnonzero(covered)[-1]) + 2  # a row more: the border's soft edge
