"""Pictures → pixels: encoded bytes, base64, data URLs and numbers, each held to its limits before any work.

Scale, in one place: numbers up to 1 are a scale of 0..1, larger ones of 0..255.
"""

import base64
import binascii
import contextlib
import io
import string
import threading
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from function.arrays import Ink, Pixels
from function.errors import Malformed, NotAPicture, TooLarge
from function.plain import MIN_CONTRAST

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
MIN_SIDE = 10  # pixels of the longer side: below, a digit's shape is lost
MAX_SIDE = 4096  # pixels: larger than any screen's canvas, and no more memory than one decode may take
MAX_PIXELS = 2 * MAX_SIDE**2  # of all encoded pictures in a request: half a second of decoding
WORK_SIDE = 400  # pixels: pictures from twice this on are averaged down toward it; a drawing may be a tenth of one
MIN_WORK_SIDE = 64  # pixels: the shorter side is not averaged below this; three times a digit's own resolution
LARGE = 1_000_000  # pixels above which pictures are decoded one at a time, to bound the memory of all threads
OPAQUE = 128  # of 255: what covers more than half of what lies under it
MAX_SCANS = 32  # of a progressive JPEG, which has about 10: each may cost a pass over all pixels for 33 bytes
PLAIN = {int, float}  # not bool
INTEGERS = b"0123456789,"
NUMBER = frozenset(string.digits + ".,+-eE" + string.whitespace)  # no nan, inf, 1_0 or full-width digits
# URL-safe letters, the + that forms turn into a space, and the line breaks of the base64 command.
BASE64 = str.maketrans({"-": "+", "_": "/", " ": "+", "\n": None, "\r": None})
WANTED = "784 comma-separated numbers, base64 of a PNG, JPEG, GIF, WebP or BMP, or a data URL of one"

Numbers = NDArray[np.float64] | NDArray[np.int64]

_decoding_large = threading.Lock()


class Allowance:
    """The pixels that the pictures of one request may still have; files of a few kilobytes can hold millions."""

    def __init__(self, pixels: int = MAX_PIXELS) -> None:
        self._left = pixels

    def spend(self, pixels: int) -> None:
        """Raises TooLarge when no more than `pixels` are left."""
        self._left -= pixels
        if self._left < 0:
            raise TooLarge(f"expected pictures of at most {MAX_PIXELS} pixels together, got more")


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as it was sent, still to be decoded.

    sent    encoded bytes; text: 784 comma-separated numbers, base64 or a data URL of an encoded picture; or a list of
            784 numbers or numeric strings, or nested ones of H×W, H×W×1 or 1×H×W of them. Anything else is refused
    is_ink  the numbers are 0..1 and 1 is ink; else their scale and polarity are read off them
    """

    sent: Any
    is_ink: bool = False

    def pixels(self, allowance: Allowance) -> Pixels:
        """(H, W) or (H, W, 3) uint8; large pictures averaged down. Raises Malformed, NotAPicture, TooLarge."""
        if isinstance(self.sent, list):
            return _to_pixels(_to_array(self.sent))
        if isinstance(self.sent, bytes):
            return _decode_encoded(self.sent, allowance)
        if isinstance(self.sent, str):
            return _decode_text(self.sent.strip(), allowance)
        raise Malformed(f"expected a list of numbers or text, got {kind(self.sent)}")

    def ink(self) -> Ink:
        """(H, W) float32 in 0..1, of numbers that are ink. Raises Malformed, TooLarge."""
        if not isinstance(self.sent, list):
            raise Malformed(f"expected a list of numbers, got {kind(self.sent)}")
        return _as_image(_to_array(self.sent), one_is_ink=True)[0].astype(np.float32)


def kind(value: Any) -> str:
    """What a JSON value is, for an error message."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _decode_text(text: str, allowance: Allowance) -> Pixels:
    if text[:5].lower() == "data:":
        header, comma, text = text.partition(",")
        if not comma or not header.lower().endswith(";base64"):
            raise Malformed(f"expected a data URL like data:image/png;base64,…, got {_excerpt(header)}")
    elif "," in text:
        return _to_pixels(_parse_numbers(text))
    return _decode_encoded(_decode_base64(text), allowance)


def _to_pixels(array: Numbers) -> Pixels:
    image, scale = _as_image(array)
    return np.rint(_shrink(image) * (255 / scale)).astype(np.uint8)


def _as_image(array: Numbers, *, one_is_ink: bool = False) -> tuple[Numbers, float]:
    """(H, W), and the number that stands for the lightest. Raises Malformed, TooLarge."""
    if array.ndim == 3 and 1 in (array.shape[0], array.shape[2]):
        array = array[0] if array.shape[0] == 1 else array[:, :, 0]
    if array.size == 784 in array.shape:  # 784 numbers in a row, also as the only row of a batch
        array = array.reshape(28, 28)
    if array.ndim != 2:
        shape = "×".join(map(str, array.shape))
        raise Malformed(f"expected 784 numbers or rows of equal length (H×W, H×W×1 or 1×H×W), got {shape}")
    _check_sides(array.shape[1], array.shape[0])
    low, high = float(array.min()), float(array.max())
    scale = 1.0 if one_is_ink or high <= 1 else 255.0
    if not 0 <= low <= high <= scale:  # also refuses nan and infinity
        wanted = "0..1" if one_is_ink else "0..1 or 0..255"
        raise Malformed(f"expected numbers in {wanted}, got {low:g} to {high:g}")
    return array, scale


