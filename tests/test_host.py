"""Whether the server is about to end, as far as a server tells, and whose threads are led."""

import select
import signal
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from functions_framework._http.gunicorn import GThreadWorkerWithTimeoutSupport
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from function.server.clients import lead_clients
from function.server.host import is_stopping


class Worker:
    """As much of another server's as we rely on."""

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


def test_the_threads_of_other_servers_are_left_alone(on_sigterm: Callable[[Any], object]) -> None:
    worker = Worker()
    on_sigterm(worker.handle_exit)
    before = dict(vars(worker))
    lead_clients()
    assert vars(worker) == before


@pytest.fixture
def made() -> Iterator[Callable[[type[ThreadWorker]], Any]]:
    """Workers of gunicorn's, as one makes them."""
    workers = []

    def make(kind: type[ThreadWorker]) -> Any:
        workers.append(kind(0, 0, [], SimpleNamespace(), 1, Config(), None))
        workers[-1].wsgi = None
        return workers[-1]

    yield make
    for worker in workers:
        worker.tmp.close()


def test_the_workers_that_functions_framework_starts_have_a_leader(
    on_sigterm: Callable[[Any], object], made: Callable[[type[ThreadWorker]], Any]
) -> None:
    worker = made(ThreadWorker)
    with worker.get_thread_pool() as worker.tpool:
        on_sigterm(worker.handle_exit)
        lead_clients()
        assert ("enqueue_req" in vars(worker)) is hasattr(select, "epoll")


def test_a_worker_that_limits_the_time_of_requests_keeps_doing_it(
    on_sigterm: Callable[[Any], object], made: Callable[[type[ThreadWorker]], Any]
) -> None:
    worker = made(GThreadWorkerWithTimeoutSupport)
    on_sigterm(worker.handle_exit)
    lead_clients()
    assert "enqueue_req" not in vars(worker)
