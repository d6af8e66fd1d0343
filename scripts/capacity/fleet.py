"""A simulation of the instances behind a function's address: requests come, instances start, share work, idle, end.

An instance has one CPU, and its requests are bound by it: n of them at a time each proceed at 1/n of its speed
(processor sharing). What the platform does is Google's word, from
https://docs.cloud.google.com/run/docs/about-instance-autoscaling as of November 2026: instances follow the mean CPU
use and concurrency of the last minute, aiming at 60 % of both; a request that finds no room starts an instance and
waits, 10 seconds or 3.5 start-ups at most; an idle instance stays for up to 15 minutes. What Google doesn't tell is
assumed here: the autoscaler looks every 5 seconds; a request goes to the least busy instance, of equals to the one
used last; instances above the autoscaler's number get requests only when the others are full; the 15 minutes are
used up.
"""

import heapq
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Platform:
    """How instances are run; times in seconds."""

    concurrency: int = 8  # requests that an instance takes at a time, as deployed
    max_instances: int = 100  # Google's default
    target: float = 0.6  # of CPU and of concurrency
    window: float = 60.0  # that the autoscaler averages over
    tick: float = 5.0  # between its looks
    idle: float = 900.0  # until an unused instance ends
    patience: float = 10.0  # that a request waits for room at least, before it is refused with 429
    patience_starts: float = 3.5  # mean start-ups that a request waits at least
    step: float = 0.1  # that billed time is rounded up to
    boost: float = 10.0  # after a start-up, that the second CPU of "startup CPU boost" is billed for


@dataclass(frozen=True)
class Outcome:
    """What became of the requests, one array entry for each, and what the instances were billed for.

    answered  seconds from arrival to answer, or to the refusal
    waited    whether it waited for an instance to start
    refused   whether it found no room in time
    span      seconds simulated, up to the last arrival
    present   requests that were there, waiting or worked on, in the mean over the span
    existing  instances that were there, starting, busy or idle, in the mean over the span
    most      instances at a time
    worked    CPU seconds of all requests
    billed    seconds of instance time; an instance that idles isn't billed
    boosted   seconds of them with a second CPU
    """

    answered: NDArray[np.float64]
    waited: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    span: float
    present: float
    existing: float
    most: int
    worked: float
    billed: float
    boosted: float


class _Event(IntEnum):
    DONE, READY, IDLE, TICK = range(4)


class _Instance:
    """One container. `pool` is the list of levels that it can be found in: pool[n] holds those with n requests."""

    __slots__ = ("attained", "billed_until", "boosted_until", "idle_since", "jobs", "pool", "seen", "stretch", "turn")

    def __init__(self, now: float) -> None:
        self.jobs: list[tuple[float, int]] = []  # heap of (attained service at which it is done, request)
        self.pool: list[dict[_Instance, None]] = []  # none while it starts
        self.attained = 0.0  # seconds of service that each request present since the stretch began has had
        self.seen = now  # when `attained` was true
        self.turn = 0  # changes with the jobs, which makes the events of before void
        self.stretch = now  # when the present billed stretch began
        self.billed_until = now
        self.boosted_until = now
        self.idle_since = now


