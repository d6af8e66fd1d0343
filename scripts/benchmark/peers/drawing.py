"""A drawing as those take it who only divide by 255."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 28


def shrunk(picture: Image.Image) -> NDArray[np.uint8]:
    """The pixels, 28×28 uint8, 255 = ink, of a drawing on white paper: made small, and nothing more."""
    return 255 - np.asarray(picture.convert("L").resize((SIDE, SIDE)))
