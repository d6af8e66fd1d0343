"""Requests → answers: the routes, the headers every answer carries, and the one table from errors to statuses.

Total: whatever arrives and whatever fails inside, the client gets JSON that it may read across origins.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import flask
import numpy as np
from flask import Flask, Request, Response
from werkzeug.exceptions import HTTPException

from function import describe, dialects, errors, openapi
from function.call import read_call
from function.feedback import Feedback
from function.journal import Entry, write_entry
from function.keeper import Keeper, Release
from function.normalize import Digit, normalize
from function.pictures import Allowance, Picture
from function.seen import data_url, encode_png
from function.settings import Settings

STATUS: Mapping[type[errors.DigitsError], int] = {
    errors.Malformed: 400,
    errors.NoSuchRoute: 404,
    errors.WrongMethod: 405,
    errors.TooLarge: 413,
    errors.NotAPicture: 415,
    errors.NoInk: 422,
    errors.NoConsent: 422,
    errors.Busy: 503,
    errors.NoNetwork: 503,
    errors.StoreUnreachable: 503,
}
ENCODE = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
PREFLIGHT_SECONDS = 7200  # Chromium keeps a preflight no longer
RETRY_SECONDS = 10  # for a store that didn't take a correction: about one of its own retries
MODEL_PATH = re.compile(rf"/v1/models/(?P<name>{dialects.MODEL_NAME})(?P<metadata>/metadata)?")
RESULT_PATH = re.compile(r"/api/digits/(?P<id>[^/]+)/?")

Headers = dict[str, str]


@dataclass(frozen=True)
class Route:
    """One path and the methods it answers; POST on a path without a route reads digits."""

    path: re.Pattern[str]
    methods: Mapping[str, Callable[["Handler", Request, re.Match[str], Entry], Response]]


@dataclass(frozen=True)
class Handler:
    """The HTTP function: `handler(request)` is a response, always.

    feedback  where corrections go; None answers /feedback with 404
    clock     seconds, monotonic
    """

    settings: Settings
    keeper: Keeper
    feedback: Feedback | None = None
    clock: Callable[[], float] = time.perf_counter
    log: Callable[[Entry], None] = field(default=write_entry)

    def __call__(self, request: Request) -> Response:
        entry = Entry.of(request, self.clock())
        try:
            response = self._route(request, entry)
        except errors.DigitsError as error:
            response = self._problem(error, entry)
        except Exception as error:  # noqa: BLE001  the last line of defence
            response = self._problem(error, entry)
        self.add_headers(request, response)
        entry.status, entry.seconds = response.status_code, self.clock() - entry.started
        self.log(entry)
        return response

    def install(self, app: Flask) -> None:
        """Has `app` pass on what it would answer itself, in HTML and without CORS: paths that it can't route."""
        app.url_map.merge_slashes = False  # else // is redirected, and a browser's preflight fails on a redirect
        app.register_error_handler(HTTPException, lambda _: self(flask.request))

    def add_headers(self, request: Request, response: Response) -> Response:
        """What every answer carries, errors too: without CORS a browser hides even the reason from its page."""
        origins = self.settings.allowed_origins
        if origins == ("*",):
            response.headers["Access-Control-Allow-Origin"] = "*"
        else:
            response.headers["Vary"] = "Origin"
            if request.headers.get("Origin") in origins:
                response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    def _route(self, request: Request, entry: Entry) -> Response:
        if request.method == "OPTIONS":
            return Response(status=204, headers=_preflight())
        method = "GET" if request.method == "HEAD" else request.method
        for route in ROUTES:
            if match := route.path.fullmatch(request.path):
                if method in route.methods:
                    return route.methods[method](self, request, match, entry)
                raise errors.WrongMethod(f"expected {' or '.join(route.methods)}, got {request.method}", _allow(route))
        if method == "POST":
            return self._read_digits(request, None, entry)
        if method == "GET":
            raise errors.NoSuchRoute("expected one of the paths that GET / lists, got another one")
        raise errors.WrongMethod(f"expected POST, got {request.method}", ("OPTIONS", "POST"))

    def _read_digits(self, request: Request, match: re.Match[str] | None, entry: Entry) -> Response:
        call = read_call(request, self.settings.max_body_bytes)
        dialect = dialects.choose(call)
        entry.dialect = dialect.name
        digits = read_digits(dialects.read_pictures(dialect, call))
        entry.pictures = len(digits)
        read = self.clock()
        release = self._release(entry)
        loaded = self.clock()
        probabilities = release.network.probabilities(digits)
        done = self.clock()
        entry.timing_ms = {
            "read": _milliseconds(read - entry.started),
            "load": _milliseconds(loaded - read),
            "network": _milliseconds(done - loaded),
            "total": _milliseconds(done - entry.started),
        }
        seen = [data_url(encode_png(digit)) for digit in digits] if _wants(request, "seen") else []
        model = describe.brief(release)
        answer = dialect.write(dialects.Reading(probabilities, model, entry.timing_ms, seen, call.several))
        return _json(answer, dialect.status)

    def _release(self, entry: Entry) -> Release:
        release = self.keeper.release()
        entry.version = release.version
        return release

    def _describe(self, request: Request, match: re.Match[str], entry: Entry) -> Response:
        return _json(describe.service(self.settings, feedback=self.feedback is not None))

    def _health(self, request: Request, match: re.Match[str], entry: Entry) -> Response:
        return _json({"status": "ok"})

    def _openapi(self, request: Request, match: re.Match[str], entry: Entry) -> Response:
        return _json(openapi.document())

    def _model(self, request: Request, match: re.Match[str], entry: Entry) -> Response:
        release = self._release(entry)
        return _json(describe.model(release, self.keeper.status()))

    def _served_model(self, request: Request, match: re.Match[str], entry: Entry) -> Response:
        write = describe.served_metadata if match["metadata"] else describe.served_status
        return _json(write(match["name"], self._release(entry)))

    def _repeat(self, request: Request, match: re.Match[str], entry: Entry) -> Response:
        return _json(dialects.repeat_result(match["id"]))

    def _correct(self, request: Request, match: re.Match[str], entry: Entry) -> Response:
        if self.feedback is None:
            raise errors.NoSuchRoute("this function takes no corrections")
        call = read_call(request, self.settings.max_body_bytes)
        return _json({"id": self.feedback.keep(call, self.keeper.present())}, 201)

    def _problem(self, error: Exception, entry: Entry) -> Response:
        """An answer of RFC 9457 for `error`; what isn't the caller's to know goes to the log alone."""
        entry.error = error
        known = error if isinstance(error, errors.DigitsError) else errors.DigitsError()
        status = next((STATUS[kind] for kind in type(known).__mro__ if kind in STATUS), 500)
        detail = str(known) if isinstance(known, errors.CallerError) else known.title
        body = {"type": "about:blank", "title": known.title, "status": status, "detail": detail, "code": known.code}
        headers: Headers = {}
        if isinstance(known, errors.WrongMethod):
            headers["Allow"] = ", ".join(known.allow)
        if status == 503:
            headers["Retry-After"] = str(getattr(known, "retry_after", RETRY_SECONDS))
        response = _json(body, status, "application/problem+json", headers)
        if isinstance(known, (errors.TooLarge, errors.BrokenOff)):
            # Streamed, so that the framework doesn't read on, or wait for more, before it answers.
            response.response = iter([response.get_data()])
            response.headers["Connection"] = "close"
        return response


