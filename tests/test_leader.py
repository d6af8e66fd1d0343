"""Whoever has the lead answers all clients in turn, and nobody waits long behind one of them."""

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

leader = pytest.importorskip("function.server.leader", reason="optional: this system has no epoll")

UNHEARD = object()
SECONDS = 20.0  # until something that should have come is missed, on a busy machine
Handle = Callable[[SimpleNamespace], object]


def echo(connection: SimpleNamespace) -> bool:
    """Answers a letter with itself; a client that hangs up isn't kept."""
    letter: bytes = connection.sock.recv(1)
    connection.sock.sendall(letter)
    return bool(letter)


@dataclass
class Crew:
    """A leader with threads of its own, and the clients that it was given."""

    threads: int = 4
    goes_on: bool = True
    looked: int = 0  # times that a leader asked whether to go on: once a round
    stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.pool = self.stack.enter_context(ThreadPoolExecutor(self.threads))

    def led(self, handle: Handle) -> Any:
        return leader.Leader(handle, self.pool.submit, self.look, UNHEARD)

    def look(self) -> bool:
        self.looked += 1
        return self.goes_on

    def client(self, led: Any, *, initialized: bool = True) -> tuple[socket.socket, "Future[object]"]:
        ours, theirs = socket.socketpair()
        self.stack.enter_context(ours)
        self.stack.enter_context(theirs)
        ours.settimeout(SECONDS)
        parser = SimpleNamespace(unreader=SimpleNamespace(buf=BytesIO()))
        return ours, led.take(SimpleNamespace(sock=theirs, initialized=initialized, parser=parser))


@pytest.fixture
def crew() -> Iterator[Crew]:
    made = Crew()
    with made.stack:
        yield made


def test_one_thread_answers_several_clients_in_turn(crew: Crew) -> None:
    seen = set()

    def handle(connection: SimpleNamespace) -> bool:
        seen.add(threading.get_ident())
        return echo(connection)

    led = crew.led(handle)
    clients = [crew.client(led) for _ in range(5)]
    for letter in (b"a", b"b", b"c"):
        for client, _ in clients:
            client.sendall(letter)
        assert [client.recv(1) for client, _ in clients] == [letter] * 5
    assert len(seen) <= 2  # on a busy machine another one may have taken the lead


def test_nobody_waits_behind_a_request_that_takes_long(crew: Crew) -> None:
    ends = threading.Event()

    def handle(connection: SimpleNamespace) -> bool:
        return echo(connection) and (connection.sock is not slow or ends.wait(SECONDS))

    led = crew.led(handle)
    first, _ = crew.client(led)
    slow = None
    ours, theirs = socket.socketpair()
    with ours, theirs:
        slow = theirs
        parser = SimpleNamespace(unreader=SimpleNamespace(buf=BytesIO()))
        kept = led.take(SimpleNamespace(sock=theirs, initialized=True, parser=parser))
        ours.sendall(b"x")
        assert ours.recv(1) == b"x"  # it is being answered now
        for letter in (b"a", b"b", b"c"):
            first.sendall(letter)
            assert first.recv(1) == letter
        late, _ = crew.client(led)
        late.sendall(b"d")
        assert late.recv(1) == b"d"
        ours.sendall(b"y")  # while it is still being answered
        before = crew.looked
        for _ in range(100):
            first.sendall(b"a")
            assert first.recv(1) == b"a"
        assert crew.looked < before + 300  # the leader isn't told of it again and again
        assert not kept.done()
        ends.set()
        ours.settimeout(SECONDS)
        assert ours.recv(1) == b"y"


def test_while_all_threads_are_busy_others_wait_and_are_then_answered(crew: Crew) -> None:
    ends = threading.Event()

    def handle(connection: SimpleNamespace) -> bool:
        letter = connection.sock.recv(1)
        if letter == b"x":
            ends.wait(SECONDS)
        connection.sock.sendall(letter)
        return True

    led = crew.led(handle)
    slow = [crew.client(led)[0] for _ in range(crew.threads)]
    for client in slow:
        client.sendall(b"x")
    time.sleep(0.1)  # seconds: all threads have begun
    quick, _ = crew.client(led)
    quick.sendall(b"a")
    ends.set()
    assert [client.recv(1) for client in (*slow, quick)] == [b"x"] * len(slow) + [b"a"]


def test_a_client_that_says_nothing_more_is_given_back(crew: Crew) -> None:
    led = crew.led(echo)
    client, kept = crew.client(led)
    client.sendall(b"a")
    assert kept.result(SECONDS) is True
    assert client.recv(1) == b"a"


def test_a_client_that_never_said_anything_is_given_back_as_such(crew: Crew) -> None:
    led = crew.led(echo)
    _, kept = crew.client(led, initialized=False)
    assert kept.result(SECONDS) is UNHEARD


def test_a_client_that_hangs_up_is_not_kept(crew: Crew) -> None:
    led = crew.led(echo)
    client, kept = crew.client(led)
    client.shutdown(socket.SHUT_WR)
    assert kept.result(SECONDS) is False


