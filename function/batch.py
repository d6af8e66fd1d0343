"""Many pictures of one request → their inks: numpy takes 64 small pictures in as many calls as one.

Together go numbers in MNIST's size on plain paper, the common case. All others are taken one by one.
"""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from function import pictures
from function.errors import CallerError
from function.frame import inside
from function.ink import Pixels, find_ink
from function.normalize import FRAME
from function.pictures import Allowance, Picture
from function.plain import Ink, find_plain_inks

CHUNK = 64  # pictures at a time: more of them no longer fit into a processor's cache


def decode_together(items: Sequence[Any]) -> list[Picture]:
    """The pictures in JSON values, as `pictures.from_json` reads them.

    The first that is called decodes the numbers in all of them; until then nothing happens.
    """
    if len(items) == 1:
        return [partial(pictures.from_json, items[0])]
    decoded = cache(partial(_decode, items))
    found = cache(lambda: _find(decoded()))

    def decode(index: int, allowance: Allowance) -> Ink:
        if index in found():
            return found()[index]
        if index in decoded():
            return find_ink(inside(decoded()[index]))
        return pictures.from_json(items[index], allowance)

    return [partial(decode, index) for index in range(len(items))]


def _decode(items: Sequence[Any]) -> dict[int, Pixels]:
    """Pixels by index, of items that are numbers; up to the first that are bad, for that one fails the request."""
    decoded = {}
    for index, item in enumerate(items):
        try:
            pixels = pictures.pixels_of_numbers(item)
        except CallerError:
            break
        if pixels is not None:
            decoded[index] = pixels
    return decoded


def _find(decoded: Mapping[int, Pixels]) -> dict[int, Ink]:
    """Inks by index, of those pixels that are alike and leave no doubt."""
    alike = [index for index, pixels in decoded.items() if pixels.shape == (FRAME, FRAME)]
    found: dict[int, Ink] = {}
    for start in range(0, len(alike), CHUNK):
        indexes = alike[start : start + CHUNK]
        inks, is_certain = find_plain_inks(np.stack([decoded[index] for index in indexes]))
        found |= {index: ink for index, ink, certain in zip(indexes, inks, is_certain, strict=True) if certain}
    return found
