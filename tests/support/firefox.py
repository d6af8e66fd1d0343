"""Firefox as Debian has it, driven by WebDriver BiDi: JSON over a websocket.

Source: W3C, WebDriver BiDi, https://www.w3.org/TR/webdriver-bidi/
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from scripts.processes import free_port, started, wait
from tests.support.page_browser import DESKTOP
from tests.support.walker import Point, Walker

NAME = "firefox-esr"
START_SECONDS = 60  # a first start on a busy machine
ANSWER_SECONDS = 30  # longer than a Walker waits for anything inside the page
MOUSE = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}


class Refused(Exception):
    """Firefox answered with an error."""

    def __init__(self, method: str, answer: dict[str, Any]) -> None:
        super().__init__(f"{method}: {answer.get('error')}: {answer.get('message')}")
        self.method = method
        self.answer = answer


class Firefox:
    """A session with one running browser; `log` is what its pages complained of."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._asked = 0
        self.log: list[dict[str, Any]] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of one command. Raises Refused."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv(timeout=ANSWER_SECONDS))
            if message.get("method") == "log.entryAdded":
                self.log.append(message["params"])
            if message.get("id") == self._asked:
                break
        if message["type"] == "error":
            raise Refused(method, message)
        result: dict[str, Any] = message["result"]
        return result


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A browser that keeps everything in `folder`, and ends with the block; without Firefox, the test is skipped."""
    executable = shutil.which(NAME)
    if executable is None:
        pytest.skip(f"{NAME} isn't installed")
    profile = folder / "profile"
    profile.mkdir()
    port = free_port()
    command = [executable, "--headless", "--profile", str(profile), f"--remote-debugging-port={port}"]
    environ = {**os.environ, "HOME": str(folder)}  # Firefox wants one that belongs to whoever runs it
    with (folder / "log").open("wb") as output, started(command, folder, environ, output) as process:
        wait(process, f"http://127.0.0.1:{port}/", START_SECONDS)
        with connect(f"ws://127.0.0.1:{port}/session", proxy=None, max_size=None) as socket:
            yield Firefox(socket)


class FirefoxWalker(Walker):
    def __init__(self, browser: Firefox, url: str) -> None:
        self._browser = browser
        self._user = browser.ask("browser.createUserContext")["userContext"]  # with a storage of its own
        self._context = browser.ask("browsingContext.create", type="tab", userContext=self._user)["context"]
        self._ask("browsingContext.setViewport", viewport=DESKTOP["viewport"])
        self._ask("browsingContext.navigate", url=url, wait="complete")
        self.begin()

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.ask(method, context=self._context, **params)

    def drag(self, points: Sequence[Point]) -> None:
        first, *others = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in points]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self._ask("input.performActions", actions=[{**MOUSE, "actions": [first, down, *others, up]}])

    def set_files(self, selector: str, *files: Path) -> None:
        [element] = self._ask("browsingContext.locateNodes", locator={"type": "css", "value": selector})["nodes"]
        self._ask("input.setFiles", element={"sharedId": element["sharedId"]}, files=[str(file) for file in files])

    def evaluate(self, expression: str) -> Any:
        answer = self._browser.ask(
            "script.callFunction",
            functionDeclaration=f"async () => JSON.stringify(await ({expression})) ?? 'null'",
            awaitPromise=True,
            target={"context": self._context},
        )
        if answer["type"] == "exception":
            raise Refused("script.callFunction", {"error": "exception", "message": answer["exceptionDetails"]["text"]})
        return json.loads(answer["result"]["value"])

    def errors(self) -> list[str]:
        self.evaluate("true")  # what happened before has been told by then
        mine = [entry for entry in self._browser.log if entry["source"].get("context") == self._context]
        return [entry["text"] for entry in mine if entry["level"] in ("error", "warn")]

    def load_anew(self) -> None:
        self._ask("browsingContext.reload", wait="complete")

    def close(self) -> None:
        self._browser.ask("browser.removeUserContext", userContext=self._user)
