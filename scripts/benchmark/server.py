"""One contender in a process of its own: a function as Cloud Run starts it, functions-framework, gunicorn and all."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from scripts.benchmark.client import Connection
from scripts.benchmark.contender import FOLDER, FREE, PORT, Contender
from scripts.benchmark.questions import Question
from scripts.processes import free_port, started

START_SECONDS = 120  # TensorFlow from a slow disk, on a busy machine
PATIENCE = 2.0  # seconds that it may take to end: nothing that it had still to say is wanted
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")  # nothing else of the caller's environment decides what is measured


class Unanswered(Exception):
    """A contender that didn't start, or didn't read a seven; what it printed is part of the message, not the reason."""

    def __init__(self, title: str, reason: str, printed: str) -> None:
        super().__init__(f"{title} {reason}\n{printed}")
        self.reason = f"It {reason}."


@dataclass(frozen=True)
class Server:
    """A running function.

    started  when it was spawned, on `time.perf_counter`'s clock
    """

    contender: Contender
    port: int
    process: subprocess.Popen[bytes]
    started: float
    log: Path

    def first_answer(self, question: Question) -> float:
        """Seconds from the start of the process to its first right answer. Raises Unanswered."""
        while True:
            try:
                connection = Connection(self.port)
                break
            except OSError as error:
                late = time.perf_counter() - self.started > START_SECONDS
                if late or self.process.poll() is not None:
                    raise self._unanswered("doesn't start") from error
                time.sleep(0.001)  # seconds: fine enough for a start of 150 ms, and leaves it the processor
        with connection:
            try:
                answer = connection.ask(question.request)
            except OSError as error:
                raise self._unanswered(f"fails its first request: {error}") from error
        seconds = time.perf_counter() - self.started
        if not self.contender.is_right(question.body, question.digit, answer):
            raise self._unanswered(f"doesn't read the {question.digit}: {answer[:300]!r}")
        return seconds

    def memory(self) -> int:
        """Bytes that the largest of its processes has resident now."""
        return max(int(process.memory_info().rss) for process in self._family())

    def memory_together(self) -> int:
        """Bytes that all of its processes have resident; pages that several map are divided among them."""
        return sum(int(process.memory_full_info().pss) for process in self._family())

    def _family(self) -> list[psutil.Process]:
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def _unanswered(self, what: str) -> Unanswered:
        return Unanswered(self.contender.title, what, self.log.read_text(errors="replace")[-3000:])


@contextmanager
def running(contender: Contender) -> Iterator[Server]:
    """Starts it on a free port; stopped when the block ends, whatever happens in it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        port, log = free_port(), Path(folder) / "log"
        environ = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environ |= {"XDG_RUNTIME_DIR": folder}  # gunicorn's control socket goes there
        environ |= {name: _filled(value, port, folder) for name, value in contender.environ.items()}
        program, *arguments = (_filled(argument, port, folder) for argument in contender.command)
        command = [str(contender.home / "bin" / program), *arguments]
        with log.open("wb") as output:
            begin = time.perf_counter()
            with started(command, contender.source, environ, output, PATIENCE) as process:
                yield Server(contender, port, process, begin, log)


def _filled(text: str, port: int, folder: str) -> str:
    """What stands for a port or a folder, replaced by one."""
    if FREE in text:
        text = text.replace(FREE, str(free_port()))
    return text.replace(PORT, str(port)).replace(FOLDER, folder)
