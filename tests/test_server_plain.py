"""Requests that we read ourselves, gunicorn reads alike; whatever else comes is left to it."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.http import get_parser  # type: ignore[import-untyped]
from gunicorn.http.wsgi import create  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from function.server.plain import MOST, Plain, environ_of
from tests.support.bodies import CSV, as_json
from tests.support.function_server import FunctionServer
from tests.support.wire import connect

GOOD = b"POST /a/b.c?x=1&y=~ HTTP/1.1\r\nHost: h\r\nContent-Type: a/b; c=d\r\nContent-Length: 3\r\nX-Y: 1, 2\r\n\r\nabc"
# Each breaks the certainty in one way: another framing, another meaning, something left over, something missing.
UNSURE = (
    GOOD + b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    GOOD[:-1],
    GOOD + b"d",
    GOOD.replace(b"\r\n", b"\n"),
    GOOD.replace(b"HTTP/1.1", b"HTTP/1.0"),
    GOOD.replace(b"Host: h\r\n", b""),
    GOOD.replace(b"Host: h", b"Host: h\r\nHost: i"),
    GOOD.replace(b"Host: h", b"Host: h\r\n folded"),
    GOOD.replace(b"Host: h", b"Host : h"),
    GOOD.replace(b"Host: h", b"Host: h\x00"),
    GOOD.replace(b"Host: h", b"Host: h\r"),
    GOOD.replace(b"X-Y", b"X_Y"),
    GOOD.replace(b"X-Y: 1, 2", b"Transfer-Encoding: chunked"),
    GOOD.replace(b"X-Y: 1, 2", b"transfer-encoding: identity"),
    GOOD.replace(b"X-Y: 1, 2", b"Content-Length: 3"),
    GOOD.replace(b"X-Y: 1, 2", b"Expect: 100-continue"),
    GOOD.replace(b"X-Y: 1, 2", b"Connection: close"),
    GOOD.replace(b"X-Y: 1, 2", b"Connection: Upgrade, HTTP2-Settings"),
    GOOD.replace(b"X-Y: 1, 2", b"Upgrade: h2c"),
    GOOD.replace(b"X-Y: 1, 2", b"X-Forwarded-Proto: https"),
    GOOD.replace(b"Length: 3", b"Length: +3"),
    GOOD.replace(b"Length: 3", b"Length: 3, 3"),
    GOOD.replace(b"Length: 3", b"Length: \xb3"),
    GOOD.replace(b"/a/b.c", b"//a/b.c"),
    GOOD.replace(b"/a/b.c", b"http://h/a"),
    GOOD.replace(b"/a/b.c", b"/a%2Fb"),
    GOOD.replace(b"/a/b.c", b"/a#b"),
    GOOD.replace(b"/a/b.c", b"*"),
    GOOD.replace(b"POST", b"post"),
    GOOD.replace(b"POST", b"DELETE"),
    GOOD.replace(b"X-Y: 1, 2", b"X-Y: " + b"z" * 5000),
    GOOD.replace(b"X-Y: 1, 2", b"\r\n".join(b"X%d:" % number for number in range(100))),
    b"",
    b"\r\n\r\n",
)


def as_gunicorn(data: bytes) -> tuple[dict[str, Any], bytes, bool]:
    """The environment, the body and whether the connection stays, of the first request in `data`. Raises its errors."""
    config = Config()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(data)
        ours.shutdown(socket.SHUT_WR)
        request = next(get_parser(config, theirs, ("192.0.2.1", 5)))
        environ = create(request, theirs, ("192.0.2.1", 5), ("0.0.0.0", 80), config)[1]
        return environ, environ["wsgi.input"].read(), not request.should_close()


def assert_alike(data: bytes) -> None:
    """That gunicorn reads the same in a request, if we read it at all."""
    ours = environ_of(data)
    if ours is None:
        return
    environ, body, stays = as_gunicorn(data)
    assert stays
    assert ours.pop("wsgi.input").read() == body
    told = {name for name in environ if name.startswith("HTTP_")} | {"CONTENT_TYPE", "CONTENT_LENGTH"} & environ.keys()
    assert {name: environ[name] for name in told | ours.keys()} == ours


def test_a_plain_request_is_read() -> None:
    environ = environ_of(GOOD)
    assert environ is not None
    assert environ["wsgi.input"].read() == b"abc"
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/a/b.c", "x=1&y=~")
    assert_alike(GOOD)


@pytest.mark.parametrize("data", UNSURE, ids=range(len(UNSURE)))
def test_what_is_not_certain_is_left_to_gunicorn(data: bytes) -> None:
    assert environ_of(data) is None


TOKENS = st.sampled_from(
    [b"Host", b"Content-Length", b"Content-Type", b"Accept", b"X-a", b"x-A", b"Connection", b"Cookie", b"TE", b"1", b""]
)
VALUES = st.one_of(
    st.sampled_from(
        [b"h", b"0", b"3", b"03", b"keep-alive", b"Keep-Alive", b"close", b"a/b", b"", b" ", b"\t", b"a:b"]
    ),
    st.binary(max_size=6),
)
LINES = st.tuples(
    TOKENS, st.sampled_from([b": ", b":", b":  ", b" :"]), VALUES, st.sampled_from([b"\r\n"] * 9 + [b"\n"])
)
TARGETS = st.text("/a.~-_?=&%#:@*\\;+é ", max_size=8).map(lambda text: b"/" + text.encode())


@given(
    st.sampled_from([b"GET", b"POST", b"HEAD", b"PUT", b"OPTIONS"]),
    TARGETS,
    st.lists(LINES.map(b"".join), max_size=4).map(b"".join),
    st.sampled_from([b"", b"abc", b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"]),
)
@example(b"POST", b"/", b"Content-Length: 03\r\n", b"abc")
def test_whatever_we_read_gunicorn_reads_alike(method: bytes, target: bytes, lines: bytes, body: bytes) -> None:
    assert_alike(method + b" " + target + b" HTTP/1.1\r\nHost: h\r\n" + lines + b"\r\n" + body)
    length = b"Content-Length: " + str(len(body)).encode() + b"\r\n"
    assert_alike(method + b" " + target + b" HTTP/1.1\r\n" + lines + length + b"\r\n" + body)


def exchanged(server: FunctionServer, *parts: bytes) -> tuple[list[bytes], bytes]:
    """Sends the parts one after the other; the head's lines but for the date, and the body, of the one answer."""
    with connect(server) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(0.05)  # seconds: so that the next one doesn't arrive with it
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(2**16):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return sorted(line for line in head.split(b"\r\n") if not line.startswith(b"Date:")), body


