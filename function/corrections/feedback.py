"""A corrected drawing → the bucket or folder that collects them, at a bounded cost to everybody who only reads.

The function only ever creates objects: it neither lists nor reads nor replaces what others sent.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil, inf
from pathlib import Path
from time import monotonic, sleep
from typing import cast

from function.arrays import Ink, to_levels
from function.corrections.correction import Correction, Read, crop
from function.dialects.dialect import PRECISION
from function.errors import BadSettings, Busy, Changed, NotKept, StoreUnreachable
from function.keeper import Release
from function.picture.picture import Picture
from function.reading.line import read, see
from function.reading.values import Seen
from function.store.places import Place, open_place

AT_ONCE = 1  # correction under way: people click seldom, and readers need the processor
WAITING = 3  # more for their turn: together with the one under way, half of a server's threads
PATIENCE = 0.5  # seconds in which a turn must come
LONGEST_REST = 0.1  # seconds between two corrections, if the first took no less: at most half a processor is theirs
OFTEN = 6.0  # seconds from one correction to the next on average: an instance keeps at most 600 an hour
AT_A_STRETCH = 60  # corrections that may come sooner after a rest: a class that tries the page together
LONGEST_WAIT = timedelta(days=7)  # of a correction in somebody's tab; one that claims more counts as made now
REMEMBERED = 2000  # ids of corrections kept lately: a duplicate among them costs no request to the bucket


class Feedback:
    """Corrections kept in `place` under `prefix`, one object each. Thread-safe.

    The same drawing with the same label is one object a day, and one correction for good: whoever reads them
    counts each id once. To find an earlier day's the function would have to be allowed to list the bucket.
    """

    def __init__(
        self,
        place: Place,
        prefix: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._place = place
        self._prefix = f"{prefix}/" if prefix else ""
        self._now = now
        self._clock = clock
        self._free_at = -inf  # when all of AT_A_STRETCH may be kept again
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._waiting = threading.BoundedSemaphore(WAITING)
        self._rested = 0.0  # when the next correction may begin
        self._lock = threading.Lock()  # guards the next one
        self._kept: dict[str, None] = {}  # a set in the order of arrival

    def keep(
        self, picture: Picture, label: str, told: str | None, release: Release | None, made: datetime | None = None
    ) -> str:
        """Keeps a drawing with its label, what its sender was told and what the network of `release` reads; its id.

        It is an object of the day when it was made: who sends it again, since no answer came, sends the same.
        Raises CallerErrors for what is no picture; Busy; NotKept.
        """
        with self._turn():  # before any work: readers need the processor as well
            seen = see([picture])
            ink = crop(cast(Ink, seen.inks[0]))  # levels are among several pictures alone
            now = self._now()
            time = made if made is not None and now - LONGEST_WAIT <= made <= now else now
            correction = Correction(label, to_levels(seen.digits[0]), ink, time, told=told)
            if correction.id not in self._kept:
                self._count()
                self._write(replace(correction, read=_reading(release, seen) if release else None))
            return correction.id

    def _count(self) -> None:
        """Counts an object that is written. Raises Busy when there were too many of late.

        Source: the generic cell rate algorithm, ITU-T I.371; held by who has the turn, so it needs no lock.
        """
        now = self._clock()
        stretch = AT_A_STRETCH * OFTEN
        self._free_at = max(min(self._free_at, now + stretch), now)  # a clock that jumped back costs no more
        early = self._free_at + OFTEN - now - stretch
        if early > 0:
            raise Busy("more corrections arrived than are kept in an hour; try again later", retry_after=ceil(early))
        self._free_at += OFTEN

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """A turn at the work, after a rest as long as the work before it. Raises Busy when none comes soon."""
        if not self._waiting.acquire(blocking=False):
            raise Busy("too many corrections arrive at once; try again in a moment")
        try:
            if not self._slots.acquire(timeout=PATIENCE):
                raise Busy("too many corrections arrive at once; try again in a moment")
        finally:
            self._waiting.release()
        sleep(min(max(0.0, self._rested - self._clock()), LONGEST_REST))
        started = self._clock()
        try:
            yield
        finally:
            ended = self._clock()
            self._rested = ended + min(ended - started, LONGEST_REST)
            self._slots.release()

    def _write(self, correction: Correction) -> None:
        try:
            with suppress(Changed):  # the name is taken, and so the drawing kept
                self._place.write(self._prefix + correction.name, correction.to_json(), None, "application/json", {})
        except StoreUnreachable as error:
            self._free_at -= OFTEN  # nothing was kept
            raise NotKept(str(error)) from error
        with self._lock:
            self._kept[correction.id] = None
            while len(self._kept) > REMEMBERED:
                del self._kept[next(iter(self._kept))]


def open_feedback(url: str) -> Feedback:
    """The corrections below `gs://bucket[/prefix]` or below a local folder. Nothing is asked or imported yet.

    Raises BadSettings for any other kind of URL.
    """
    try:
        place, prefix = open_place(url, brief=True)
    except BadSettings as error:
        raise BadSettings(f"FEEDBACK_URL: {error}") from error
    if Path(url).is_file():
        raise BadSettings(f"FEEDBACK_URL: {url!r} is a file, expected a folder")
    return Feedback(place, prefix)


def _reading(release: Release, seen: Seen) -> Read:
    (reading,) = read(seen, release.network)
    return Read(str(reading.nearest), round(reading.share, PRECISION), release.version, reading.kind)
