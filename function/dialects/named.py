"""Whoever's client: its address says under which name it wants the digit, and its body is read as anywhere else."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from function.dialects import schema
from function.dialects.call import Call
from function.dialects.dialect import Dialect, Plain, Result
from function.errors import NoSuchRoute
from function.picture.picture import Picture

TEXT = "text"  # the name of an answer that is no JSON
_PATH = re.compile(r"/as(?:/(?P<name>[^/]*)(?P<rest>/.*)?)?", re.DOTALL)
_NAME = r"[a-z][a-z_]{0,39}"


def named(read: Callable[[Call], list[Picture]]) -> Dialect:
    """The dialect of clients that `read` understands once the name is taken off their path."""
    digit: schema.Schema = {"type": "integer", "minimum": 0, "maximum": 9}
    digits = {"anyOf": [digit, {"type": "array", "items": digit}]}
    operation = schema.post(
        "readAs",
        "Reads any request, and answers with the digit alone, under the name in the address",
        schema.json({"anyOf": [schema.record({"image": schema.reference("Picture")}), schema.reference("Picture")]}),
        {"type": "object", "additionalProperties": digits, "minProperties": 1, "maxProperties": 1},
    )
    operation["responses"]["200"]["content"]["text/plain"] = {"schema": schema.TEXT}
    operation["responses"]["404"] = schema.problem("No name that an answer may have")
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{_NAME}$"}}
    return Dialect(
        "named",
        lambda call: read(replace(call, path=_parts(call)[1])),
        _write,
        path=_PATH,
        request=('any of these at /as/<name>, for {"<name>": 7}; at /as/text, for 7 as text',),
        openapi={"/as/{name}": {"parameters": [name], "post": operation}},
    )


def _parts(call: Call) -> tuple[str, str]:
    """The name in the path, and what follows it. Raises NoSuchRoute."""
    match = _PATH.fullmatch(call.path)
    if not match or not re.fullmatch(_NAME, match["name"] or ""):
        raise NoSuchRoute(f"expected /as/ and a name of up to 40 letters a-z and _, got {call.path[:60]!r}")
    return match["name"], match["rest"] or "/"


def _write(result: Result) -> Any:
    name, _ = _parts(result.call)
    digits = [reading.nearest for reading in result.readings]
    if name == TEXT:
        return Plain("\n".join(map(str, digits)))
    return {name: digits if len(digits) > 1 else digits[0]}
