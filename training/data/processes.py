"""Work in as many processes as there are cores, for what NumPy and PIL do alone."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context


@contextmanager
def processes() -> Iterator[Executor]:
    """A pool that ends with the block; what waits in it is dropped when the block fails, as on Ctrl-C."""
    pool = ProcessPoolExecutor(
        os.cpu_count(),
        mp_context=get_context("spawn"),  # TensorFlow's threads don't survive a fork
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),  # Ctrl-C is the parent's to answer, without a traceback from each
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
