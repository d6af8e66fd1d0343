"""What looks like a picture, told from its beginning alone: nothing is decoded, and long values take no longer."""

import base64
import binascii
import math
import re
from typing import Any

from function.picture.limits import MIN_SIDE
from function.picture.numbers import NUMBER, PLAIN

SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")  # first bytes of PNG, JPEG, GIF, WebP and BMP
# URL-safe letters, the + that forms turn into a space, and the line breaks of the base64 command.
BASE64 = str.maketrans({"-": "+", "_": "/", " ": "+", "\n": None, "\r": None})
ENCODED = re.compile(r"[A-Za-z0-9+/]{56}")  # the smallest encoded picture has more letters
RAW = 784  # bytes of a picture of 28×28 levels without a header
PRINTED = bytes([*b"\t\n\r", *range(0x20, 0x7F)])  # the bytes of ASCII text
LEAST = MIN_SIDE**2  # numbers of the smallest square that is a picture
NARROWEST = 5  # numbers in a row: fewer are a point of a stroke, with its time and pressure
BEGINNING = 200  # letters that are looked at: a data URL's header and enough of what follows
DIGITS = 32  # letters of a number at most: float64 has 24


def is_picture_like(value: Any) -> bool:
    """Whether a JSON value or a form's text is text of a picture, or at least LEAST numbers in a square or in rows."""
    if isinstance(value, str):
        return _is_text_of_one(value)
    shape: list[int] = []
    while isinstance(value, list) and value and len(shape) < 3:
        shape.append(len(value))
        value = value[0]
    sides, count = [side for side in shape if side > 1], math.prod(shape)
    if count < LEAST or not (type(value) in PLAIN or (isinstance(value, str) and _is_number(value))):
        return False
    return min(sides) >= NARROWEST if len(sides) > 1 else math.isqrt(count) ** 2 == count


def is_raw(data: bytes) -> bool:
    """Whether `data` is 784 levels as they stand: neither text nor any encoded picture."""
    return len(data) == RAW and not data.startswith(SIGNATURES) and bool(data.translate(None, PRINTED))


def _is_number(text: str) -> bool:
    return 0 < len(text) <= DIGITS and NUMBER.issuperset(text)


def _is_text_of_one(text: str) -> bool:
    start = text[:BEGINNING].lstrip()
    if start[:5].lower() == "data:":
        header, comma, start = start.partition(",")
        names_one = header[5:11].lower() == "image/"
        return bool(comma) and header.lower().endswith(";base64") and (names_one or _begins_one(start))
    if "," in start:
        return NUMBER.issuperset(start) and text.count(",") >= LEAST - 1
    return _begins_one(start)


def _begins_one(text: str) -> bool:
    """Whether this base64 begins as an encoded picture does."""
    letters = text.translate(BASE64) if text.isascii() else ""
    try:
        return bool(ENCODED.match(letters)) and base64.b64decode(letters[:8]).startswith(SIGNATURES)
    except (binascii.Error, ValueError):
        return False
