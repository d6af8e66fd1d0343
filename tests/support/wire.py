"""HTTP by hand, for clients that no library would be: half requests, stalled ones, and what comes back."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import psutil

from tests.support.function_server import FunctionServer

FRAMINGS = {
    "length": b"Content-Length: 100\r\n\r\n1",
    "chunks": b"Transfer-Encoding: chunked\r\n\r\n5\r\n1",
}  # unfinished


@dataclass(frozen=True)
class Reply:
    """What came back: status 0 for nothing that is HTTP. `is_ours` tells our answers from the HTTP server's own."""

    status: int
    head: bytes
    body: bytes

    @property
    def is_ours(self) -> bool:
        kinds = (b"application/json", b"application/problem+json", b"text/plain; charset=utf-8")
        return any(b"Content-Type: " + kind in self.head for kind in kinds)


def connect(server: FunctionServer, patience: float = 20.0) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=patience)


def send(server: FunctionServer, data: bytes, patience: float = 20.0, half_close: bool = True) -> Reply:
    """Sends raw bytes; the answer to the first request in them, when the server closes or falls silent."""
    with connect(server, patience) as connection:
        answer = b""
        with suppress(OSError):  # the server may hang up on such a client: what came until then counts
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    is_http = len(words) > 1 and words[0].startswith(b"HTTP/") and words[1].isdigit()
    return Reply(int(words[1]) if is_http else 0, head, body)


@contextmanager
def stalled(server: FunctionServer, count: int, *targets: tuple[str, str]) -> Iterator[list[socket.socket]]:
    """`count` clients that begin a body and fall silent, in both framings, spread over (method, path) targets."""
    with ExitStack() as stack:
        clients = []
        for number in range(count):
            method, path = targets[number % len(targets)]
            framing = FRAMINGS["length" if number // len(targets) % 2 else "chunks"]
            client = stack.enter_context(connect(server))
            client.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n".encode() + framing)
            clients.append(client)
        yield clients


def pss_mebibytes(pid: int) -> float:
    """What a process holds, shared pages counted in parts."""
    return float(psutil.Process(pid).memory_full_info().pss) / 2**20


@dataclass
class Memory:
    """MiB of a process when watching began, and at most since."""

    idle: float
    peak: float

    @property
    def growth(self) -> float:
        return self.peak - self.idle


@contextmanager
def watched(pid: int) -> Iterator[Memory]:
    """Samples what a process holds, for as long as the block runs."""
    idle = pss_mebibytes(pid)
    memory, done = Memory(idle, idle), threading.Event()

    def sample() -> None:
        while not done.wait(0.01):
            memory.peak = max(memory.peak, pss_mebibytes(pid))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield memory
    finally:
        done.set()
        thread.join()


@contextmanager
def good_client(server: FunctionServer, body: bytes, pause: float = 0.02) -> Iterator[list[tuple[str, float]]]:
    """Somebody who posts `body` all the while; what was read each time, and after how many seconds."""
    read: list[tuple[str, float]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.wait(pause):
            started = time.monotonic()
            answer = server.ask("/", body)
            read.append((answer.json.get("prediction", str(answer.status)), time.monotonic() - started))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield read
    finally:
        done.set()
        thread.join()
