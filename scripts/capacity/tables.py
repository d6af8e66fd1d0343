"""The README's tables and sentences about capacity and costs, and the marks between which they stand."""

from collections.abc import Sequence

import numpy as np

from scripts.capacity import scenarios
from scripts.capacity.arrivals import DAY, STROKES
from scripts.capacity.fleet import Platform
from scripts.capacity.measured import Measured
from scripts.capacity.prices import DAYS, Bill, Prices, bill
from scripts.capacity.scenarios import Case

DEPLOYED = 10  # instances at most, as cloudbuild.yaml deploys it
MILLION = 1_000_000


def replaced(text: str, mark: str, block: str) -> str:
    """`text` with `block` between `<!-- mark -->` and `<!-- /mark -->`. Raises ValueError when they are missing."""
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"expected the marks {begin} and {end}")
    return f"{before}{begin}\n{block}\n{end}{after}"


def capacity(cases: Sequence[Sequence[Case]]) -> str:
    """One row per load, and of each runtime in turn: who waits, how long answers take, instances, dollars."""
    titles = [of_one[0].measured.title for of_one in cases]
    head = ["requests"]
    for title in titles:
        head += [f"{title}: wait for a start", "p50 / p99", "instances", "a day"]
    rows = []
    for same in zip(*cases, strict=True):
        rows.append([same[0].title, *(cell for case in same for cell in _cells(case))])
    return _table(head, rows)


def _cells(case: Case) -> list[str]:
    outcome = case.outcome
    refused = f", {share(float(outcome.refused.mean()))} refused" if outcome.refused.any() else ""
    p50, p99 = np.quantile(outcome.answered, [0.5, 0.99])
    instances = f"{outcome.existing:.2g}" if outcome.existing < 0.995 else f"{outcome.existing:.0f}"
    most = f" (most {outcome.most})" if outcome.most > max(1, round(outcome.existing)) else ""
    return [
        _waiting(case) + refused,
        f"{duration(float(p50))} / {duration(float(p99))}",
        instances + most,
        money(bill(case.month, Prices()).total / DAYS),
    ]


def limits(measured: Sequence[Measured]) -> str:
    """What the instances that are deployed at most can do, in a sentence."""
    parts = []
    for one in measured:
        mean = float(np.mean(one.work))
        full = DEPLOYED / mean
        parts.append(f"{count(full * Platform().target)} requests a second on {one.title} ({count(full)} at full use)")
    return f"The {DEPLOYED} instances that `_MAX_INSTANCES` allows by default carry {' and '.join(parts)}."


def visitors(cases: Sequence[Sequence[Case]]) -> str:
    """The same as `capacity` in a few words, for visitors by day and by night."""
    parts = [
        f"{' / '.join(_waiting(case) for case in same)} with {same[0].title} a day" for same in zip(*cases, strict=True)
    ]
    return (
        f"Visitors share a start: when each sends {STROKES} strokes, most of them by day, then of their requests wait "
        f"({_titles(cases)}) {', '.join(parts)}."
    )


def rushes(cases: Sequence[Sequence[Case]]) -> str:
    """What a sudden rush does to the instances that are deployed at most, in a sentence."""
    last = [of_one[-1] for of_one in cases]
    p99 = " / ".join(duration(float(np.quantile(case.outcome.answered, 0.99))) for case in last)
    refused = " / ".join(share(float(case.outcome.refused.mean())) for case in last)
    return (
        f"When the traffic jumps {last[0].title}, then of the next {scenarios.SURGE:.0f} seconds' requests wait "
        f"({_titles(cases)}) {' / '.join(_waiting(case) for case in last)} and are refused {refused}, with a p99 of "
        f"{p99} on up to {' / '.join(str(case.outcome.most) for case in last)} instances."
    )


def _waiting(case: Case) -> str:
    return share(float(case.outcome.waited.mean()))


