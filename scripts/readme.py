"""Writes what is measured into the pages, between their marks: from the published figures and the weights' report.

python -m scripts.readme [--check]
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scripts import costs, published
from scripts.benchmark import chart, growing, tables
from scripts.benchmark.contenders import contenders
from scripts.environment import ROOT

REPORT = ROOT / "training" / "report.json"  # of the weights that ship with the code
# The rows on the first screen; docs/reading.md has all.
FIRST = ("mnist", "pens", "letters", "doodles", "words", "written")
PICTURES = ROOT / "web" / "screenshots"
COSTS = "![Curves: dollars a day and who waits, over the requests a second](../web/screenshots/costs.svg)"


def report() -> Mapping[str, Any]:
    """Of the shipped weights."""
    found: Mapping[str, Any] = json.loads(REPORT.read_text("utf-8"))
    return found


def numbers() -> str:
    """What most people ask of the shipped weights."""
    rows = [[row["title"], f"{row['count']:,}", row["text"]] for row in report()["rows"] if row["name"] in FIRST]
    return tables.table(["", "pictures", ""], rows)


def reading() -> str:
    """Every row of the report."""
    rows = [
        [row["title"], f"{row['count']:,}", row["text"], f"{row['must']:g}", f"{row['aim']:g}"]
        for row in report()["rows"]
    ]
    return tables.table(["", "pictures", "", "must", "aim"], rows)


def lengths() -> str:
    """Numbers by how many digits they have."""
    found = report().get("lengths", {})
    counts = sorted({int(length) for rows in found.values() for length in rows})
    rows = [[name, *(f"{of[str(n)]:.0f} %" if str(n) in of else "" for n in counts)] for name, of in found.items()]
    return tables.table(["digits", *map(str, counts)], rows)


def photographs() -> str:
    """Photographs of each kind, and how many are read wrong."""
    found = report().get("photographs", [])
    rows = [[each["title"], f"{each['count']:,}", f"{each['error']:.1f} %"] for each in found]
    return tables.table(["photographs", "count", "read wrong"], rows) if rows else "Not measured of these weights yet."


def speed() -> str:
    return tables.block(published.read(), contenders())


def growth() -> str:
    found = published.read_curves()
    return growing.block(found, contenders()) if found else "Not published yet: `./scripts/bench --curves --publish`."


def cost() -> str:
    return f"{COSTS}\n\n{costs.table(costs.measured(published.read()))}"


BLOCKS: Mapping[str, tuple[Path, Callable[[], str]]] = {  # by mark: the page, and what stands there
    "numbers": (ROOT / "README.md", numbers),
    "reading": (ROOT / "docs" / "reading.md", reading),
    "lengths": (ROOT / "docs" / "reading.md", lengths),
    "photographs": (ROOT / "docs" / "reading.md", photographs),
    "bench": (ROOT / "docs" / "speed.md", speed),
    "curves": (ROOT / "docs" / "speed.md", growth),
    "costs": (ROOT / "docs" / "cost.md", cost),
}


def replaced(text: str, mark: str, block: str) -> str:
    """`text` with `block` between `<!-- mark -->` and `<!-- /mark -->`. Raises ValueError when they are missing."""
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"expected the marks {begin} and {end}")
    return f"{before}{begin}\n{block}\n{end}{after}"


def behind() -> list[str]:
    """The marks between which something else stands than is published."""
    return [
        mark
        for mark, (page, write) in BLOCKS.items()
        if replaced(page.read_text("utf-8"), mark, write()) != page.read_text("utf-8")
    ]


def update() -> None:
    """All blocks, and their pictures."""
    for mark, (page, write) in BLOCKS.items():
        page.write_text(replaced(page.read_text("utf-8"), mark, write()), "utf-8")
    results = published.read()
    chart.draw(results, contenders(), PICTURES / "bench.svg")
    if found := published.read_curves():
        growing.draw(found, contenders(), PICTURES / "curves.svg")
    costs.draw(costs.measured(results), PICTURES / "costs.svg")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say what isn't up to date")
    options = parser.parse_args()
    if not options.check:
        update()
    late = behind()
    for mark in late:
        print(f"{BLOCKS[mark][0].relative_to(ROOT)}: the block {mark} isn't what is published", file=sys.stderr)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
