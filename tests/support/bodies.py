"""A seven in every form that goes into a body, and the bodies around it."""

import base64
import json
from typing import Any

import numpy as np

from tests.support.drawings import encode, seven

PIXELS = np.rint(seven(28, 0.75, 0.1, 0.125, 0.125) * 255).astype(np.uint8)
PNG = encode(PIXELS)
TEXT = base64.b64encode(PNG).decode()
CSV = ",".join(map(str, PIXELS.ravel()))


def multipart(*parts: tuple[str, str | None, bytes]) -> tuple[bytes, dict[str, str]]:
    """A body of (field name, file name or None, content) and the header that belongs to it."""
    body = b""
    for name, file, content in parts:
        shown = f'; filename="{file}"' if file else ""
        body += f'--edge\r\nContent-Disposition: form-data; name="{name}"{shown}\r\n\r\n'.encode() + content + b"\r\n"
    return body + b"--edge--\r\n", {"Content-Type": "multipart/form-data; boundary=edge"}


def as_json(value: Any, content_type: str = "application/json") -> tuple[bytes, dict[str, str]]:
    return json.dumps(value).encode(), {"Content-Type": content_type}