def _titles(cases: Sequence[Sequence[Case]]) -> str:
    return " / ".join(of_one[0].measured.title for of_one in cases)


def costs(measured: Sequence[Measured]) -> str:
    """What some traffic costs a day on each runtime, and how that is reckoned."""
    evenly = [scenarios.steady(one, "evenly", MILLION / DAY) for one in measured]
    rush = [scenarios.steady(one, "in an hour", MILLION / 3600) for one in measured]
    pad = [scenarios.visits(one, 50) for one in measured]
    prices = Prices()
    rows = [
        ["nobody draws", *("$0" for _ in measured)],
        [f"{50 * STROKES:,} readings by 50 visitors", *(money(bill(case.month, prices).total / DAYS) for case in pad)],
        ["a million readings, evenly", *(money(bill(case.month, prices).total / DAYS) for case in evenly)],
        [
            "a million readings within one hour",
            *(money(bill(case.month.times(3600 / DAY), prices).total / DAYS) for case in rush),
        ],
    ]
    head = ["a day", *(f"{one.title}, {one.memory[:-2]} {one.memory[-2:]}B" for one in measured)]
    return "\n".join([_table(head, rows), "", "```text", *_arithmetic(evenly, prices), "```"])


def _arithmetic(cases: Sequence[Case], prices: Prices) -> list[str]:
    lines = []
    for case in cases:
        month, outcome, gib = case.month, case.outcome, case.measured.gib
        total: Bill = bill(month, prices)
        day = outcome.billed / outcome.span * DAY
        mean = float(np.mean(case.measured.work))
        lines += [
            f"A million readings a day, evenly, on {case.measured.title}; {DAYS} days, US dollars:",
            f"  work      {MILLION:,} × {mean * 1000:.2f} ms = {MILLION * mean:,.0f} s a day; billed in steps of 0.1 s "
            "that requests share,",
            f"            with one every {DAY / MILLION * 1000:.0f} ms: {day:,.0f} s of the day's {DAY:,.0f}",
            _line("requests", month.requests, "", prices.free_requests, prices.million_requests / 1e6, total.requests),
            _line("vCPU", month.vcpu_seconds, "s × 1 vCPU", prices.free_vcpu_seconds, prices.vcpu_second, total.vcpu),
            _line(
                "memory",
                month.gib_seconds / gib,
                f"s × {gib:g} GiB",
                prices.free_gib_seconds,
                prices.gib_second,
                total.memory,
                gib,
            ),
            f"  together  {total.total:,.2f} a month, {total.total / DAYS:,.2f} a day",
        ]
    return lines


def _line(what: str, units: float, unit: str, free: float, price: float, total: float, factor: float = 1) -> str:
    amount = f"{units:,.0f} {unit}".strip()
    billed = max(0.0, units * factor - free)
    return f"  {what:<9} {amount} − {free:,.0f} free = {billed:,.0f} × {price:.10f}".rstrip("0") + f" = {total:,.2f}"


def duration(seconds: float) -> str:
    """Two digits that count, in the unit that people would choose."""
    if seconds >= 0.995:
        return f"{seconds:.1f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f} ms" if milliseconds >= 9.95 else f"{milliseconds:.1f} ms"


def share(part: float) -> str:
    """As percent, two digits that count; never 0 for what happened."""
    percent = part * 100
    if percent == 0:
        return "0 %"
    return f"{percent:.0f} %" if percent >= 9.95 else f"{percent:.1f} %" if percent >= 0.095 else "< 0.1 %"


def money(dollars: float) -> str:
    """In dollars, with cents below ten."""
    if dollars == 0:
        return "$0"
    return f"${dollars:,.0f}" if dollars >= 9.995 else f"${dollars:.2f}" if dollars >= 0.005 else "< $0.01"


def count(number: float) -> str:
    """Two digits that count."""
    digits = 10 ** max(0, len(str(int(number))) - 2)
    return f"{round(number / digits) * digits:,}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
