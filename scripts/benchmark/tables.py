"""What one run measured, as the tables of docs/speed.md."""

from collections.abc import Callable, Sequence

from scripts.benchmark.contenders import Contender
from scripts.benchmark.figures import PROMISES, Spread, spread
from scripts.benchmark.results import Results

MISSED = ", **missed**"
IMAGE = "![Bars: the function on either runtime beside a naive one and an echo](../web/screenshots/bench.svg)"


def block(results: Results, contenders: Sequence[Contender]) -> str:
    """Everything that stands between the marks there."""
    told = f"Medians of {len(results.rounds)} rounds on {results.machine}; in brackets the lowest and the highest."
    parts = [IMAGE, costs(results, contenders), told, ratios(results), growth(results, contenders)]
    return "\n\n".join(parts)


def costs(results: Results, contenders: Sequence[Contender]) -> str:
    """One row per contender: medians, and in brackets the lowest and highest of all rounds."""
    head = ["", "first answer", "from a cold disk", "pixels, p50 / p99", "PNG, p50 / p99"]
    head += ["requests/s", "memory", "installed"]
    rows = [[f"**{one.title}**" if one.is_ours else one.title, *_costs(results, one.name)] for one in contenders]
    return table(head, rows)


def ratios(results: Results) -> str:
    """One row per promise; what isn't kept says so."""
    rows = []
    for promise in PROMISES:
        sign = "≥" if promise.upwards else "≤"
        measured = promise.measured(results)
        found = _ranged(measured, _short) + ("" if promise.holds(measured.middle) else MISSED)
        rows.append([promise.title, f"{sign} {promise.must:.2g}", f"{sign} {promise.aim:.2g}", found])
    return table(["ratio", "must be", "aims at", "measured"], rows)


def growth(results: Results, contenders: Sequence[Contender]) -> str:
    """How cost grows, in sentences."""
    lines = []
    for contender in contenders:
        if (one := results.growth.get(contender.name)) is None:
            continue
        line = f"- {contender.label}: a batch of 256 pictures costs as much as {one.batch:.0f} single requests"
        if one.first is not None and one.last is not None and one.memory is not None:
            line += (
                f"; p99 of the first 500 requests {one.first:.2f} ms, of the last 500 of 5,000 {one.last:.2f} ms, "
                f"memory {one.memory / 2**20:+.1f} MiB"
            )
        lines.append(line + ".")
    return "\n".join(lines)


def _costs(results: Results, name: str) -> list[str]:
    def middle(measure: str) -> float:
        return spread(results, name, measure).middle

    disk = [one[name] for one in results.disk]
    return [
        _ranged(spread(results, name, "first answer"), lambda seconds: f"{seconds:.2f}") + " s",
        _ranged(Spread.of(disk), lambda seconds: f"{seconds:.1f}") + " s" if disk else "–",
        f"{middle('pixels p50'):.2f} / {middle('pixels p99'):.2f} ms",
        f"{middle('PNG p50'):.2f} / {middle('PNG p99'):.2f} ms",
        _ranged(spread(results, name, "requests/s"), lambda count: f"{count:,.0f}"),
        f"{middle('memory') / 2**20:.0f} of {results.together[name] / 2**20:.0f} MiB",
        f"{results.installed[name] / 2**20:,.0f} MiB",
    ]


def _ranged(values: Spread, show: Callable[[float], str]) -> str:
    return f"{show(values.middle)} ({show(values.low)}–{show(values.high)})"


def _short(ratio: float) -> str:
    """Two digits that count."""
    return f"{ratio:.2f}" if 0.1 <= ratio < 10 else f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.3f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown; all columns but the first are numbers."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in (head, rule, *rows))
