"""How fast a run on this machine reads, beside a bare loop over the same line of reading.

    python -m scripts.bulk.bench INPUT [--pairs 3]

Each pair is a bare loop, a run with one worker and one with two, each in a process of its own, so that whatever else
the machine does falls on all of them. What starting takes, measured on one picture, is told apart.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

from function.picture.picture import Picture
from function.reading.line import read, see
from scripts.bulk.inputs import find_input
from scripts.bulk.places import open_place
from scripts.bulk.plan import SHARD, slices_of, write_plan
from scripts.bulk.reading import AHEAD, TOGETHER, items
from scripts.bulk.weights import find_weights
from scripts.environment import ROOT

ONE = ROOT / "tests" / "digits" / "7.png"


class Took(NamedTuple):
    """Seconds on the clock, of processors, and the most memory of one process in MiB."""

    wall: float
    cpu: float
    memory: float


def bare(text: str) -> int:
    """Reads INPUT with nothing around; how many pictures that were. Raises CallerErrors, since nothing is around."""
    source, network, count = find_input(text), find_weights("").load(), 0
    place = open_place(source.root)
    with tempfile.TemporaryFile() as plan, ThreadPoolExecutor(AHEAD) as fetching:
        write_plan(source, place, "", SHARD, plan)
        plan.seek(0)
        for line in plan:
            rest = items(slices_of(line), place, fetching)
            while batch := [*islice(rest, TOGETHER)]:
                pictures = [item.picture for item in batch if isinstance(item.picture, Picture)]
                count += len(read(see(pictures), network))
    return count


def took(arguments: Iterable[str]) -> Took:
    """What a command of this Python takes, with the processes that it starts and waits for."""
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status:
        sys.exit(f"{' '.join(arguments)} failed")
    return Took(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def run(text: str, workers: int) -> Took:
    with tempfile.TemporaryDirectory() as folder:
        return took(["-m", "scripts.bulk", text, "--output", folder, "--workers", str(workers)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", metavar="INPUT")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        print(bare(options.input))
        return
    text = options.input if "://" in options.input else str(Path(options.input).absolute())
    counted = [sys.executable, "-m", "scripts.bulk.bench", text, "--bare"]
    count = int(subprocess.run(counted, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    rows: dict[str, list[Took]] = {"bare": [], "one worker": [], "two workers": []}
    starts: dict[str, list[Took]] = {name: [] for name in rows}
    for _ in range(options.pairs):
        for of, place in ((str(ONE), starts), (text, rows)):
            place["bare"].append(took(["-m", "scripts.bulk.bench", of, "--bare"]))
            place["one worker"].append(run(of, 1))
            place["two workers"].append(run(of, 2))
    print(f"{count:,} pictures, medians of {options.pairs}")
    print("| | start, s of CPU | start, s | pictures a second of CPU | a second | of the bare loop's CPU | MiB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    net = {name: [one.cpu - median(each.cpu for each in starts[name]) for one in took_] for name, took_ in rows.items()}
    for name, took_ in rows.items():
        wall = median(one.wall for one in took_) - median(one.wall for one in starts[name])
        share = median(loop / own for loop, own in zip(net["bare"], net[name], strict=True))
        start = starts[name]
        print(
            f"| {name} | {median(each.cpu for each in start):.1f} | {median(each.wall for each in start):.1f} "
            f"| {count / median(net[name]):,.0f} | {count / wall:,.0f} | {share:.2f} "
            f"| {max(one.memory for one in took_):.0f} |"
        )


if __name__ == "__main__":
    main()
