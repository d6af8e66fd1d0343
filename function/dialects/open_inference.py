"""Clients of the Open Inference Protocol, which KServe v2, Triton and MLServer speak: tensors to tensors.

Source: https://github.com/kserve/open-inference-protocol, and Triton's extension for binary tensors.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from function.dialects import schema
from function.dialects.call import Call
from function.dialects.dialect import Dialect, Page, Result, key_of, numbers
from function.dialects.open_tensor import BYTES, pictures_of
from function.errors import Malformed
from function.picture.picture import Picture, kind
from function.reading.values import Reading

_NAME = r"[A-Za-z0-9_.-]+"
_MODEL = rf"/v2/models/(?P<name>{_NAME})(/versions/{_NAME})?"
SERVICE = {"name": "handwritten-digits", "version": "1", "extensions": ["binary_tensor_data"]}
INPUT = {"name": "digits", "datatype": "FP32", "shape": [-1, 28, 28]}
OUTPUTS: Mapping[str, tuple[str, list[int], Callable[[Reading], Any]]] = {  # datatype, shape of each, value
    "probabilities": ("FP32", [10], lambda reading: numbers(reading.probabilities)),
    "prediction": (BYTES, [], lambda reading: [str(reading.nearest)]),
    "kind": (BYTES, [], lambda reading: [reading.kind]),
    "text": (BYTES, [], lambda reading: [reading.text]),
}
USUAL = ("probabilities", "prediction")  # outputs that come unasked


def _read(call: Call) -> list[Picture]:
    inputs = key_of(call, "inputs")
    if not isinstance(inputs, list) or len(inputs) != 1:
        got = f"{len(inputs)}" if isinstance(inputs, list) else kind(inputs)
        raise Malformed(f"expected inputs to be a list of one tensor, got {got}")
    if not isinstance(call.json.get("id", ""), str):
        raise Malformed(f"expected id to be text, got {kind(call.json['id'])}")
    _wanted(call)
    return pictures_of(inputs[0], call.tail)


def _wanted(call: Call) -> list[str]:
    """The outputs that are asked for, by name. Raises Malformed."""
    outputs = call.json.get("outputs") or [{"name": name} for name in USUAL]
    listed = outputs if isinstance(outputs, list) else []
    names = [str(one.get("name")) for one in listed if isinstance(one, dict)]
    if not OUTPUTS.keys() >= set(names) or not 1 <= len(names) == len(listed) <= len(OUTPUTS):
        raise Malformed(f"expected outputs to be a list of objects with a name among {', '.join(OUTPUTS)}")
    return names


def _write(result: Result) -> dict[str, Any]:
    identifier = result.call.json.get("id")
    return {
        "model_name": result.call.path.split("/")[3],
        "model_version": result.model["version"],
        **({} if identifier is None else {"id": identifier}),
        "outputs": [_output(name, result) for name in _wanted(result.call)],
    }


def _output(name: str, result: Result) -> dict[str, Any]:
    datatype, shape, value = OUTPUTS[name]
    data = [each for reading in result.readings for each in value(reading)]
    return {"name": name, "datatype": datatype, "shape": [len(result.readings), *shape], "data": data}


def _metadata(names: Mapping[str, str | None], version: str) -> dict[str, Any]:
    outputs = [
        {"name": name, "datatype": datatype, "shape": [-1, *shape]} for name, (datatype, shape, _) in OUTPUTS.items()
    ]
    told = {"name": names["name"], "versions": [version], "platform": "handwritten-digits"}
    return {**told, "inputs": [INPUT], "outputs": outputs}


_TENSOR = schema.record(
    {
        "name": schema.TEXT,
        "shape": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1, "maxItems": 4},
        "datatype": schema.TEXT,
        "data": {"type": "array"},
    }
)
_BODY = schema.record(
    {
        "id": schema.TEXT,
        "inputs": {"type": "array", "items": _TENSOR, "minItems": 1, "maxItems": 1},
        "outputs": {"type": "array", "items": schema.record({"name": {"enum": [*OUTPUTS]}}), "maxItems": len(OUTPUTS)},
    },
    ["inputs"],
)
_ANSWER = schema.having("model_name", "model_version", "outputs")
_NAMED = {"parameters": [schema.in_path("name")]}

OPEN_INFERENCE = Dialect(
    "open-inference",
    _read,
    _write,
    path=re.compile(rf"{_MODEL}/infer"),
    numbers=True,
    pages=(
        Page(re.compile("/v2"), lambda names, version: SERVICE),
        Page(re.compile("/v2/health/live"), lambda names, version: {"live": True}),
        Page(re.compile("/v2/health/ready"), lambda names, version: {"ready": True}, loads=True),
        Page(re.compile(_MODEL), _metadata, loads=True),
        Page(re.compile(rf"{_MODEL}/ready"), lambda names, version: {"name": names["name"], "ready": True}, loads=True),
    ),
    problems=re.compile("/v2(/.*)?"),
    request=('JSON {"inputs": [tensor]} to /v2/models/<name>/infer',),
    openapi={
        "/v2": {
            "get": schema.get("openInference", "What the protocol calls the server's metadata", schema.having("name"))
        },
        "/v2/health/live": {"get": schema.get("live", "Whether the server runs; loads nothing", schema.having("live"))},
        "/v2/health/ready": {
            "get": schema.get("ready", "Whether digits can be read", schema.having("ready"), loads=True)
        },
        "/v2/models/{name}": {
            **_NAMED,
            "get": schema.get("tensors", "The tensors of requests and answers", schema.having("name"), loads=True),
        },
        "/v2/models/{name}/ready": {
            **_NAMED,
            "get": schema.get("modelReady", "Whether digits can be read", schema.having("name", "ready"), loads=True),
        },
        "/v2/models/{name}/infer": {
            **_NAMED,
            "post": schema.post("infer", "KServe v2, Triton and MLServer", schema.json(_BODY), _ANSWER),
        },
    },
)
