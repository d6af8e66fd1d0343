"""One thread at a time waits for all clients and answers them in turn.

Left alone, gunicorn's accepting thread waits for all, and gives each request to a thread of its own. So two threads
are woken between two requests of a client, and those of several clients contend for the interpreter: that takes as
long as reading a digit. Here whoever is woken answers, and goes on to whoever asks next; behind a request that takes
long, another thread takes the lead. Source: the Leader/Followers pattern (Schmidt et al., 2000).
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from select import EPOLLIN, epoll
from typing import Any

STAY = 0.02  # seconds until a client's next request, before gunicorn has it back: one nearby takes 0.001
PATIENCE = 0.005  # seconds that clients wait behind one request: nearly all take a fifth of that


@dataclass(eq=False)
class _Client:
    """A client that is waited for, or answered.

    number         its socket's
    kept           to be told: whether its connection may be kept
    heard          when it was last answered
    is_waited_for  neither is it being answered, nor has it asked
    is_muted       it said something while it was being answered, and isn't listened to until that ends
    """

    connection: Any
    number: int
    kept: Future[object] = field(default_factory=Future)
    heard: float = field(default_factory=time.monotonic)
    is_waited_for: bool = True
    is_muted: bool = False


class Leader:
    """Takes connections, on which a request is there or will be.

    handle   answers one request of a connection: True = it may be kept
    begin    runs a function in another thread, as soon as there is one
    goes_on  whether connections are still kept
    unheard  what becomes of a connection that says nothing from its beginning on
    """

    def __init__(
        self,
        handle: Callable[[Any], object],
        begin: Callable[[Callable[[], None]], object],
        goes_on: Callable[[], bool],
        unheard: object,
    ) -> None:
        self._handle, self._begin, self._goes_on, self._unheard = handle, begin, goes_on, unheard
        self._poll = epoll()
        self._clients: dict[int, _Client] = {}
        self._asking: deque[_Client] = deque()
        self._lock = threading.Lock()  # held while the lead changes, or who is listened to
        self._lead: object | None = None  # of the thread that has it
        self._answers_since: float | None = None  # that thread, the same request
        self._is_watched = False

    def take(self, connection: Any) -> Future[object]:
        """What `handle` said of its last request, or True when it has been idle."""
        client = _Client(connection, connection.sock.fileno())
        with self._lock:
            self._clients[client.number] = client
            self._poll.register(client.number, EPOLLIN)
            begins = self._lead is None
            if begins:
                self._lead = object()
                self._answers_since = time.monotonic()  # a lead that nobody begins is taken over as well
                self._begin(partial(self._go_on, self._lead))
        if not begins and self._answers_since is not None:
            self._watch()
        return client.kept

    def _go_on(self, lead: object) -> None:
        """Leads, until another thread does, or nobody is there any more."""
        with self._lock:
            if self._lead is not lead:
                return  # all threads were busy, and one that kept watch was free first
            self._answers_since = None
        looked = time.monotonic()
        while True:
            if not self._asking:
                self._listen()
            now = time.monotonic()
            if now > looked + STAY or not self._goes_on():
                self._give_back(now)
                looked = now
            if self._asking:
                client = self._asking.popleft()
                self._answers_since = now
                if len(self._clients) > 1:
                    self._watch()
                self._answer(client)
            with self._lock:
                if self._lead is None:  # whoever took it had nobody left
                    self._lead = lead
                elif self._lead is not lead:
                    return
                self._answers_since = None
                if not self._asking and not any(client.is_waited_for for client in self._clients.values()):
                    self._lead = None
                    return

    def _listen(self) -> None:
        """Waits for clients that ask."""
        for number, _ in self._poll.poll(STAY):
            client = self._clients.get(number)
            if client is None:
                continue  # it was just given back
            if client.is_waited_for:
                client.is_waited_for = False
                self._asking.append(client)
            else:
                self._mute(client)

    def _mute(self, client: _Client) -> None:
        """Listens to a client no more that says something while another thread answers it: poll would never wait."""
        with self._lock:
            if self._clients.get(client.number) is client:
                client.is_muted = True
                with suppress(OSError):  # it was closed
                    self._poll.unregister(client.number)
        if client.is_waited_for:  # its answer ended meanwhile, maybe before it was muted
            self._unmute(client)

    def _unmute(self, client: _Client) -> None:
        with self._lock:
            if client.is_muted and self._clients.get(client.number) is client:
                client.is_muted = False
                self._poll.register(client.number, EPOLLIN)

    def _answer(self, client: _Client) -> None:
        client.connection.data_ready = True
        try:
            kept = self._handle(client.connection)
        except BaseException as error:  # noqa: BLE001  whoever waits for the future raises it
            self._leave(client)
            client.kept.set_exception(error)
            return
        if kept is not True:
            self._leave(client)
            client.kept.set_result(kept)
            return
        client.heard = time.monotonic()
        if client.connection.parser.unreader.buf.tell():  # its next request came with this one
            self._asking.append(client)
            return
        client.is_waited_for = True
        if client.is_muted:
            self._unmute(client)

    def _leave(self, client: _Client) -> None:
        with self._lock:
            if self._clients.get(client.number) is not client:
                return  # it was closed, and its number is another client's already
            del self._clients[client.number]
            if not client.is_muted:
                with suppress(OSError):  # it was closed
                    self._poll.unregister(client.number)

    def _give_back(self, now: float) -> None:
        """Leaves all clients that nothing was heard of for a while."""
        for client in [*self._clients.values()]:
            is_idle = now > client.heard + STAY or not self._goes_on()
            if is_idle and client.is_waited_for:
                self._leave(client)
                client.kept.set_result(True if client.connection.initialized else self._unheard)

    def _watch(self) -> None:
        with self._lock:
            if not self._is_watched:
                self._is_watched = True
                self._begin(self._keep_watch)

    def _keep_watch(self) -> None:
        """Takes the lead once it is at one request for too long, or nobody has begun it."""
        while True:
            time.sleep(PATIENCE)
            since = self._answers_since
            if self._lead is not None and (since is None or time.monotonic() < since + PATIENCE):
                continue
            with self._lock:
                if self._lead is not None and self._answers_since != since:
                    continue  # it came to the next one meanwhile
                self._is_watched = False
                if self._lead is None:
                    return
                lead = self._lead = object()
            self._go_on(lead)
            return
