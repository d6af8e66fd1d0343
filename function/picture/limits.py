"""What a picture may be, looked at before anything is decoded."""

import threading

from function.errors import Malformed, TooLarge

WORKING = threading.RLock()  # held while a large body or picture is worked on: each may take 250 MiB

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MIN_SIDE = 10  # pixels of the longer side: below, a digit's shape is lost
MAX_SIDE = 4096  # pixels: larger than any screen's canvas, and no more memory than one decode may take
MAX_PIXELS = 2 * MAX_SIDE**2  # of all encoded pictures in a request: half a second of decoding
WORK_SIDE = 400  # pixels: pictures from twice this on are averaged down toward it; a drawing may be a tenth of one
MIN_WORK_SIDE = 64  # pixels: the shorter side is not averaged below this; three times a digit's own resolution


class Allowance:
    """The pixels that the pictures of one request may still have; files of a few kilobytes can hold millions."""

    def __init__(self, pixels: int = MAX_PIXELS) -> None:
        self._left = pixels

    def spend(self, pixels: int) -> None:
        """Raises TooLarge when no more than `pixels` are left."""
        self._left -= pixels
        if self._left < 0:
            raise TooLarge(f"expected pictures of at most {MAX_PIXELS} pixels together, got more")


def check_sides(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE:
        raise TooLarge(f"expected a picture of at most {MAX_SIDE}×{MAX_SIDE} pixels, got {width}×{height}")
    if max(width, height) < MIN_SIDE or min(width, height) < 1:
        raise Malformed(f"expected a picture of at least {MIN_SIDE} pixels on its longer side, got {width}×{height}")


def factor_of(width: int, height: int) -> int:
    """How many pixels of a side to average into one: none of small pictures, nor across a narrow one."""
    return max(1, min(max(width, height) // WORK_SIDE, min(width, height) // MIN_WORK_SIDE))


def excerpt(text: str) -> str:
    """The beginning of what arrived, for an error message."""
    return repr(text if len(text) <= 40 else text[:40] + "…")
