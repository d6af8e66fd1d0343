"""The whole surface as an OpenAPI 3.1 document, for GET /openapi.json."""

from typing import Any

from function.dialects import MAX_PICTURES
from function.pictures import FORMATS, MAX_SIDE, MIN_SIDE

Schema = dict[str, Any]

VERSION = "1"  # of the surface; grows when an answer loses something


def document() -> Schema:
    """An OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Handwritten digits",
            "version": VERSION,
            "description": "Reads handwritten digits. Numbers are 0..1 or 0..255, dark on light or light on dark.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            "/": {
                "get": _get("describe", "What the service reads and answers", _having()),
                "post": _post(
                    "read", "Reads one picture or a list of them", _native_body(), _ref("Answers"), seen=True
                ),
            },
            "/health": {"get": _get("health", "Whether the server runs; loads nothing", _having("status"))},
            "/model": {"get": _get("model", "Loads the network and tells which one it is", _ref("Model"), loads=True)},
            "/feedback": {"post": _feedback()},
            "/openapi.json": {"get": _get("openapi", "This document", _having("openapi"))},
            "/v1/models/{name}": {
                "parameters": [_path("name")],
                "get": _get("servedStatus", "TensorFlow Serving's and KServe's status", _having("name"), loads=True),
            },
            "/v1/models/{name}/metadata": {
                "parameters": [_path("name")],
                "get": _get("servedMetadata", "TensorFlow Serving's metadata", _having("model_spec"), loads=True),
            },
            "/v1/models/{name}:predict": {
                "parameters": [_path("name")],
                "post": _post(
                    "predict", "TensorFlow Serving, KServe v1 and Vertex AI", _instances_body(), _ref("Rows")
                ),
            },
            "/curl-api": {"post": _post("upload", "A file upload", _form("myfile", _file()), _having("prediction"))},
            "/api/digits/": {
                "post": _post("create", "A REST form", _form("image", _text()), _ref("Result"), status="201"),
            },
            "/api/digits/{id}": {
                "parameters": [_path("id")],
                "get": _get("repeat", "An earlier REST answer, which its id holds", _ref("Result"), missing=True),
            },
        },
        "components": {"schemas": _schemas()},
    }


def _schemas() -> dict[str, Schema]:
    probability = {"type": "number", "minimum": 0, "maximum": 1}
    probabilities = {"type": "array", "items": probability, "minItems": 10, "maxItems": 10}
    digit = {"type": "string", "pattern": "^[0-9]$"}
    number = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 255}, _text()]}
    rows = {"type": "array", "items": {"type": "array", "items": {"anyOf": [number, {"type": "array"}]}}}
    brief = {name: _text() for name in ("version", "architecture", "runtime", "source")}
    answer = {"prediction": digit, "confidence": probability, "probabilities": probabilities, "seen": _text()}
    timing = {"type": "object", "additionalProperties": {"type": "number"}}
    return {
        "Picture": {
            "description": f"784 comma-separated numbers; base64 of {', '.join(FORMATS)}; a data URL of one; a list of "
            f"784 numbers; or nested lists H×W, H×W×1 or 1×H×W, {MIN_SIDE} to {MAX_SIDE} pixels on the longer side",
            "anyOf": [_text(), {"type": "array", "items": number, "minItems": 784, "maxItems": 784}, rows],
        },
        "Answer": _object(answer, ["prediction", "confidence", "probabilities"]),
        "Answers": {
            "anyOf": [
                _object(
                    {**answer, "model": _object(brief), "timing_ms": timing},
                    ["prediction", "confidence", "probabilities", "model", "timing_ms"],
                ),
                _object({"predictions": {"type": "array", "items": _ref("Answer")}, "model": _object(brief)}),
                _object({"prediction": probabilities}),
                _ref("Rows"),
            ]
        },
        "Rows": _object({"predictions": {"type": "array", "items": probabilities}}),
        "Result": _having("id", "result1", "score1", "result2", "score2"),
        "Model": _object({**brief, "scores": {"type": "object"}, "refresh": {"type": "object"}}),
        "Problem": _object(
            {**{name: _text() for name in ("type", "title", "detail", "code")}, "status": {"type": "integer"}}
        ),
    }


def _native_body() -> Schema:
    pictures = {"type": "array", "items": _ref("Picture"), "description": f"1 to {MAX_PICTURES}; more get 413"}
    tensor = {"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 1}}
    body = {
        "anyOf": [
            _object({"image": _ref("Picture")}),
            _object({"images": pictures}),
            _object({"tensor": tensor}),
            _ref("Picture"),
        ]
    }
    return {
        "application/json": {"schema": body},
        "text/plain": {"schema": _text()},
        "image/*": {"schema": _file()},
        **_form("image", _text()),
        "application/x-www-form-urlencoded": {"schema": _object({"image": _text()})},
    }


def _instances_body() -> Schema:
    return {"application/json": {"schema": _object({"instances": {"type": "array", "minItems": 1}})}}


def _feedback() -> Schema:
    digit = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 9}, {"type": "string", "pattern": "^[0-9]$"}]}
    consent = {"const": True, "description": "Whoever drew this agrees that it is kept and learned from"}
    body = _object(
        {"image": _ref("Picture"), "label": digit, "prediction": digit, "consent": consent},
        ["image", "label", "consent"],
    )
    operation = _post(
        "correct", "Keeps a corrected drawing", {"application/json": {"schema": body}}, _having("id"), status="201"
    )
    operation["responses"]["404"] = _problem("This function takes no corrections")
    operation["responses"]["422"] = _problem("A picture without ink, or no consent")
    operation["responses"]["503"] = _problem("The correction can't be kept now; see Retry-After")
    return operation


def _get(name: str, summary: str, schema: Schema, *, loads: bool = False, missing: bool = False) -> Schema:
    responses = {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}}
    if loads:
        responses["503"] = _problem("No network can be loaded now; see Retry-After")
        responses["404"] = _problem("No such name")
    if missing:
        responses["404"] = _problem("No answer had this id")
    return {"operationId": name, "summary": summary, "responses": responses}


def _post(
    name: str, summary: str, content: Schema, schema: Schema, *, status: str = "200", seen: bool = False
) -> Schema:
    operation: Schema = {
        "operationId": name,
        "summary": summary,
        "requestBody": {"required": True, "content": content},
        "responses": {
            status: {"description": "OK", "content": {"application/json": {"schema": schema}}},
            "400": _problem("The request can't be read"),
            "413": _problem("Too large a body, too many pictures or too many pixels"),
            "415": _problem("Not a picture"),
            "422": _problem("A picture without ink"),
            "503": _problem("No network can be loaded now; see Retry-After"),
        },
    }
    if seen:
        operation["parameters"] = [
            {"name": "seen", "in": "query", "description": "1 adds what the network saw", "schema": _text()}
        ]
    return operation


def _problem(description: str) -> Schema:
    return {"description": description, "content": {"application/problem+json": {"schema": _ref("Problem")}}}


def _form(name: str, schema: Schema) -> Schema:
    return {"multipart/form-data": {"schema": _object({name: schema})}}


def _path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.-]+$"}}


def _object(properties: Schema, required: list[str] | None = None) -> Schema:
    """An object with `properties`, by name; all of them required unless told."""
    return {"type": "object", "properties": properties, "required": list(properties) if required is None else required}


def _having(*names: str) -> Schema:
    """An object with properties of these names, of any type."""
    return _object({name: {} for name in names})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _text() -> Schema:
    return {"type": "string"}


def _file() -> Schema:
    return {"type": "string", "format": "binary"}
