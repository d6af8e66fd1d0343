"""gunicorn's threads, as they wait for clients and answer them here."""

import select
import sys
from functools import partial
from typing import Any

from function.server.host import worker_here
from function.server.plain import Plain


def lead_clients() -> None:
    """Has the threads of this process answer as `Leader` does, plain requests as `Plain` does.

    Where gunicorn's worker is of the kind that functions-framework starts, on Linux; nothing else changes anywhere.
    """
    worker = worker_here()
    kind = sys.modules.get("gunicorn.workers.gthread")
    unheard = getattr(kind, "_DEFER", None)
    if unheard is None or type(worker) is not getattr(kind, "ThreadWorker", None) or not hasattr(select, "epoll"):
        return
    from function.server.leader import Leader  # which wants Linux's epoll

    def goes_on() -> bool:
        return bool(worker.alive)

    def fail(connection: Any, error: Exception) -> None:
        worker.handle_error(None, connection.sock, connection.client, error)

    def keeps() -> bool:
        return bool(worker.alive) and len(worker.keepalived_conns) < worker.max_keepalived  # else nobody new gets in

    leader = Leader(Plain(worker.wsgi, worker.handle, fail, keeps), worker.tpool.submit, goes_on, unheard)

    def finish(connection: Any, taken: Any) -> None:
        if not worker.alive:
            connection.init()  # else gunicorn drops who hasn't spoken yet, though its request may be on its way
        worker.finish_request(connection, taken)

    def enqueue(connection: Any) -> None:
        taken = leader.take(connection)
        taken.add_done_callback(partial(worker.method_queue.defer, finish, connection))

    worker.enqueue_req = enqueue