def read_digits(found: Iterable[Picture]) -> Digit:
    """Pictures → (n, 28, 28) digits. Raises CallerError, naming the index of the picture where there are several."""
    pictures = list(found)
    digits = np.empty((len(pictures), 28, 28), np.float32)
    allowance = Allowance()
    for index, picture in enumerate(pictures):
        try:
            digits[index] = normalize(picture(allowance))
        except (errors.Malformed, errors.TooLarge, errors.NotAPicture, errors.NoInk) as error:
            if len(pictures) == 1:
                raise
            raise type(error)(f"picture {index}: {error}") from error
    return digits


def _json(
    value: Any, status: int = 200, mimetype: str = "application/json", headers: Headers | None = None
) -> Response:
    return Response(ENCODE(value) + "\n", status, headers, content_type=mimetype)


def _preflight() -> Headers:
    return {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }


def _allow(route: Route) -> tuple[str, ...]:
    return tuple(sorted({*route.methods, "OPTIONS", *(["HEAD"] if "GET" in route.methods else [])}))


def _wants(request: Request, name: str) -> bool:
    return bool(request.query_string) and request.args.get(name, "").lower() in ("1", "true", "yes")


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)  # microseconds: finer than any clock here


ROUTES = (
    Route(re.compile("/"), {"GET": Handler._describe, "POST": Handler._read_digits}),
    Route(re.compile("/health"), {"GET": Handler._health}),
    Route(re.compile("/model"), {"GET": Handler._model}),
    Route(re.compile(r"/openapi\.json"), {"GET": Handler._openapi}),
    Route(re.compile("/feedback"), {"POST": Handler._correct}),
    Route(MODEL_PATH, {"GET": Handler._served_model}),
    Route(RESULT_PATH, {"GET": Handler._repeat}),
    *(Route(path, {"POST": Handler._read_digits}) for path in dialects.PATHS),
)
