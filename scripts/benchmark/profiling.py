"""Where the time goes: a cold start as a timeline and by imported packages, a warm request by functions.

python -m scripts.benchmark.profiling SPAWNED REQUESTS is the profiled process itself: it starts like the function,
answers, and prints what it did when. SPAWNED is the time on the monotonic clock before it began.
"""

import cProfile
import importlib
import json
import os
import pstats
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from scripts.benchmark.contender import Contender
from scripts.environment import ROOT

SHOWN = 14  # rows of each table; what follows is small
REQUESTS = 300  # warm, of each kind: enough for a median, and a second with the profiler's own cost
WIDTH = 40  # characters of a timeline's bars
# What a request and a cold start import, in the order of a cold start.
IMPORTS = {
    "keras": "import functions_framework, main, function.network.contents as contents; contents.import_hdf5()",
    "lite": "import functions_framework, main, function.network.lite as lite; lite.import_interpreter()",
}
# What a cold start consists of: title, module, name. Some run at the same time, in threads.
STEPS = (
    ("import the storage client", "function.store.weights", "Store.import_client"),
    ("import TensorFlow", "function.network.keras", "import_keras"),
    ("import h5py", "function.network.contents", "import_hdf5"),
    ("import LiteRT", "function.network.lite", "import_interpreter"),
    ("ask for the version", "function.store.weights", "Store.version"),
    ("fetch the weights", "function.store.weights", "Store.fetch"),
    ("build the network", "function.network.keras", "load_keras"),
    ("build the network", "function.network.numeric", "load_numeric"),
    ("build the network", "function.network.lite", "load_lite"),
    ("read ten golden digits", "function.network.loading", "examine"),
)
Step = tuple[str, float, float]  # title, begin and end in ms since the process was spawned


def report(contenders: Sequence[Contender], requests: int = REQUESTS) -> str:
    """The tables of our function on each runtime, as text."""
    tables = []
    for one in (one for one in contenders if one.name in IMPORTS):
        started = _run(one, "-m", __name__, str(time.monotonic()), str(requests)).stdout
        imported = imports(_run(one, "-X", "importtime", "-c", IMPORTS[one.name]).stderr)[:SHOWN]
        rows = "\n".join(f"  {own:9.3f}  {package}" for own, package in imported)
        tables.append(f"{one.title}\n\n{started}\nimports, own ms by package\n{rows}")
    return "\n\n".join(tables)


def timeline(steps: Sequence[Step]) -> str:
    """One line per step, in the order in which they begin, each with a bar where it lies."""
    total = max(end for _, _, end in steps)
    lines = []
    for title, begin, end in sorted(steps, key=lambda step: (step[1], -step[2])):
        left = round(begin / total * WIDTH)
        bar = " " * left + "█" * max(1, round(end / total * WIDTH) - left)
        lines.append(f"  {title:28} {begin:7.0f} {end - begin:+7.0f}  {bar}")
    return "\n".join(lines)


def imports(log: str) -> list[tuple[float, str]]:
    """Own milliseconds of each package in what `-X importtime` printed, the slowest first."""
    packages: dict[str, float] = defaultdict(float)
    for line in log.splitlines():
        columns = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and columns[0].strip().isdecimal():  # the first line is the table's head
            packages[columns[2].strip().partition(".")[0]] += int(columns[0]) / 1000
    return sorted(((own, name) for name, own in packages.items()), reverse=True)


def _run(contender: Contender, *arguments: str) -> subprocess.CompletedProcess[str]:
    from scripts.benchmark.server import INHERITED

    environ = {name: os.environ[name] for name in INHERITED if name in os.environ} | dict(contender.environ)
    command = [str(contender.python), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{contender.title} can't be profiled:\n{done.stderr[-3000:]}")
    return done


def _start(spawned: float) -> tuple[Any, list[Step]]:
    """The application, and a list that the steps of its first request go into."""
    steps: list[Step] = []

    def since() -> float:
        return (time.monotonic() - spawned) * 1000

    @contextmanager
    def step(title: str) -> Iterator[None]:
        begin = since()
        yield
        steps.append((title, begin, since()))

    steps.append(("start Python", 0.0, since()))
    with step("import functions_framework"):
        framework = importlib.import_module("functions_framework")
    with step("import function"):
        importlib.import_module("function.opening")
    for title, module, name in STEPS:
        *path, last = name.split(".")
        holder: Any = importlib.import_module(module)
        for part in path:
            holder = getattr(holder, part)
        setattr(holder, last, step(title)(getattr(holder, last)))  # an AttributeError once there is no such function
    with step("import main"):
        app = framework.create_app("predict", str(Path("main.py").absolute()))
    return step("first request")(app), steps


def main(spawned: float, requests: int) -> None:
    told, sys.stdout = sys.stdout, sys.stderr  # the function's log lines aside
    app, steps = _start(spawned)
    from werkzeug.test import Client

    from scripts.benchmark import questions

    kinds = {
        "pixels": (questions.pixels().body, requests),
        "a PNG": (questions.drawing().body, requests),
        f"{questions.BATCH} pictures": (questions.batch().body, -(-requests // 50)),  # each takes that much longer
    }

    def ask(body: bytes) -> tuple[float, dict[str, float]]:
        """Milliseconds inside the application, and what it tells of its own steps."""
        begin = time.perf_counter()
        answer = Client(app).post("/", data=body, content_type="application/json")
        seconds = time.perf_counter() - begin
        if answer.status_code != 200:
            raise RuntimeError(f"expected a 200, got {answer.status}: {answer.text[:300]}")
        return seconds * 1000, json.loads(answer.data)["timing_ms"]

    ask(kinds["pixels"][0])
    print(f"a cold start, in ms since the process was spawned\n{timeline(steps)}", file=told)
    for kind, (body, count) in kinds.items():
        ask(body)
        times, timings = zip(*(ask(body) for _ in range(count)), strict=True)
        steps_of = {name: round(median(timing[name] for timing in timings), 3) for name in timings[0]}
        print(f"\na warm request with {kind}, {median(times):.2f} ms inside the application", file=told)
        print(f"timing_ms {steps_of}", file=told)
        profile = cProfile.Profile()
        with profile:
            for _ in range(count):
                ask(body)
        print(f"own seconds of {count} of them under the profiler", file=told, flush=True)
        pstats.Stats(profile, stream=told).strip_dirs().sort_stats("tottime").print_stats(SHOWN)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
