"""Keeps a network to answer with: loads lazily, examines, swaps, and holds on to the last good one.

One attempt at a time asks the store, in a thread of its own so that no caller waits for it longer than
agreed: at first everybody waits for the first attempt, later only the caller who set out to refresh waits,
briefly, because an idle instance gets no CPU once its callers are answered.
"""

import gc
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, inf
from pathlib import Path
from typing import TYPE_CHECKING

from function.errors import (
    DigitsError,
    LoadTimeout,
    NoNetwork,
    OperatorError,
    WeightsChanged,
    WeightsRefused,
)
from function.journal import write_line
from function.network.network import Network
from function.store.pauses import FIRST_PAUSE, LONGEST_PAUSE, Pauses, Refused
from function.store.weights import Store, open_store

if TYPE_CHECKING:
    from function.network.float16 import Packed

_STOP_SECONDS = 4.0  # seconds that a first load may go on once the server stops; it is killed after 10
_TICK = 0.1  # seconds between looks at whether the server is stopping
_LONGEST = 120.0  # seconds until an attempt is given up for another: beyond all limits of the store and of examining
_RACES = 3  # versions to follow in one attempt when somebody publishes faster than we fetch


@dataclass(frozen=True)
class Release:
    """What answers at one moment: a network, and which weights it has.

    source  "bundled", or what the store calls itself: "bucket", "folder"
    """

    network: Network
    version: str
    source: str

    @cached_property
    def packed(self) -> "Packed | None":
        """The weights for a page that reads by itself; None where these can't be had so."""
        from function.network.float16 import packed  # whoever only reads digits waits for none of it

        return packed(self.network, self.version)


@dataclass(frozen=True)
class Status:
    """The last attempt's failure, in words fit for callers; all None after a success.

    refused, reason  the version that was refused, and why
    """

    code: str | None = None
    title: str | None = None
    refused: str | None = None
    reason: str | None = None


@dataclass(frozen=True, eq=False)
class _Attempt:
    started: float
    fetched: threading.Event = field(default_factory=threading.Event)  # all that is left depends on the processor
    done: threading.Event = field(default_factory=threading.Event)


