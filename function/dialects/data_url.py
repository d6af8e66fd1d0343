"""Pages that post what `canvas.toDataURL()` says as it stands, and show the text that comes back."""

from typing import Any

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from function.dialects.dialect import Dialect, Plain, Result
from function.dialects.native import read_pictures, write_answer

JSON = "application/json"


def _write(result: Result) -> Any:
    return write_answer(result) if _wants_json(result.call.accept) else Plain(result.readings[0].nearest)


def _wants_json(accept: str) -> bool:
    """Whether JSON is asked for by its name: `*/*` comes from clients that take anything, and show it."""
    accepted = parse_accept_header(accept, MIMEAccept)
    named = any(kind.lower() == JSON and quality for kind, quality in accepted)
    return named and accepted[JSON] >= accepted["text/plain"]


DATA_URL = Dialect(
    "data-url",
    read_pictures,
    _write,
    start="data:",
    numbers=True,
    request=("a data URL as it stands, for the digit as text; for JSON with Accept: application/json",),
)