def asking(line: bytes, body: bytes = b"") -> bytes:
    return line + b" HTTP/1.1\r\nHost: h\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "request_",
    [
        asking(b"GET /health"),
        asking(b"HEAD /health"),
        asking(b"OPTIONS /"),
        asking(b"GET /nowhere"),
        asking(b"PUT /", b"unwanted"),
        asking(b"POST /", b"{"),
        asking(b"POST /?seen=1", b""),
    ],
    ids=range(7),
)
def test_an_answer_is_the_same_whoever_reads_the_request(server: FunctionServer, request_: bytes) -> None:
    """gunicorn reads what comes in pieces."""
    assert exchanged(server, request_) == exchanged(server, request_[:25], request_[25:])


def test_a_digit_is_read_whole_or_in_pieces(server: FunctionServer) -> None:
    request = asking(b"POST /", as_json({"image": CSV})[0])
    for parts in ((request,), (request[:-5], request[-5:]), (request[:30], request[30:100], request[100:])):
        lines, body = exchanged(server, *parts)
        assert b"HTTP/1.1 200 OK" in lines
        assert b'"prediction":"7"' in body


def connected(sock: socket.socket, called: list[object]) -> SimpleNamespace:
    unreader = SimpleNamespace(buf=BytesIO(), unread=called.append)
    return SimpleNamespace(
        sock=sock, client=("192.0.2.1", 5), server=("192.0.2.2", 80), is_http2=False,
        init=lambda: None, parser=SimpleNamespace(unreader=unreader),
    )  # fmt: skip


def plain(app: Any, called: list[object] | None = None, goes_on: bool = True) -> Plain:
    calls = [] if called is None else called
    return Plain(app, lambda _: "gunicorn's", lambda _, error: calls.append(type(error)), lambda: goes_on)


def answered(app: Any, data: bytes, *, goes_on: bool = True) -> tuple[object, bytes, list[object]]:
    """What `Plain` says of the connection, what it sent, and what else was called."""
    called: list[object] = []
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(data)
        kept = plain(app, called, goes_on)(connected(theirs, called))
        theirs.shutdown(socket.SHUT_WR)
        return kept, ours.recv(MOST), called


def test_what_is_left_to_gunicorn_finds_every_byte_there() -> None:
    kept, sent, called = answered(None, UNSURE[0])
    assert (kept, sent, called) == ("gunicorn's", b"", [UNSURE[0]])


def test_an_application_that_fails_is_told_of_and_its_connection_is_not_kept() -> None:
    def fails(environ: object, start: object) -> list[bytes]:
        raise ZeroDivisionError

    assert answered(fails, GOOD) == (False, b"", [ZeroDivisionError])


def test_no_header_can_begin_another_line() -> None:
    def splits(environ: object, start: Any) -> list[bytes]:
        start("200 OK", [("ETag", "a\r\nSet-Cookie: b")])
        return [b""]

    assert answered(splits, GOOD) == (False, b"", [ValueError])


def test_a_server_that_stops_says_that_the_connection_closes() -> None:
    def fine(environ: object, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    assert answered(fine, GOOD)[0] is True
    kept, sent, _ = answered(fine, GOOD, goes_on=False)
    assert kept is False
    assert b"\r\nConnection: close\r\n" in sent


def test_a_server_that_stops_does_not_wait_for_its_clients_to_close() -> None:
    def fine(environ: object, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(GOOD)
        assert plain(fine, goes_on=False)(connected(theirs, [])) is False
        assert ours.recv(MOST).endswith(b"ok")
        assert theirs.recv(1, socket.MSG_DONTWAIT) == b""


def test_a_client_that_hung_up_meanwhile_is_nobodys_error() -> None:
    def fine(environ: Any, start: Any) -> list[bytes]:
        environ["gunicorn.socket"].shutdown(socket.SHUT_RDWR)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    assert answered(fine, GOOD)[::2] == (False, [])


def test_whoever_reads_slowly_gets_all_of_a_long_answer_on_a_connection_that_was_kept() -> None:
    """gunicorn waits for a next request without blocking."""
    body = b"x" * 2**20

    def long(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    ours, theirs = socket.socketpair()
    with ours, theirs, ThreadPoolExecutor(1) as pool:
        theirs.setblocking(False)
        ours.sendall(GOOD)
        kept = pool.submit(plain(long), connected(theirs, []))
        answer = b""
        while len(answer.partition(b"\r\n\r\n")[2]) < len(body) and (piece := ours.recv(MOST)):
            answer += piece
        ours.shutdown(socket.SHUT_RDWR)  # else nobody would end who still sends
        assert answer.endswith(b"\r\n\r\n" + body)
        assert kept.result() is True


def test_a_client_that_said_nothing_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert plain(None)(connected(theirs, [])) is True
