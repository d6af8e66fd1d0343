"""The whole surface as an OpenAPI 3.1 document, for GET /openapi.json: ours, and the pieces of all dialects."""

from function.dialects import correcting, schema
from function.dialects.schema import Schema
from function.dialects.table import DIALECTS
from function.network.golden import golden_digits

VERSION = "1"  # of the surface; grows when an answer loses something


def _weights() -> Schema:
    operation = schema.get("weights", "The weights in service, for a page to read with", {}, loads=True)
    found = operation["responses"]["200"]
    found["description"] = "A safetensors file of float16, with all that reading takes in its header"
    found["content"] = {"application/octet-stream": {"schema": schema.BINARY}}
    operation["responses"]["304"] = {"description": "The weights that If-None-Match names"}
    operation["responses"]["404"] = schema.problem("Not the version in service, or no weights that a page can run")
    return operation


def document() -> Schema:
    """An OpenAPI 3.1 document."""
    model = schema.record(
        {
            **schema.MODEL,
            **{name: {"type": "object"} for name in ("scores", "refresh")},
            "threshold": {"type": ["number", "null"], "description": "From which probability on it is a digit at all"},
        }
    )
    problem = schema.record(
        {**dict.fromkeys(("type", "title", "detail", "code"), schema.TEXT), "status": {"type": "integer"}}
    )
    body = {"anyOf": [one for dialect in DIALECTS for one in dialect.body]}
    answers = {"anyOf": [one for dialect in DIALECTS for one in dialect.answer]}
    seven = golden_digits()[7]
    posted = {
        **schema.json(body, **{dialect.name: dialect.example(seven) for dialect in DIALECTS if dialect.example}),
        "text/plain": {"schema": schema.TEXT},
        "image/*": {"schema": schema.BINARY},
        **schema.form("image", schema.TEXT),
        "application/x-www-form-urlencoded": {"schema": schema.record({"image": schema.TEXT})},
    }
    paths = {
        "/": {
            "get": schema.get("describe", "What the service reads and answers", schema.having()),
            "post": schema.post("read", "Reads one picture or a list of them", posted, answers, seen=True),
        },
        "/health": {"get": schema.get("health", "Whether the server runs; loads nothing", schema.having("status"))},
        "/model": {
            "get": schema.get("model", "Loads the network and tells which one it is", model, loads=True),
        },
        "/weights/{version}": {"parameters": [schema.in_path("version")], "get": _weights()},
        "/openapi.json": {"get": schema.get("openapi", "This document", schema.having("openapi"))},
        **correcting.openapi(),
    }
    for dialect in DIALECTS:
        paths |= dialect.openapi
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Handwritten digits",
            "version": VERSION,
            "description": "Reads handwritten digits. Numbers are 0..1 or 0..255, dark on light or light on dark.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {"schemas": {"Picture": schema.picture(), "Problem": problem}},
    }
