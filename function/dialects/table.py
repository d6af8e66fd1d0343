"""The dialects. Adding one is a file beside this one and a row here: routes, front page and OpenAPI follow."""

from function.dialects.call import Call
from function.dialects.data_url import DATA_URL
from function.dialects.dialect import Dialect
from function.dialects.invocations import INVOCATIONS
from function.dialects.mnist import MNIST
from function.dialects.named import named
from function.dialects.native import NATIVE
from function.dialects.open_inference import OPEN_INFERENCE
from function.dialects.rest import REST
from function.dialects.serving import SERVING
from function.dialects.tensor import TENSOR
from function.dialects.torchserve import TORCHSERVE
from function.dialects.upload import UPLOAD
from function.errors import Malformed

_OTHERS: tuple[Dialect, ...] = (
    *(NATIVE, DATA_URL, TENSOR, SERVING, OPEN_INFERENCE, TORCHSERVE, INVOCATIONS, MNIST, UPLOAD, REST),
)
DIALECTS: tuple[Dialect, ...] = (*_OTHERS, named(lambda call: _choose(call, _OTHERS).read(call)))

_KEYS = {key: dialect for dialect in DIALECTS for key in dialect.keys}
_STARTS = {dialect.start: dialect for dialect in DIALECTS if dialect.start}


def choose(call: Call) -> Dialect:
    """The dialect that `call` is in: its path's, else its key's or its beginning's, else the native one.

    Raises Malformed for a JSON object with several of the keys.
    """
    return _choose(call, DIALECTS)


def reason_of(path: str, detail: str) -> dict[str, str]:
    """What a problem at `path` also says, for clients that read their reason elsewhere than under `detail`."""
    return {"error": detail} if any(one.problems and one.problems.fullmatch(path) for one in DIALECTS) else {}


def _choose(call: Call, dialects: tuple[Dialect, ...]) -> Dialect:
    for dialect in dialects:
        if dialect.path and dialect.path.fullmatch(call.path):
            return dialect
    if call.tail:
        raise Malformed("expected nothing behind the JSON, got a binary tensor, which /v2/models/<name>/infer takes")
    if isinstance(call.json, dict):
        found = [_KEYS[key] for key in _KEYS if key in call.json]
        if len(found) > 1:
            got = ", ".join(sorted(map(str, call.json)))[:100]
            raise Malformed(f"expected at most one of the keys {', '.join(_KEYS)}, got {got}")
        return found[0] if found else NATIVE
    beginning = call.text[:64].lstrip().lower()
    return next((dialect for start, dialect in _STARTS.items() if beginning.startswith(start)), NATIVE)
