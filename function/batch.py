"""Many pictures of one request → their inks: numpy finds the ink of 256 small pictures in as many calls as that of one.

It takes the common case alone, numbers in MNIST's size on plain paper. All others are decoded one by one.
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from function import pictures
from function.normalize import FRAME
from function.pictures import Allowance, Picture
from function.plain import Ink, find_plain_inks

CHUNK = 64  # pictures at a time: more of them no longer fit into a processor's cache


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
    alike = {index: one for index, one in decoded.items() if one is not None and one.shape == (FRAME, FRAME)}
    found: dict[int, Ink] = {}
    for start in range(0, len(alike), CHUNK):
        indexes = list(alike)[start : start + CHUNK]
        inks, is_certain = find_plain_inks(np.stack([alike[index] for index in indexes]))
        found |= {index: ink for index, ink, certain in zip(indexes, inks, is_certain, strict=True) if certain}
    return found
