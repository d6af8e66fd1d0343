"""One process that starts like the function, answers, and writes down when it did what.

    python -m scripts.benchmark.profiled SPAWNED FILE REQUESTS

in the project's folder, with the function's environment. SPAWNED is the time on the monotonic clock before the
process began; FILE gets a Record as JSON, from that many warm requests of each kind.
"""

import cProfile
import importlib
import io
import json
import os
import pstats
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

# What a cold start consists of: title, module, name. Some run at the same time, in threads.
STEPS = (
    ("import the storage client", "function.store.weights", "Store.import_client"),
    ("import TensorFlow", "function.network.loading", "import_keras"),
    ("import LiteRT", "function.network.loading", "import_interpreter"),
    ("ask for the version", "function.store.weights", "Store.version"),
    ("fetch the weights", "function.store.weights", "Store.fetch"),
    ("build the network", "function.network.loading", "load_keras"),
    ("build the network", "function.network.loading", "load_lite"),
    ("read ten golden digits", "function.network.loading", "examine"),
)


@dataclass
class Record:
    """Milliseconds.

    steps      title, begin and end since the process was spawned
    timing     what the answers' timing_ms say, medians over warm requests, by kind of picture and step
    request    one warm request from the server's gateway to the answer, medians by kind of picture
    functions  by kind of picture: file, function, calls and own milliseconds per request, under the profiler
    """

    steps: list[tuple[str, float, float]] = field(default_factory=list)
    timing: dict[str, dict[str, float]] = field(default_factory=dict)
    request: dict[str, float] = field(default_factory=dict)
    functions: dict[str, list[tuple[str, str, float, float]]] = field(default_factory=dict)


def main(spawned: float, file: Path, requests: int) -> None:
    record = Record()

    @contextmanager
    def step(title: str) -> Iterator[None]:
        begin = _since(spawned)
        yield
        record.steps.append((title, begin, _since(spawned)))

    record.steps.append(("start Python", 0.0, _since(spawned)))
    with step("import functions_framework"):
        framework = importlib.import_module("functions_framework")
    with step("import function"):
        importlib.import_module("function.opening")
    for title, module, name in STEPS:
        _watch(module, name, title, step)
    with step("import main"):
        app = framework.create_app("predict", str(Path("main.py").absolute()))
    from scripts.benchmark import questions

    kinds = {
        "pixels": (questions.pixels().body, requests),
        "a PNG": (questions.drawing().body, requests),
        f"{questions.BATCH} pictures": (questions.batch().body, -(-requests // 50)),  # each takes that much longer
    }
    with step("first request"):
        _ask(app, kinds["pixels"][0])
    for kind, (body, count) in kinds.items():
        _ask(app, body)
        times, timings = [], []
        for _ in range(count):
            begin = time.perf_counter()
            answer = _ask(app, body)
            times.append((time.perf_counter() - begin) * 1000)
            timings.append(json.loads(answer)["timing_ms"])
        record.request[kind] = median(times)
        record.timing[kind] = {name: median(timing[name] for timing in timings) for name in timings[0]}
        record.functions[kind] = _functions(app, body, count)
    file.write_text(json.dumps(asdict(record)))


def _since(spawned: float) -> float:
    return (time.monotonic() - spawned) * 1000


def _watch(module: str, name: str, title: str, step: Callable[[str], Any]) -> None:
    """Has every call of that function write down when it ran. Raises AttributeError once there is no such function."""
    *path, last = name.split(".")
    holder = importlib.import_module(module)
    for part in path:
        holder = getattr(holder, part)
    watched = getattr(holder, last)

    def watching(*args: Any, **options: Any) -> Any:
        with step(title):
            return watched(*args, **options)

    setattr(holder, last, watching)


def _ask(app: Any, body: bytes) -> bytes:
    """One request through the whole application, as gunicorn would hand it over."""
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    status = []
    chunks = app(environ, lambda line, headers, error=None: status.append(line))
    answer = b"".join(chunks)
    chunks.close()
    if status != ["200 OK"]:
        raise RuntimeError(f"expected a 200, got {status}: {answer[:300]!r}")
    return answer


def _functions(app: Any, body: bytes, requests: int) -> list[tuple[str, str, float, float]]:
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(requests):
        _ask(app, body)
    profile.disable()
    stats: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return [
        (_place(path), name, calls / requests, own * 1000 / requests)
        for (path, _, name), (_, calls, own, _, _) in sorted(stats.items(), key=lambda item: -item[1][2])
    ]


def _place(path: str) -> str:
    """A source file as one would import it; built-in functions have none."""
    if path.startswith(("~", "<")):
        return "built-in"
    below = [
        os.path.relpath(path, folder)
        for folder in sorted(sys.path, key=len, reverse=True)
        if path.startswith(folder + "/")
    ]
    return below[0] if below else path


if __name__ == "__main__":
    main(float(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
