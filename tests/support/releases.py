"""What tests of releases under load share: a copy of the function, a crowd of callers, and what they were told."""

import http.client
import itertools
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil

from function.network.golden import golden_digits
from tests.support.function_server import ROOT, FunctionServer

DIGITS = [",".join(str(pixel) for pixel in np.rint(digit.ravel() * 255).astype(int)) for digit in golden_digits()]
BODIES = [json.dumps({"image": digit}).encode() for digit in DIGITS]


@dataclass(frozen=True)
class Told:
    """One request's fate. `status` 0 = the connection failed, and `text` says how."""

    path: str
    label: str
    started: float
    ended: float
    status: int
    text: str

    @property
    def answer(self) -> Any:
        return json.loads(self.text)

    @property
    def version(self) -> str:
        return str(self.answer["model"]["version"])

    @property
    def is_right(self) -> bool:
        return self.status == 200 and self.answer["prediction"] == self.label


def ask(url: str, label: int, path: str = "/", timeout: float = 60) -> Told:
    """Asks once, on a connection of its own, for the golden digit `label`."""
    started = monotonic()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=timeout)
    try:
        connection.request("POST", path, BODIES[label])
        response = connection.getresponse()
        status, text = response.status, response.read().decode()
    except (OSError, http.client.HTTPException) as error:
        status, text = 0, type(error).__name__
    finally:
        connection.close()
    return Told(path, str(label), started, monotonic(), status, text)


def ask_at_once(url: str, count: int) -> list[Told]:
    """`count` requests that start together."""
    barrier = threading.Barrier(count)

    def one(index: int) -> Told:
        barrier.wait()
        return ask(url, index % 10)

    return parallel(one, range(count))


def parallel(work: Callable[[int], Told], items: Sequence[int]) -> list[Told]:
    results: list[Told] = []
    threads = [threading.Thread(target=lambda item=item: results.append(work(item)), daemon=True) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


class Crowd:
    """Callers who keep asking, each one request after the other. `told` grows as answers come."""

    def __init__(self, url: str, callers: int, pause: float) -> None:
        self.told: list[Told] = []
        self._url, self._pause = url, pause
        self._leaving = threading.Event()
        self._ticket = itertools.count()
        self._threads = [threading.Thread(target=self._keep_asking, daemon=True) for _ in range(callers)]

    def _keep_asking(self) -> None:
        while not self._leaving.wait(self._pause):
            number = next(self._ticket)
            self.told.append(ask(self._url, number % 10, f"/caller/{number}"))

    def leave(self) -> list[Told]:
        self._leaving.set()
        for thread in self._threads:
            thread.join(60)
        return self.told

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.leave()


@contextmanager
def crowd(server: FunctionServer, callers: int = 4, pause: float = 0.002) -> Iterator[Crowd]:
    with Crowd(server.url, callers, pause) as callers_:
        yield callers_


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Returns once the condition holds; fails when it doesn't within so many seconds."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, f"not within {seconds:g} s: {what}"
        sleep(0.02)


def went_backward(told: Sequence[Told], versions: Sequence[str]) -> list[Told]:
    """Answers with an older version than some answer that had arrived before they were asked for."""
    order = {version: index for index, version in enumerate(versions)}
    ended = sorted(told, key=lambda one: one.ended)
    newest, position, found = -1, 0, []
    for one in sorted(told, key=lambda one: one.started):
        while position < len(ended) and ended[position].ended < one.started:
            newest = max(newest, order[ended[position].version])
            position += 1
        if order[one.version] < newest:
            found.append(one)
    return found


def copy_function(folder: Path, bundled: Path | None) -> Path:
    """The deployed files in `folder`, with these bundled weights or none."""
    shutil.copy(ROOT / "main.py", folder)
    ignored = shutil.ignore_patterns("__pycache__", "digits.weights.h5", "*.tflite")
    shutil.copytree(ROOT / "function", folder / "function", ignore=ignored)
    if bundled is not None:
        shutil.copy(bundled, folder / "function" / "weights" / "digits.weights.h5")
    return folder


def resident_bytes(pid: int) -> int:
    """Physical memory of a process."""
    return int(psutil.Process(pid).memory_info().rss)


def is_idle(pid: int) -> bool:
    """Whether a process leaves the processor alone, for half a second."""

    def worked() -> float:
        """Seconds in user mode and in the kernel."""
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)

    before = worked()
    sleep(0.5)
    return worked() - before < 0.035  # the clock of it ticks every 10 ms
