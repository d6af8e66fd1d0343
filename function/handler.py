"""Requests → answers: the routes, the headers every answer carries, and the one table from errors to statuses.

Total: whatever arrives and whatever fails inside, the client gets JSON that it may read across origins.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Request

from function import describe, errors
from function.dialects.body import Body
from function.dialects.call import Call, read_call
from function.dialects.dialect import Page, Plain, Result, pictures_in
from function.dialects.table import DIALECTS, choose, reason_of
from function.digit.png import data_url, encode_png
from function.journal import Entry, write_entry
from function.keeper import Keeper, Release
from function.picture.limits import WORKING
from function.reading.line import read, see
from function.server.front import Reply
from function.settings import Settings

if TYPE_CHECKING:
    from function.corrections.feedback import Feedback

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
LARGE = 2**19  # bytes of a body: a hundred drawings are fewer
MAX_QUERY = 2000  # bytes that are worth parsing: the longest we understand has ten
FOR_EVER = "public, max-age=31536000, immutable"  # what a version names never changes
RETRY_SECONDS = 10  # for a store that didn't take a correction: about one of its own retries

Headers = dict[str, str]
T = TypeVar("T")
Answer = tuple[int, Any]  # a status, and what is told as JSON, or Plain


@dataclass(frozen=True, eq=False)
class Exchange:
    """A request on its way through a route: its body, still to be read, what its path says, and its line in the log."""

    request: Request
    body: Body
    names: Mapping[str, str | None]
    entry: Entry


@dataclass(frozen=True, eq=False)
class Route:
    """One path and the methods it answers; POST on a path without a route reads digits."""

    path: re.Pattern[str]
    methods: Mapping[str, Callable[["Handler", Exchange], Answer | Reply]]


@dataclass(frozen=True, eq=False)
class Handler:
    """The HTTP function: `handler(request)` is a reply, always.

    feedback  where corrections go; None answers /feedback with 404
    clock     seconds, monotonic
    """

    settings: Settings
    keeper: Keeper
    feedback: "Feedback | None" = None
    clock: Callable[[], float] = time.perf_counter
    log: Callable[[Entry], None] = field(default=write_entry)

    def __call__(self, request: Request) -> Reply:
        entry = Entry.of(request, self.clock())
        request.environ.pop("werkzeug.request", None)  # a circle, which would keep the body until the next collection
        body = Body(request.environ)
        try:
            reply = self._route(request, body, entry)
        except Exception as error:  # noqa: BLE001  the last line of defence
            reply = self._problem(error, entry)
        if body.is_left:
            reply = self._dismiss(body, reply, entry)
        self._add_headers(request, reply.headers)
        entry.status, entry.seconds = reply.status, self.clock() - entry.started
        self.log(entry)
        entry.error = None  # a circle as well: its traceback holds this frame
        return reply

    def _add_headers(self, request: Request, headers: Headers) -> None:
        """What every answer carries, errors too: without CORS a browser hides even the reason from its page."""
        origins = self.settings.allowed_origins
        if origins == ("*",):
            headers["Access-Control-Allow-Origin"] = "*"
        else:
            headers["Vary"] = "Origin"
            if request.headers.get("Origin") in origins:
                headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Cache-Control", "no-store")

    def _route(self, request: Request, body: Body, entry: Entry) -> Reply:
        if request.method == "OPTIONS":
            return Reply(204, _preflight())
        method = "GET" if request.method == "HEAD" else request.method
        for route in ROUTES:
            if match := route.path.fullmatch(request.path):
                if method in route.methods:
                    answer = route.methods[method](self, Exchange(request, body, match.groupdict(), entry))
                    return answer if isinstance(answer, Reply) else _json(*answer)
                raise errors.WrongMethod(f"expected {' or '.join(route.methods)}, got {request.method}", _allow(route))
        if method == "POST":
            return _json(*self._read_digits(Exchange(request, body, {}, entry)))
        if method == "GET":
            raise errors.NoSuchRoute("expected one of the paths that GET / lists, got another one")
        raise errors.WrongMethod(f"expected POST, got {request.method}", ("OPTIONS", "POST"))

    def _read_digits(self, exchange: Exchange) -> Answer:
        return self._called(exchange, partial(self._answer, exchange))

    def _answer(self, exchange: Exchange, call: Call) -> Answer:
        entry = exchange.entry
        dialect = choose(call)
        entry.dialect = dialect.name
        try:
            pictures = see(pictures_in(dialect, call))
        except errors.NoInk:
            if dialect.blank is None:
                raise
            return dialect.status, dialect.blank
        entry.pictures = len(pictures.digits)
        seen_at = self.clock()
        release = self._release(entry)
        loaded = self.clock()
        readings = read(pictures, release.network, dialect.numbers)
        entry.prediction = "".join(str(reading.nearest) for reading in readings)
        entry.confidence = round(sum(reading.share for reading in readings) / len(readings), 4)
        done = self.clock()
        entry.timing_ms = {
            "read": _milliseconds(seen_at - entry.started),
            "load": _milliseconds(loaded - seen_at),
            "network": _milliseconds(done - loaded),
            "total": _milliseconds(done - entry.started),
        }
        seen = [data_url(encode_png(digit)) for digit in pictures.digits] if _wants(exchange.request, "seen") else []
        model = describe.brief(release)
        return dialect.status, dialect.write(Result(call, readings, model, entry.timing_ms, seen))

    def _called(self, exchange: Exchange, work: Callable[[Call], T]) -> T:
        """What `work` makes of what the client sent. Large bodies take turns: each may become twenty times its size."""
        body = exchange.body.read(self.settings.max_body_bytes)
        if len(body) <= LARGE:
            return work(read_call(exchange.request, body))
        with WORKING:
            return work(read_call(exchange.request, body))

    def _release(self, entry: Entry) -> Release:
        release = self.keeper.release()
        entry.version = release.version
        return release

    def _describe(self, exchange: Exchange) -> Answer:
        return 200, describe.service(self.settings, feedback=self.feedback is not None)

    def _health(self, exchange: Exchange) -> Answer:
        return 200, {"status": "ok"}

    def _openapi(self, exchange: Exchange) -> Answer:
        from function import openapi  # like _correct's, not on a cold start's way

        return 200, openapi.document()

    def _model(self, exchange: Exchange) -> Answer:
        release = self._release(exchange.entry)
        return 200, describe.model(release, self.keeper.status())

    def _weights(self, exchange: Exchange) -> Reply:
        """The weights in service, as a page reads them that reads by itself."""
        release = self._release(exchange.entry)
        if exchange.names["version"] != release.version:
            raise errors.NoSuchRoute(f"expected the version in service, {release.version}, got another one")
        if release.packed is None:
            raise errors.NoSuchRoute(f"a page can't run weights of {release.network.architecture} as they are loaded")
        # weak: the same weights may have had another version
        headers = {"Cache-Control": FOR_EVER, "ETag": f'W/"{release.packed.digest}"'}
        if exchange.request.if_none_match.contains_weak(release.packed.digest):
            return Reply(304, headers)
        return _reply(200, release.packed.content, "application/octet-stream", headers)

    def _show(self, page: Page, exchange: Exchange) -> Answer:
        """A page of a dialect's."""
        version = self._release(exchange.entry).version if page.loads else ""
        return 200, page.write(exchange.names, version)

    def _correct(self, exchange: Exchange) -> Answer:
        if self.feedback is None:
            raise errors.NoSuchRoute("this function takes no corrections")
        from function.dialects.correcting import read_correction

        sent = self._called(exchange, read_correction)
        # Not within: corrections take turns of their own, and one that waits for its bucket shall hold up no reader.
        kept = self.feedback.keep(sent.picture, sent.label, sent.told, self.keeper.present(), sent.made)
        return 201, {"id": kept}

    def _problem(self, error: Exception, entry: Entry) -> Reply:
        """An answer of RFC 9457 for `error`; what isn't the caller's to know goes to the log alone."""
        entry.error = error
        known = error if isinstance(error, errors.DigitsError) else errors.DigitsError()
        status = next((STATUS[kind] for kind in type(known).__mro__ if kind in STATUS), 500)
        detail = str(known) if isinstance(known, errors.CallerError) else known.title
        body = {"type": "about:blank", "title": known.title, "status": status, "detail": detail, "code": known.code}
        body |= reason_of(entry.path, detail)
        headers: Headers = {}
        if isinstance(known, errors.WrongMethod):
            headers["Allow"] = ", ".join(known.allow)
        if status == 503:
            headers["Retry-After"] = str(getattr(known, "retry_after", RETRY_SECONDS))
        reply = _json(status, body, "application/problem+json", headers)
        # After a body that broke off, nobody knows where the next request begins.
        return _closing(reply) if isinstance(known, errors.BrokenOff) else reply

    def _dismiss(self, body: Body, reply: Reply, entry: Entry) -> Reply:
        """The reply, once the body that nobody wanted is out of its way, or a problem about that body."""
        try:
            body.discard()
        except errors.BrokenOff as error:
            reply = self._problem(error, entry)
        return _closing(reply)


