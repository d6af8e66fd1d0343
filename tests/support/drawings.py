"""Drawings for tests: strokes of our own, drawn on paper of any color, in any file format."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SEVEN = [(0.15, 0.1), (0.85, 0.1), (0.45, 0.9)]  # corners of a seven in a unit square


def seven(
    side: int = 280, size: float = 0.7, pen: float = 0.06, left: float = 0.15, top: float = 0.15
) -> NDArray[np.float32]:
    """Ink (side, side) float32, 0 = paper, 1 = ink; size, pen, left and top in parts of the side."""
    scale = 4  # Pillow draws without antialiasing
    canvas = Image.new("L", (side * scale,) * 2)
    points = [((left + x * size) * side * scale, (top + y * size) * side * scale) for x, y in SEVEN]
    ImageDraw.Draw(canvas).line(points, fill=255, width=round(pen * side * scale), joint="curve")
    ink: NDArray[Any] = np.asarray(canvas.reduce(scale), np.float32) / 255
    return ink


def paint(ink: NDArray[np.float32], pen: Any = 0.0, paper: Any = 1.0) -> NDArray[np.float32]:
    """Pixels in 0..1 from ink and two grays or two (r, g, b)."""
    pen, paper = np.asarray(pen, np.float32), np.asarray(paper, np.float32)
    pixels: NDArray[np.float32] = paper + (pen - paper) * (ink[:, :, None] if pen.ndim else ink)
    return pixels


def encode(pixels: NDArray[Any] | Image.Image, form: str = "PNG", mode: str | None = None, **options: Any) -> bytes:
    """Pixels in 0..1, or of an integer type, or an image, as a file."""
    pixels = np.asarray(pixels)
    if pixels.dtype.kind == "f":
        pixels = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    image = Image.fromarray(pixels)
    buffer = io.BytesIO()
    (image.convert(mode) if mode else image).save(buffer, form, **options)
    return buffer.getvalue()
