"""Where the time goes: a cold start as a timeline and by imported packages, a warm request by functions."""

import json
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from scripts.benchmark.contenders import Contender
from scripts.benchmark.profiled import Record
from scripts.benchmark.server import INHERITED
from scripts.environment import ROOT

SHOWN = 14  # rows of each table; what follows is small
REQUESTS = 300  # warm, of each kind: enough for a median, and a second with the profiler's own cost
WIDTH = 40  # characters of a timeline's bars
# What a request and a cold start import, in the order of a cold start.
IMPORTS = {
    "keras": "import functions_framework, main; from function.network.keras import import_keras; import_keras()",
    "lite": "import functions_framework, main, function.network.lite as lite; lite.import_interpreter()",
}


def report(contenders: Sequence[Contender], requests: int = REQUESTS) -> str:
    """The tables of our function on each runtime, as text."""
    ours = [one for one in contenders if one.name in IMPORTS]
    return "\n\n".join(table for one in ours for table in _tables(one, requests))


def _tables(contender: Contender, requests: int) -> list[str]:
    record = _recorded(contender, requests)
    return [
        f"{contender.title}: a cold start, in ms since the process was spawned\n{timeline(record.steps)}",
        f"{contender.title}: imports, own ms by package\n{_table(imports(_importtime(contender))[:SHOWN])}",
        *(
            f"{contender.title}: a warm request with {kind}, {record.request[kind]:.2f} ms inside the application; "
            f"timing_ms {record.timing[kind]}\nown ms per request under the profiler, calls, function\n"
            + _table([(own, f"{calls:5.0f}  {place}  {name}") for place, name, calls, own in functions[:SHOWN]])
            for kind, functions in record.functions.items()
        ),
    ]


def timeline(steps: Sequence[tuple[str, float, float]]) -> str:
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


def _recorded(contender: Contender, requests: int) -> Record:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.json"
        module = [str(contender.python), "-m", "scripts.benchmark.profiled"]
        _run(contender, [*module, str(time.monotonic()), str(file), str(requests)])
        return Record(**json.loads(file.read_text()))


def _importtime(contender: Contender) -> str:
    return _run(contender, [str(contender.python), "-X", "importtime", "-c", IMPORTS[contender.name]])


def _run(contender: Contender, command: list[str]) -> str:
    """What the command printed as errors; its log lines don't matter here."""
    environ = {name: os.environ[name] for name in INHERITED if name in os.environ} | dict(contender.environ)
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{contender.title} can't be profiled:\n{done.stderr[-3000:]}")
    return done.stderr


def _table(rows: Sequence[tuple[float, str]]) -> str:
    return "\n".join(f"  {own:9.3f}  {what}" for own, what in rows)