def test_an_error_goes_to_whoever_waits_for_the_connection_and_others_are_answered(crew: Crew) -> None:
    def handle(connection: SimpleNamespace) -> bool:
        if connection.sock.recv(1, socket.MSG_PEEK) == b"!":
            raise SystemExit
        return echo(connection)

    led = crew.led(handle)
    bad, kept = crew.client(led)
    good, _ = crew.client(led)
    bad.sendall(b"!")
    assert isinstance(kept.exception(SECONDS), SystemExit)
    good.sendall(b"a")
    assert good.recv(1) == b"a"


def test_a_request_that_came_with_the_one_before_is_answered_without_waiting_for_more(crew: Crew) -> None:
    answered: list[bytes] = []

    def handle(connection: SimpleNamespace) -> bool:
        buffer = connection.parser.unreader.buf
        if not answered:
            buffer.write(b"second")
            answered.append(connection.sock.recv(10))
        else:
            answered.append(buffer.getvalue())
            connection.parser.unreader.buf = BytesIO()
        connection.sock.sendall(b".")
        return True

    led = crew.led(handle)
    client, _ = crew.client(led)
    client.sendall(b"first")
    assert client.recv(1) + client.recv(1) == b".."
    assert answered == [b"first", b"second"]


def test_a_lead_that_no_thread_is_free_to_begin_goes_to_whoever_keeps_watch(crew: Crew) -> None:
    """Else the one would wait for the other, for as long as all other threads are held up."""
    begun: list[Callable[[], None]] = []
    led = leader.Leader(echo, begun.append, crew.look, UNHEARD)
    clients = [crew.client(led) for _ in range(2)]
    lead, watch = begun
    crew.pool.submit(watch)
    for client, kept in clients:
        client.sendall(b"a")
        assert client.recv(1) == b"a"
        client.shutdown(socket.SHUT_WR)
        assert kept.result(SECONDS) is False
    lead()  # comes too late, and ends


def test_the_next_client_with_the_number_of_one_that_was_closed_is_answered(crew: Crew) -> None:
    ours, theirs = socket.socketpair()
    crew.stack.enter_context(ours)
    crew.stack.enter_context(theirs)
    ours.settimeout(SECONDS)

    def handle(connection: SimpleNamespace) -> bool:
        if connection.sock.recv(1, socket.MSG_PEEK) != b"!":
            return echo(connection)
        number = connection.sock.fileno()
        connection.sock.close()
        os.dup2(theirs.fileno(), number)
        again = crew.stack.enter_context(socket.socket(fileno=number))
        led.take(SimpleNamespace(sock=again, initialized=True, parser=connection.parser))
        return False

    led = crew.led(handle)
    client, kept = crew.client(led)
    client.sendall(b"!")
    assert kept.result(SECONDS) is False
    ours.sendall(b"a")
    assert ours.recv(1) == b"a"


def test_when_the_server_stops_all_idle_clients_are_given_back(crew: Crew) -> None:
    led = crew.led(echo)
    clients = [crew.client(led) for _ in range(3)]
    crew.goes_on = False
    assert [kept.result(SECONDS) for _, kept in clients] == [True] * 3


def test_every_request_of_many_clients_is_answered_once_whoever_leads(crew: Crew) -> None:
    """Some take longer than anybody's patience; clients pause, so that they are given back and taken again."""
    answers: Counter[bytes] = Counter()
    random = Random(1)

    def handle(connection: SimpleNamespace) -> bool:
        letter = connection.sock.recv(1)
        answers[letter] += 1
        if letter == b"s":
            time.sleep(2 * leader.PATIENCE)
        connection.sock.sendall(letter)
        return bool(letter)

    led = crew.led(handle)

    def ask(letters: bytes) -> bytes:
        ours, theirs = socket.socketpair()
        ours.settimeout(SECONDS)
        connection = SimpleNamespace(
            sock=theirs, initialized=True, parser=SimpleNamespace(unreader=SimpleNamespace(buf=BytesIO()))
        )
        left = threading.Event()

        def keep(kept: "Future[object]") -> None:
            """As gunicorn does, which waits for its next request."""
            if kept.result() is True:
                led.take(connection).add_done_callback(keep)
            else:
                left.set()

        received = b""
        with ours, theirs:
            led.take(connection).add_done_callback(keep)
            for letter in letters:
                ours.sendall(bytes([letter]))
                received += ours.recv(1)
                if letter == ord("p"):
                    time.sleep(1.5 * leader.STAY)
            ours.shutdown(socket.SHUT_WR)
            assert left.wait(SECONDS)
        return received

    sent = [bytes(random.choices(b"aaaaaaaasp", k=40)) for _ in range(24)]
    with ThreadPoolExecutor(len(sent)) as pool:
        assert [*pool.map(ask, sent)] == sent
    del answers[b""]
    assert answers == Counter(bytes([letter]) for letters in sent for letter in letters)
