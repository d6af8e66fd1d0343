"""What each kind of client sends → pictures; what the network said → the words that client reads.

One row of DIALECTS per client; the first that matches is spoken. Adding one is adding a row and its test cases.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from function.call import ABSENT, Call
from function.errors import Malformed, NoSuchRoute, TooLarge
from function.pictures import Picture, kind
from function.reading import Reading

MAX_PICTURES = 256  # per request: a batch that one forward pass takes in a fraction of a second
PRECISION = 6  # decimals of a probability: float32 holds no more below 1
KEYS = ("image", "images", "tensor", "instances")  # one of these is in every JSON object we read
MODEL_NAME = r"[A-Za-z0-9_.-]+"
CURL_PATH = re.compile("/curl-api/?")
REST_PATH = re.compile("/api/digits/?")
PREDICT_PATH = re.compile(rf"/v1/models/{MODEL_NAME}(/versions/\d+)?:predict")
PATHS = (CURL_PATH, REST_PATH, PREDICT_PATH)  # where only pictures are posted


@dataclass(frozen=True)
class Result:
    """What came of a request.

    readings   one for each picture
    model      version, architecture, runtime and source of the network
    timing_ms  where the time went
    seen       n data URLs of what the network was given, or none when nobody asked
    several    whether pictures were sent as a list, which is answered with a list
    """

    readings: Sequence[Reading]
    model: Mapping[str, str]
    timing_ms: Mapping[str, float]
    seen: Sequence[str]
    several: bool


@dataclass(frozen=True)
class Dialect:
    """matches and read look at a Call; write turns a Result into the JSON value of the answer."""

    name: str
    matches: Callable[[Call], bool]
    read: Callable[[Call], list[Picture]]
    write: Callable[[Result], Any]
    status: int = 200


def choose(call: Call) -> Dialect:
    """The dialect that `call` is in. Raises Malformed when it is in none."""
    if isinstance(call.json, dict) and sum(key in call.json for key in KEYS) != 1:
        got = ", ".join(sorted(map(str, call.json)))[:100] or "none"
        raise Malformed(f"expected exactly one of the keys {', '.join(KEYS)}, got {got}")
    return next(dialect for dialect in DIALECTS if dialect.matches(call))


def read_pictures(dialect: Dialect, call: Call) -> list[Picture]:
    """The pictures in `call`, still to be decoded. Raises Malformed, or TooLarge for too many."""
    found = dialect.read(call)
    if len(found) > MAX_PICTURES:
        raise TooLarge(f"expected at most {MAX_PICTURES} pictures, got {len(found)}")
    if not found:
        raise Malformed("expected at least one picture, got none")
    return found


def numbers(probabilities: Any) -> list[float]:
    """(10,) float32 → ten JSON numbers."""
    return [round(value, PRECISION) for value in probabilities.tolist()]


def _read_native(call: Call) -> list[Picture]:
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


def _write_native(result: Result) -> dict[str, Any]:
    answers: list[dict[str, Any]] = []
    for reading in result.readings:
        rounded, best = numbers(reading.probabilities), reading.best
        answers.append({"prediction": str(best), "confidence": rounded[best], "probabilities": rounded})
    for answer, seen in zip(answers, result.seen, strict=False):  # no one asked, nothing seen
        answer["seen"] = seen
    first = {"predictions": answers} if result.several else answers[0]
    return {**first, "model": result.model, "timing_ms": result.timing_ms}


def _read_tensor(call: Call) -> list[Picture]:
    return [Picture(call.json["tensor"], is_ink=True)]


def _read_instances(call: Call) -> list[Picture]:
    """Images or one bare image: told apart by depth alone, so that an image of only 0 and 1 stays one image."""
    instances = _json_key(call, "instances")
    if not isinstance(instances, list) or not instances:
        raise Malformed(f"expected instances to be a list that isn't empty, got {kind(instances)}")
    first = instances[0]
    is_flat = not isinstance(first, (list, dict, str)) or (isinstance(first, str) and len(instances) == 784)
    is_rows = isinstance(first, list) and not isinstance(_first(first), list) and len(first) != 784
    is_columns = isinstance(_first(first), list) and len(first[0]) == 1 and not isinstance(_first(first[0]), list)
    if is_flat or is_rows or is_columns:  # 784 numbers, H×W or H×W×1
        return [Picture(instances)]
    return [Picture(_unwrap(item)) for item in instances[: MAX_PICTURES + 1]]


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _unwrap(item: Any) -> Any:
    """A picture, `{"b64": …}`, or either under the name of a model's one input."""
    while isinstance(item, dict) and len(item) == 1:
        (item,) = item.values()
    return item


def _write_instances(result: Result) -> dict[str, Any]:
    return {"predictions": [numbers(reading.probabilities) for reading in result.readings]}


def _read_curl(call: Call) -> list[Picture]:
    found = [Picture(data) for name, data in call.files if name == "myfile"]
    if len(found) != 1:
        raise Malformed(f"expected one file in the multipart field myfile, got {len(found)}")
    return [*found]


def _read_rest(call: Call) -> list[Picture]:
    if isinstance(call.json, dict) and "image" in call.json:
        return [Picture(call.json["image"])]
    found: list[Picture] = [Picture(text) for name, text in call.fields if name == "image"]
    found += [Picture(data) for name, data in call.files if name == "image"]
    if len(found) != 1:
        raise Malformed(f"expected one picture in the form field image, got {len(found)}")
    return found


def _write_rest(result: Result) -> dict[str, Any]:
    row = result.readings[0].probabilities
    first, second = (int(digit) for digit in np.argsort(-row, kind="stable")[:2])
    return repeat_result(f"{first}{second}{round(row[first] * SCORE):05d}{round(row[second] * SCORE):05d}")


def repeat_result(identifier: str) -> dict[str, Any]:
    """The REST form's answer, which its id holds whole: nothing is stored. Raises NoSuchRoute for no such id."""
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


SCORE = 10_000  # the REST form's scores have four decimals, so that two of them fit into a number exact in JavaScript


def _json_key(call: Call, key: str) -> Any:
    if not isinstance(call.json, dict) or key not in call.json:
        raise Malformed(f"expected a JSON object with the key {key}, got none")
    return call.json[key]


def _holds(key: str) -> Callable[[Call], bool]:
    return lambda call: isinstance(call.json, dict) and key in call.json


DIALECTS = (
    Dialect(
        "curl-api",
        lambda call: bool(CURL_PATH.fullmatch(call.path)),
        _read_curl,
        lambda result: {"prediction": result.readings[0].best},
    ),
    Dialect("rest-form", lambda call: bool(REST_PATH.fullmatch(call.path)), _read_rest, _write_rest, status=201),
    Dialect(
        "instances",
        lambda call: _holds("instances")(call) or bool(PREDICT_PATH.fullmatch(call.path)),
        _read_instances,
        _write_instances,
    ),
    Dialect(
        "tensor",
        _holds("tensor"),
        _read_tensor,
        lambda result: {"prediction": numbers(result.readings[0].probabilities)},
    ),
    Dialect("native", lambda call: True, _read_native, _write_native),
)
