"""Servers that run for a while: on a free port, waited for, and stopped whatever happens. Standard library only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

STOP_SECONDS = 10.0  # that a server may take to end: what Cloud Run grants as well


class NotStarted(Exception):
    """It ended, or nothing answered in time; `url` is where."""

    def __init__(self, url: str, *, ended: bool = False) -> None:
        super().__init__(
            f"It ended before it answered at {url}, and said why." if ended else f"Nothing answers at {url}."
        )
        self.url = url


@contextmanager
def started(
    command: Sequence[str],
    cwd: Path,
    environ: Mapping[str, str] | None = None,
    output: BinaryIO | None = None,
    patience: float = STOP_SECONDS,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process, in a group of its own: Ctrl-C reaches the caller alone, which then stops its servers in order.

    environ   all of its environment; None = the caller's
    output    a file for what it prints; None = where the caller prints
    patience  seconds that it may take to end before it and its children are killed
    """
    errors = None if output is None else subprocess.STDOUT
    process = subprocess.Popen(command, cwd=cwd, env=environ, stdout=output, stderr=errors, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
        with suppress(ProcessLookupError, PermissionError):  # macOS forbids a group of nothing but the dead
            os.killpg(process.pid, signal.SIGKILL)  # the group that it leads: workers that it left behind included
        process.wait()


def wait(process: subprocess.Popen[bytes], url: str, seconds: float) -> None:
    """Until something answers there, whatever it says. Raises NotStarted."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  one of our own addresses
                answer.read()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise NotStarted(url, ended=process.poll() is not None)


def interruptible() -> None:
    """Has the first Ctrl-C or SIGTERM raise KeyboardInterrupt, and no later one: it would leave servers behind."""
    numbers = (signal.SIGINT, signal.SIGTERM)

    def interrupt(*_: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, interrupt)


def is_free(port: int) -> bool:
    """Whether a server can listen on that port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
