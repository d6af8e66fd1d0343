"""Whether the server is about to end, as far as a server tells, and how long its threads stay with a client."""

import signal
import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from function.server.host import is_stopping, stay_with_clients


class Worker:
    """As much of gunicorn's as we rely on; answers each letter that a client sends."""

    alive = True

    def __init__(self, clients: int = 1) -> None:
        self.nr_conns = clients
        self.keepalived_conns: list[Any] = []
        self.pending_conns: list[Any] = []
        self.cfg = SimpleNamespace(threads=1)
        self.answered = b""

    def handle_exit(self, number: int, frame: Any) -> None:
        self.alive = False

    def handle(self, connection: Any) -> bool:
        letter = connection.sock.recv(1)
        self.answered += letter
        return bool(letter)


@pytest.fixture
def on_sigterm() -> Iterator[Callable[[Any], object]]:
    before = signal.getsignal(signal.SIGTERM)
    yield lambda handler: signal.signal(signal.SIGTERM, handler) and None
    signal.signal(signal.SIGTERM, before)


def test_gunicorns_worker_stops_once_it_has_handled_the_signal(on_sigterm: Callable[[Any], object]) -> None:
    worker = Worker()
    on_sigterm(worker.handle_exit)
    assert not is_stopping()
    signal.raise_signal(signal.SIGTERM)
    assert is_stopping()


@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN, lambda number, frame: None])
def test_a_server_that_tells_nothing_is_taken_to_go_on(handler: Any, on_sigterm: Callable[[Any], object]) -> None:
    on_sigterm(handler)
    assert not is_stopping()


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, SimpleNamespace]]:
    """A client, and its connection as gunicorn passes it on."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, SimpleNamespace(sock=theirs)


@pytest.mark.parametrize(("clients", "idle", "answered"), [(1, 0, b"abc"), (2, 0, b"a"), (3, 2, b"abc")])
def test_a_thread_stays_with_a_client_unless_others_may_want_it(
    clients: int,
    idle: int,
    answered: bytes,
    on_sigterm: Callable[[Any], object],
    pair: tuple[socket.socket, SimpleNamespace],
) -> None:
    worker = Worker(clients)
    worker.keepalived_conns = [None] * idle
    on_sigterm(worker.handle_exit)
    stay_with_clients()
    client, connection = pair
    client.sendall(b"abc")
    assert worker.handle(connection)
    assert worker.answered == answered


def test_a_thread_leaves_a_client_that_hangs_up(
    on_sigterm: Callable[[Any], object], pair: tuple[socket.socket, SimpleNamespace]
) -> None:
    worker = Worker()
    on_sigterm(worker.handle_exit)
    stay_with_clients()
    client, connection = pair
    client.sendall(b"ab")
    client.shutdown(socket.SHUT_WR)
    assert not worker.handle(connection)
    assert worker.answered == b"ab"


def test_a_thread_of_a_stopping_server_answers_once_more_and_leaves(
    on_sigterm: Callable[[Any], object], pair: tuple[socket.socket, SimpleNamespace]
) -> None:
    worker = Worker()
    on_sigterm(worker.handle_exit)
    stay_with_clients()
    worker.alive = False
    client, connection = pair
    client.sendall(b"ab")
    assert worker.handle(connection)
    assert worker.answered == b"a"


def test_other_servers_threads_are_left_alone(on_sigterm: Callable[[Any], object]) -> None:
    on_sigterm(signal.SIG_DFL)
    stay_with_clients()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
