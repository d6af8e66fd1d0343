"""Many pictures of one request → their inks: numpy finds the ink of 256 small pictures in as many calls as that of one.

It takes the common case alone, numbers in MNIST's size on plain paper. All others are decoded one by one.
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from function import pictures
from function.ink import HOT_PIXELS, MIN_CONTRAST, SMALL_REACH, Ink, Pixels, dilate
from function.normalize import FRAME
from function.pictures import Allowance, Picture
from function.threshold import LEVELS, split


def decode_together(items: Sequence[Any]) -> list[Picture]:
    """The pictures in JSON values, as `pictures.from_json` reads them. Nothing happens before the first is called."""
    if len(items) == 1:
        return [partial(pictures.from_json, items[0])]
    found = cache(partial(_find, items))

    def decode(index: int, allowance: Allowance) -> Ink:
        ink = found().get(index)
        return pictures.from_json(items[index], allowance) if ink is None else ink

    return [partial(decode, index) for index in range(len(items))]


def _find(items: Sequence[Any]) -> dict[int, Ink]:
    """Inks by index, of those items that are alike and leave no doubt."""
    decoded = {index: pictures.pixels_of_numbers(item) for index, item in enumerate(items)}
    alike = {
        index: pixels for index, pixels in decoded.items() if pixels is not None and pixels.shape == (FRAME, FRAME)
    }
    if not alike:
        return {}
    inks, is_sure = find_inks(np.stack(list(alike.values())))
    return {index: ink for index, ink, sure in zip(alike, inks, is_sure, strict=True) if sure}


def find_inks(pixels: Pixels) -> tuple[Ink, NDArray[np.bool_]]:
    """What `find_ink` finds in each of (n, H, W) small gray pictures; see there for the reasons.

    return  (n, H, W) inks, and for each whether it is that: the others want a closer look
    """
    each = np.arange(len(pixels))
    flat = pixels.reshape(len(pixels), -1).astype(np.int64)
    counts = np.bincount((flat + 256 * each[:, None]).ravel(), minlength=256 * len(each)).reshape(-1, 256)
    first_light = split(counts).astype(np.int64)[:, None] + 1
    edges = np.concatenate((pixels[:, 0], pixels[:, -1], pixels[:, :, 0], pixels[:, :, -1]), axis=1)
    is_light = ((edges >= first_light).mean(axis=1) + (flat >= first_light).mean(axis=1) > 1)[:, None]
    paper = np.cumsum(counts * ((first_light <= LEVELS) == is_light), axis=1)
    level = (2 * paper < paper[:, -1:]).sum(axis=1)[:, None]
    is_plain = 2 * counts[each, level[:, 0]] >= paper[:, -1]
    depths = np.maximum(np.where(is_light, level - flat, flat - level), 0)
    strong = depths > np.where(is_light, level - first_light, first_light - 1 - level)
    is_drawn = (depths >= MIN_CONTRAST).sum(axis=1) > HOT_PIXELS
    far = depths * ~dilate(strong.reshape(pixels.shape), SMALL_REACH).reshape(flat.shape)
    inks = np.divide(depths, np.maximum(depths.max(axis=1, keepdims=True), 1), dtype=np.float32)
    return inks.reshape(pixels.shape), is_plain & is_drawn & ~far.any(axis=1)
