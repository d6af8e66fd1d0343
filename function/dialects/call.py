"""A request's body → a Call: whatever JSON, form fields or files it holds."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from flask import Request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from function.errors import Malformed, NotAPicture, TooLarge
from function.picture.likeness import SIGNATURES, is_raw

ABSENT: Final = object()  # a body that is no JSON; None would be JSON's null
JSON_START = (b"{", b"[", b'"')  # what a JSON body that can hold a picture begins with
MAX_VALUES = 500_000  # in a JSON body: 256 pictures of 784 numbers are 200,000, and one of 700×700 fits as well
MAX_OBJECTS = 1000  # in a JSON body: TensorFlow Serving's clients send one or two for each picture
MAX_FIELDS = 1000  # in a form, as in Flask's multipart parser; a picture needs one
MAX_PART_HEADERS = 8192  # bytes before a part's content
BLANK_LINE = re.compile(rb"\r\n\r\n|\r\r|\n\n")  # as werkzeug finds it
MAX_ESCAPES = 250_000  # %XX in a form: 5 MB of base64 have 160,000, and each costs 200 bytes while it is decoded
JSON_LENGTH = "HTTP_INFERENCE_HEADER_CONTENT_LENGTH"  # of what precedes binary tensors. Source: Triton's extension
FIELD = re.compile(rb"(?:^|&)[A-Za-z_][\w.-]{0,40}=(?!=?$)")  # a form's, unlike the = that may end base64


@dataclass(frozen=True, eq=False)
class Call:
    """What a client sent, parsed but not yet understood.

    json    the parsed body, or ABSENT
    fields  form fields in order, (name, text)
    files   multipart files in order, (name, bytes); a raw image body is one file without a name
    text    a body that is neither JSON nor a form nor an image; else empty
    tail    bytes behind the JSON, where a header tells how long that is
    accept  the media types that whoever sent a text wants back, as its header lists them
    """

    path: str
    json: Any = ABSENT
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    text: str = ""
    tail: bytes = b""
    accept: str = ""


def read_call(request: Request, body: bytes) -> Call:
    """Parses by what the body is, never by the Content-Type alone: clients post JSON as text, as a form, as nothing.

    Raises TooLarge for more parts, values or escapes than a picture needs; Malformed, NotAPicture.
    """
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")  # a byte order mark and white space may precede JSON
    if not body:
        raise Malformed("expected a body with a picture, got an empty one")
    if start.startswith(JSON_START):
        length = request.environ.get(JSON_LENGTH)
        if length is None:
            return Call(request.path, json=_parse_json(body))
        size = _within(length, len(body))
        return Call(request.path, json=_parse_json(body[:size]), tail=body[size:])
    if request.mimetype == "multipart/form-data":
        fields, files = _parse_form(request, body)
        if not fields and not files:
            raise Malformed("expected a multipart form with parts, got none, or another boundary than announced")
        return Call(request.path, fields=fields, files=files)
    if request.mimetype == "application/x-www-form-urlencoded":  # also what curl -d calls everything it sends
        if body.startswith(b"\x89PNG") and b"\r\n" not in body[:8]:
            raise NotAPicture("expected a whole file, got one without its line breaks: curl needs --data-binary or -F")
        if body.count(b"&") < MAX_FIELDS and FIELD.search(body):
            if body.count(b"%") > MAX_ESCAPES:
                raise TooLarge(f"expected a form of at most {MAX_ESCAPES} escapes, got more")
            fields, _ = _parse_form(request, body)
            return Call(request.path, fields=fields)
    if request.mimetype.startswith("image/") or body.startswith(SIGNATURES) or is_raw(body):
        return Call(request.path, files=(("", body),))
    try:
        return Call(request.path, text=body.decode("ascii"), accept=request.headers.get("Accept", ""))
    except UnicodeDecodeError as error:
        raise Malformed(f"expected JSON, a form, an image or ASCII text, got {len(body)} other bytes") from error


def _within(length: str, most: int) -> int:
    """A header's number of bytes. Raises Malformed for none in 1..most."""
    size = int(length) if re.fullmatch("[0-9]{1,9}", length) else 0
    if not 1 <= size <= most:
        raise Malformed(f"expected Inference-Header-Content-Length to be in 1..{most}, got {length[:20]!r}")
    return size


def _parse_json(body: bytes) -> Any:
    if body.count(b",") + body.count(b"[") + body.count(b"{") > MAX_VALUES:  # before each becomes 64 bytes of memory
        raise TooLarge(f"expected JSON of at most {MAX_VALUES} values, got more")
    if body.count(b"{") > MAX_OBJECTS:
        raise TooLarge(f"expected JSON of at most {MAX_OBJECTS} objects, got more")
    try:
        return _decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    except RecursionError as error:
        raise Malformed("expected JSON nested a few levels deep, got far more") from error
    except ValueError as error:  # also text that isn't UTF-8, and numbers of thousands of digits
        raise Malformed(f"expected JSON, got something that isn't: {error}") from error


def _check_parts(body: bytes, boundary: bytes) -> None:
    """Raises TooLarge for more parts, or longer headers of one, than a form needs: each line becomes 200 bytes."""
    delimiter, start = b"--" + boundary, 0
    if body.count(delimiter) > MAX_FIELDS + 1:
        raise TooLarge(f"expected a form of at most {MAX_FIELDS} parts, got more")
    while (start := body.find(delimiter, start)) >= 0:
        start += len(delimiter)
        if len(body) - start > MAX_PART_HEADERS and not BLANK_LINE.search(body, start, start + MAX_PART_HEADERS):
            raise TooLarge(f"expected a form whose parts have at most {MAX_PART_HEADERS} bytes of headers, got more")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode  # `json.loads` makes one each time


def _parse_form(request: Request, body: bytes) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, bytes], ...]]:
    """Fields and files, in order; a part without a name has an empty one."""
    if request.mimetype == "multipart/form-data":
        _check_parts(body, request.mimetype_params.get("boundary", "").encode("latin-1", "replace"))
    size = len(body)
    request.max_form_memory_size = size  # Flask's own default would refuse large data URLs in a form
    try:
        fields = tuple((name or "", text) for name, text in request.form.items(multi=True))
        files = tuple((name or "", file.read()) for name, file in request.files.items(multi=True))
    except RequestEntityTooLarge as error:
        raise TooLarge("expected a form of at most 1,000 parts, got more") from error
    except (HTTPException, ValueError) as error:
        raise Malformed("expected a form, got one that can't be parsed") from error
    return fields, files
