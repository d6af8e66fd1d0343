"""Clients of TensorFlow Serving, KServe v1 and Vertex AI: instances to predictions, columns of inputs to outputs, and
the pages on a model."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from function.dialects import schema
from function.dialects.call import Call
from function.dialects.dialect import MAX_PICTURES, Dialect, Page, Result, key_of, numbers
from function.dialects.finding import find_picture
from function.digit.png import encode_png
from function.errors import Malformed
from function.picture.picture import Picture, kind

_NAME = r"[A-Za-z0-9_.-]+"


def _read(call: Call) -> list[Picture]:
    """Instances, or columns: of a model's inputs by name, which may have one."""
    if not _is_columnar(call):
        return images_in(key_of(call, "instances"), "instances")
    inputs = call.json["inputs"]
    return images_in(_unwrap(inputs) if isinstance(inputs, dict) else inputs, "inputs")


def _is_columnar(call: Call) -> bool:
    return isinstance(call.json, dict) and "inputs" in call.json and "instances" not in call.json


def images_in(value: Any, key: str) -> list[Picture]:
    """Images or one bare image: told apart by depth alone, so that an image of only 0 and 1 stays one image.

    Raises Malformed; `key` is where the value stood.
    """
    if not isinstance(value, list) or not value:
        raise Malformed(f"expected {key} to be a list that isn't empty, got {kind(value)}")
    first = value[0]
    is_flat = not isinstance(first, (list, dict, str)) or (isinstance(first, str) and len(value) == 784)
    is_rows = isinstance(first, list) and not isinstance(_first(first), list) and len(first) != 784
    is_columns = isinstance(_first(first), list) and len(first[0]) == 1 and not isinstance(_first(first[0]), list)
    if is_flat or is_rows or is_columns:  # n² numbers, H×W or H×W×1
        return [Picture(value)]
    return [Picture(_unwrap(item)) for item in value[: MAX_PICTURES + 1]]


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _unwrap(item: Any) -> Any:
    """A picture, `{"b64": …}`, or either under the name of a model's one input, or of the one that holds a picture."""
    while isinstance(item, dict) and len(item) == 1:
        (item,) = item.values()
    return find_picture(item.items()).sent if isinstance(item, dict) and item else item


def _write(result: Result) -> dict[str, Any]:
    return {"outputs" if _is_columnar(result.call) else "predictions": rows(result)}


def rows(result: Result) -> list[list[float]]:
    """Ten numbers for each picture."""
    return [numbers(reading.probabilities) for reading in result.readings]


def _status(names: Mapping[str, str | None], version: str) -> dict[str, Any]:
    """As TensorFlow Serving answers, with KServe's two keys beside it."""
    state = {"version": version, "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    return {"model_version_status": [state], "name": names["name"], "ready": True}


def _metadata(names: Mapping[str, str | None], version: str) -> dict[str, Any]:
    signature = {
        "inputs": {"digits": _tensor("digits", -1, 28, 28)},
        "outputs": {"probabilities": _tensor("probabilities", -1, 10)},
        "method_name": "tensorflow/serving/predict",
    }
    return {
        "model_spec": {"name": names["name"], "signature_name": "", "version": version},
        "metadata": {"signature_def": {"signature_def": {"serving_default": signature}}},
    }


def _tensor(name: str, *shape: int) -> dict[str, Any]:
    sides = [{"size": str(side), "name": ""} for side in shape]
    return {"dtype": "DT_FLOAT", "tensor_shape": {"dim": sides, "unknown_rank": False}, "name": f"{name}:0"}


def rows_schema(name: str) -> schema.Schema:
    return schema.record({name: {"type": "array", "items": schema.PROBABILITIES}})


_ROWS = rows_schema("predictions")
_BODY = schema.record({"instances": {"type": "array", "minItems": 1}})
_ANY_BODY = {"anyOf": [_BODY, schema.record({"inputs": {}})]}
_ANY_ROWS = {"anyOf": [_ROWS, rows_schema("outputs")]}
_NAMED = {"parameters": [schema.in_path("name")]}

SERVING = Dialect(
    "instances",
    _read,
    _write,
    keys=("instances",),
    path=re.compile(rf"/v1/models/{_NAME}(/versions/\d+)?:predict"),
    pages=(
        Page(re.compile(rf"/v1/models/(?P<name>{_NAME})"), _status, loads=True),
        Page(re.compile(rf"/v1/models/(?P<name>{_NAME})/metadata"), _metadata, loads=True),
    ),
    problems=re.compile("/v1/models(/.*)?"),
    request=(
        'JSON {"instances": [picture, …]}, also at /v1/models/<name>:predict',
        'JSON {"inputs": [picture, …]} to /v1/models/<name>:predict, for "outputs"',
    ),
    openapi={
        "/v1/models/{name}": {
            **_NAMED,
            "get": schema.get(
                "servedStatus", "TensorFlow Serving's and KServe's status", schema.having("name"), loads=True
            ),
        },
        "/v1/models/{name}/metadata": {
            **_NAMED,
            "get": schema.get(
                "servedMetadata", "TensorFlow Serving's metadata", schema.having("model_spec"), loads=True
            ),
        },
        "/v1/models/{name}:predict": {
            **_NAMED,
            "post": schema.post(
                "predict", "TensorFlow Serving, KServe v1 and Vertex AI", schema.json(_ANY_BODY), _ANY_ROWS
            ),
        },
    },
    body=(_BODY,),
    answer=(_ROWS,),
    example=lambda digit: {"instances": [{"b64": base64.b64encode(encode_png(digit)).decode()}]},
)
