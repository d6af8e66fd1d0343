"""No route reads a body without limits of size and time, and whoever sent one gets an answer."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from function.dialects.body import CROWDED, UNWANTED, WANTED, Body, Patience, Watch
from function.errors import BrokenOff, TooLarge
from function.formats import BUNDLED_LITE
from function.handler import ROUTES
from tests.support.bodies import CSV, as_json
from tests.support.function_server import Answer, FunctionServer, function_server
from tests.support.wire import connect, pss_mebibytes, send, stalled, watched

TARGETS = [  # every route with each of its methods, and what is none
    *(("GET", "/"), ("GET", "/health"), ("GET", "/model"), ("GET", "/openapi.json"), ("GET", "/v1/models/digits")),
    *(("GET", "/v1/models/digits/metadata"), ("GET", "/api/digits/10100500"), ("POST", "/"), ("POST", "/feedback")),
    *(("POST", "/curl-api"), ("POST", "/api/digits/"), ("POST", "/v1/models/digits:predict"), ("GET", "/weights/1")),
    *(("OPTIONS", "/"), ("PUT", "/"), ("DELETE", "/health"), ("HEAD", "/"), ("GET", "/nowhere"), ("POST", "/nowhere")),
    *(("POST", "/robots.txt"), ("OPTIONS", "/static/x"), ("POST", "/static/x")),
]
SERVERS = 4  # that are stalled at a time: nobody works meanwhile, all wait for the end of somebody's patience
UNREAD = [("GET", "/health"), ("OPTIONS", "/"), ("PUT", "/"), ("POST", "/feedback")]  # the last while it is off


def environ_of(data: bytes, **more: Any) -> dict[str, Any]:
    return {"wsgi.input": BytesIO(data), "CONTENT_LENGTH": str(len(data)), **more}


@contextmanager
def lite_server(log: Path) -> Iterator[FunctionServer]:
    with function_server(log, WEIGHTS_URL=str(BUNDLED_LITE), THREADS="8") as server:
        server.read(CSV)
        yield server


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    with lite_server(tmp_path_factory.mktemp("lite") / "log") as server:
        yield server


def test_a_body_that_was_read_is_there_for_whoever_parses_forms() -> None:
    environ = environ_of(b"image=1")
    assert Body(environ).read(7) == b"image=1"
    assert environ["wsgi.input"].read() == b"image=1"


def test_a_body_over_the_limit_is_refused_whether_announced_or_not() -> None:
    announced = Body(environ_of(b"x" * 11))
    with pytest.raises(TooLarge, match="at most 10 bytes, got 11"):
        announced.read(10)
    environ = environ_of(b"x" * 11, HTTP_TRANSFER_ENCODING="chunked")
    del environ["CONTENT_LENGTH"]
    chunked = Body(environ)
    with pytest.raises(TooLarge, match="got more"):
        chunked.read(10)
    for body in (announced, chunked):
        assert body.is_left
        body.discard()
        assert not body.is_left


def test_a_body_shorter_than_announced_is_refused() -> None:
    with pytest.raises(BrokenOff, match="body of 9 bytes, got 3"):
        Body({"wsgi.input": BytesIO(b"abc"), "CONTENT_LENGTH": "9"}).read(100)


def test_who_discards_a_body_leaves_none_for_the_framework() -> None:
    environ = environ_of(b"abc")
    Body(environ).discard()
    assert environ["wsgi.input"].read() == b""


def test_time_grows_with_what_arrives_and_ends() -> None:
    patience = Patience(grace=5, rate=100, longest=30)
    assert [patience.seconds(received) for received in (0, 500, 10_000)] == [5, 10, 30]


def test_a_body_that_drips_is_cut_off_at_one_deadline_for_all_of_it_and_its_sender_can_be_answered() -> None:
    ours, theirs = socket.socketpair()
    stream = ours.makefile("rb")
    watch, started = Watch(), time.monotonic()
    done = threading.Event()

    def drip() -> None:
        while not done.wait(0.02):
            theirs.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    with watch.limit(ours, Patience(grace=0.2, rate=1e9, longest=1)) as limit:
        stream.read(2**16)  # as servers read: until it is all there
    done.set()
    thread.join()
    assert limit.is_over
    assert time.monotonic() - started < 5
    ours.sendall(b"answer")
    assert theirs.recv(6) == b"answer"
    for each in (stream, ours, theirs):
        each.close()


def test_the_targets_are_all_the_routes() -> None:
    for route in ROUTES:
        for method in route.methods:
            assert any(method == tried and route.path.fullmatch(path) for tried, path in TARGETS), (method, route.path)


@pytest.fixture(scope="module")
def asked_beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[tuple[str, str]], Answer]]:
    """The answer to a client beside thirty stalled ones, by target: each server's targets one by one."""
    folder = tmp_path_factory.mktemp("stalled")

    def ask_beside_each(number: int) -> dict[tuple[str, str], Answer]:
        answers = {}
        with lite_server(folder / f"log-{number}") as server:
            for target in TARGETS[number::SERVERS]:
                with stalled(server, 30, target):
                    answers[target] = server.ask("/", *as_json({"image": CSV}))
        return answers

    with ThreadPoolExecutor(SERVERS) as pool:
        shares = [pool.submit(ask_beside_each, number) for number in range(SERVERS)]
        yield lambda target: shares[TARGETS.index(target) % SERVERS].result(120)[target]