class Fleet:
    """Use `simulate`; this holds its state.

    work    CPU seconds that each request takes
    starts  seconds that each start-up takes, in turn and over again
    """

    def __init__(self, work: Sequence[float], starts: Sequence[float], platform: Platform) -> None:
        self._work = work
        self._starts = starts
        self._platform = platform
        self._patience = max(platform.patience, platform.patience_starts * sum(starts) / len(starts))
        self._events: list[tuple[float, int, _Event, _Instance | None, int]] = []
        self._order = 0  # of events of one moment
        levels = range(platform.concurrency + 1)
        self._active: list[dict[_Instance, None]] = [{} for _ in levels]  # what the autoscaler wants
        self._spare: list[dict[_Instance, None]] = [{} for _ in levels]  # what it doesn't, but that still exists
        self._starting = 0
        self._pending: deque[int] = deque()
        self._now = 0.0
        self._busy = 0  # instances with a request
        self._present = 0  # requests in instances
        self._existing = 0
        self._ticking = False
        self._past: deque[tuple[float, float, float]] = deque()  # (moment, CPU seconds, request seconds) so far
        self.arrived: list[float] = []
        self.ended: list[float] = [0.0] * len(work)
        self.waited = [False] * len(work)
        self.refused = [False] * len(work)
        self.started = 0
        self.used = 0.0  # CPU seconds
        self.request_seconds = 0.0
        self.instance_seconds = 0.0
        self.most = 0
        self.billed = 0.0
        self.boosted = 0.0

    def warm(self, load: float) -> None:
        """Begins with the fleet that has served `load` CPUs' worth of requests for a minute and longer."""
        platform = self._platform
        for _ in range(min(math.ceil(load / platform.target), platform.max_instances)):
            self._place(_Instance(0.0), self._active)
            self._existing += 1
        self.most = self._existing
        present = load / (1 - platform.target)  # the law of processor sharing, for instances used as intended
        self._past.append((-platform.window, -load * platform.window, -present * platform.window))
        self._past.append((0.0, 0.0, 0.0))

    def run(self, arrivals: Sequence[float]) -> None:
        """Every request until it is answered or refused."""
        for request, moment in enumerate(arrivals):
            self._run_until(moment)
            self._arrive(request, moment)
        seconds = self.request_seconds, self.instance_seconds
        while self._present or self._starting or self._pending:
            self._next()
        self.request_seconds, self.instance_seconds = seconds  # after the last arrival there is no traffic to measure

    def _run_until(self, moment: float) -> None:
        while self._events and self._events[0][0] <= moment:
            self._next()
        self._pass(moment)

    def _next(self) -> None:
        moment, _, event, instance, turn = heapq.heappop(self._events)
        if event is _Event.DONE:
            if instance is not None and instance.turn == turn:
                self._pass(moment)
                self._finish(instance)
            return
        self._pass(moment)
        if event is _Event.TICK:
            self._look()
        elif instance is not None and event is _Event.READY:
            self._ready(instance)
        elif instance is not None:
            self._expire(instance)

    def _pass(self, moment: float) -> None:
        passed = moment - self._now
        self.used += passed * self._busy
        self.request_seconds += passed * (self._present + len(self._pending))
        self.instance_seconds += passed * self._existing
        self._now = moment

    def _schedule(self, moment: float, event: _Event, instance: _Instance | None = None, turn: int = 0) -> None:
        self._order += 1
        heapq.heappush(self._events, (moment, self._order, event, instance, turn))

    # Requests

    def _arrive(self, request: int, moment: float) -> None:
        self.arrived.append(moment)
        if not self._ticking:
            self._ticking = True
            self._past.append((moment, self.used, self.request_seconds))
            self._schedule(moment + self._platform.tick, _Event.TICK)
        instance = self._least_busy()
        if instance is not None:
            self._serve(instance, request)
            return
        self._pending.append(request)
        self._give_up()
        if len(self._pending) > self._starting * self._platform.concurrency:
            self._start()
        self.waited[request] = self._starting > 0

    def _least_busy(self) -> _Instance | None:
        for pool in (self._active, self._spare):
            for level in pool[:-1]:
                if level:
                    return next(reversed(level))
        return None

    def _serve(self, instance: _Instance, request: int) -> None:
        jobs = instance.jobs
        before = len(jobs)
        self._advance(instance)
        if not before:
            self._busy += 1
            if self._now >= instance.billed_until:
                instance.stretch = self._now
        heapq.heappush(jobs, (instance.attained + self._work[request], request))
        self._present += 1
        self._level(instance, before)
        self._expect(instance)

    def _finish(self, instance: _Instance) -> None:
        jobs = instance.jobs
        before = len(jobs)
        instance.attained, request = heapq.heappop(jobs)
        instance.seen = self._now
        self.ended[request] = self._now
        self._present -= 1
        self._level(instance, before)
        if not jobs:
            self._busy -= 1
            instance.attained = 0.0
            instance.idle_since = self._now
            instance.turn += 1
            self._bill(instance)
        else:
            self._expect(instance)
        self._give_up()
        if self._pending:
            self._serve(instance, self._pending.popleft())

    def _advance(self, instance: _Instance) -> None:
        if instance.jobs:
            instance.attained += (self._now - instance.seen) / len(instance.jobs)
        instance.seen = self._now

    def _expect(self, instance: _Instance) -> None:
        """When the next of its requests is done, as things stand."""
        instance.turn += 1
        rest = max(0.0, instance.jobs[0][0] - instance.attained) * len(instance.jobs)
        self._schedule(self._now + rest, _Event.DONE, instance, instance.turn)

    def _level(self, instance: _Instance, before: int) -> None:
        del instance.pool[before][instance]
        instance.pool[len(instance.jobs)][instance] = None

    def _give_up(self) -> None:
        while self._pending and self._now - self.arrived[self._pending[0]] > self._patience:
            request = self._pending.popleft()
            self.refused[request] = True
            self.ended[request] = self.arrived[request] + self._patience

    # Instances

    def _start(self) -> None:
        if self._existing >= self._platform.max_instances:
            return
        instance = _Instance(self._now)
        seconds = self._starts[self.started % len(self._starts)]
        instance.boosted_until = self._now + seconds + self._platform.boost
        self.started += 1
        self._starting += 1
        self._existing += 1
        self.most = max(self.most, self._existing)
        self._schedule(self._now + seconds, _Event.READY, instance)

    def _ready(self, instance: _Instance) -> None:
        self._starting -= 1
        instance.idle_since = self._now
        self._place(instance, self._active)
        self._bill(instance)
        self._give_up()
        while self._pending and len(instance.jobs) < self._platform.concurrency:
            self._serve(instance, self._pending.popleft())

    def _place(self, instance: _Instance, pool: list[dict[_Instance, None]]) -> None:
        """Into a pool; out of the other one, or into the world."""
        level = len(instance.jobs)
        if instance.pool:
            del instance.pool[level][instance]
        else:
            self._schedule(self._now + self._platform.idle, _Event.IDLE, instance)
        instance.pool = pool
        pool[level][instance] = None

    def _expire(self, instance: _Instance) -> None:
        """One timer an instance: set anew whenever it rings too early, not whenever a request comes."""
        due = self._now if instance.jobs else instance.idle_since
        due += self._platform.idle
        if due > self._now:
            self._schedule(due, _Event.IDLE, instance)
            return
        del instance.pool[0][instance]
        self._existing -= 1

    def _bill(self, instance: _Instance) -> None:
        """Up to now, in whole steps. A request that comes within a step already billed goes on with the stretch."""
        step = self._platform.step
        until = instance.stretch + math.ceil((self._now - instance.stretch) / step - 1e-9) * step
        since = max(instance.billed_until, instance.stretch)
        self.billed += max(0.0, until - since)
        self.boosted += max(0.0, min(until, instance.boosted_until) - since)
        instance.billed_until = max(until, instance.billed_until)

    def _look(self) -> None:
        """The autoscaler: as many active instances as the last minute asks for."""
        platform = self._platform
        self._give_up()
        used, request_seconds = self._before(self._now - platform.window)
        cpus = (self.used - used) / platform.window
        present = (self.request_seconds - request_seconds) / platform.window
        self._past.append((self._now, self.used, self.request_seconds))
        wanted = math.ceil(max(cpus, present / platform.concurrency) / platform.target - 1e-9)
        wanted = min(wanted, platform.max_instances)
        active = sum(map(len, self._active))
        for _ in range(wanted - active - self._starting):
            instance = next((next(reversed(level)) for level in self._spare if level), None)
            if instance is None:
                self._start()
            else:
                self._place(instance, self._active)
        for _ in range(active - wanted):
            self._place(next(next(iter(level)) for level in self._active if level), self._spare)
        # With nothing to do, what is active and what is spare makes no difference until the next request.
        self._ticking = bool(self._present or self._pending or self._starting)
        if self._ticking:
            self._schedule(self._now + platform.tick, _Event.TICK)

    def _before(self, moment: float) -> tuple[float, float]:
        """CPU seconds and request seconds up to that moment, straight between the two looks around it."""
        past = self._past
        while len(past) > 2 and past[1][0] <= moment:
            past.popleft()
        (early, *then), (late, *later) = past[0], past[1] if len(past) > 1 else past[0]
        part = min(1.0, max(0.0, (moment - early) / (late - early))) if late > early else 0.0
        used, request_seconds = (before + part * (after - before) for before, after in zip(then, later, strict=True))
        return used, request_seconds


def simulate(
    arrivals: NDArray[np.float64],
    work: NDArray[np.float64],
    starts: Sequence[float],
    platform: Platform | None = None,
    *,
    load: float = 0.0,
) -> Outcome:
    """What happens to requests that arrive at these moments (seconds, ascending) and need so many CPU seconds each.

    starts  seconds that start-ups take, in turn and over again
    load    CPUs' worth of requests that the fleet served before; 0 = there is no instance
    """
    fleet = Fleet(work.tolist(), starts, platform or Platform())
    if load:
        fleet.warm(load)
    fleet.run(arrivals.tolist())
    span = float(arrivals[-1])
    return Outcome(
        answered=np.array(fleet.ended) - arrivals,
        waited=np.array(fleet.waited),
        refused=np.array(fleet.refused),
        span=span,
        present=fleet.request_seconds / span,
        existing=fleet.instance_seconds / span,
        most=fleet.most,
        worked=fleet.used,
        billed=fleet.billed,
        boosted=fleet.boosted,
    )
