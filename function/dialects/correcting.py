"""A correction as the page sends it: a drawing, the right digit or none, what was read, and consent."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from function.dialects import schema
from function.dialects.call import ABSENT, Call
from function.dialects.schema import Schema
from function.errors import Malformed, NoConsent
from function.picture.picture import Picture

DIGITS = frozenset("0123456789")
NONE = "none"  # the label of what is no digit
LABELS = DIGITS | {NONE}
LONGEST_TIME = 40  # characters: ISO 8601 to the microsecond has 32


@dataclass(frozen=True, eq=False)
class Sent:
    """What is to be kept.

    label  "0" … "9", or NONE
    told   "0" … "9": the digit that the answer's `prediction` named; None where the sender doesn't say
    made   UTC, when it was corrected: it may have waited for the function; None where the sender doesn't say
    """

    picture: Picture
    label: str
    told: str | None
    made: datetime | None = None


def read_correction(call: Call) -> Sent:
    """Raises NoConsent, and Malformed for anything but
    {"image": picture, "label": digit or "none", "prediction"?: digit, "time"?: ISO 8601, "consent": true}."""
    found = call.json
    if not isinstance(found, dict):
        raise Malformed("expected a JSON object with the keys image, label and consent")
    if found.get("consent") is not True:
        raise NoConsent('expected "consent": true from whoever drew this, since it is kept and learned from')
    if not {"image", "label"} <= found.keys():
        raise Malformed("expected a JSON object with the keys image, label and consent")
    told = found.get("prediction", ABSENT)
    if not (told is ABSENT or _is_among(DIGITS, told)):
        raise Malformed(f"expected prediction to be a digit from 0 to 9, got {str(told)[:20]!r}")
    if not _is_among(LABELS, found["label"]):
        raise Malformed(f"a correction is one digit 0 to 9 or none, got {str(found['label'])[:20]!r}")
    made = None if "time" not in found else _time(found["time"])
    return Sent(Picture(found["image"]), str(found["label"]), None if told is ABSENT else str(told), made)


def _time(value: Any) -> datetime:
    """UTC. Raises Malformed for what is no time, or one without its zone."""
    refusal = Malformed(f"expected time to be ISO 8601 with its zone, got {str(value)[:LONGEST_TIME]!r}")
    if not isinstance(value, str) or len(value) > LONGEST_TIME:
        raise refusal
    try:
        time = datetime.fromisoformat(value)
        made = time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise refusal from error
    if time.tzinfo is None:
        raise refusal
    return made


def _is_among(words: frozenset[str], value: Any) -> bool:
    return type(value) in (int, str) and str(value) in words


def openapi() -> dict[str, Schema]:
    digit = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 9}, schema.DIGIT]}
    label = {
        "anyOf": [*digit["anyOf"], {"const": NONE}],
        "description": "What is drawn: one digit, or none. Numbers are not kept",
    }
    consent = {"const": True, "description": "Whoever drew this agrees that it is kept and learned from"}
    time = {"type": "string", "format": "date-time", "description": "When it was corrected, if it waited since"}
    body = schema.record(
        {"image": schema.reference("Picture"), "label": label, "prediction": digit, "time": time, "consent": consent},
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
