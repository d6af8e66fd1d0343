"""Who is compared: ours on either runtime, its peers, naive ones and an echo."""

from dataclasses import replace
from pathlib import Path

from scripts import environment
from scripts.benchmark import questions
from scripts.benchmark.contender import FOLDER, FREE, PORT, Contender, infers_it, reads_it, repeats_it
from scripts.environment import ROOT

HERE = Path(__file__).parent
CACHE = ".bench"  # below the project, ignored by git: environments and raw numbers
WEIGHTS = ROOT / "function" / "weights" / "digits.weights.h5"
LITE_WEIGHTS = WEIGHTS.with_name("digits.tflite")
DENSE_WEIGHTS = ROOT / CACHE / "dense.keras"  # of the smallest naive network, made by dense/fit.py
ECHO = f"{CACHE}/requirements-echo.txt"  # what an echo needs of ours
ADDRESS = ("--host", "127.0.0.1", "--port", PORT)

OURS = "reads drawings and numbers, rejects what is neither, normalizes, batches, limits size and time, swaps weights"
DIVIDES = "only divides by 255: no rejection, no normalization"
NAIVE = f"{DIVIDES}, no batches, no limits"
IDLE = "batches when asked to, which nobody does here"


def contenders() -> tuple[Contender, ...]:
    """In the order of the tables. The naive functions need what ours needs, so they share one environment."""
    keras, lite, echo = (ROOT / CACHE / name for name in ("keras", "lite", "echo"))
    served, lightly = {"WEIGHTS_URL": str(WEIGHTS)}, {"WEIGHTS_URL": str(LITE_WEIGHTS)}
    naive, dense = {"MODEL_FILE": str(WEIGHTS)}, {"MODEL_FILE": str(DENSE_WEIGHTS)}
    few = f"a network of three dense layers, 109,386 weights; {NAIVE}, no PNG"
    all_needed = environment.KERAS
    smallest = Contender("dense", "naive, dense", "dense", keras, HERE / "dense", reads_it, dense, all_needed, few)
    return (
        Contender("keras", "ours on NumPy", "NumPy", keras, ROOT, reads_it, served, all_needed, OURS),
        Contender("lite", "ours on LiteRT", "LiteRT", lite, ROOT, reads_it, lightly, environment.LITE, "the same"),
        *_peers(),
        Contender("naive", "naive", "naive", keras, HERE / "naive", reads_it, naive, all_needed, NAIVE),
        replace(smallest, drawing=None),
        Contender("echo", "echo", "echo", echo, HERE / "echo", repeats_it, {}, ECHO, "hands the body back: the floor"),
    )


def _peers() -> tuple[Contender, ...]:
    """Servers that a good engineer would pick, on the weights and the runtime of ours on LiteRT."""
    fastapi = _peer("fastapi", "FastAPI", f"checks types; {NAIVE}; one process")
    litserve = _peer("litserve", "LitServe", f"limits time; {DIVIDES}; a worker process; {IDLE}")
    bentoml = _peer("bentoml", "BentoML", f"checks types, traces, counts, limits time; {DIVIDES}; {IDLE}")
    inference = "speaks the Open Inference Protocol, by gRPC too, and counts"
    mlserver = _peer("mlserver", "MLServer", f"{inference}; {DIVIDES}; {IDLE}")
    places = {"MLSERVER_HTTP_PORT": PORT, "MLSERVER_GRPC_PORT": FREE, "MLSERVER_METRICS_PORT": FREE}
    places |= {"MLSERVER_METRICS_DIR": FOLDER}
    return (
        replace(fastapi, command=("uvicorn", "main:app", *ADDRESS), drawing=questions.uploaded),
        replace(litserve, command=("python", "main.py"), environ={**litserve.environ, "PORT": PORT}),
        replace(bentoml, command=("bentoml", "serve", "main:Digits", *ADDRESS), drawing=questions.uploaded),
        replace(
            mlserver,
            command=("mlserver", "start", "."),
            environ={**mlserver.environ, **places},
            is_right=infers_it,
            pixels=questions.inferred,
        ),
    )


def _peer(name: str, title: str, does: str) -> Contender:
    """One that is asked for a list of numbers, and of no drawing."""
    home, source, needed = ROOT / CACHE / name, HERE / "peers" / name, f"requirements/peers/{name}.txt"
    environ = {"PYTHONPATH": str(ROOT), "MODEL_FILE": str(LITE_WEIGHTS)}
    made = Contender(name, title, title, home, source, reads_it, environ, needed, does)
    return replace(made, pixels=questions.listed, drawing=None)
