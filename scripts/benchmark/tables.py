"""What one run measured, as the tables of docs/speed.md."""

from collections.abc import Callable, Sequence

from scripts.benchmark.contender import Contender
from scripts.benchmark.figures import DISK, INSTALLED, TOGETHER, Spread, spread
from scripts.benchmark.promises import AHEAD, COLUMNS, PROMISES, Promise
from scripts.benchmark.results import Results

MISSED = ", **missed**"
NONE = "–"  # not measured, or not to be had
IMAGE = "![Bars: the function on either runtime beside its peers, naive ones and an echo](../web/screenshots/bench.svg)"
Show = Callable[[float], str]


def _seconds(digits: int) -> Show:
    return lambda value: f"{value:.{digits}f}"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _mib(value: float) -> str:
    return f"{value / 2**20:,.0f}"


# Title, unit, what `figures` calls it, and how its numbers are written.
COSTS: tuple[tuple[str, str, str, Show], ...] = (
    ("first answer", " s", "first answer", _seconds(2)),
    ("from a cold disk", " s", DISK, _seconds(1)),
    ("pixels p50", " ms", "pixels p50", _seconds(2)),
    ("p99", " ms", "pixels p99", _seconds(2)),
    ("PNG p50", " ms", "PNG p50", _seconds(2)),
    ("p99", " ms", "PNG p99", _seconds(2)),
    ("requests/s, 1 connection", "", "requests/s on 1", _count),
    ("8", "", "requests/s", _count),
    ("64", "", "requests/s on 64", _count),
    ("memory", " MiB", TOGETHER, _mib),
    ("largest process", " MiB", "memory", _mib),
    ("installed", " MiB", INSTALLED, _mib),
)


def block(results: Results, contenders: Sequence[Contender]) -> str:
    """Everything that stands between the marks there."""
    told = f"Medians of {len(results.rounds)} rounds on {results.machine}; in brackets the lowest and the highest."
    parts = [IMAGE, costs(results, contenders), told, doing(results, contenders)]
    parts += [ratios(results), ahead(results, contenders), growth(results, contenders)]
    return "\n\n".join(part for part in parts if part)


def shown(results: Results, contenders: Sequence[Contender]) -> list[Contender]:
    """Those that were measured, or couldn't be."""
    return [one for one in contenders if results.has(one.name) or one.name in results.skipped]


def costs(results: Results, contenders: Sequence[Contender]) -> str:
    """One row per contender: medians, and in brackets the lowest and highest of all rounds."""
    rows = []
    for one in shown(results, contenders):
        title = f"**{one.title}**" if one.is_ours else one.title
        if one.name in results.skipped:
            title += f", skipped: {results.skipped[one.name]}"
        found = ((spread(results, one.name, measure), unit, show) for _, unit, measure, show in COSTS)
        rows.append([title, *(_ranged(each, show) + unit if each else NONE for each, unit, show in found)])
    return table(["", *(title for title, *_ in COSTS)], rows)


def doing(results: Results, contenders: Sequence[Contender]) -> str:
    """A line on each of what its figures are for."""
    return "\n".join(f"- {one.title}: {one.does}." for one in shown(results, contenders))


def ratios(results: Results) -> str:
    """One row per promise; what isn't kept says so."""
    rows = []
    for promise in PROMISES:
        sign = "≥" if promise.upwards else "≤"
        measured = promise.measured(results)
        found = _ranged(measured, _short) + _verdict(promise, measured) if measured else NONE
        rows.append([promise.title, f"{sign} {promise.must:.2g}", f"{sign} {promise.aim:.2g}", found])
    return table(["ratio", "must be", "aims at", "measured"], rows)


def ahead(results: Results, contenders: Sequence[Contender]) -> str:
    """Ours on LiteRT ÷ each peer, a row a measure; empty without peers. In brackets what is promised."""
    peers = [one for one in contenders if one.is_peer and results.has(one.name)]
    promised = {(promise.theirs, promise.measure): promise for promise in AHEAD}
    rows = []
    for measure in COLUMNS if peers else ():
        cells = [measure]
        for peer in peers:
            promise = promised.get((peer.name, measure)) or Promise("", measure, "lite", peer.name, 0, 0)
            found = promise.measured(results)
            cell = _short(found.middle) if found else NONE
            if promise.title and found:
                cell += f" ({'≥' if promise.upwards else '≤'} {promise.must:.2g}){_verdict(promise, found)}"
            cells.append(cell)
        rows.append(cells)
    return table(["LiteRT ÷", *(peer.label for peer in peers)], rows) if rows else ""


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


def _verdict(promise: Promise, found: Spread) -> str:
    return "" if promise.holds(found.middle) else MISSED


def _ranged(found: Spread, show: Show) -> str:
    """The median, and the range where there is one."""
    return show(found.middle) + (f" ({show(found.low)}–{show(found.high)})" if found.low < found.high else "")


def _short(ratio: float) -> str:
    """Two digits that count."""
    return f"{ratio:.2f}" if 0.1 <= ratio < 10 else f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.3f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown; all columns but the first are numbers."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in (head, rule, *rows))
