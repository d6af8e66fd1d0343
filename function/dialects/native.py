"""Our own page, curl and scripts: a picture in any form, or a list of them."""

from typing import Any

from function.dialects import schema
from function.dialects.call import ABSENT, Call
from function.dialects.dialect import MAX_PICTURES, Dialect, Result, numbers
from function.dialects.schema import Schema
from function.digit.png import data_url, encode_png
from function.errors import Malformed
from function.picture.picture import Picture, kind


def _read(call: Call) -> list[Picture]:
    if call.json is not ABSENT:
        if not isinstance(call.json, dict):
            return [Picture(call.json)]
        if "image" in call.json:
            return [Picture(call.json["image"])]
        if not isinstance(call.json["images"], list):
            raise Malformed(f"expected images to be a list of pictures, got {kind(call.json['images'])}")
        return [Picture(item) for item in call.json["images"][: MAX_PICTURES + 1]]
    if call.text:
        return [Picture(call.text)]
    fields = [Picture(text) for name, text in call.fields if name == "image"]
    files = [Picture(data) for _, data in call.files]
    if not fields + files:
        got = ", ".join(sorted({name for name, _ in call.fields}))[:100] or "none"
        raise Malformed(f"expected a form field named image or a file, got the fields {got}")
    return [*fields, *files]


def _write(result: Result) -> dict[str, Any]:
    answers: list[dict[str, Any]] = []
    for reading in result.readings:
        rounded, best = numbers(reading.probabilities), reading.nearest
        answers.append({"prediction": str(best), "confidence": rounded[best], "probabilities": rounded})
    for answer, seen in zip(answers, result.seen, strict=False):  # no one asked, nothing seen
        answer["seen"] = seen
    first = {"predictions": answers} if _are_several(result.call) else answers[0]
    return {**first, "model": result.model, "timing_ms": result.timing_ms}


def _are_several(call: Call) -> bool:
    """Whether the client sent a list of pictures, and so expects a list of answers."""
    in_form = sum(name == "image" for name, _ in call.fields) + len(call.files)
    return (isinstance(call.json, dict) and "images" in call.json) or in_form > 1


def _answers() -> tuple[Schema, ...]:
    names = ("version", "architecture", "runtime", "source")
    brief = schema.record(dict.fromkeys(names, schema.TEXT))
    answer: Schema = {
        "prediction": schema.DIGIT,
        "confidence": schema.PROBABILITY,
        "probabilities": schema.PROBABILITIES,
        "seen": schema.TEXT,
    }
    required = ["prediction", "confidence", "probabilities"]
    timing = {"type": "object", "additionalProperties": {"type": "number"}}
    one = schema.record({**answer, "model": brief, "timing_ms": timing}, [*required, "model", "timing_ms"])
    several = {"type": "array", "items": schema.record(answer, required)}
    return one, schema.record({"predictions": several, "model": brief})


_PICTURES = {"type": "array", "items": schema.reference("Picture"), "description": f"1 to {MAX_PICTURES}; more get 413"}

NATIVE = Dialect(
    "native",
    _read,
    _write,
    keys=("image", "images"),
    request=(
        'JSON {"image": picture}',
        'JSON {"images": [picture, …]}',
        "a form with the field image",
        "multipart file(s) under any name",
        "a raw image/* body",
        "text/plain",
    ),
    body=(
        schema.record({"image": schema.reference("Picture")}),
        schema.record({"images": _PICTURES}),
        schema.reference("Picture"),
    ),
    answer=_answers(),
    example=lambda digit: {"image": data_url(encode_png(digit))},
)