def _decode_encoded(data: bytes, allowance: Allowance) -> Pixels:
    """Of an encoded PNG, JPEG, GIF, WebP or BMP; of an animation, the first frame."""
    image_module = _pillow()
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MAX_SCANS:
        raise NotAPicture(f"expected a JPEG of at most {MAX_SCANS} scans, got more")
    try:
        with image_module.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_sides(*image.size)  # before decoding: a few kilobytes can hold gigabytes of pixels
            allowance.spend(image.size[0] * image.size[1])
            if image.size[0] * image.size[1] > LARGE:
                with _decoding_large:
                    return _decode(image)
            return _decode(image)
    except (Malformed, TooLarge):
        raise
    except Exception as error:  # Pillow raises a dozen types for damaged files, SyntaxError and struct.error included
        raise NotAPicture(f"expected {', '.join(FORMATS)}, got {len(data)} bytes that don't decode as one") from error


@cache
def _pillow() -> Any:
    """Pillow's Image, imported on first use: requests with numbers don't need it.

    It warns of each of 65,535 odd tags that a small picture may have, and a log is no place for them.
    """
    from PIL import Image

    warnings.filterwarnings("ignore", module=r"PIL\.")
    return Image


def _decode(image: Any) -> Pixels:
    """(H, W) or (H, W, 3) uint8 from an opened Pillow image, upright and with its transparency resolved."""
    from PIL import ImageOps
    from PIL.ExifTags import Base

    orientation = image.getexif().get(Base.Orientation, 1)
    image.draft(None, (WORK_SIDE, WORK_SIDE))  # lets JPEG skip what is averaged away below
    if image.mode.startswith("I"):  # 16 bits of gray, which Pillow would clip to 8
        image = image.point(lambda level: level / 256, "L") if image.mode == "I;16" else image.convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        mode = "RGBA"
    else:
        mode = "L" if image.mode in ("1", "L") else "RGB"
    if image.mode != mode:  # convert copies even when there is nothing to convert
        image = image.convert(mode)
    if (factor := _factor(*image.size)) > 1:
        image = image.reduce(factor)
    if orientation != 1:
        image.getexif()[Base.Orientation] = orientation
        image = ImageOps.exif_transpose(image)
    if image.mode == "L":
        return np.asarray(image)
    red, green, blue, *alpha = image.split()
    if alpha and alpha[0].getextrema()[0] < OPAQUE:
        return _resolve_alpha(np.asarray(image))
    if red.tobytes() == green.tobytes() == blue.tobytes():
        return np.asarray(red)
    return np.asarray(image)[:, :, :3]


def _resolve_alpha(pixels: Pixels) -> Pixels:
    """(H, W, 4) straight alpha → (H, W) or (H, W, 3): a drawing on transparency, or paper with transparent margins."""
    color, alpha = pixels[:, :, :3], np.ascontiguousarray(pixels[:, :, 3])
    opaque = alpha >= OPAQUE
    shown = color[opaque]
    if not len(shown) or np.ptp(shown, axis=0).max() < MIN_CONTRAST or np.count_nonzero(opaque) < opaque.size / 2:
        # What is opaque is the drawing: one color, or less than half of the picture, which paper isn't.
        return alpha
    paper = np.median(shown, axis=0)  # what is opaque holds paper and ink; the margins become paper
    blended: Pixels = np.rint(paper + (color - paper) * (alpha[:, :, None] / 255)).astype(np.uint8)
    return blended


def _factor(width: int, height: int) -> int:
    """How many pixels of a side to average into one: none of small pictures, nor across a narrow one."""
    return max(1, min(max(width, height) // WORK_SIDE, min(width, height) // MIN_WORK_SIDE))


def _shrink(pixels: Numbers) -> Numbers:
    """(H, W) averaged down to the working size, as Pillow's `reduce` does for decoded pictures."""
    factor = _factor(pixels.shape[1], pixels.shape[0])
    if factor == 1:
        return pixels
    height, width = (side // factor for side in pixels.shape)
    blocks = pixels[: height * factor, : width * factor].reshape(height, factor, width, factor)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float64)


def _decode_base64(text: str) -> bytes:
    try:
        plain = text.translate(BASE64) if text.isascii() else ""  # else a translation of megabytes takes half a second
        if not plain:
            raise ValueError("nothing to decode")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"expected {WANTED}, got {_excerpt(text)}") from error


def _parse_numbers(text: str) -> Numbers:
    """(784,) int64 where they are digits and commas alone, as from most clients, else float64. Raises Malformed."""
    if text.count(",") in (783, 784) and text.isascii() and not text.encode().translate(None, INTEGERS):
        with contextlib.suppress(ValueError):  # an empty place, which is named below
            levels = np.fromstring(text, np.int64, sep=",")  # five times as fast as `float` for each
            if len(levels) == 784 and levels.max() <= 255:
                return levels
    if "\n" in text:  # a table of 28 lines, with or without a comma at their ends
        text = ",".join(line.strip().removesuffix(",") for line in text.splitlines())
    text = text.removesuffix(",")
    parts = text.split(",", 784)  # a longer text isn't worth splitting further
    if len(parts) != 784:
        raise Malformed(f"expected 784 comma-separated numbers, got {text.count(',') + 1}")
    return _floats(parts)


def _check_sides(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE:
        raise TooLarge(f"expected a picture of at most {MAX_SIDE}×{MAX_SIDE} pixels, got {width}×{height}")
    if max(width, height) < MIN_SIDE or min(width, height) < 1:
        raise Malformed(f"expected a picture of at least {MIN_SIDE} pixels on its longer side, got {width}×{height}")


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
    raise Malformed(f"expected 784 numbers, or numbers in up to three nested lists, got {_excerpt(str(values)[:100])}")


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
        raise Malformed(f"expected a number at index {index}, got {_excerpt(str(item))}") from reason
    return np.array(found, np.float64)


def _excerpt(text: str) -> str:
    """The beginning of what arrived, for an error message."""
    return repr(text if len(text) <= 40 else text[:40] + "…")
