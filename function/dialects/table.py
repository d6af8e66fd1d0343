"""The dialects. Adding one is a file beside this one and a row here: routes, front page and OpenAPI follow."""

from function.dialects.call import Call
from function.dialects.dialect import Dialect
from function.dialects.native import NATIVE
from function.dialects.rest import REST
from function.dialects.serving import SERVING
from function.dialects.tensor import TENSOR
from function.dialects.upload import UPLOAD
from function.errors import Malformed

DIALECTS: tuple[Dialect, ...] = (NATIVE, TENSOR, SERVING, UPLOAD, REST)

_KEYS = {key: dialect for dialect in DIALECTS for key in dialect.keys}


def choose(call: Call) -> Dialect:
    """The dialect that `call` is in: its path's, else its key's, else the native one.

    Raises Malformed for a JSON object with none of the keys, or with several.
    """
    found = [_KEYS[key] for key in _KEYS if key in call.json] if isinstance(call.json, dict) else [NATIVE]
    if len(found) != 1:
        got = ", ".join(sorted(map(str, call.json)))[:100] or "none"
        raise Malformed(f"expected exactly one of the keys {', '.join(_KEYS)}, got {got}")
    by_path = (dialect for dialect in DIALECTS if dialect.path and dialect.path.fullmatch(call.path))
    return next(by_path, found[0])


def reason_of(path: str, detail: str) -> dict[str, str]:
    """What a problem at `path` also says, for clients that read their reason elsewhere than under `detail`."""
    return {"error": detail} if any(one.problems and one.problems.fullmatch(path) for one in DIALECTS) else {}
