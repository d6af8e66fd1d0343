"""What stands before the framework's dispatch answers as the function would behind it, and keeps what it promises."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import flask
import pytest
from flask import Flask
from werkzeug.test import Client

from function.formats import BUNDLED_LITE
from function.handler import Handler
from function.opening import open_keeper
from function.server.front import Front
from function.settings import Settings
from tests.support.bodies import CSV, as_json
from tests.support.function_server import ROOT, FunctionServer, function_server
from tests.support.wire import connect

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
SETTINGS = Settings(weights_url=str(BUNDLED_LITE), allowed_origins=("https://a.example",), max_body_bytes=10_000)
ASKED: tuple[dict[str, Any], ...] = (
    {"path": "/health"},
    {"path": "/", "method": "HEAD"},
    {"path": "/", "method": "OPTIONS", "headers": {"Origin": "https://a.example"}},
    {"path": "/nowhere/at/all?x=1", "headers": {"Origin": "https://b.example"}},
    {"path": "/", "method": "PUT", "data": b"unwanted"},
    {"path": "/", "method": "POST", "data": b"{"},
    {"path": "/", "method": "POST", "data": b"x" * 20_000},
    {"path": "/caf\u00e9", "method": "POST", "data": f'{{"tensor": {[0.0] * 784}}}'.encode()},
)


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    """A server of two threads that labels its log lines, as functions-framework does when told to."""
    log = tmp_path_factory.mktemp("narrow") / "log"
    with function_server(log, WEIGHTS_URL=str(BUNDLED_LITE), THREADS="2", LOG_EXECUTION_ID="true") as server:
        yield server


@pytest.fixture(scope="module")
def handler() -> Handler:
    return Handler(SETTINGS, open_keeper(SETTINGS), log=lambda entry: None)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: f"{asked.get('method', 'GET')} {asked['path']}")
def test_an_answer_is_the_same_before_the_framework_and_behind_it(handler: Handler, asked: dict[str, Any]) -> None:
    app = Flask("behind")
    app.add_url_rule("/<path:path>", "run", lambda path: handler(flask.request).response(), methods=METHODS)
    app.add_url_rule("/", "run", defaults={"path": ""}, methods=METHODS)
    before, behind = Client(Front(handler)).open(**asked), Client(app).open(**asked)
    assert before.status == behind.status
    assert dict(before.headers) == dict(behind.headers)
    assert before.data == behind.data


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico", "/static/x", "//", "/%00", "/a/../b"])
def test_no_path_is_left_to_the_framework(narrow: FunctionServer, path: str) -> None:
    answer = narrow.ask(path)
    assert answer.headers["Content-Type"].startswith("application/")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert narrow.ask(path, method="OPTIONS").status == 204


def test_log_lines_are_labeled_where_the_framework_was_told_to(narrow: FunctionServer) -> None:
    headers = {"Function-Execution-Id": "mine", "X-Cloud-Trace-Context": "105445aa7843bc8bf206b120001000aa/1;o=1"}
    narrow.ask("/nowhere/labeled", headers=headers)
    (line,) = [line for line in narrow.lines() if "/nowhere/labeled" in line["message"]]
    assert line["logging.googleapis.com/labels"] == {"execution_id": "mine"}
    assert line["logging.googleapis.com/spanId"] == "1"


def test_log_lines_are_not_labeled_where_nobody_asked_for_it(server: FunctionServer) -> None:
    server.ask("/nowhere/unlabeled", headers={"Function-Execution-Id": "mine"})
    (line,) = [line for line in server.lines() if "/nowhere/unlabeled" in line["message"]]
    assert "logging.googleapis.com/labels" not in line


def asking(body: bytes = b"", path: str = "/", method: str = "POST") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def received(connection: socket.socket) -> dict[str, Any]:
    """The JSON of the next answer."""
    with connection.makefile("rb") as file:
        while (line := file.readline()) != b"\r\n":
            assert line, "the connection closed"
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        found: dict[str, Any] = json.loads(file.read(length))
        return found


@pytest.mark.skipif(not hasattr(select, "epoll"), reason="optional: this system sends a head and a body apart")
def test_head_and_body_of_an_answer_come_in_one_packet(server: FunctionServer) -> None:
    with connect(server) as connection:
        for _ in range(3):
            connection.sendall(asking(as_json({"image": CSV})[0]))
            head, _, body = connection.recv(2**16).partition(b"\r\n\r\n")
            assert b" 200 OK" in head
            assert json.loads(body)["prediction"] == "7"


def test_more_clients_than_threads_are_all_answered_on_the_connections_they_keep(narrow: FunctionServer) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(narrow)) for _ in range(9)]
        for _ in range(5):
            for client in clients:
                client.sendall(asking(as_json({"image": CSV})[0]))
            assert [received(client)["prediction"] for client in clients] == ["7"] * len(clients)


def test_a_server_that_stops_answers_who_is_connected_and_does_not_wait_for_them_to_close(tmp_path: Path) -> None:
    with function_server(tmp_path / "log", WEIGHTS_URL=str(BUNDLED_LITE), THREADS="2") as server, ExitStack() as stack:
        kept = [stack.enter_context(connect(server)) for _ in range(4)]
        for client in kept:
            client.sendall(asking(path="/health", method="GET"))
            received(client)
        clients = [*kept, *(stack.enter_context(connect(server)) for _ in range(4))]
        time.sleep(0.2)  # seconds: all are accepted
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)  # seconds: less than gunicorn keeps who is idle
        for client in clients:
            client.sendall(asking(path="/health", method="GET"))
        assert [received(client) for client in clients] == [{"status": "ok"}] * len(clients)
        server.process.wait(10)  # seconds, 2 for each client otherwise


def test_requests_that_come_in_one_packet_are_answered_in_their_order(narrow: FunctionServer) -> None:
    with connect(narrow) as connection:
        picture = as_json({"image": CSV})[0]
        connection.sendall(asking(path="/health", method="GET") + asking(picture) + asking(b"{"))
        with connection.makefile("rb") as file:
            statuses: list[bytes] = []
            while len(statuses) < 3:
                if (line := file.readline()).startswith(b"HTTP/1.1 "):
                    statuses.append(line.split()[1])
    assert statuses == [b"200", b"200", b"400"]


def test_the_entry_point_alone_answers_where_nobody_lends_it_an_app() -> None:
    script = (
        "import flask, main; from werkzeug.test import EnvironBuilder\n"
        "request = flask.Request(EnvironBuilder('/health').get_environ())\n"
        "answer = main.predict(request); print(type(answer).__name__, answer.status_code, answer.json)"
    )
    environ = {**os.environ, "WEIGHTS_URL": str(BUNDLED_LITE)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "Response 200 {'status': 'ok'}"
