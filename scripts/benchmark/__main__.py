"""The command behind `./scripts/bench`, which says what it does."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from scripts import published, readme
from scripts.benchmark import curves, growing, profiling, tables
from scripts.benchmark.contender import Contender
from scripts.benchmark.contenders import CACHE, contenders
from scripts.benchmark.environments import make_environments
from scripts.benchmark.promises import behind
from scripts.benchmark.results import Results
from scripts.benchmark.rounds import FULL, QUICK, measure
from scripts.benchmark.server import Unanswered
from scripts.environment import ROOT
from scripts.processes import interruptible

LATEST = ROOT / CACHE / "results.json"
LATEST_CURVES, CURVES_PICTURE = ROOT / CACHE / "curves.json", ROOT / CACHE / "curves.svg"


def main() -> int:
    options = _options()
    interruptible()
    say = _say(time.monotonic())
    try:
        if options.curves:
            return _curves(options, say)
        chosen, skipped = _chosen(options), {}
        if not options.earlier:
            skipped = dict(make_environments(chosen))
        if options.profile:
            print(profiling.report(chosen))
            return 0
        results = _earlier(options.earlier)
        if results is None:
            there = [one for one in chosen if one.name not in skipped]
            results = measure(QUICK if options.quick else FULL, there, say, skipped)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130  # what a shell reports after Ctrl-C
    except Unanswered as error:
        print(error, file=sys.stderr)
        return 1
    print(tables.block(results, contenders()))
    if options.earlier is None:
        kept = options.json or LATEST
        kept.write_text(json.dumps(asdict(results)) + "\n")
        print(f"\nRaw numbers: {kept}", file=sys.stderr)
    if options.publish:
        if absent := [
            one.name for one in contenders() if not results.has(one.name) and one.name not in results.skipped
        ]:
            print(f"Not published: {', '.join(absent)} aren't in that run, which wants --peers.", file=sys.stderr)
            return 1
        published.publish(results)
        readme.update()
    if options.check and (late := behind(results, published.read())):
        print("\n".join(late), file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./scripts/bench")
    names = [one.name for one in contenders()]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these of {', '.join(names)}")
    parser.add_argument("--peers", action="store_true", help="the peers as well, which are installed for it: 1.1 GB")
    parser.add_argument(
        "--quick", action="store_true", help="three minutes instead of fifteen; for checks, not to publish"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the raw numbers go, if not below .bench")
    parser.add_argument("--publish", action="store_true", help="make these the published figures, and write the pages")
    parser.add_argument("--check", action="store_true", help="fail when a ratio has fallen behind the published ones")
    parser.add_argument("--from", type=Path, dest="earlier", metavar="FILE", help="show raw numbers of an earlier run")
    parser.add_argument("--profile", action="store_true", help="print where the time goes instead")
    parser.add_argument("--curves", action="store_true", help="measure how the cost of ours grows instead")
    options = parser.parse_args()
    if unknown := {*options.names} - {*names}:
        parser.error(f"no contender is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if options.publish and options.quick:
        parser.error("--publish wants the full run's numbers, not --quick ones")
    if options.names and (options.publish or options.profile or options.curves):
        parser.error("--publish, --profile and --curves know which contenders they want")
    return options


def _chosen(options: argparse.Namespace) -> list[Contender]:
    """What is named; else all, the peers where they are asked for, as what is published has them.

    Profiles and curves are of ours alone.
    """
    if options.profile or options.curves:
        return [one for one in contenders() if one.is_ours]
    if options.names:
        return [one for one in contenders() if one.name in options.names]
    return [one for one in contenders() if options.peers or options.publish or not one.is_peer]


def _curves(options: argparse.Namespace, say: Callable[[str], None]) -> int:
    ours, kept = _chosen(options), options.json or LATEST_CURVES
    if options.earlier:
        found = curves.Curves.read(options.earlier)
    else:
        make_environments(ours)
        found = curves.measure(curves.QUICK if options.quick else curves.FULL, ours, say)
        kept.write_text(json.dumps(asdict(found)) + "\n")
    print(growing.block(found, ours))
    growing.draw(found, ours, CURVES_PICTURE)
    print(f"\nRaw numbers: {options.earlier or kept}; the picture: {CURVES_PICTURE}", file=sys.stderr)
    if options.publish:
        published.publish_curves(found)
        readme.update()
    return 0


def _earlier(path: Path | None) -> Results | None:
    return Results.from_json(json.loads(path.read_text())) if path else None


def _say(started: float) -> Callable[[str], None]:
    """Prints, with the time that has passed."""
    return lambda what: print(f"[{time.monotonic() - started:3.0f} s] {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
