"""Who is asked what, how often and in which order.

A machine's speed drifts. So all contenders run at the same time, one after the other is asked for a moment, and
only numbers of the same round are ever divided by each other.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from scripts.benchmark import questions
from scripts.benchmark.client import latencies, throughput
from scripts.benchmark.contender import Contender
from scripts.benchmark.figures import percentile
from scripts.benchmark.results import Growth, Results, Sample
from scripts.benchmark.server import Server, Unanswered, running

CONNECTIONS = (1, 8, 64)  # at once, under load
DROP_CACHES = Path("/proc/sys/vm/drop_caches")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How thoroughly to measure.

    rounds           each with a first answer, latencies and load of every contender
    disk_rounds      first answers after the page cache was dropped
    warm_up          requests of each kind to a server before its latencies count, at most `warm_up_seconds` long
    turns            of each contender at each kind of request in a round
    turn_requests    in one turn, which ends after `turn_seconds` all the same: the naive function is slow
    load_seconds     under load, for each number of connections
    alone            looks at the memory of all processes while no other contender runs
    batches          requests of many pictures
    endurance        requests in a row, to compare the last ones' p99 with the first ones'; 0 = not measured
    """

    rounds: int
    disk_rounds: int
    warm_up: int
    warm_up_seconds: float
    turns: int
    turn_requests: int
    turn_seconds: float
    load_seconds: float
    batches: int
    endurance: int = 0
    alone: int = 1


FULL = Plan(
    7, 3, warm_up=200, warm_up_seconds=1.0, turns=8, turn_requests=100, turn_seconds=0.3, load_seconds=1.5, batches=10,
    endurance=5000, alone=3,
)  # fmt: skip
QUICK = Plan(
    3, 0, warm_up=200, warm_up_seconds=0.4, turns=3, turn_requests=50, turn_seconds=0.25, load_seconds=0.4, batches=5
)


def measure(plan: Plan, contenders: Sequence[Contender], say: Say, skipped: Mapping[str, str] | None = None) -> Results:
    """Runs the whole plan, and tells `say` what comes next. Raises Unanswered; only a peer may fail, and is left out.

    skipped  why others aren't among the contenders
    """
    say("starting each once, so that all find the same page cache")
    left_out, together = dict(skipped or {}), {}
    for contender in contenders:
        try:
            together[contender.name] = [_memory_alone(plan, contender) for _ in range(plan.alone)]
        except Unanswered as error:
            if not contender.is_peer:
                raise
            say(str(error))
            left_out[contender.name] = error.reason
    contenders = [contender for contender in contenders if contender.name in together]
    rounds = []
    for number in range(plan.rounds):
        turned = [*contenders[number % len(contenders) :], *contenders[: number % len(contenders)]]
        say(f"round {number + 1} of {plan.rounds}")
        rounds.append(_round(plan, turned))
    growth = {}
    for contender in contenders:
        if contender.is_ours:  # the others take no batches
            say(f"batches and endurance: {contender.title}")
            growth[contender.name] = _growth(plan, contender)
    return Results(
        machine=machine(),
        rounds=[{contender.name: one[contender.name] for contender in contenders} for one in rounds],
        disk=list(_from_disk(plan, contenders, say)),
        growth=growth,
        installed=_installed(contenders),
        together=together,
        skipped=left_out,
    )


def _installed(contenders: Sequence[Contender]) -> dict[str, int]:
    """Bytes of each one's environment, of which some share one."""
    homes = {contender.home: contender for contender in contenders}
    sizes = {home: contender.installed_bytes() for home, contender in homes.items()}
    return {contender.name: sizes[contender.home] for contender in contenders}


def _round(plan: Plan, contenders: Sequence[Contender]) -> dict[str, Sample]:
    with ExitStack() as stack:
        servers: list[Server] = []
        first = {}
        for contender in contenders:
            servers.append(stack.enter_context(running(contender)))
            first[contender.name] = servers[-1].first_answer(contender.pixels())
        requests = {one.name: [question.request for question in one.asked()] for one in contenders}
        times: dict[tuple[str, int], list[float]] = defaultdict(list)
        for server in servers:
            _warm(plan, server)
        for _ in range(plan.turns):
            for kind in range(max(map(len, requests.values()))):
                for server in servers:
                    name = server.contender.name
                    if kind < len(requests[name]):
                        request = requests[name][kind]
                        times[name, kind] += latencies(server.port, request, plan.turn_requests, plan.turn_seconds)
        loads: dict[str, dict[str, float]] = defaultdict(dict)
        for connections in CONNECTIONS:
            for server in servers:
                name = server.contender.name
                rate = throughput(server.port, requests[name][0], connections, plan.load_seconds)
                loads[name][str(connections)] = rate
        return {
            name: Sample(
                first_answer=first[name],
                pixels=times[name, 0],
                drawing=times[name, 1],
                throughput=loads[name],
                memory=server.memory(),
            )
            for server in servers
            for name in (server.contender.name,)
        }


def _warm(plan: Plan, server: Server) -> None:
    for question in server.contender.asked():
        latencies(server.port, question.request, plan.warm_up, plan.warm_up_seconds)


def _memory_alone(plan: Plan, contender: Contender) -> int:
    """Of all its processes after some requests, while no other contender runs, which would share libraries with it."""
    with running(contender) as server:
        server.first_answer(contender.pixels())
        _warm(plan, server)
        return server.memory_together()


def _from_disk(plan: Plan, contenders: Sequence[Contender], say: Say) -> Iterator[dict[str, float]]:
    """First answers with the page cache dropped before each; none where the machine doesn't allow that."""
    if plan.disk_rounds and not os.access(DROP_CACHES, os.W_OK):
        say(f"no first answers from a cold disk: {DROP_CACHES} isn't writable here")
        return
    for number in range(plan.disk_rounds):
        answers = {}
        for contender in contenders:
            say(f"cold disk {number + 1} of {plan.disk_rounds}: {contender.title}")
            os.sync()  # only clean pages can be dropped
            DROP_CACHES.write_text("3")
            with running(contender) as server:
                answers[contender.name] = server.first_answer(contender.pixels())
        yield answers


def _growth(plan: Plan, contender: Contender) -> Growth:
    single, batch = questions.pixels().request, questions.batch().request
    with running(contender) as server:
        server.first_answer(questions.pixels())
        latencies(server.port, single, plan.warm_up, plan.warm_up_seconds)
        costs = []
        for _ in range(plan.batches):
            one = median(latencies(server.port, single, 40, plan.turn_seconds))
            costs.append(latencies(server.port, batch, 1, 0)[0] / one)
        if not plan.endurance:
            return Growth(median(costs))
        before = server.memory()
        times = latencies(server.port, single, plan.endurance, 120)
        first, last = percentile(times[:500], 99), percentile(times[-500:], 99)
        return Growth(median(costs), first, last, server.memory() - before)


def machine() -> str:
    """The processor and how many of it there are."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} × {models[0] if models else os.uname().machine}"
