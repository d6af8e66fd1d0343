"""Requests in one piece and their answers, past gunicorn's parser, which takes as long as the network does.

Only what is certain: a whole request, at once, of a form that leaves nothing to understand. Whatever else comes,
gunicorn reads. What is read here, it reads alike: tests hold both against each other.
"""

import re
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from function.server.host import close_after

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

MOST = 2**16  # bytes of a request: a drawing is a tenth
MOST_HEAD = 4096  # bytes before the body: a browser's has a fifth
MOST_NAMES = 100  # in an environment: gunicorn refuses more headers than that
# A path without %, which is to be decoded, and without a second slash at its beginning, which is a host's.
START = re.compile(rb"(GET|HEAD|POST|PUT|OPTIONS) (/(?:[\w.~-][\w./~-]*)?)(?:\?([\w.~=&-]*))? HTTP/1\.1\r\n", re.ASCII)
HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*): ?((?:[!-~](?:[ -~]*[!-~])?)?)\r\n")
LENGTH = re.compile("[0-9]{1,5}", re.ASCII)
# Names that tell a server how to read or to whom it speaks.
UNDERSTOOD = re.compile(
    b"expect|http2-settings|te|trailer|transfer-encoding|upgrade|proxy.*|x-forwarded-(?:proto|protocol|ssl)"
)
OWN_NAMES = {b"content-length": "CONTENT_LENGTH", b"content-type": "CONTENT_TYPE"}
BODILESS = ("204", "304")


def environ_of(data: bytes) -> "WSGIEnvironment | None":
    """What WSGI wants to be told of the request that `data` is; None where it isn't one, whole and certain."""
    end = data.find(b"\r\n\r\n", 0, MOST_HEAD) + 4
    start = START.match(data)
    if end < 4 or start is None:
        return None
    method, path, query = start.groups(b"")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": method.decode(),
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode(),
        "QUERY_STRING": query.decode(),
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    at = start.end()
    while at < end - 2:
        header = HEADER.match(data, at, end)
        if header is None or (name := _name(header[1])) is None or name in environ:
            return None
        environ[name] = header[2].decode()
        at = header.end()
    length = environ.get("CONTENT_LENGTH", "0")
    if not LENGTH.fullmatch(length) or int(length) != len(data) - end or "HTTP_HOST" not in environ:
        return None
    if len(environ) > MOST_NAMES:
        return None
    if environ.get("HTTP_CONNECTION", "keep-alive").lower() != "keep-alive":
        return None
    environ["wsgi.input"] = BytesIO(data[end:])
    return environ


@lru_cache(maxsize=256)  # a client's names are the same each time
def _name(header: bytes) -> str | None:
    """A header's name in a WSGI environment; None for one that means something to a server."""
    name = header.lower()
    if UNDERSTOOD.fullmatch(name):
        return None
    return OWN_NAMES.get(name) or "HTTP_" + name.decode().upper().replace("-", "_")


@dataclass(eq=False)
class _Response:
    """What an application says of its answer: as much of gunicorn's response as `close_after` knows."""

    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    closes: bool = False

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return self._write

    def force_close(self) -> None:
        self.closes = True

    def _write(self, data: bytes) -> None:
        raise NotImplementedError("an answer is what the application returns")

    def packed(self, body: bytes, method: str) -> bytes:
        """Head and body. Raises ValueError for a head with lines of its own."""
        lines = [f"HTTP/1.1 {self.status}", "Server: gunicorn", f"Date: {_date(int(time.time()))}"]
        lines.append(f"Connection: {'close' if self.closes else 'keep-alive'}")
        lines += [f"{name}: {value}" for name, value in self.headers if name != "Connection"]
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1:
            raise ValueError("a header has more lines than one")
        bare = method == "HEAD" or self.status.startswith(BODILESS)
        return head.encode("latin-1") + b"\r\n\r\n" + (b"" if bare else body)


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


@dataclass(frozen=True, eq=False)
class Plain:
    """Answers requests as gunicorn's worker does, the plain ones by itself.

    app      answers all requests
    handle   gunicorn's: answers one request of a connection; True = it may be kept
    fail     tells a client that `app` raised an error: connection, error
    keeps    whether connections are still kept
    """

    app: "WSGIApplication"
    handle: Callable[[Any], object]
    fail: Callable[[Any, Exception], object]
    keeps: Callable[[], bool]

    def __call__(self, connection: Any) -> object:
        """As `handle`, of a connection on which something waits."""
        try:
            connection.init()
            if connection.is_http2 or connection.parser.unreader.buf.tell():
                return self.handle(connection)
            if connection.sock.gettimeout() is not None:  # gunicorn waited for its next request
                connection.sock.setblocking(True)  # else an answer would end where its client reads slowly
            data = connection.sock.recv(MOST, socket.MSG_DONTWAIT)
        except BlockingIOError:  # whoever asked had its number, and has closed it
            return True
        except OSError:  # the client has hung up
            return False
        environ = environ_of(data) if 0 < len(data) < MOST else None
        if environ is None:
            connection.parser.unreader.unread(data)
            return self.handle(connection)
        try:
            return self._answer(connection, environ)
        except OSError:
            return False
        except Exception as error:  # noqa: BLE001  as gunicorn does
            self.fail(connection, error)
            return False

    def _answer(self, connection: Any, environ: "WSGIEnvironment") -> bool:
        environ |= {
            "REMOTE_ADDR": connection.client[0],
            "REMOTE_PORT": str(connection.client[1]),
            "SERVER_NAME": connection.server[0],
            "SERVER_PORT": str(connection.server[1]),
            "gunicorn.socket": connection.sock,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }
        response = _Response()
        if not self.keeps():
            close_after(environ, response.start)
        body = b"".join(self.app(environ, response.start))
        connection.sock.sendall(response.packed(body, environ["REQUEST_METHOD"]))
        return not response.closes
