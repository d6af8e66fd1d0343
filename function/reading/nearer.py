"""Small writing on a large photograph → the same, seen again in more of the pixels that were sent."""

from typing import NamedTuple

from function.arrays import Found
from function.errors import CallerError
from function.ink.find import find_ink
from function.picture.limits import Allowance
from function.picture.picture import Picture
from function.reading.values import WHOLE, Area, within

SMALL = 40  # pixels: what is less high was thinned as the picture was averaged down; its frame has 20
WANTED = 60  # pixels of its height, …
MOST = 4.0  # … but no more than so many times what it has: bounds what may be decoded
AROUND = 1.0  # of its height, on all sides: enough to tell the paper's light and noise
AGREES = 0.6  # of what both looks cover together, both cover: else they saw different things


class Near(NamedTuple):
    """Ink of a part of a picture.

    shape  (H, W) of that part, in its own pixels
    area   where it lies on the picture
    """

    found: Found
    shape: tuple[int, ...]
    area: Area


def look_nearer(picture: Picture, found: Found, shape: tuple[int, ...], allowance: Allowance) -> Near | None:
    """What was found on (H, W) pixels of `picture`, in more of its pixels.

    allowance  what may be decoded for it
    None when the picture has no more, they are too many, or show something else.
    """
    height, width = found.ink.shape
    if not found.is_photographed or height >= SMALL:
        return None
    around = AROUND * height
    box = (
        max(0, found.top - around),
        min(shape[0], found.top + height + around),
        max(0, found.left - around),
        min(shape[1], found.left + width + around),
    )
    area = within(WHOLE, box, shape)
    try:
        pixels = picture.part(allowance, area, min(MOST, WANTED / height))
        if pixels is None:
            return None
        near = find_ink(pixels)
    except CallerError:  # the first look stands, whatever a second one would refuse
        return None
    before = within(WHOLE, (found.top, found.top + height, found.left, found.left + width), shape)
    rows, columns = near.ink.shape
    now = within(area, (near.top, near.top + rows, near.left, near.left + columns), pixels.shape)
    return Near(near, pixels.shape, area) if _overlap(before, now) >= AGREES else None


def _overlap(one: Area, other: Area) -> float:
    """What both cover, of what either does."""
    wide = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    high = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    both = max(0.0, wide) * max(0.0, high)
    return both / (one.width * one.height + other.width * other.height - both)
