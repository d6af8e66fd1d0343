"""The real server: functions-framework as a process of its own, as Cloud Run starts it."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import psutil

from scripts.processes import NotStarted, free_port, started, wait

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60  # the framework's imports on a busy machine
ANSWER_SECONDS = 60  # TensorFlow's import on a busy machine


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def assert_problem(answer: Answer, status: int, code: str, *, also: str = "") -> None:
    """`also` is where its clients read the reason, beside our own fields."""
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    problem = answer.json
    assert set(problem) == {"type", "title", "status", "detail", "code", *([also] if also else [])}
    assert not also or problem[also] == problem["detail"]
    assert (problem["status"], problem["code"]) == (status, code)


@dataclass(frozen=True)
class FunctionServer:
    """A running server; `log` is a file of everything it printed."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self, path: str = "/", body: bytes | None = None, headers: Mapping[str, str] | None = None, method: str = ""
    ) -> Answer:
        """Any request, its answer whatever the status; JSON in `body` needs no Content-Type."""
        request = urllib.request.Request(self.url + path, body, dict(headers or {}), method=method or None)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def read(self, picture: Any) -> dict[str, Any]:
        """The answer to `{"image": picture}`."""
        answer: dict[str, Any] = self.ask("/", json.dumps({"image": picture}).encode()).json
        return answer

    def lines(self) -> list[dict[str, Any]]:
        """The structured log lines printed so far."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def workers(self) -> list[int]:
        """The process ids of the server's workers."""
        return [child.pid for child in psutil.Process(self.process.pid).children()]


@contextmanager
def function_server(
    log: Path, source: Path = ROOT, python: str = sys.executable, **environ: str
) -> Iterator[FunctionServer]:
    """Starts `functions-framework --target predict` in `source` on a free port; stopped when the block ends.

    environ  added to the environment of the tests, whose settings of the function are left out
    """
    settings = (
        "WEIGHTS_URL",
        "REFRESH_SECONDS",
        "ALLOWED_ORIGINS",
        "FEEDBACK_URL",
        "MAX_BODY_BYTES",
        "STORAGE_EMULATOR_HOST",
    )
    inherited = {name: value for name, value in os.environ.items() if name not in settings}
    port = free_port()
    command = [python, "-m", "functions_framework", "--target", "predict", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output, started(command, source, {**inherited, **environ}, output) as process:
        server = FunctionServer(f"http://127.0.0.1:{port}", process, log)
        try:
            wait(process, f"{server.url}/health", START_SECONDS)
        except NotStarted as error:
            raise RuntimeError(f"the server didn't start:\n{log.read_text()}") from error
        yield server
