"""What the server around the function, gunicorn, tells about itself and can be told."""

import ctypes
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

    gunicorn keeps that in `alive` of its worker, whose method handles SIGTERM; other servers tell nothing.
    """
    worker = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return not getattr(worker, "alive", True)


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


class Closing(Response):
    """A response after which the connection is closed.

    gunicorn leaves out the Connection header that an application sets, but closes when its own response object, whose
    method `start_response` is, was told to.
    """

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        close: Any = getattr(getattr(start_response, "__self__", None), "force_close", None)
        if close is not None:
            close()
        if connection := environ.get("gunicorn.socket"):
            with suppress(OSError):  # the client has closed it
                connection.shutdown(socket.SHUT_RD)  # else gunicorn's only accepting thread waits for the client to
        return super().__call__(environ, start_response)
