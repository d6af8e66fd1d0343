"""A digit → a PNG of it: what the network was given, for people to look at."""

import base64
import io

from function.arrays import Digit, to_levels


def encode_png(digit: Digit) -> bytes:
    """A digit (28, 28) float32 in 0..1 as an 8-bit gray PNG, white ink on black."""
    from PIL import Image  # callers who don't ask for it don't pay its import

    buffer = io.BytesIO()
    Image.fromarray(to_levels(digit)).save(buffer, "PNG")
    return buffer.getvalue()


def data_url(png: bytes) -> str:
    """`png` as a data URL, ready for the src of an image."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
