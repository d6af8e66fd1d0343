"""The words of an OpenAPI 3.1 document that its pieces are written in."""

from typing import Any, get_args

from function.network.network import Runtime
from function.picture.limits import FORMATS, MAX_SIDE, MIN_SIDE
from function.picture.numbers import LARGEST

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
BINARY: Schema = {"type": "string", "format": "binary"}
PROBABILITY: Schema = {"type": "number", "minimum": 0, "maximum": 1}
PROBABILITIES: Schema = {"type": "array", "items": PROBABILITY, "minItems": 10, "maxItems": 10}
DIGIT: Schema = {"type": "string", "pattern": "^[0-9]$"}
MODEL: dict[str, Schema] = {  # by name, as every answer tells it
    "version": TEXT,
    "architecture": TEXT,
    "runtime": {"enum": [*get_args(Runtime)], "description": "What runs the network"},
    "source": TEXT,
}


def picture() -> Schema:
    """A picture in JSON."""
    number = {"anyOf": [{"type": "number", "minimum": -LARGEST, "maximum": LARGEST}, TEXT]}
    rows = {"type": "array", "items": {"type": "array", "items": {"anyOf": [number, {"type": "array"}]}}}
    return {
        "description": f"784 comma-separated numbers; base64 of {', '.join(FORMATS)}; a data URL of one; a list of "
        f"n² numbers; or nested lists H×W, H×W×1 or 1×H×W, {MIN_SIDE} to {MAX_SIDE} pixels on the longer side",
        "anyOf": [TEXT, {"type": "array", "items": number, "minItems": MIN_SIDE**2}, rows],
    }


def get(name: str, summary: str, schema: Schema, *, loads: bool = False, missing: bool = False) -> Schema:
    responses = {"200": {"description": "OK", "content": json(schema)}}
    if loads:
        responses["503"] = problem("No network can be loaded now; see Retry-After")
        responses["404"] = problem("No such name")
    if missing:
        responses["404"] = problem("No answer had this id")
    return {"operationId": name, "summary": summary, "responses": responses}


def post(
    name: str,
    summary: str,
    content: Schema,
    schema: Schema,
    *,
    status: str = "200",
    seen: bool = False,
    mimetype: str = "application/json",
) -> Schema:
    operation: Schema = {
        "operationId": name,
        "summary": summary,
        "requestBody": {"required": True, "content": content},
        "responses": {
            status: {"description": "OK", "content": {mimetype: {"schema": schema}}},
            "400": problem("The request can't be read"),
            "413": problem("Too large a body, too many pictures or too many pixels"),
            "415": problem("Not a picture"),
            "422": problem("A picture without ink"),
            "503": problem("No network can be loaded now; see Retry-After"),
        },
    }
    if seen:
        operation["parameters"] = [
            {"name": "seen", "in": "query", "description": "1 adds what the network saw", "schema": TEXT}
        ]
    return operation


def problem(description: str) -> Schema:
    return {"description": description, "content": {"application/problem+json": {"schema": reference("Problem")}}}


def form(name: str, schema: Schema) -> Schema:
    return {"multipart/form-data": {"schema": record({name: schema})}}


def in_path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.-]+$"}}


def record(properties: Schema, required: list[str] | None = None) -> Schema:
    """An object with `properties`, by name; all of them required unless told."""
    return {"type": "object", "properties": properties, "required": list(properties) if required is None else required}


def having(*names: str) -> Schema:
    """An object with properties of these names, of any type."""
    return record({name: {} for name in names})


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def json(schema: Schema, **examples: Any) -> Schema:
    """The content of a JSON body; `examples` by name, which viewers offer to send."""
    shown = {"examples": {name: {"value": value} for name, value in examples.items()}} if examples else {}
    return {"application/json": {"schema": schema, **shown}}
