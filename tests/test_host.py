"""Whether the server is about to end, as far as a server tells."""

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from function.host import is_stopping


class Worker:
    alive = True

    def handle_exit(self, number: int, frame: Any) -> None:
        self.alive = False


@pytest.fixture
def on_sigterm() -> Iterator[Callable[[Any], object]]:
    before = signal.getsignal(signal.SIGTERM)
    yield lambda handler: signal.signal(signal.SIGTERM, handler) and None
    signal.signal(signal.SIGTERM, before)


def test_gunicorns_worker_stops_once_it_has_handled_the_signal(on_sigterm: Callable[[Any], object]) -> None:
    worker = Worker()
    on_sigterm(worker.handle_exit)
    assert not is_stopping()
    signal.raise_signal(signal.SIGTERM)
    assert is_stopping()


@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN, lambda number, frame: None])
def test_a_server_that_tells_nothing_is_taken_to_go_on(handler: Any, on_sigterm: Callable[[Any], object]) -> None:
    on_sigterm(handler)
    assert not is_stopping()
