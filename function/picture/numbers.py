"""Numbers → pixels. Scale, in one place: numbers up to 1 are a scale of 0..1, larger ones of 0..255, and where some are
negative, as after normalization, the least and the largest are its ends."""

import contextlib
import math
import string
from typing import Any

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink, Pixels
from function.errors import Malformed
from function.picture.limits import check_sides, excerpt, factor_of

PLAIN = {int, float}  # not bool
INTEGERS = b"0123456789,"
NUMBER = frozenset(string.digits + ".,+-eE" + string.whitespace)  # no nan, inf, 1_0 or full-width digits
SIDE = 28  # pixels of a picture of 784 numbers
LARGEST = 255.0  # of numbers, either way: levels; what is left of them without their mean is less
OPAQUE = (1, 255)  # the alpha of a canvas that was filled before it was drawn on

Numbers = NDArray[np.float64] | NDArray[np.int64]


def from_list(values: Any) -> Pixels:
    """(H, W) uint8 of n² numbers or numeric strings, or of nested lists of them. Raises Malformed, TooLarge."""
    return _to_pixels(_to_array(values))


def ink_from_list(values: Any) -> Ink:
    """(H, W) float32 of numbers that are ink, 0..1. Raises Malformed, TooLarge."""
    image = _as_image(_to_array(values))
    _scale(float(image.min()), float(image.max()), one_is_ink=True)
    return image.astype(np.float32)


def from_text(text: str) -> Pixels:
    """(28, 28) uint8 of 784 comma-separated numbers. Raises Malformed."""
    if (levels := _levels(text)) is not None and levels.max() > 1:
        return levels.astype(np.uint8).reshape(SIDE, SIDE)  # as most clients send them: levels as they are
    return _to_pixels(_parse_numbers(text) if levels is None else levels)


def from_levels(data: bytes) -> Pixels:
    """(28, 28) uint8 of 784 bytes."""
    return _to_pixels(np.frombuffer(data, np.uint8).astype(np.int64))


def _to_pixels(array: Numbers) -> Pixels:
    image = _as_image(array)
    low, high = float(image.min()), float(image.max())
    if -LARGEST <= low < 0 and high <= LARGEST:
        image, scale = np.asarray(image - low, np.float64), high - low or 1.0
    else:
        scale = _scale(low, high)
    if image.dtype == np.int64 and scale == LARGEST:
        return image.astype(np.uint8)
    return np.rint(_shrink(image) * (255 / scale)).astype(np.uint8)


def _scale(low: float, high: float, *, one_is_ink: bool = False) -> float:
    """The number that stands for the lightest, or for ink. Raises Malformed."""
    scale = 1.0 if one_is_ink or high <= 1 else LARGEST
    if not 0 <= low <= high <= scale:  # also refuses nan and infinity
        wanted = "0..1" if one_is_ink else "0..1 or 0..255"
        raise Malformed(f"expected numbers in {wanted}, got {low:g} to {high:g}")
    return scale


def _as_image(array: Numbers) -> Numbers:
    """(H, W). Raises Malformed, TooLarge."""
    if array.ndim == 3 and 1 in (array.shape[0], array.shape[2]):
        array = array[0] if array.shape[0] == 1 else array[:, :, 0]
    if array.size in array.shape and (side := math.isqrt(array.size)) ** 2 == array.size:
        array = _squared(array.ravel(), side)  # in a row, also as the only row of a batch
    if array.ndim != 2:
        shape = "×".join(map(str, array.shape))
        raise Malformed(f"expected 784 or n² numbers, or rows of equal length (H×W, H×W×1 or 1×H×W), got {shape}")
    check_sides(array.shape[1], array.shape[0])
    return array


def _squared(flat: Numbers, side: int) -> Numbers:
    """(side, side); of a canvas's RGBA, whose count is a square as well, half that side."""
    if side % 2 == 0 and side != SIDE:
        red, green, blue, alpha = (flat[start::4] for start in range(4))
        is_gray = np.array_equal(red, green) and np.array_equal(green, blue)
        if is_gray and alpha[0] in OPAQUE and (alpha == alpha[0]).all():
            return red.reshape(side // 2, side // 2)
        if is_gray and not red.any():  # black on transparency
            return alpha.reshape(side // 2, side // 2)
    return flat.reshape(side, side)


def _shrink(pixels: Numbers) -> Numbers:
    """(H, W) averaged down to the working size, as Pillow's `reduce` does for decoded pictures."""
    factor = factor_of(pixels.shape[1], pixels.shape[0])
    if factor == 1:
        return pixels
    height, width = (side // factor for side in pixels.shape)
    blocks = pixels[: height * factor, : width * factor].reshape(height, factor, width, factor)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float64)


def _levels(text: str) -> NDArray[np.int64] | None:
    """(784,) in 0..255, of digits and commas alone; None for whatever else may be numbers too."""
    if text.count(",") in (783, 784) and text.isascii() and not text.encode().translate(None, INTEGERS):
        with contextlib.suppress(ValueError):  # an empty place, which `_parse_numbers` names
            levels = np.fromstring(text, np.int64, sep=",")  # five times as fast as `float` for each
            if len(levels) == 784 and levels.max() <= 255:
                return levels
    return None


def _parse_numbers(text: str) -> NDArray[np.float64]:
    """(784,). Raises Malformed."""
    if "\n" in text:  # a table of 28 lines, with or without a comma at their ends
        text = ",".join(line.strip().removesuffix(",") for line in text.splitlines())
    text = text.removesuffix(",")
    parts = text.split(",", 784)  # a longer text isn't worth splitting further
    if len(parts) != 784:
        raise Malformed(f"expected 784 comma-separated numbers, got {text.count(',') + 1}")
    return _floats(parts)


def _to_array(values: Any) -> NDArray[np.float64]:
    """A float64 array of up to three dimensions from nested lists of numbers or numeric strings."""
    items, shape = values, []
    while isinstance(items, list) and items:
        shape.append(len(items))
        if not isinstance(items[0], list):
            return _floats(items).reshape(_divided(shape))
        if len(shape) == 3:
            break
        lengths = {len(item) if isinstance(item, list) else -1 for item in items}
        if len(lengths) > 1:
            raise Malformed("expected rows of equal length, got rows that differ")
        items = [inner for item in items for inner in item]
    raise Malformed(f"expected 784 numbers, or numbers in up to three nested lists, got {excerpt(str(values)[:100])}")


def _divided(counts: list[int]) -> list[int]:
    """The counts of items at each depth as a shape: [28, 784] → [28, 28]."""
    return [count // previous for previous, count in zip([1, *counts[:-1]], counts, strict=True)]


def _floats(items: list[Any]) -> NDArray[np.float64]:
    """(n,) from numbers or numeric strings.

    Raises Malformed, naming the first item that is no number; bool, None and nan are none.
    """
    kinds = set(map(type, items))
    if kinds <= PLAIN or (kinds == {str} and NUMBER.issuperset("".join(items))):  # all at once where all are well
        with contextlib.suppress(ValueError, OverflowError):
            return np.fromiter(map(float, items), np.float64, len(items))
    found = []
    for index, item in enumerate(items):
        try:
            if type(item) in PLAIN or (isinstance(item, str) and NUMBER.issuperset(item)):
                found.append(float(item))
                continue
            reason = None
        except (ValueError, OverflowError) as error:
            reason = error
        raise Malformed(f"expected a number at index {index}, got {excerpt(str(item))}") from reason
    return np.array(found, np.float64)
