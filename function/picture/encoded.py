"""Encoded pictures → pixels, by Pillow, which is imported with the first of them: numbers don't need it."""

import io
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import numpy as np

from function.arrays import Pixels
from function.errors import Malformed, NotAPicture, TooLarge
from function.ink.plain import MIN_CONTRAST
from function.picture.limits import FORMATS, WORK_SIDE, WORKING, Allowance, check_sides, factor_of

T = TypeVar("T")
Part = tuple[float, float, float, float]  # left, top, width, height in fractions of the upright picture

LARGE = 200_000  # pixels above which pictures are decoded one at a time: a page's canvas has fewer
MOST_TEXT = 2**20  # letters that a PNG may hold beside its picture
OPAQUE = 128  # of 255: what covers more than half of what lies under it
MAX_SCANS = 32  # of a progressive JPEG, which has about 10: each may cost a pass over all pixels for 33 bytes


def decode(data: bytes, allowance: Allowance) -> Pixels:
    """(H, W) or (H, W, 3) uint8 of an encoded picture; of an animation, of the first frame.

    Raises NotAPicture, TooLarge, Malformed.
    """
    return _decoded(data, allowance, _reduced)


def decode_part(data: bytes, allowance: Allowance, part: Part, zoom: float) -> Pixels | None:
    """A part of the picture as it stands upright, `zoom` times as large as `decode` gives it, or nearly so.

    None when that has all of its pixels. Raises as `decode` does.
    """
    return _decoded(data, allowance, lambda image: _enlarged(image, part, zoom))


def _decoded(data: bytes, allowance: Allowance, resolve: Callable[[Any], T]) -> T:
    image_module = pillow()
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MAX_SCANS:
        raise NotAPicture(f"expected a JPEG of at most {MAX_SCANS} scans, got more")
    try:
        with image_module.open(io.BytesIO(data), formats=FORMATS) as image:
            check_sides(*image.size)  # before decoding: a few kilobytes can hold gigabytes of pixels
            allowance.spend(image.size[0] * image.size[1])
            if image.size[0] * image.size[1] > LARGE:
                with WORKING:
                    return resolve(image)
            return resolve(image)
    except (Malformed, TooLarge):
        raise
    except Exception as error:  # Pillow raises a dozen types for damaged files, SyntaxError and struct.error included
        got = f"{len(data)} bytes that don't decode as one" if data else "nothing"
        raise NotAPicture(f"expected {', '.join(FORMATS)}, got {got}") from error


@cache
def pillow() -> Any:
    """Pillow's Image, imported on first use: requests with numbers don't need it.

    It warns of each of 65,535 odd tags that a small picture may have, and a log is no place for them; and it unpacks
    64 million letters of text beside a picture, each of which may take four bytes.
    """
    from PIL import Image, PngImagePlugin

    PngImagePlugin.MAX_TEXT_MEMORY = MOST_TEXT
    warnings.filterwarnings("ignore", module=r"PIL\.")
    return Image


def _reduced(image: Any) -> Pixels:
    """(H, W) or (H, W, 3) uint8 from an opened Pillow image, averaged down."""
    upright = _upright(image)
    image.draft(None, (WORK_SIDE, WORK_SIDE))  # lets JPEG skip what is averaged away below
    image = _in_colors(image)
    if (factor := factor_of(*image.size)) > 1:
        image = image.reduce(factor)
    return _pixels(upright(image))


def _enlarged(image: Any, part: Part, zoom: float) -> Pixels | None:
    """The same of a part of it, by larger pixels."""
    width, height = image.size
    factor = factor_of(width, height)
    if factor == 1:
        return None
    upright = _upright(image)
    wanted = min(1.0, zoom / factor)  # of its own pixels
    image.draft(None, (round(wanted * width), round(wanted * height)))
    fewer = max(1, int(image.size[0] / (wanted * width)))
    whole = upright(_in_colors(image))
    left, top, wide, high = part
    sides = [whole.size[0], whole.size[1]] * 2
    box = [round(share * side) for share, side in zip((left, top, left + wide, top + high), sides, strict=True)]
    image = whole.crop((box[0], box[1], max(box[2], box[0] + fewer), max(box[3], box[1] + fewer)))
    return _pixels(image.reduce(fewer) if fewer > 1 else image)


def _upright(image: Any) -> Callable[[Any], Any]:
    """What turns any version of an opened image as its camera was held."""
    from PIL import ImageOps
    from PIL.ExifTags import Base

    orientation = image.getexif().get(Base.Orientation, 1)

    def turned(version: Any) -> Any:
        if orientation == 1:
            return version
        version.getexif()[Base.Orientation] = orientation
        return ImageOps.exif_transpose(version)

    return turned


def _in_colors(image: Any) -> Any:
    """In a mode of 8 bits: gray, colors, or colors with transparency."""
    if image.mode.startswith("I"):  # 16 bits of gray, which Pillow would clip to 8
        image = image.point(lambda level: level / 256, "L") if image.mode == "I;16" else image.convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        mode = "RGBA"
    else:
        mode = "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == mode else image.convert(mode)  # convert copies even when there is nothing to convert


def _pixels(image: Any) -> Pixels:
    """(H, W) or (H, W, 3) uint8 of what `_in_colors` gives, its transparency resolved."""
    from PIL import ImageChops

    if image.mode == "L":
        return np.asarray(image)
    red, green, blue, *alpha = image.split()
    if alpha and alpha[0].getextrema()[0] < OPAQUE:
        return _resolve_alpha(np.asarray(image))
    if all(
        ImageChops.difference(red, other).getbbox() is None for other in (green, blue)
    ):  # a third of comparing bytes
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
