"""A correction as the page sends it: a drawing, the right digit, what was read, and consent."""

from dataclasses import dataclass
from typing import Any

from function.dialects import schema
from function.dialects.call import Call
from function.dialects.schema import Schema
from function.errors import Malformed, NoConsent
from function.picture.picture import Picture

DIGITS = frozenset("0123456789")


@dataclass(frozen=True, eq=False)
class Sent:
    """label and told are "0" … "9"; told is None where the sender doesn't say what was read."""

    picture: Picture
    label: str
    told: str | None


def read_correction(call: Call) -> Sent:
    """Raises NoConsent, and Malformed for anything but
    {"image": picture, "label": digit, "prediction"?: digit, "consent": true}."""
    found = call.json
    if not isinstance(found, dict):
        raise Malformed("expected a JSON object with the keys image, label and consent")
    if found.get("consent") is not True:
        raise NoConsent('expected "consent": true from whoever drew this, since it is kept and learned from')
    if not {"image", "label"} <= found.keys():
        raise Malformed("expected a JSON object with the keys image, label and consent")
    told = _digit("prediction", found["prediction"]) if "prediction" in found else None
    return Sent(Picture(found["image"]), _digit("label", found["label"]), told)


def _digit(name: str, value: Any) -> str:
    if type(value) not in (int, str) or str(value) not in DIGITS:
        raise Malformed(f"expected {name} to be a digit from 0 to 9, got {str(value)[:20]!r}")
    return str(value)


def openapi() -> dict[str, Schema]:
    digit = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 9}, schema.DIGIT]}
    consent = {"const": True, "description": "Whoever drew this agrees that it is kept and learned from"}
    body = schema.record(
        {"image": schema.reference("Picture"), "label": digit, "prediction": digit, "consent": consent},
        ["image", "label", "consent"],
    )
    operation = schema.post(
        "correct", "Keeps a corrected drawing", schema.json(body), schema.having("id"), status="201"
    )
    operation["responses"] |= {
        "404": schema.problem("This function takes no corrections"),
        "422": schema.problem("A picture without ink, or no consent"),
        "503": schema.problem("The correction can't be kept now; see Retry-After"),
    }
    return {"/feedback": {"post": operation}}
