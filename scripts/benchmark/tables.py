"""The README's tables, written and read back."""

import re
from collections.abc import Callable, Sequence

from scripts.benchmark.contenders import Contender
from scripts.benchmark.figures import PROMISES, Spread, spread
from scripts.benchmark.results import Results

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
MISSED = ", **missed**"
IMAGE = "![Bars: the function on either runtime beside a naive one and an echo](web/screenshots/bench.svg)"


def block(results: Results, contenders: Sequence[Contender]) -> str:
    """Everything between the README's marks."""
    told = f"Medians of {len(results.rounds)} rounds on {results.machine}; in brackets the lowest and the highest."
    parts = [IMAGE, costs(results, contenders), told, ratios(results), growth(results, contenders)]
    return "\n\n".join(parts)


def costs(results: Results, contenders: Sequence[Contender]) -> str:
    """One row per contender: medians, and in brackets the lowest and highest of all rounds."""
    head = [
        "",
        "first answer",
        "from a cold disk",
        "pixels, p50 / p99",
        "PNG, p50 / p99",
        "requests/s",
        "memory",
        "installed",
    ]
    rows = [[f"**{one.title}**" if one.is_ours else one.title, *_costs(results, one.name)] for one in contenders]
    return _table(head, "-" + ":" * (len(head) - 1), rows)


def ratios(results: Results) -> str:
    """One row per promise; what isn't kept says so."""
    rows = []
    for promise in PROMISES:
        sign = "≥" if promise.upwards else "≤"
        measured = promise.measured(results)
        rows.append(
            [
                promise.title,
                f"{sign} {promise.must:.2g}",
                f"{sign} {promise.aim:.2g}",
                _ranged(measured, _short) + ("" if promise.holds(measured.middle) else MISSED),
            ]
        )
    return _table(["ratio", "must be", "aims at", "measured"], "-:::", rows)


def published(readme: str) -> dict[str, float]:
    """The measured ratios in a README, by title. Raises ValueError when there are none."""
    _, begin, rest = readme.partition(BEGIN)
    inside, end, _ = rest.partition(END)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in inside.splitlines() if "÷" in line]
    if not (begin and end and rows):
        raise ValueError(f"expected a table of ratios between {BEGIN} and {END}, found none")
    return {row[0]: float(row[3].split()[0]) for row in rows}


def published_machine(readme: str) -> str:
    """The processors that a README's ratios were measured on, as `Results` calls them. Raises ValueError for none."""
    if not (found := re.search(r"^Medians of \d+ rounds on (.+?); ", readme, re.MULTILINE)):
        raise ValueError("expected a line that tells the machine, found none")
    return found[1]


def replaced(readme: str, text: str) -> str:
    """The README with `text` between its marks. Raises ValueError when they are missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"expected the marks {BEGIN} and {END} in the README")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


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


def _table(head: Sequence[str], sides: str, rows: Sequence[Sequence[str]]) -> str:
    rule = ["---:" if side == ":" else "---" for side in sides]
    return "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in (head, rule, *rows))
