"""A request's body as it comes in: read within a limit, or discarded; either way within a time.

Nobody else reads from the client. The framework would: on every route, all of it, for as long as its sender likes.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from function.errors import BrokenOff, TooLarge

PIECE = 2**16  # bytes at a time
DISCARDED = 32 * 2**20  # bytes that are read without being wanted: Cloud Run takes no longer request
AT_EASE = 4  # bodies that may come in slowly at a time: half of a server's threads
TICK = 0.1  # seconds between looks at whose time is over


@dataclass(frozen=True, eq=False)
class Patience:
    """How long one body may take in seconds: `grace`, and one more for each `rate` bytes that have arrived; never
    longer than `longest`."""

    grace: float
    rate: float
    longest: float

    def seconds(self, received: int) -> float:
        """What the whole body may take after so many bytes."""
        return min(self.grace + received / self.rate, self.longest)


WANTED: Final = Patience(grace=5.0, rate=2**14, longest=60.0)  # 2**14: 128 kbit/s, a phone in a bad cell
UNWANTED: Final = Patience(grace=1.0, rate=2**18, longest=30.0)  # so that its sender reads the answer
CROWDED: Final = Patience(grace=0.5, rate=2**18, longest=10.0)  # for all, while more than AT_EASE come in


class Body:
    """The body of the request with this WSGI environment, which is read once: by `read`, or by `discard`."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._environ = environ
        self._stream = environ["wsgi.input"]
        self._length = int(environ.get("CONTENT_LENGTH") or 0)
        self.received = 0  # bytes so far, kept or not
        self.is_left = bool(self._length) or "HTTP_TRANSFER_ENCODING" in environ

    def read(self, limit: int) -> bytes:
        """All of it, which whoever parses forms finds in the environment as well.

        Raises TooLarge, without reading anything when so much is announced, and BrokenOff, also for one that stalls.
        """
        if self._length > limit:
            raise TooLarge(f"expected a body of at most {limit} bytes, got {self._length}")
        if not self.is_left:
            return b""
        if isinstance(self._stream, BytesIO) and len(data := self._stream.getvalue()) == self._length:
            self.is_left = False  # the server had received it already
            return data
        pieces: list[bytes] = []
        if not self._receive(WANTED, limit, pieces.append):
            raise BrokenOff("expected a complete body, got one that stalled")
        if self.received > limit:
            self.is_left = True  # and worth discarding, so that the sender learns why
            raise TooLarge(f"expected a body of at most {limit} bytes, got more")
        data = b"".join(pieces)
        self._environ["wsgi.input"] = BytesIO(data)
        return data

    def discard(self) -> None:
        """Reads on without keeping anything: who is still sending when the answer comes may never see it.

        Raises BrokenOff for a body that isn't framed as HTTP wants it, or that its sender breaks off.
        """
        if self.is_left:
            self._receive(UNWANTED, DISCARDED, lambda piece: None)

    def forget(self) -> None:
        """Leaves nothing of it in the environment."""
        self._environ["wsgi.input"] = BytesIO()

    def _receive(self, patience: Patience, most: int, take: Callable[[bytes], None]) -> bool:
        """Takes pieces until the end, or until they are more than `most`; False when time was over before."""
        self.is_left = False
        self.forget()  # all that others find, unless it is read to its end
        self._environ["wsgi.input_terminated"] = True
        with _watch.limit(self._environ.get("gunicorn.socket"), patience) as limit:
            try:
                while self.received <= most and (piece := self._stream.read(PIECE)):
                    self.received += len(piece)
                    take(piece)
                    limit.received = self.received
            except Exception as error:  # each HTTP server has its own errors for bad chunks and closed connections
                if limit.is_over:
                    return False
                raise BrokenOff("expected a complete body, got one that broke off") from error
        if limit.is_over and self.received <= most:
            return False
        if self.received < min(self._length, most):
            raise BrokenOff(f"expected a body of {self._length} bytes, got {self.received}")
        return True


class _Limit:
    """The time of one body; when it is over, nothing more is read from its sender."""

    def __init__(self, connection: socket.socket | None, patience: Patience, started: float) -> None:
        self._connection = connection
        self._patience = patience
        self._started = started
        self.received = 0
        self.is_over = False

    def look(self, now: float, crowded: bool) -> None:
        patience = CROWDED if crowded else self._patience
        if self.is_over or self._connection is None or now < self._started + patience.seconds(self.received):
            return
        if now < self._started + patience.longest and _has_more(self._connection):
            return  # it is this machine that is slow
        self.is_over = True
        with suppress(OSError):  # it was closed meanwhile
            self._connection.shutdown(socket.SHUT_RD)  # reads end as if the sender had hung up; writing goes on


def _has_more(connection: socket.socket) -> bool:
    """Whether something has arrived that nobody has read yet."""
    try:
        return bool(connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except (OSError, ValueError):  # nothing now, or a connection that can't tell
        return False


class Watch:
    """Looks at the time of all bodies that come in, in one thread, which sleeps while there are none.

    From outside, because one read of the server's is many of its socket's, and a timeout of each of those limits
    nothing. gunicorn lends its socket; other servers keep limits of their own.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._limits: set[_Limit] = set()
        self._begun = threading.Event()
        self._lock = threading.Lock()  # held while the thread is started
        self._thread: threading.Thread | None = None

    @contextmanager
    def limit(self, connection: socket.socket | None, patience: Patience) -> Iterator[_Limit]:
        """The limit on a body that comes in over `connection` within this block."""
        limit = _Limit(connection, patience, self._clock())
        self._limits.add(limit)
        if self._thread is None:
            self._start()
        if not self._begun.is_set():
            self._begun.set()
        try:
            yield limit
        finally:
            self._limits.discard(limit)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._begun.wait()
            self._begun.clear()
            time.sleep(TICK)  # first: woken by each body, it would cost every request a fifth of a millisecond
            now = self._clock()
            limits = list(self._limits)
            for limit in sorted(limits, key=lambda limit: limit.received):  # the idlest first
                limit.look(now, len(self._limits) > AT_EASE)
            if self._limits:
                self._begun.set()


_watch = Watch()
