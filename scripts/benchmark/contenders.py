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
    return (
        Contender("keras", "ours on Keras", "Keras", keras, ROOT, reads_it, served, all_needed, OURS),
        Contender("lite", "ours on LiteRT", "LiteRT", lite, ROOT, reads_it, lightly, environment.LITE, "the same"),
        *_peers(),
        Contender("naive", "naive", "naive", keras, HERE / "naive", reads_it, naive, all_needed, NAIVE),
        replace(
            Contender("dense", "naive, dense", "dense", keras, HERE / "dense", reads_it, dense, all_needed, few),
            drawing=None,
        ),
        Contender("echo", "echo", "echo", echo, HERE / "echo", repeats_it, {}, ECHO, "hands the body back: the floor"),
    )


def _peers() -> tuple[Contender, ...]:
    """Servers that a good engineer would pick, on the weights and the runtime of ours on LiteRT."""
    fastapi = _peer("fastapi", "FastAPI", f"checks types; {NAIVE}; one process", "uvicorn", "main:app", *ADDRESS)
    litserve = _peer("litserve", "LitServe", f"limits time; {DIVIDES}; a worker process; {IDLE}", "python", "main.py")
    bentoml = _peer(
        "bentoml", "BentoML", f"checks types, traces, counts, limits time; {DIVIDES}; {IDLE}",
        *("bentoml", "serve", "main:Digits", *ADDRESS),
    )  # fmt: skip
    mlserver = _peer(
        "mlserver", "MLServer", f"speaks the Open Inference Protocol, by gRPC too, and counts; {DIVIDES}; {IDLE}",
        *("mlserver", "start", "."),
    )  # fmt: skip
    places = {"MLSERVER_HTTP_PORT": PORT, "MLSERVER_GRPC_PORT": FREE, "MLSERVER_METRICS_PORT": FREE}
    places |= {"MLSERVER_METRICS_DIR": FOLDER}
    return (
        replace(fastapi, drawing=questions.uploaded),
        replace(litserve, environ={**litserve.environ, "PORT": PORT}),
        replace(bentoml, drawing=questions.uploaded),
        replace(mlserver, environ={**mlserver.environ, **places}, is_right=infers_it, pixels=questions.inferred),
    )


def _peer(name: str, title: str, does: str, *command: str) -> Contender:
    return Contender(
        name,
        title,
        title,
        ROOT / CACHE / name,
        HERE / "peers" / name,
        reads_it,
        {"PYTHONPATH": str(ROOT), "MODEL_FILE": str(LITE_WEIGHTS)},
        f"requirements/peers/{name}.txt",
        does,
        command,
        questions.listed,
        drawing=None,
    )
