"""Clients of SageMaker and MLflow: what they send to /invocations, each in a few forms, becomes predictions."""

import re
from typing import Any

from function.dialects import schema
from function.dialects.call import Call
from function.dialects.dialect import Dialect
from function.dialects.native import read_pictures
from function.dialects.serving import images_in, rows, rows_schema
from function.picture.picture import Picture

KEYS = ("instances", "inputs", "dataframe_split")  # as both serve TensorFlow's; MLflow's tensors; its tables


def _read(call: Call) -> list[Picture]:
    """Raises Malformed."""
    if isinstance(call.json, list):
        return images_in(call.json, "the body")
    for key in KEYS:
        if isinstance(call.json, dict) and key in call.json:
            return images_in(_data(call.json[key]), key)
    return read_pictures(call)


def _data(value: Any) -> Any:
    """The rows of a table; of tensors by name, the only one."""
    if isinstance(value, dict):
        return value["data"] if "data" in value else next(iter(value.values()), None)
    return value


_BODY = {"anyOf": [schema.record({key: {}}) for key in KEYS[:2]]}

INVOCATIONS = Dialect(
    "invocations",
    _read,
    lambda result: {"predictions": rows(result)},
    path=re.compile("/invocations/?"),
    request=('JSON {"instances": [picture, …]}, {"inputs": …} or a file to /invocations',),
    openapi={
        "/invocations": {
            "post": schema.post("invoke", "SageMaker and MLflow", schema.json(_BODY), rows_schema("predictions")),
        }
    },
)
