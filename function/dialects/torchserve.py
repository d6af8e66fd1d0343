"""Clients of TorchServe: a file goes in by PUT or POST, and the bare digit comes back."""

import re
from typing import Any

from function.dialects import schema
from function.dialects.dialect import Dialect, Page, Plain, Result, only
from function.dialects.native import read_pictures

_NAME = r"[A-Za-z0-9_.-]+"


def _write(result: Result) -> Any:
    return Plain(result.readings[0].nearest)


def _operation(name: str) -> schema.Schema:
    content = {"image/*": {"schema": schema.BINARY}, **schema.form("data", schema.BINARY)}
    operation = schema.post(name, "TorchServe's predictions", content, schema.DIGIT, mimetype="text/plain")
    operation["responses"] |= {"405": schema.problem("No name that a model may have: other paths take no PUT")}
    return operation


TORCHSERVE = Dialect(
    "torchserve",
    lambda call: only(read_pictures(call)),
    _write,
    path=re.compile(rf"/predictions/{_NAME}(/{_NAME})?/?"),
    methods=("POST", "PUT"),
    pages=(Page(re.compile("/ping"), lambda names, version: {"status": "Healthy"}),),
    request=("a file by PUT or POST to /predictions/<name>, as curl -T sends it",),
    openapi={
        "/predictions/{name}": {
            "parameters": [schema.in_path("name")],
            "post": _operation("torchserve"),
            "put": _operation("torchservePut"),
        },
        "/ping": {"get": schema.get("ping", "TorchServe's and SageMaker's health", schema.having("status"))},
    },
)
