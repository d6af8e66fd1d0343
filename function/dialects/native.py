"""Our own page, curl and scripts: a picture in any form, or a list of them."""

from typing import Any, get_args

from function.dialects import schema
from function.dialects.call import ABSENT, Call
from function.dialects.dialect import MAX_PICTURES, PRECISION, Dialect, Result, numbers
from function.dialects.finding import find_picture
from function.dialects.schema import Schema
from function.digit.path import MAX_DIGITS
from function.digit.png import data_url, encode_png
from function.errors import Malformed
from function.picture.picture import Picture, kind
from function.reading.values import Kind, Reading

PLACES = 4  # decimals of a box's sides: a tenth of a pixel on the largest picture that isn't averaged down


def read_pictures(call: Call) -> list[Picture]:
    """The pictures in whatever was sent, under whatever name. Raises Malformed."""
    if call.json is not ABSENT:
        if not isinstance(call.json, dict):
            return [Picture(call.json)]
        if "image" in call.json:
            return [Picture(call.json["image"])]
        if "images" not in call.json:
            return [find_picture(call.json.items())]
        if not isinstance(call.json["images"], list):
            raise Malformed(f"expected images to be a list of pictures, got {kind(call.json['images'])}")
        return [Picture(item) for item in call.json["images"][: MAX_PICTURES + 1]]
    if call.text:
        return [Picture(call.text)]
    fields = [Picture(text) for name, text in call.fields if name == "image"]
    files = [Picture(data) for _, data in call.files]
    return [*fields, *files] or [find_picture(call.fields)]


def write_answer(result: Result) -> dict[str, Any]:
    answers: list[dict[str, Any]] = []
    for reading in result.readings:
        rounded, best = numbers(reading.probabilities), reading.nearest
        told = {"prediction": str(best), "digit": best, "label": str(best)}
        told |= {"confidence": rounded[best], "probabilities": rounded}
        answers.append({**told, "reading": _reading(reading, shown=bool(result.seen))})
    for answer, seen in zip(answers, result.seen, strict=False):  # no one asked, nothing seen
        answer["seen"] = seen
    first = {"predictions": answers} if _are_several(result.call) else answers[0]
    return {**first, "model": result.model, "timing_ms": result.timing_ms}


def _reading(reading: Reading, *, shown: bool) -> dict[str, Any]:
    """What is written; `shown` adds what the network was given of each part."""
    return {
        "kind": reading.kind,
        "text": reading.text,
        "confidence": round(reading.confidence, PRECISION),
        "parts": [
            {
                "digit": str(part.value),
                "confidence": round(part.confidence, PRECISION),
                "box": [round(side, PLACES) for side in part.area],
                **({"seen": data_url(encode_png(part.digit))} if shown else {}),
            }
            for part in reading.parts
        ],
    }


def _are_several(call: Call) -> bool:
    """Whether the client sent a list of pictures, and so expects a list of answers."""
    in_form = sum(name == "image" for name, _ in call.fields) + len(call.files)
    return (isinstance(call.json, dict) and "images" in call.json) or in_form > 1


def _answers() -> tuple[Schema, ...]:
    brief = schema.record(schema.MODEL)
    required = ["prediction", "digit", "label", "confidence", "probabilities", "reading"]
    part = {
        "digit": schema.DIGIT,
        "confidence": schema.PROBABILITY,
        "box": {
            "description": "Left, top, width and height, in parts of the upright picture",
            "type": "array",
            "items": schema.PROBABILITY,
            "minItems": 4,
            "maxItems": 4,
        },
        "seen": schema.TEXT,
    }
    reading = {
        "kind": {"enum": [*get_args(Kind)], "description": "What is written; unknown is no digit and no number"},
        "text": {"type": "string", "pattern": f"^[0-9]{{0,{MAX_DIGITS}}}$"},
        "confidence": {**schema.PROBABILITY, "description": "That kind and text are right"},
        "parts": {"type": "array", "items": schema.record(part, ["digit", "confidence", "box"])},
    }
    answer: Schema = {
        "prediction": schema.DIGIT,
        "digit": {"type": "integer", "minimum": 0, "maximum": 9, "description": "As prediction, for other clients"},
        "label": schema.DIGIT,
        "confidence": schema.PROBABILITY,
        "probabilities": schema.PROBABILITIES,
        "reading": {"description": "What is written; the others are of all as one digit", **schema.record(reading)},
        "seen": schema.TEXT,
    }
    timing = {"type": "object", "additionalProperties": {"type": "number"}}
    one = schema.record({**answer, "model": brief, "timing_ms": timing}, [*required, "model", "timing_ms"])
    several = {"type": "array", "items": schema.record(answer, required)}
    return one, schema.record({"predictions": several, "model": brief})


_PICTURES = {"type": "array", "items": schema.reference("Picture"), "description": f"1 to {MAX_PICTURES}; more get 413"}

_ONE: Schema = {"type": "object", "minProperties": 1, "maxProperties": 1, "description": "Under any key"}

NATIVE = Dialect(
    "native",
    read_pictures,
    write_answer,
    keys=("image", "images"),
    numbers=True,
    request=(
        'JSON {"image": picture}',
        'JSON {"images": [picture, …]}',
        "JSON, or a form, with one picture under any other key",
        "a form with the field image",
        "multipart file(s) under any name",
        "a raw image/* body",
        "text/plain",
    ),
    body=(
        schema.record({"image": schema.reference("Picture")}),
        schema.record({"images": _PICTURES}),
        {"additionalProperties": schema.reference("Picture"), **_ONE},
        schema.reference("Picture"),
    ),
    answer=_answers(),
    example=lambda digit: {"image": data_url(encode_png(digit))},
)
