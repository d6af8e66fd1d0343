"""What the server around the function, gunicorn, tells about itself and can be told."""

import ctypes
import gc
import os
import signal
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # Source: glibc's malloc.h


def is_stopping() -> bool:
    """Whether this process was told to end and only answers the requests it has already accepted.

    gunicorn keeps that in `alive` of its worker; other servers tell nothing.
    """
    return not getattr(worker_here(), "alive", True)


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


def worker_here() -> Any:
    """gunicorn's, which runs this process: its method handles SIGTERM. None of other servers."""
    return getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
