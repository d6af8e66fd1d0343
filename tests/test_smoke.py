"""The question before the traffic: what is only late is waited for, what is wrong is not."""

import json
import subprocess
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from scripts.smoke import PICTURE, Expected, Failed, smoke
from tests.support.function_server import ROOT, function_server
from tests.support.page_server import running

ORIGIN = "https://pages.example"
EXPECTED = Expected("7", "keras", "bucket", ORIGIN)
CORS = {"Access-Control-Allow-Origin": ORIGIN}


def said(prediction: str = "7", runtime: str = "keras", source: str = "bucket") -> dict[str, Any]:
    return {"prediction": prediction, "model": {"version": "12", "runtime": runtime, "source": source}}


GOOD = (200, CORS, said())
Answers = tuple[int, Mapping[str, str], Any]


def smoked(*answers: Answers, expected: Expected = EXPECTED, seconds: float = 60) -> float:
    """The seconds it took until a good answer, by a clock that only sleeping moves; the last answer repeats."""
    left, now = list(answers), [0.0]

    class Function(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.rfile.read(int(self.headers["Content-Length"])) == b"picture"
            assert self.headers["Content-Type"] == "image/png"
            status, headers, body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    def sleep(pause: float) -> None:
        now[0] += pause

    with running(Function) as url:
        smoke(url, b"picture", expected, seconds, lambda: now[0], sleep)
    return now[0]


def test_a_good_answer_passes_at_once() -> None:
    assert smoked(GOOD) == 0


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_what_may_come_right_is_asked_again(status: int) -> None:
    """A role, an address and an instance each take their time."""
    assert smoked((status, {}, b"<html>"), (status, {}, b"<html>"), GOOD) == 4


def test_the_function_says_how_long_to_wait() -> None:
    assert smoked((503, {"Retry-After": "9"}, {}), GOOD) == 9


def test_bundled_weights_are_not_those_of_the_bucket() -> None:
    assert smoked((200, CORS, said(source="bundled")), GOOD) == 2
    with pytest.raises(Failed, match="not within 10 s: the weights come from bundled"):
        smoked((200, CORS, said(source="bundled")), seconds=10)


def test_numpy_may_serve_what_keras_could() -> None:
    assert smoked((200, CORS, said(runtime="numpy"))) == 0


@pytest.mark.parametrize("answer", [said(prediction="1"), said(runtime="lite"), {"prediction": "7"}])
def test_a_wrong_answer_fails_at_once(answer: dict[str, Any]) -> None:
    with pytest.raises(Failed, match="expected a 7 read by keras"):
        smoked((200, CORS, answer), GOOD)


@pytest.mark.parametrize("headers", [{}, {"Access-Control-Allow-Origin": "https://other.example"}])
def test_an_answer_that_a_browser_would_hide_fails(headers: dict[str, str]) -> None:
    with pytest.raises(Failed, match=r"a page on https://pages\.example couldn't read the answer"):
        smoked((200, headers, said()), GOOD)


def test_no_page_in_particular_wants_the_answer_open_to_all() -> None:
    anybody = Expected("7", "keras", "bucket", "*")
    assert smoked((200, {"Access-Control-Allow-Origin": "*"}, said()), expected=anybody) == 0
    with pytest.raises(Failed):
        smoked(GOOD, expected=anybody)


def test_what_is_no_json_fails() -> None:
    with pytest.raises(Failed, match="expected JSON"):
        smoked((200, CORS, b"Hello World!"))


def test_the_command_tells_the_version_and_fails_with_a_sentence(tmp_path: Path) -> None:
    weights = ROOT / "function" / "weights" / "digits.tflite"
    with function_server(tmp_path / "log", WEIGHTS_URL=str(weights)) as server:
        (tmp_path / "url").write_text(server.url)
        command = [sys.executable, "-m", "scripts.smoke", f"@{tmp_path / 'url'}", "--source=bundled"]
        good, bad = (
            subprocess.run([*command, f"--runtime={name}"], cwd=ROOT, capture_output=True, text=True, check=False)
            for name in ("lite", "keras")
        )
        version = server.ask("/model").json["version"]
    assert good.stdout == f"{server.url} reads {PICTURE.name} as 7, version {version}\n", good.stderr
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith(f"{server.url} failed: expected a 7 read by keras")
