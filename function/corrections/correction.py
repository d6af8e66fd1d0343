"""A correction: a drawing with the label that its author gave it, as the one small JSON object that is kept of it.

Nothing in it tells who drew: no address, no browser, and a time to the second.
"""

import base64
import hashlib
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import numpy as np

from function.arrays import Ink, Levels, from_levels, to_levels
from function.dialects.correcting import DIGITS, LABELS
from function.digit.normalize import FRAME
from function.digit.png import encode_png
from function.errors import Malformed
from function.picture.encoded import pillow
from function.reading.values import Kind

FORMAT = "digits-correction/1"
ROOT = "feedback/v1"  # what the names of all corrections begin with; a format that readers can't read gets another
INK_SIDE = 256  # pixels along the longer side: twelve for each of the 20 that the network sees
MOST_BYTES = 100_000  # an object's; pure noise of INK_SIDE × INK_SIDE is 88,000 in base64, a drawing 3,000
MOST_VERSION = 100  # characters: generations have 16
_HASH_LENGTH = 32  # hexadecimal digits of SHA-256: 128 bits, which nobody collides on purpose


@dataclass(frozen=True)
class Read:
    """What a network said of the drawing: of all as one digit the digit and its probability in 0..1, by the weights of
    that version; and what is written. `kind` is None in corrections older than kinds."""

    digit: str
    confidence: float
    version: str
    kind: Kind | None = None


@dataclass(frozen=True, eq=False)
class Correction:
    """A labeled drawing.

    label  "0" … "9", or NONE
    digit  (28, 28) uint8, 255 = ink: what a network is given of it
    ink    (H, W) uint8, 255 = ink, at most INK_SIDE on the longer side: for people to look at
    time   UTC, when it was made
    read   what the function's network said of it then; None while none was loaded
    told   the digit that the sender was told; None when nothing was said
    """

    label: str
    digit: Levels
    ink: Levels
    time: datetime
    read: Read | None = None
    told: str | None = None

    @property
    def hash(self) -> str:
        """Of the digit's pixels alone: the same drawing has it on any day and from any client."""
        return hashlib.sha256(self.digit.tobytes()).hexdigest()[:_HASH_LENGTH]

    @property
    def id(self) -> str:
        """label-hash: one of each is ever counted."""
        return f"{self.label}-{self.hash}"

    @property
    def name(self) -> str:
        """The object's name: a label or a day can be listed, or thrown away, by it."""
        return f"{ROOT}/{self.label}/{self.time.astimezone(UTC):%Y-%m-%d}/{self.hash}.json"

    def to_json(self) -> bytes:
        """At most MOST_BYTES."""
        kept = {
            "format": FORMAT,
            "id": self.id,
            "label": self.label,
            "time": self.time.astimezone(UTC).isoformat(timespec="seconds"),
            "read": self.read and vars(self.read),
            "told": self.told,
            "digit": _encode(self.digit),
            "ink": _encode(self.ink),
        }
        return json.dumps(kept).encode()


def crop(ink: Ink) -> Levels:
    """What is drawn of `ink` without the paper around it, averaged down to INK_SIDE where it is larger."""
    from PIL import Image  # only corrections pay its import

    rows, columns = np.flatnonzero((ink > 0).any(axis=1)), np.flatnonzero((ink > 0).any(axis=0))
    image = Image.fromarray(to_levels(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]))
    image.thumbnail((INK_SIDE, INK_SIDE), Image.Resampling.BOX)  # leaves smaller ones as they are
    return np.asarray(image)


def from_json(data: bytes) -> Correction:
    """What `to_json` wrote. Raises Malformed for anything else: whoever reads a bucket can't know who wrote there."""
    try:
        kept = json.loads(data)
        if len(data) > MOST_BYTES or kept["format"] != FORMAT:
            raise ValueError(f"{len(data)} bytes of format {kept['format']!r}")
        correction = Correction(
            label=_word(kept["label"], LABELS),
            digit=_decode(kept["digit"]),
            ink=_decode(kept["ink"]),
            time=datetime.fromisoformat(kept["time"]).astimezone(UTC),
            read=kept["read"] and _read(kept["read"]),
            told=kept["told"] and _word(kept["told"], DIGITS),
        )
        if correction.digit.shape != (FRAME, FRAME) or correction.id != kept["id"]:
            raise ValueError(f"its pictures aren't those of {kept['id']!r}")
    except Exception as error:  # JSON, base64, Pillow and dates fail in a dozen ways
        raise Malformed(f"expected a correction of format {FORMAT}, got {type(error).__name__}: {error}") from error
    return correction


def _read(kept: Any) -> Read:
    kind = kept.get("kind")
    if kind is not None and kind not in get_args(Kind):
        raise ValueError(f"{kind!r} is no kind of what is written")
    digit = _word(kept["digit"], DIGITS)
    read = Read(digit, float(kept["confidence"]), str(kept["version"])[:MOST_VERSION], kind)
    if not 0 <= read.confidence <= 1:  # nan included
        raise ValueError(f"{read.confidence} is no probability")
    return read


def _word(value: Any, words: frozenset[str]) -> str:
    if not (isinstance(value, str) and value in words):
        raise ValueError(f"{value!r} is none of {', '.join(sorted(words))}")
    return value


def _encode(levels: Levels) -> str:
    return base64.b64encode(encode_png(from_levels(levels))).decode()


def _decode(text: str) -> Levels:
    with pillow().open(io.BytesIO(base64.b64decode(text, validate=True)), formats=("PNG",)) as image:
        if image.mode != "L" or not 0 < max(image.size) <= INK_SIDE:  # before a few bytes become many pixels
            raise ValueError(f"a picture of mode {image.mode} and size {image.size}")
        return np.asarray(image)
