"""Numbers that nobody wrote: plain digits of our own beside each other, as a file."""

import numpy as np
from PIL import Image, ImageDraw

from tests.support.drawings import encode
from training.data.glyphs import PLAIN

SIDE = 160  # pixels of the square that each digit stands in
PEN = 14  # pixels


def written(*lines: str, pen: int = PEN) -> Image.Image:
    """Dark on light, gray; each line's digits apart from each other, the lines below each other."""
    scale = 4  # Pillow draws without antialiasing
    canvas = Image.new("L", (scale * SIDE * max(map(len, lines)), scale * SIDE * len(lines)), 255)
    brush, half = ImageDraw.Draw(canvas), scale * pen / 2
    for row, line in enumerate(lines):
        for column, digit in enumerate(line):
            for stroke in PLAIN[digit]:
                corner = np.array([column, row]) + 0.2
                points = [(x, y) for x, y in (scale * SIDE * (corner + 0.6 * stroke)).tolist()]
                brush.line(points, fill=0, width=scale * pen, joint="curve")
                for x, y in points:
                    brush.ellipse((x - half, y - half, x + half, y + half), fill=0)
    return canvas.reduce(scale)


def number(*lines: str) -> bytes:
    """As a PNG."""
    return encode(written(*lines))
