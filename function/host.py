"""What the server around the function tells about itself."""

import signal
from collections.abc import Mapping
from typing import Any


def is_stopping() -> bool:
    """Whether this process was told to end and only answers the requests it has already accepted.

    gunicorn keeps that in `alive` of its worker, whose method handles SIGTERM; other servers tell nothing.
    """
    worker = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return not getattr(worker, "alive", True)


def limit_patience(environ: Mapping[str, Any], seconds: float) -> None:
    """Has reads of this request's body fail with TimeoutError after so many seconds without a byte.

    gunicorn waits forever; other servers lend no socket, and keep their own limits.
    """
    if connection := environ.get("gunicorn.socket"):
        connection.settimeout(seconds)
