"""Asks over kept-alive connections and takes the time, itself as light as Python allows: requests are ready-made
bytes, and of an answer only its status and length are read.
"""

import selectors
import socket
import time
from contextlib import ExitStack
from typing import Self

ANSWER_SECONDS = 120.0  # a first answer from a slow disk
_CHUNK = 2**16
_TICK = 0.1  # seconds between looks at the clock while nothing arrives


class Connection:
    """One kept-alive connection. Raises OSError when the server isn't there, or doesn't answer 200."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answer = b""

    def ask(self, request: bytes) -> bytes:
        """The body of the answer."""
        self.send(request)
        while (body := self.receive()) is None:
            pass
        return body

    def send(self, request: bytes) -> None:
        self._answer = b""
        self._socket.sendall(request)

    def receive(self) -> bytes | None:
        """The body once it is complete. Waits for more to arrive, but only once."""
        received = self._socket.recv(_CHUNK)
        if not received:
            raise ConnectionError(f"the connection closed after {self._answer!r}")
        self._answer += received
        return body_of(self._answer)

    def fileno(self) -> int:
        return self._socket.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def body_of(answer: bytes) -> bytes | None:
    """The body of an answer; None while it is incomplete. Raises OSError unless it is a 200 that tells its length."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return None
    lines = head.lower().split(b"\r\n")
    lengths = [line.partition(b":")[2] for line in lines if line.startswith(b"content-length:")]
    if not lines[0].startswith(b"http/1.1 200 ") or not lengths:
        raise OSError(f"expected a 200 with its length, got {answer[:500]!r}")
    return body if len(body) >= int(lengths[0]) else None


def latencies(port: int, request: bytes, most: int, seconds: float) -> list[float]:
    """Milliseconds of one request after the other, until there are `most` or `seconds` are over; at least one.

    The connection is opened, and used once, beforehand.
    """
    with Connection(port) as connection:
        connection.ask(request)
        times: list[float] = []
        now = time.perf_counter()
        end = now + seconds
        while len(times) < most and (now < end or not times):
            connection.ask(request)
            before, now = now, time.perf_counter()
            times.append((now - before) * 1000)
    return times


def throughput(port: int, request: bytes, connections: int, seconds: float) -> float:
    """Answers per second while every connection sends its next request as soon as it has its answer.

    One thread serves all connections: the client shall take as little as possible from the server's processors.
    """
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for _ in range(connections):
            connection = stack.enter_context(Connection(port))
            selector.register(connection, selectors.EVENT_READ, connection)
            connection.send(request)
        _exchange(selector, request, seconds / 4, 1)  # the connections fall into step
        started = time.perf_counter()
        answered = _exchange(selector, request, seconds, connections)
        return answered / (time.perf_counter() - started)


def _exchange(selector: selectors.BaseSelector, request: bytes, seconds: float, least: int) -> int:
    """How many answers arrive in that time, prolonged until there are `least`; the next request follows each."""
    answered = 0
    end = time.perf_counter() + seconds
    while answered < least or time.perf_counter() < end:
        for key, _ in selector.select(timeout=_TICK):
            connection: Connection = key.data
            if connection.receive() is not None:
                answered += 1
                connection.send(request)
    return answered
