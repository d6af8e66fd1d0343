"""Pages that were written for TensorFlow.js behind a server: 784 numbers to ten."""

from function.dialects import schema
from function.dialects.dialect import Dialect, numbers
from function.picture.picture import Picture

_NUMBERS = {"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 1}}

TENSOR = Dialect(
    "tensor",
    lambda call: [Picture(call.json["tensor"], is_ink=True)],
    lambda result: {"prediction": numbers(result.readings[0].probabilities)},
    keys=("tensor",),
    blank={"prediction": [0.1] * 10},  # such a page's Clear posts an empty pad, and reads the answer
    request=('JSON {"tensor": [784 numbers 0..1, ink = 1]}',),
    body=(schema.record({"tensor": _NUMBERS}),),
    answer=(schema.record({"prediction": schema.PROBABILITIES}),),
    example=lambda digit: {"tensor": [round(level, 2) for level in digit.ravel().tolist()]},
)
