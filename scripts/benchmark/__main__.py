"""The command behind `./scripts/bench`, which says what it does."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from scripts import published, readme
from scripts.benchmark import profiling, tables
from scripts.benchmark.contenders import CACHE, contenders, make_environments
from scripts.benchmark.figures import behind
from scripts.benchmark.results import Results
from scripts.benchmark.rounds import FULL, QUICK, measure
from scripts.benchmark.server import Unanswered
from scripts.environment import ROOT
from scripts.processes import interruptible

LATEST = ROOT / CACHE / "results.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./scripts/bench")
    parser.add_argument("--quick", action="store_true", help="two minutes instead of ten; for checks, not to publish")
    parser.add_argument("--json", type=Path, default=LATEST, metavar="FILE", help="where the raw numbers go")
    parser.add_argument("--publish", action="store_true", help="make these the published figures, and write the pages")
    parser.add_argument("--check", action="store_true", help="fail when a ratio has fallen behind the published ones")
    parser.add_argument("--from", type=Path, dest="earlier", metavar="FILE", help="show raw numbers of an earlier run")
    parser.add_argument("--profile", action="store_true", help="print where the time goes instead")
    options = parser.parse_args()
    if options.publish and options.quick:
        parser.error("--publish wants the full run's numbers, not --quick ones")
    interruptible()
    started = time.monotonic()
    try:
        if not options.earlier:
            make_environments()
        if options.profile:
            print(profiling.report(contenders()))
            return 0
        results = _earlier(options.earlier) or measure(QUICK if options.quick else FULL, contenders(), _say(started))
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130  # what a shell reports after Ctrl-C
    except Unanswered as error:
        print(error, file=sys.stderr)
        return 1
    text = tables.block(results, contenders())
    print(text)
    if options.earlier is None:
        options.json.write_text(json.dumps(asdict(results)) + "\n")
        print(f"\nRaw numbers: {options.json}", file=sys.stderr)
    if options.publish:
        published.publish(results)
        readme.update()
    if options.check and (late := behind(results, published.read())):
        print("\n".join(late), file=sys.stderr)
        return 1
    return 0


def _earlier(path: Path | None) -> Results | None:
    return Results.from_json(json.loads(path.read_text())) if path else None


def _say(started: float) -> Callable[[str], None]:
    return lambda what: print(f"[{time.monotonic() - started:3.0f} s] {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