class Keeper:
    """Thread-safe, and cheap to make: the first `release()` does the first work.

    store            where new weights appear
    refresh_seconds  age at which the version is compared with the store's again; 0 = never
    build            weights file → examined, warm network. Raises WeightsRefused
    bundled          weights to fall back on while the store has given none, or None
    source           what a release from the store is called; None = as the store calls itself
    prepare          slow work that `build` needs and that can run beside the first download
    load_seconds     the longest that a first caller waits for the store, and again for the network to be built
    patience         seconds that the caller who refreshes waits; a refresh takes one or two
    stopping         whether the server is about to exit
    """

    def __init__(
        self,
        store: Store,
        *,
        refresh_seconds: float,
        build: Callable[[Path], Network],
        bundled: Path | None,
        source: str | None = None,
        prepare: Callable[[], object] | None = None,
        load_seconds: float = 15.0,
        patience: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
        stopping: Callable[[], bool] = lambda: False,
        log: Callable[[Mapping[str, object]], None] = write_line,
    ) -> None:
        self._store = store
        self._source = source or store.source
        self._pauses = Pauses(refresh_seconds or inf)
        self._build = build
        self._bundled = bundled
        self._prepare = prepare
        self._load_seconds = load_seconds
        self._patience = patience
        self._clock = clock
        self._stopping = stopping
        self._log = log
        self._lock = threading.Lock()  # guards the fields below; held for moments only
        self._release: Release | None = None
        self._attempt: _Attempt | None = None
        self._due = -inf
        self._good_at = -inf  # when an attempt last ended well
        self._status = Status()
        self._refused = Refused()
        self._falling_back = threading.Lock()  # held while the bundled weights load

    def release(self) -> Release:
        """What to answer with now; hold on to it for the whole request.

        Raises NoNetwork when nothing could be loaded yet.
        """
        release = self._release
        if release is not None and (self._clock() < self._due or self._is_under_way()):
            return release
        attempt, is_mine = self._join()
        if release is not None:
            if attempt is not None and is_mine:
                attempt.done.wait(self._patience)
            return self._release or release
        if attempt is not None:
            self._wait(attempt)
        return self._release or self._fall_back()

    def present(self) -> Release | None:
        """What answers now, without loading, asking or waiting; None while nothing does."""
        return self._release

    def status(self) -> Status:
        """How the last attempt to load or refresh ended."""
        return self._status

    def _join(self) -> tuple[_Attempt | None, bool]:
        """The attempt under way, begun if one is due, and whether this call began it."""
        with self._lock:
            if self._attempt is not None and not self._is_under_way():
                # It goes on, and counts if it ends before another one puts something in service.
                pause = self._fail(LoadTimeout(f"given up after {_LONGEST:g} s"), None)
                self._attempt, self._due = None, self._clock() + pause
            if self._attempt is not None or self._clock() < self._due:
                return self._attempt, False
            attempt = _Attempt(self._clock())
            try:
                threading.Thread(target=self._run, args=(attempt,), daemon=True).start()
            except RuntimeError:  # the process has no thread left, or is ending
                self._due = self._clock() + FIRST_PAUSE
                return None, False
            self._attempt = attempt
            return attempt, True

    def _is_under_way(self) -> bool:
        attempt = self._attempt
        return attempt is not None and self._clock() < attempt.started + _LONGEST

    def _wait(self, attempt: _Attempt) -> None:
        """Until the attempt is done, or has been given time enough: once for the store, once for the building."""
        stop_at = inf
        while not attempt.done.wait(_TICK):
            if stop_at == inf and self._stopping():
                stop_at = self._clock() + _STOP_SECONDS
            shares = 2 if attempt.fetched.is_set() else 1
            if self._clock() >= min(attempt.started + shares * self._load_seconds, stop_at):
                return

    def _run(self, attempt: _Attempt) -> None:
        version: str | None = None
        try:
            if self._release is None and self._prepare is not None:
                threading.Thread(target=self._prepare, daemon=True).start()
            for race in range(_RACES):
                version = self._store.version()
                try:
                    self._load(version, attempt)
                    break
                except WeightsChanged:
                    if race == _RACES - 1:
                        raise
            failure = None
        except OperatorError as error:
            failure = error
        except Exception as error:  # noqa: BLE001  a fault of ours must not end refreshing for good
            failure = OperatorError("".join(traceback.format_exception(error)))
        with self._lock:
            if self._attempt is attempt:  # else it was given up, and what is said now is said of another one
                if failure is None:
                    self._status, self._good_at = Status(), self._clock()
                    self._due = self._clock() + self._pauses.after_success()
                else:
                    self._due = self._clock() + self._fail(failure, version)
                self._attempt = None
        attempt.done.set()

    def _load(self, version: str, attempt: _Attempt) -> None:
        """Puts that version in service unless it already is."""
        present = self._release
        if present is not None and (present.version, present.source) == (version, self._source):
            return
        self._refused.check(version)
        started = self._clock()
        gc.collect()  # the network before the present one is a knot of cycles; make room for the next
        try:
            with tempfile.TemporaryDirectory(prefix="weights-") as folder:
                path = self._store.fetch(version, Path(folder))
                attempt.fetched.set()
                network = self._built(path)
        except WeightsRefused as error:
            self._refused.add(version, error)
            raise
        self._serve(Release(network, version, self._source), self._clock() - started, attempt)

    def _built(self, path: Path) -> Network:
        try:
            return self._build(path)
        except (DigitsError, MemoryError):
            raise
        except Exception as error:  # whatever damaged weights make the libraries raise
            name = type(error).__name__
            raise WeightsRefused(f"{path.name}: {name}: {error}", f"Loading them ended in a {name}.") from error

    def _serve(self, release: Release, seconds: float, attempt: _Attempt | None = None) -> None:
        with self._lock:
            present = self._release
            if release.source == "bundled" and present is not None:
                return  # the store's weights arrived while the bundled ones were loading
            if attempt is not None and attempt is not self._attempt and self._good_at > attempt.started:
                return  # it was given up, and a later one came to its end
            self._release = release
        self._log(
            {
                "severity": "INFO",
                "message": "These weights serve now.",
                "version": release.version,
                "source": release.source,
                "architecture": release.network.architecture,
                "seconds": round(seconds, 3),
            }
        )

    def _fail(self, error: OperatorError, version: str | None) -> float:
        """Notes a failed attempt; seconds until the next one."""
        status = Status(error.code, error.title)
        if isinstance(error, WeightsRefused):
            status = Status(error.code, error.title, version, error.reason)
        if status != self._status:
            entry = {"message": error.title, "code": error.code, "version": version, "detail": str(error)}
            entry["setting"] = "WEIGHTS_URL"  # where a mistake would be
            self._log({"severity": "WARNING" if self._release else "ERROR", **entry})
        self._status = status
        is_current = self._release is not None and self._release.source == self._source
        return self._pauses.after_failure(error, is_current=is_current)

    def _fall_back(self) -> Release:
        with self._falling_back:
            if self._release is None and self._bundled is not None:
                started = self._clock()
                try:
                    version = open_store(str(self._bundled)).version()
                    release = Release(self._built(self._bundled), version, "bundled")
                except OperatorError as error:
                    raise NoNetwork(f"the bundled weights don't load: {error}", self._retry_after()) from error
                self._serve(release, self._clock() - started)
        if self._release is None:
            late = f"loading takes longer than 2 × {self._load_seconds:g} s, and goes on"
            raise NoNetwork(f"nothing is loaded: {self._status.code or late}", self._retry_after())
        return self._release

    def _retry_after(self) -> int:
        with self._lock:
            wait = self._patience if self._attempt is not None else self._due - self._clock()
        return max(1, ceil(min(wait, LONGEST_PAUSE)))