def _json(status: int, value: Any, mimetype: str = "application/json", headers: Headers | None = None) -> Reply:
    """What is told, as JSON; text as it is."""
    if isinstance(value, Plain):
        return _reply(status, value.encode(), "text/plain; charset=utf-8", headers)
    return _reply(status, ENCODE(value).encode() + b"\n", mimetype, headers)


def _reply(status: int, body: bytes, mimetype: str, headers: Headers | None) -> Reply:
    return Reply(status, {**(headers or {}), "Content-Type": mimetype, "Content-Length": str(len(body))}, body)


def _closing(reply: Reply) -> Reply:
    reply.closes, reply.headers["Connection"] = True, "close"
    return reply


def _preflight() -> Headers:
    return {
        "Access-Control-Allow-Methods": "GET, POST, PUT",
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }


def _allow(route: Route) -> tuple[str, ...]:
    return tuple(sorted({*route.methods, "OPTIONS", *(["HEAD"] if "GET" in route.methods else [])}))


def _wants(request: Request, name: str) -> bool:
    if not 0 < len(request.query_string) <= MAX_QUERY:
        return False
    return request.args.get(name, "").lower() in ("1", "true", "yes")


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)  # microseconds: finer than any clock here


def _shown(page: Page) -> Callable[[Handler, Exchange], Answer]:
    return lambda handler, exchange: handler._show(page, exchange)


ROUTES = (
    Route(re.compile("/"), {"GET": Handler._describe, "POST": Handler._read_digits}),
    Route(re.compile("/health"), {"GET": Handler._health}),
    Route(re.compile("/model"), {"GET": Handler._model}),
    Route(re.compile(r"/weights/(?P<version>[\w.-]{1,64})", re.ASCII), {"GET": Handler._weights}),
    Route(re.compile(r"/openapi\.json"), {"GET": Handler._openapi}),
    Route(re.compile("/feedback"), {"POST": Handler._correct}),
    *(Route(one.path, dict.fromkeys(one.methods, Handler._read_digits)) for one in DIALECTS if one.path),
    *(Route(page.path, {"GET": _shown(page)}) for dialect in DIALECTS for page in dialect.pages),
)
