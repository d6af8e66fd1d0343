"""Pages that compare two networks: a bare list of numbers goes in, and a row of probabilities for each comes back."""

import re
from typing import Any

from function.dialects import schema
from function.dialects.dialect import Dialect, Result, numbers, only
from function.dialects.native import read_pictures


def _write(result: Result) -> dict[str, Any]:
    row = numbers(result.readings[0].probabilities)
    return {"results": [row, row]}  # of one network, as both


_RESULTS = {"type": "array", "items": schema.PROBABILITIES, "minItems": 2, "maxItems": 2}

MNIST = Dialect(
    "mnist",
    lambda call: only(read_pictures(call)),
    _write,
    path=re.compile("/api/mnist/?"),
    request=("a bare list of 784 numbers to /api/mnist",),
    openapi={
        "/api/mnist": {
            "post": schema.post(
                "compare",
                "Pages that compare two networks; here they are the same",
                schema.json(schema.reference("Picture")),
                schema.record({"results": _RESULTS}),
            )
        }
    },
)
