"""How many instances a traffic needs, how many of its requests wait for one to start, what a day of it costs.

    python -m scripts.capacity [--arrivals steady|daily|surge] [--max-instances N] [--costs] [--svg FILE]
    python -m scripts.capacity --bench .bench/results.json --readme

A simulation of Cloud Run against what `./scripts/bench` measured; scripts/capacity/fleet.py tells its assumptions.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from scripts.capacity import chart, measured, scenarios, tables
from scripts.capacity.fleet import Platform
from scripts.capacity.measured import Measured
from scripts.capacity.scenarios import Case
from scripts.environment import ROOT

CHART = "web/screenshots/capacity.svg"  # below the project's folder, as the README links to it
VISITORS = (1, 50, 500)  # a day, that the README tells of
ARRIVALS = {"steady": scenarios.loads, "daily": scenarios.days, "surge": scenarios.surges}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.capacity", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--arrivals", choices=ARRIVALS, default="steady", help="when requests come")
    parser.add_argument("--max-instances", type=int, default=scenarios.MOST, metavar="N")
    parser.add_argument("--placing", type=float, default=0.0, metavar="SECONDS", help="that Google adds to each start")
    parser.add_argument("--costs", action="store_true", help="what a million readings a day cost, with the arithmetic")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="where to draw the chart")
    parser.add_argument("--bench", type=Path, metavar="FILE", help="measured numbers, as ./scripts/bench writes them")
    parser.add_argument("--readme", action="store_true", help="update the README's tables, chart and measured numbers")
    options = parser.parse_args()
    if options.readme and (options.placing, options.max_instances, options.arrivals) != (0, scenarios.MOST, "steady"):
        parser.error("--readme takes neither --placing nor --max-instances nor --arrivals")
    runtimes = measured.from_bench(json.loads(options.bench.read_text("utf-8"))) if options.bench else measured.read()
    runtimes = [replace(one, starts=tuple(start + options.placing for start in one.starts)) for one in runtimes]
    if options.costs:
        print(tables.costs(runtimes))
        return 0
    platform = Platform(max_instances=options.max_instances)
    cases = [list(ARRIVALS[options.arrivals](one, platform)) for one in runtimes]
    print(tables.capacity(cases))
    if options.svg:
        options.svg.write_text(chart.draw(cases), "utf-8")
    if options.readme:
        update(runtimes, cases)
    return 0


def block(runtimes: list[Measured], cases: list[list[Case]]) -> str:
    """What the README says between its marks for capacity; `cases` are those of steady arrivals."""
    days = [[scenarios.visits(one, visitors) for visitors in VISITORS] for one in runtimes]
    surges = [list(scenarios.surges(one, Platform(max_instances=tables.DEPLOYED))) for one in runtimes]
    sentences = [tables.limits(runtimes), tables.visitors(days), tables.rushes(surges)]
    picture = f"![Curves: who waits, how long, on how many instances and for how much]({CHART})"
    return "\n".join([picture, "", tables.capacity(cases), "", *(f"- {sentence}" for sentence in sentences)])


def update(runtimes: list[Measured], cases: list[list[Case]], root: Path = ROOT) -> None:
    """The README, its chart, and the measured numbers that both come from, in a project's folder."""
    readme = root / "README.md"
    text = tables.replaced(readme.read_text("utf-8"), "capacity", block(runtimes, cases))
    readme.write_text(tables.replaced(text, "costs", tables.costs(runtimes)), "utf-8")
    (root / CHART).write_text(chart.draw(cases), "utf-8")
    measured.write(runtimes, root / measured.KEPT.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
