"""A REST form: posts a drawing, gets the two likeliest digits with an id, and may ask for them again by it."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from function.dialects import schema
from function.dialects.call import Call
from function.dialects.dialect import Dialect, Page, Result
from function.errors import Malformed, NoSuchRoute
from function.picture.picture import Picture

SCORE = 10_000  # scores have four decimals, so that two of them fit into a number that is exact in JavaScript


def _read(call: Call) -> list[Picture]:
    if isinstance(call.json, dict) and "image" in call.json:
        return [Picture(call.json["image"])]
    found = [Picture(text) for name, text in call.fields if name == "image"]
    found += [Picture(data) for name, data in call.files if name == "image"]
    if len(found) != 1:
        raise Malformed(f"expected one picture in the form field image, got {len(found)}")
    return found


def _write(result: Result) -> dict[str, Any]:
    row = result.readings[0].probabilities
    first, second = (int(digit) for digit in np.argsort(-row, kind="stable")[:2])
    return _repeat(f"{first}{second}{round(row[first] * SCORE):05d}{round(row[second] * SCORE):05d}")


def _repeat(identifier: str) -> dict[str, Any]:
    """The answer, which its id holds whole: nothing is stored. Raises NoSuchRoute for no such id."""
    if not re.fullmatch(r"\d{11,12}", identifier, re.ASCII):
        raise NoSuchRoute("expected the id of an earlier answer, got something else")
    text = identifier.zfill(12)  # as a number, an id loses the zero of a reading of 0
    first, second, score1, score2 = int(text[0]), int(text[1]), int(text[2:7]), int(text[7:])
    if first == second or not score2 <= score1 or score1 + score2 > SCORE + 1:  # each is rounded by itself
        raise NoSuchRoute("expected the id of an earlier answer, got one that none has")
    return {
        "id": int(text),
        "result1": first,
        "score1": score1 / SCORE,
        "result2": second,
        "score2": score2 / SCORE,
    }


def _again(names: Mapping[str, str | None], version: str) -> dict[str, Any]:
    return _repeat(str(names["id"]))


_RESULT = schema.having("id", "result1", "score1", "result2", "score2")

REST = Dialect(
    "rest-form",
    _read,
    _write,
    path=re.compile("/api/digits/?"),
    status=201,
    pages=(Page(re.compile(r"/api/digits/(?P<id>[^/]+)/?"), _again),),
    request=("multipart image = data URL to /api/digits/",),
    openapi={
        "/api/digits/": {
            "post": schema.post("create", "A REST form", schema.form("image", schema.TEXT), _RESULT, status="201")
        },
        "/api/digits/{id}": {
            "parameters": [schema.in_path("id")],
            "get": schema.get("repeat", "An earlier REST answer, which its id holds", _RESULT, missing=True),
        },
    },
)
