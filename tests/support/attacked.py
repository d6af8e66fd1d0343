"""The smallest deployment, and what it must survive."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.bodies import CSV
from tests.support.function_server import FunctionServer, function_server
from tests.support.wire import Memory, watched

INSTANCE = 512  # MiB that it has
READERS = 8  # requests that it works on at a time


@contextmanager
def smallest(folder: Path, weights: Path, **environ: Any) -> Iterator[FunctionServer]:
    """It with these weights, awake."""
    with function_server(folder / "log", WEIGHTS_URL=str(weights), THREADS=str(READERS), **environ) as server:
        server.read(CSV)
        yield server


@contextmanager
def surviving(server: FunctionServer) -> Iterator[Memory]:
    """Its memory while the block attacks it; afterwards the same worker answers, within what the instance has."""
    (worker,) = server.workers()
    with watched(worker) as memory:
        yield memory
    assert server.workers() == [worker]
    assert server.read(CSV)["prediction"] == "7"
    assert memory.peak < INSTANCE
