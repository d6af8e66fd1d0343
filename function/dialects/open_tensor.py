"""A tensor of the Open Inference Protocol, in JSON or in binary → pictures."""

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from function.dialects.call import MAX_VALUES
from function.dialects.dialect import MAX_PICTURES
from function.errors import Malformed, TooLarge
from function.picture.likeness import is_raw
from function.picture.limits import MIN_SIDE
from function.picture.picture import Picture, kind

BYTES = "BYTES"
NUMERIC: Final = {  # the protocol's names of numbers, and NumPy's
    **{f"UINT{bits}": f"<u{bits // 8}" for bits in (8, 16, 32, 64)},
    **{f"INT{bits}": f"<i{bits // 8}" for bits in (8, 16, 32, 64)},
    **{f"FP{bits}": f"<f{bits // 8}" for bits in (16, 32, 64)},
}
MAX_RANK = 4  # n×1×H×W
FLAT = 784  # numbers that are a picture wherever they are the last side


def pictures_of(tensor: Any, tail: bytes) -> list[Picture]:
    """Those of a tensor {"name", "shape", "datatype", "data"}, cut off after MAX_PICTURES + 1.

    tail  what a binary tensor, which has no data, is taken from
    Raises Malformed, TooLarge.
    """
    if not isinstance(tensor, dict):
        raise Malformed(f"expected a tensor with name, shape, datatype and data, got {kind(tensor)}")
    shape, datatype = tensor.get("shape"), tensor.get("datatype")
    if not isinstance(datatype, str) or datatype not in (BYTES, *NUMERIC):
        raise Malformed(f"expected a datatype among {BYTES}, {', '.join(NUMERIC)}, got {str(datatype)[:20]!r}")
    if (
        not isinstance(shape, list)
        or not 1 <= len(shape) <= MAX_RANK
        or not all(type(n) is int and n > 0 for n in shape)
    ):
        raise Malformed(f"expected a shape of 1 to {MAX_RANK} sides above 0, got {str(shape)[:60]}")
    most = MAX_PICTURES if datatype == BYTES else MAX_VALUES
    if (count := math.prod(shape)) > most:
        raise TooLarge(f"expected at most {most} values of {datatype}, got a shape of {count}")
    values = _values(tensor, datatype, count, tail)
    if datatype == BYTES:
        return [Picture(value) for value in values]
    return [*_split(values, shape)]


def _values(tensor: dict[str, Any], datatype: str, count: int, tail: bytes) -> list[Any]:
    """All values of a tensor, one after the other. Raises Malformed unless they are `count`."""
    if "data" in tensor:
        values = _flat(tensor["data"])
    else:
        parameters = tensor.get("parameters")
        size = parameters.get("binary_data_size") if isinstance(parameters, dict) else None
        if size != len(tail) or not tail:
            raise Malformed(f"expected data, or a binary_data_size of the {len(tail)} bytes behind the JSON")
        values = _elements(tail) if datatype == BYTES else _numbers(tail, NUMERIC[datatype])
    if len(values) != count:
        raise Malformed(f"expected {count} values, as the shape says, got {len(values)}")
    return values


def _flat(data: Any) -> list[Any]:
    """What nested lists hold, row by row. Raises Malformed for anything else."""
    for _ in range(MAX_RANK):
        if not isinstance(data, list):
            break
        if not data or not isinstance(data[0], list):
            return data
        if not all(isinstance(row, list) for row in data):
            raise Malformed("expected data to be a list, or lists nested alike, got some that differ")
        data = [value for row in data for value in row]
    raise Malformed(f"expected data to be a list, nested as the shape says or flat, got {kind(data)}")


def _numbers(data: bytes, dtype: str) -> list[Any]:
    if len(data) % np.dtype(dtype).itemsize:
        raise Malformed(f"expected whole numbers of {np.dtype(dtype).itemsize} bytes, got {len(data)} bytes")
    found: list[Any] = np.frombuffer(data, dtype).astype(np.float64).tolist()
    return found


def _elements(data: bytes) -> list[bytes | str]:
    """Each behind its length in four bytes, the least significant first; ASCII is text. Raises Malformed."""
    found: list[bytes | str] = []
    start = 0
    while start < len(data) and len(found) <= MAX_PICTURES:  # one more, for the shape to contradict
        end = start + 4 + int.from_bytes(data[start : start + 4], "little")
        if end > len(data):
            raise Malformed("expected each element behind its length in four bytes, got fewer bytes")
        element = data[start + 4 : end]
        found.append(element.decode() if element.isascii() and not is_raw(element) else element)
        start = end
    return found


def _split(values: list[Any], shape: list[int]) -> Iterator[Picture]:
    """The pictures of numbers in that shape: n×784, H×W, n×H×W, n×1×H×W or n×H×W×1, and any of one picture alone."""
    count, sides = _frame(shape)
    size = math.prod(sides)
    for start in range(0, min(count, MAX_PICTURES + 1) * size, size):
        flat = values[start : start + size]
        if len(sides) == 1:
            yield Picture(flat)
        else:
            yield Picture([flat[row : row + sides[1]] for row in range(0, size, sides[1])])


def _frame(shape: list[int]) -> tuple[int, list[int]]:
    """How many pictures, and the sides of each. Raises Malformed."""
    match shape:
        case [_]:
            return 1, shape
        case [count, size] if _is_flat(count, size):
            return count, [size]
        case [_, _] | [_, _, 1]:
            return 1, shape[:2]
        case [count, height, width] | [count, 1, height, width] | [count, height, width, 1]:
            return count, [height, width]
    raise Malformed(f"expected a shape like n×784, n×28×28, n×1×28×28 or n×28×28×1, got {'×'.join(map(str, shape))}")


def _is_flat(count: int, size: int) -> bool:
    """Whether rows are pictures: of 784 numbers, or of a square where they are too few to be one."""
    is_square = size >= MIN_SIDE**2 and math.isqrt(size) ** 2 == size
    return (size == FLAT != count) or (count < MIN_SIDE and is_square)
