"""What the server around the function tells about itself."""

import signal


def is_stopping() -> bool:
    """Whether this process was told to end and only answers the requests it has already accepted.

    gunicorn keeps that in `alive` of its worker, whose method handles SIGTERM; other servers tell nothing.
    """
    worker = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return not getattr(worker, "alive", True)
