"""What the server around the function, gunicorn, tells about itself and can be told."""

import ctypes
import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STAY = 3  # milliseconds that a client may take between an answer and its next request: one nearby needs less than one
CORK: int | None = getattr(socket, "TCP_CORK", None)  # Linux has it
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # Source: glibc's malloc.h


def is_stopping() -> bool:
    """Whether this process was told to end and only answers the requests it has already accepted.

    gunicorn keeps that in `alive` of its worker; other servers tell nothing.
    """
    return not getattr(_worker(), "alive", True)


def return_large_memory() -> None:
    """Has the C library return blocks of a megabyte and more to the system as soon as they are freed.

    glibc keeps them for each thread once it has seen a few: eight large requests at a time would then cost 300 MiB
    for good. Other C libraries don't.
    """
    if sys.platform == "linux":
        adjust = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc and, without effect, of musl
        if adjust is not None:
            adjust(M_MMAP_THRESHOLD, 2**20)
            adjust(M_TRIM_THRESHOLD, 2**22)  # else each request would return and fetch its few hundred kilobytes again


def share_memory() -> None:
    """Keeps the garbage collector off everything that is there when this process forks.

    It marks each object that it looks at, and so a worker would copy what it shares with its parent: 10 MiB of 81.
    """
    if hasattr(os, "register_at_fork"):  # Windows doesn't fork
        os.register_at_fork(before=gc.freeze)


def close_after(environ: "WSGIEnvironment", start_response: "StartResponse") -> None:
    """Has the connection closed once the response to this request is sent.

    gunicorn leaves out the Connection header that an application sets, but closes when its own response object, whose
    method `start_response` is, was told to.
    """
    close: Any = getattr(getattr(start_response, "__self__", None), "force_close", None)
    if close is not None:
        close()
    if connection := environ.get("gunicorn.socket"):
        with suppress(OSError):  # the client has closed it
            connection.shutdown(socket.SHUT_RD)  # else gunicorn's only accepting thread waits for the client to


class Closing(Response):
    """A response after which the connection is closed."""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        close_after(environ, start_response)
        return super().__call__(environ, start_response)


def cork(environ: "WSGIEnvironment", closed: bool = True) -> None:
    """Has nothing more of a response sent than fills a packet, until it is uncorked.

    gunicorn writes a head and a body apart; on their own, each wakes the client.
    """
    if CORK is not None and (connection := environ.get("gunicorn.socket")):
        with suppress(OSError):  # the client has closed it, or it is no TCP
            connection.setsockopt(socket.IPPROTO_TCP, CORK, closed)


def uncork(environ: "WSGIEnvironment") -> None:
    """Sends what is left."""
    cork(environ, closed=False)


def stay_with_clients() -> None:
    """Has this process's threads wait a moment for the next request of the client that they have just answered.

    gunicorn's own hand each connection back to its accepting thread, which waits for all clients at once, and hands
    it to a thread again: between two requests of one client two threads are woken, which costs as much as reading
    what it asks. A thread goes on doing that when more clients are there than threads.
    """
    worker = _worker()
    if not all(hasattr(worker, name) for name in ("handle", "nr_conns", "keepalived_conns", "pending_conns", "cfg")):
        return  # other servers, and gunicorn's other workers
    handle = worker.handle

    def stay(connection: Any) -> object:
        may_go_on = handle(connection)
        while may_go_on is True and worker.alive and not _is_wanted(worker) and _asks_again(connection.sock):
            may_go_on = handle(connection)
        return may_go_on

    worker.handle = stay


def _worker() -> Any:
    """gunicorn's, which runs this process: its method handles SIGTERM. None of other servers."""
    return getattr(signal.getsignal(signal.SIGTERM), "__self__", None)


def _is_wanted(worker: Any) -> bool:
    """Whether a client may be waiting for one of the worker's threads."""
    idle = len(worker.keepalived_conns) + len(worker.pending_conns)
    return bool(worker.nr_conns - idle > worker.cfg.threads)


def _asks_again(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(STAY))
