"""What every contender is asked, as the bytes that go over the wire."""

import base64
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


@dataclass(frozen=True)
class Question:
    """A request, and the digit that it shows."""

    body: bytes
    digit: str = DIGIT

    @classmethod
    def of(cls, value: object) -> Self:
        return cls(json.dumps(value).encode())

    @property
    def request(self) -> bytes:
        """Headers and body in one piece, so that they leave in one packet where they fit."""
        head = ("POST / HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json")
        return "\r\n".join((*head, f"Content-Length: {len(self.body)}", "", "")).encode() + self.body


def pixels() -> Question:
    """784 comma-separated numbers."""
    return Question.of({"image": _numbers()[int(DIGIT)]})


def drawing() -> Question:
    """A 280×280 PNG in base64."""
    return Question.of({"image": base64.b64encode(DRAWING.read_bytes()).decode()})


def batch() -> Question:
    """256 pictures as comma-separated numbers, ten different ones in turn."""
    numbers = _numbers()
    return Question.of({"images": [numbers[index % 10] for index in range(BATCH)]})


def _numbers() -> list[str]:
    """Each golden digit as a first client would write it: 0 to 255, row by row."""
    with Image.open(GOLDEN) as strip:
        digits = np.asarray(strip.convert("L")).reshape(28, 10, 28).swapaxes(0, 1).reshape(10, 784)
    return [",".join(map(str, digit.tolist())) for digit in digits]
