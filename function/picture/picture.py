"""A picture as it was sent, and its pixels."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from function.arrays import Ink, Pixels
from function.errors import Malformed
from function.picture import encoded, numbers
from function.picture.likeness import BASE64, is_raw
from function.picture.limits import Allowance, excerpt

WANTED = "784 comma-separated numbers, base64 of a PNG, JPEG, GIF, WebP or BMP, or a data URL of one"


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as it was sent, still to be decoded.

    sent    encoded bytes, or 784 levels; text: 784 comma-separated numbers, base64 or a data URL of an encoded
            picture; or a list of n² numbers or numeric strings, or nested ones of H×W, H×W×1 or 1×H×W of them.
            Anything else is refused
    is_ink  the numbers are 0..1 and 1 is ink; else their scale and polarity are read off them
    """

    sent: Any
    is_ink: bool = False

    def pixels(self, allowance: Allowance) -> Pixels:
        """(H, W) or (H, W, 3) uint8; large pictures averaged down. Raises Malformed, NotAPicture, TooLarge."""
        if isinstance(self.sent, list):
            return numbers.from_list(self.sent)
        if isinstance(self.sent, bytes):
            return numbers.from_levels(self.sent) if is_raw(self.sent) else encoded.decode(self.sent, allowance)
        if isinstance(self.sent, str):
            return _decode_text(self.sent.strip(), allowance)
        raise Malformed(f"expected a list of numbers or text, got {kind(self.sent)}")

    def part(self, allowance: Allowance, part: encoded.Part, zoom: float) -> Pixels | None:
        """A part of an encoded picture that was averaged down, `zoom` times as large as in `pixels`; None of others.

        Raises as `pixels` does.
        """
        if isinstance(self.sent, bytes) and not is_raw(self.sent):
            return encoded.decode_part(self.sent, allowance, part, zoom)
        if isinstance(self.sent, str) and (data := _encoded(self.sent.strip())) is not None:
            return encoded.decode_part(data, allowance, part, zoom)
        return None

    def ink(self) -> Ink:
        """(H, W) float32 in 0..1, of numbers that are ink. Raises Malformed, TooLarge."""
        if not isinstance(self.sent, list):
            raise Malformed(f"expected a list of numbers, got {kind(self.sent)}")
        return numbers.ink_from_list(self.sent)


def kind(value: Any) -> str:
    """What a JSON value is, for an error message."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _decode_text(text: str, allowance: Allowance) -> Pixels:
    data = _encoded(text)
    return numbers.from_text(text) if data is None else encoded.decode(data, allowance)


def _encoded(text: str) -> bytes | None:
    """The encoded picture that a data URL or base64 holds; None for numbers."""
    if text[:5].lower() == "data:":
        header, comma, text = text.partition(",")
        if not comma or not header.lower().endswith(";base64"):
            raise Malformed(f"expected a data URL like data:image/png;base64,…, got {excerpt(header)}")
    elif "," in text:
        return None
    return _decode_base64(text)


def _decode_base64(text: str) -> bytes:
    try:
        plain = text.translate(BASE64) if text.isascii() else ""  # else a translation of megabytes takes half a second
        if not plain:
            raise ValueError("nothing to decode")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"expected {WANTED}, got {excerpt(text)}") from error
