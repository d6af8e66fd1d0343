"""The page on one origin, and on another a function that misbehaves as told."""

import base64
import io
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scripts.site import Site

HELD = 60  # seconds: longer than any test holds an answer back


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one request, in this order."""

    until: threading.Event | None = None  # nothing happens before it is set
    sleep: float = 0.0  # seconds before anything happens
    drop: bool = False  # hang up without a word
    status: int = 200  # another status answers problem+json
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None  # sent instead of the answer
    cors: bool = True


@dataclass(frozen=True)
class Received:
    at: float  # seconds, time.monotonic
    method: str
    path: str
    body: bytes

    @property
    def picture(self) -> Image.Image:
        _, _, encoded = json.loads(self.body)["image"].partition(",")
        return Image.open(io.BytesIO(base64.b64decode(encoded)))


@dataclass
class FakeFunction:
    """Reads where the ink is instead of what it says: its middle in the n-th tenth of the width is an n.

    So its answer still depends on the pixels that arrived. `faults` holds, by path, what befalls the next
    requests; a path without any left answers well.
    """

    url: str = ""
    folder: str = ""  # a path that everything lies under
    feedback: bool = True
    doubt: bool = False  # answer with two digits about as probable
    rest: float = 0.002  # the probability of each digit that it is not
    kind: str = "digit"  # of what it reads; empty where it is too old to tell
    text: str = ""  # the number that it reads
    sure: float = 0.97  # of a number
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    at_once: int = 0  # the most readings that were ever under way together

    def readings(self) -> list[Received]:
        return [one for one in self.received if one.method == "POST" and one.path == "/"]

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        model = {"version": "fake-1", "architecture": "ruler", "runtime": "none", "source": "test"}
        if (method, path) == ("GET", "/"):
            return 200, {"service": "fake", "feedback": self.feedback}
        if (method, path) == ("GET", "/model"):
            return 200, model
        if path.startswith("/weights/"):
            return 404, {"code": "not-found", "detail": "It has no weights."}
        if (method, path) == ("GET", "/health"):
            return 200, {"status": "ok"}
        if (method, path) == ("POST", "/feedback"):
            return (201, {"id": "7-0"}) if self.feedback else (404, {"detail": "Feedback is off."})
        ink = 255 - np.asarray(Received(0, method, path, body).picture.convert("L"), dtype=np.float64)
        if ink.max() == 0:
            return 422, {"code": "no-ink", "detail": "expected a drawing, got a picture of a single color"}
        middle = float((ink.sum(axis=0) * np.arange(ink.shape[1])).sum() / ink.sum()) / ink.shape[1]
        digit = min(9, int(middle * 10))
        probabilities = [self.rest] * 10
        probabilities[digit] = 1 - 9 * self.rest
        if self.doubt:
            probabilities[digit], probabilities[(digit + 1) % 10] = 0.55, 0.434
        told = {"reading": self._reading(ink, str(digit), max(probabilities))} if self.kind else {}
        return 200, told | {
            "prediction": str(digit),
            "confidence": max(probabilities),
            "probabilities": probabilities,
            "model": model,
            "timing_ms": {"total": 3.2},
            "seen": _seen(ink),
        }

    def _reading(self, ink: NDArray[np.float64], digit: str, confidence: float) -> dict[str, Any]:
        """The text has as many parts beside each other, of what the ink takes up."""
        text = {"digit": digit, "number": self.text, "unknown": ""}[self.kind]
        (top, bottom), (left, right) = (np.flatnonzero(ink.max(axis=axis) > 128)[[0, -1]] for axis in (1, 0))
        edges = np.linspace(left, right + 1, len(text) + 1).tolist()
        parts = []
        for letter, start, end in zip(text, edges, edges[1:], strict=False):
            box = [start, top, end - start, bottom + 1 - top] / np.tile(ink.shape[::-1], 2)
            seen = _seen(ink[:, int(start) : int(end) + 1])
            parts.append({"digit": letter, "confidence": 0.98, "box": box.round(4).tolist(), "seen": seen})
        sure = confidence if self.kind == "digit" else self.sure
        return {"kind": self.kind, "text": text, "confidence": sure, "parts": parts}


def _seen(ink: NDArray[np.float64]) -> str:
    png = io.BytesIO()
    Image.fromarray(ink.astype(np.uint8)).resize((28, 28)).save(png, "PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()


@contextmanager
def fake_function() -> Iterator[FakeFunction]:
    function = FakeFunction()
    under_way: set[int] = set()
    hearing = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            path = urlsplit(self.path).path.removeprefix(function.folder)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with hearing:  # so that they stand in the order in which they were asked, each with its own fault
                if taken_back(self.connection):
                    self.close_connection = True
                    return
                faults = function.faults.get(path, [])
                fault = faults.pop(0) if faults else Fault()
                function.received.append(Received(time.monotonic(), self.command, path, body))
            if self.command == "POST":
                under_way.add(id(self))
                function.at_once = max(function.at_once, len(under_way))
            if fault.until is not None:
                fault.until.wait(HELD)
            time.sleep(fault.sleep)
            under_way.discard(id(self))
            if fault.drop:
                self.close_connection = True
                self.connection.close()
                return
            status, answer = fault.status, {"detail": "as the test told it"}
            if status == 200:
                status, answer = function.answer(self.command, path, body)
            content = json.dumps(answer).encode() if fault.body is None else fault.body
            try:
                self.send_response(status)
                if fault.cors:
                    self.send_header("Access-Control-Allow-Origin", "*")
                    self.send_header("Access-Control-Expose-Headers", "Retry-After")
                for name, value in fault.headers:
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(b"" if self.command == "HEAD" else content)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the page took its question back

        do_GET = do_HEAD = do_POST = do_OPTIONS = handle_one  # noqa: N815  names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    with running(Handler) as function.url:
        yield function


def taken_back(connection: socket.socket) -> bool:
    """Whether who asked has hung up since: on a busy machine, such a question is heard after the one that followed."""
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except ConnectionError:
        return True


class Host(SimpleHTTPRequestHandler):
    """A static host, as dumb as they come."""

    def log_message(self, *_: object) -> None:
        pass


class Unweighted(Site):
    """The site without the weights: its page reads by the function alone, unless that has some to give."""

    def send_head(self) -> Any:
        if self.path.endswith(".safetensors"):
            self.send_error(404)
            return None
        return super().send_head()


@contextmanager
def page_of(function_url: str, reads: bool = False) -> Iterator[str]:
    """The page's own URL; its HTML names `function_url`. With `reads`, its own weights lie beside it."""
    with running(partial(Site if reads else Unweighted, function=function_url)) as url:
        yield url


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a browser hangs up whenever it likes


@contextmanager
def running(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """A server for this block, on a free port; its URL."""
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
