"""A run while it works: a bar, and an end also where Beam would wait for ever, for a worker that is gone."""

import queue
import re
import signal
import threading
import traceback
from collections.abc import Callable
from typing import Any

import psutil
from tqdm import tqdm

from scripts.bulk.plan import Planned
from scripts.bulk.runs import Run, read_before

HERE, BUCKET = 0.5, 10.0  # seconds between looks at what is finished: a bucket bills each
OF_WORKERS = ("run_worker", "beam_control_read")  # Beam's threads that end by an error when a worker's process does
OURS = re.compile(
    r"^(?:RuntimeError: )*(?:function\.errors|scripts\.bulk\.\w+)\.\w+: (.+?)(?: \[while running .*)?$", re.MULTILINE
)
GRACE = 5.0  # seconds that workers get to end


class Broken(Exception):
    """A run that ended early; what is finished stays, and the same command goes on from there.

    The text is a sentence where the reason is one of ours, else all that is known.
    """


class Lost(Exception):
    """A worker's process is gone."""


def follow(submit: Callable[[], Any], run: Run, planned: Planned) -> Any:
    """Beam's result of `submit`, once it is finished. Raises Broken with the reason, and KeyboardInterrupt."""
    ends: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.excepthook = lambda arguments: _told(arguments, ends)
    threading.Thread(target=_work, args=(submit, ends), daemon=True).start()
    pause = HERE if run.place.is_local else BUCKET
    try:
        before = read_before(run, planned)
        with tqdm(total=planned.pictures, initial=before, unit=" pictures", disable=None, smoothing=0.1) as bar:
            while True:
                try:
                    end = ends.get(timeout=pause)
                    break
                except queue.Empty:
                    bar.update(read_before(run, planned) - bar.n)
            if not isinstance(end, BaseException):
                bar.update(planned.pictures - bar.n)
    except BaseException:
        _end_workers(run)
        raise
    if isinstance(end, BaseException):
        _end_workers(run)
        raise Broken(_reason(end)) from end
    return end


def _work(submit: Callable[[], Any], ends: "queue.SimpleQueue[Any]") -> None:
    # Threads and processes that begin here inherit it: Ctrl-C is for the main thread, and for it alone.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        result = submit()
        result.wait_until_finish()
        ends.put(result)
    except BaseException as error:  # noqa: BLE001  every kind of it ends the run, in the thread that waits
        ends.put(error)


def _told(arguments: threading.ExceptHookArgs, ends: "queue.SimpleQueue[Any]") -> None:
    name = arguments.thread.name if arguments.thread else ""
    if name.startswith(OF_WORKERS):
        ends.put(Lost("a worker was ended from outside, perhaps for want of memory"))


def _end_workers(run: Run) -> None:
    """Ends the processes that Beam began here, and takes away what they were writing."""
    workers = psutil.Process().children(recursive=True)
    for worker in workers:
        worker.kill()
    psutil.wait_procs(workers, GRACE)
    run.place.sweep()


def _reason(error: BaseException) -> str:
    """Beam puts a worker's whole traceback into one text, whose last line of ours tells why."""
    told = "".join(traceback.format_exception(error))
    found = OURS.findall(told)
    return found[-1] if found else told.strip()
