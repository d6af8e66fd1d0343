"""A corrected drawing → the store: what the network saw, and what its author says it is. Nothing else is kept."""

import hashlib
from dataclasses import dataclass
from typing import Any

from function.call import Call
from function.errors import Malformed
from function.normalize import normalize
from function.pictures import from_json
from function.seen import encode_png
from function.store import Store

DIGITS = frozenset("0123456789")


@dataclass(frozen=True)
class Feedback:
    """Corrections kept in `folder`, one PNG each; the same drawing with the same label is kept once."""

    folder: Store

    def store(self, call: Call) -> str:
        """Keeps the correction in `call` and returns its name: label-prediction-fingerprint.png, x for none.

        Raises CallerError for anything but {"image": picture, "label": digit, "prediction"?: digit},
        StoreUnreachable when it can't be kept now.
        """
        if not isinstance(call.json, dict) or not {"image", "label"} <= call.json.keys():
            raise Malformed("expected a JSON object with the keys image and label")
        label = _digit("label", call.json["label"])
        prediction = _digit("prediction", call.json["prediction"]) if "prediction" in call.json else "x"
        png = encode_png(normalize(from_json(call.json["image"])))
        name = f"{label}-{prediction}-{hashlib.sha256(png).hexdigest()[:32]}.png"
        self.folder.put(name, png, "image/png")
        return name


def _digit(name: str, value: Any) -> str:
    if type(value) not in (int, str) or str(value) not in DIGITS:
        raise Malformed(f"expected {name} to be a digit from 0 to 9, got {str(value)[:20]!r}")
    return str(value)
