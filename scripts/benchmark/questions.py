"""What the contenders are asked, as the bytes that go over the wire."""

import base64
import io
import json
from dataclasses import dataclass
from typing import Self

import numpy as np
from PIL import Image

from scripts.environment import ROOT

DIGIT = "7"
DRAWING = ROOT / "tests" / "digits" / "7.png"  # 280×280, dark on white, as a page's canvas is posted
GOLDEN = ROOT / "function" / "weights" / "golden.png"  # 0 to 9 side by side in MNIST's frame
BATCH = 256  # pictures in one request, the most that ours takes
NUMBER = "729104385617"  # twelve digits, the most that ours takes
JSON = "application/json"
BOUNDARY = "between-the-parts"


@dataclass(frozen=True)
class Question:
    """A request, and what it shows: a digit, or a number."""

    body: bytes
    digit: str = DIGIT
    path: str = "/"
    kind: str = JSON

    @classmethod
    def of(cls, value: object, path: str = "/") -> Self:
        return cls(json.dumps(value, separators=(",", ":")).encode(), path=path)

    @property
    def request(self) -> bytes:
        """Headers and body in one piece, so that they leave in one packet where they fit."""
        head = (f"POST {self.path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {self.kind}")
        return "\r\n".join((*head, f"Content-Length: {len(self.body)}", "", "")).encode() + self.body


def pixels() -> Question:
    """784 comma-separated numbers."""
    return Question.of({"image": _text(int(DIGIT))})


def listed() -> Question:
    """The same as a list, which is what servers with types ask for."""
    return Question.of({"image": _digits()[int(DIGIT)].tolist()}, "/predict")


def inferred() -> Question:
    """The same in the Open Inference Protocol."""
    data = _digits()[int(DIGIT)].tolist()
    tensor = {"name": "image", "shape": [1, len(data)], "datatype": "FP32", "data": data}
    return Question.of({"inputs": [tensor]}, "/v2/models/digits/infer")


def drawing() -> Question:
    """A 280×280 PNG in base64."""
    return Question.of({"image": base64.b64encode(DRAWING.read_bytes()).decode()})


def uploaded() -> Question:
    """The same as a form's file."""
    disposition = 'Content-Disposition: form-data; name="image"; filename="7.png"'
    head = "\r\n".join((f"--{BOUNDARY}", disposition, "Content-Type: image/png", "", ""))
    body = head.encode() + DRAWING.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()
    return Question(body, path="/upload", kind=f"multipart/form-data; boundary={BOUNDARY}")


def batch(count: int = BATCH) -> Question:
    """So many pictures as comma-separated numbers, ten different ones in turn."""
    texts = [_text(digit) for digit in range(10)]
    return Question.of({"images": [texts[index % 10] for index in range(count)]})


def sized(side: int) -> Question:
    """The drawing as a PNG of that many pixels a side."""
    with Image.open(DRAWING) as picture:
        return _png(picture.convert("L").resize((side, side), Image.Resampling.LANCZOS), DIGIT)


def number(length: int) -> Question:
    """So many of the golden digits side by side, dark on white, as a PNG."""
    line = np.concatenate([_digits()[int(digit)].reshape(28, 28) for digit in NUMBER[:length]], axis=1)
    return _png(Image.fromarray(255 - line), NUMBER[:length])


def _png(picture: Image.Image, shown: str) -> Question:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return Question(file.getvalue(), shown, kind="image/png")


def _digits() -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """(10, 784) uint8, 255 = ink: each golden digit, row by row."""
    with Image.open(GOLDEN) as strip:
        return np.asarray(strip.convert("L")).reshape(28, 10, 28).swapaxes(0, 1).reshape(10, 784)


def _text(digit: int) -> str:
    """A golden digit as a first client would write it."""
    return ",".join(map(str, _digits()[digit].tolist()))