@pytest.mark.parametrize(("method", "path"), TARGETS, ids=lambda value: value)
def test_thirty_stalled_clients_on_a_route_do_not_keep_others_from_their_answers(
    asked_beside: Callable[[tuple[str, str]], Answer], method: str, path: str
) -> None:
    assert asked_beside((method, path)).json["prediction"] == "7"


@pytest.mark.parametrize(("method", "path"), [("GET", "/health"), ("OPTIONS", "/"), ("POST", "/"), ("PUT", "/nowhere")])
def test_who_stalls_is_answered_and_hung_up_on(lite: FunctionServer, method: str, path: str) -> None:
    with stalled(lite, 1, (method, path)) as (client,):
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 ")
    assert b"Connection: close" in answer
    assert b"Access-Control-Allow-Origin: *" in answer


@pytest.mark.parametrize(("method", "path"), UNREAD)
def test_a_bad_chunk_is_a_problem_that_pages_may_read(lite: FunctionServer, method: str, path: str) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    reply = send(lite, head + b"zz\r\n")
    assert reply.status == 400
    assert b'"code":"broken-off"' in reply.body
    assert b"Access-Control-Allow-Origin: *" in reply.head


@pytest.mark.parametrize(("method", "path"), UNREAD)
def test_a_body_that_nobody_reads_is_not_kept_and_its_sender_reads_the_answer(
    lite: FunctionServer, method: str, path: str
) -> None:
    (worker,) = lite.workers()
    chunk = b"100000\r\n" + bytes(2**20) + b"\r\n"
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with watched(worker) as memory:
        reply = send(lite, head + chunk * 30 + b"0\r\n\r\n")
        send(lite, head + chunk * 200)  # more than anybody may send: cut off, with or without the answer
    assert reply.status in (200, 204, 404, 405)
    assert lite.workers() == [worker]
    assert memory.growth < 60


def test_who_has_sent_what_nobody_read_yet_is_not_cut_off_before_the_longest_time() -> None:
    ours, theirs = socket.socketpair()
    theirs.sendall(b"x")
    with Watch().limit(ours, Patience(grace=0.1, rate=1e9, longest=0.6)) as limit:
        time.sleep(0.4)
        assert not limit.is_over
        time.sleep(0.5)
        assert limit.is_over
    for each in (ours, theirs):
        each.close()


def test_a_client_as_slow_as_a_bad_line_is_read(lite: FunctionServer) -> None:
    """60 KiB at 40 KiB/s: longer than any silence is borne."""
    body = b'{"image": "' + CSV.encode() + b'"' + b" " * 60_000 + b"}"
    with connect(lite) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
        for start in range(0, len(body), 8192):
            client.sendall(body[start : start + 8192])
            time.sleep(0.2)
        assert client.recv(65536).startswith(b"HTTP/1.1 200")


def test_limits_leave_a_phone_time_enough_and_an_attacker_little() -> None:
    megabyte = 2**20
    assert WANTED.seconds(megabyte) == WANTED.longest
    assert UNWANTED.seconds(32 * megabyte) <= 30
    assert CROWDED.seconds(5 * megabyte) <= 10


def test_who_sends_slowly_is_cut_off_while_many_do(lite: FunctionServer) -> None:
    """Each sends fast enough to be borne alone: 17 kB/s."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n"
    done = threading.Event()

    def trickle(client: socket.socket) -> None:
        with suppress(OSError):  # it is hung up on
            client.sendall(head + bytes(66_000))
            while not done.wait(0.2):
                client.sendall(bytes(3500))

    with ExitStack() as stack:
        for _ in range(8):
            threading.Thread(target=trickle, args=(stack.enter_context(connect(lite)),)).start()
        time.sleep(0.5)
        started = time.monotonic()
        assert lite.read(CSV)["prediction"] == "7"
        done.set()
    assert time.monotonic() - started < 10


def test_watching_a_process_tells_what_it_holds(lite: FunctionServer) -> None:
    (worker,) = lite.workers()
    assert 20 < pss_mebibytes(worker) < 512
