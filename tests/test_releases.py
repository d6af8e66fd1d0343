"""New weights by upload: nothing that happens in the bucket hurts a caller of the real server.

SOAK=1 runs the counts in full: 50 uploads with the real tools, 20,000 requests, 200 flipped bytes. Without it the
same tests run with smaller counts, since they take minutes.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from function.settings import BUNDLED
from scripts.gcs_emulator import Emulator
from tests import weights
from tests.function_server import FunctionServer, function_server
from tests.releases import (
    Told,
    ask,
    ask_at_once,
    copy_function,
    crowd,
    resident_bytes,
    until,
    went_backward,
)

NAME = "weights/digits.weights.h5"
URL = f"gs://digits/{NAME}"
SOAK = bool(os.environ.get("SOAK"))
LOAD_SECONDS = 15  # what a first caller waits at most for the bucket
BUILD_SECONDS = 10  # importing TensorFlow and building the bundled network on a busy machine
HEALED_SECONDS = 40  # a request to a stalled bucket ends, and the pause after several failures

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Say:
    """Prints a count where everybody sees it."""

    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n  {request.node.name}: {text}", end="")

    return say


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled weights."""
    return BUNDLED if BUNDLED.exists() else weights.write_good(tmp_path_factory.mktemp("good") / "good.weights.h5")


@pytest.fixture(scope="module")
def variants(good: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Fifty more good releases, each a different file."""
    folder = tmp_path_factory.mktemp("variants")
    return [weights.write_variant(good, folder / f"{number}.weights.h5", number) for number in range(50)]


@pytest.fixture(scope="module")
def bad(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Contents that must never serve, by what is wrong with them."""
    folder = tmp_path_factory.mktemp("bad")
    return {
        "empty": b"",
        "text": b"These are not the weights you are looking for.\n",
        "half": good.read_bytes()[: good.stat().st_size // 2],
        "another architecture": weights.write_foreign(folder / "foreign.weights.h5").read_bytes(),
        "NaN": weights.write_nan(folder / "nan.weights.h5").read_bytes(),
        "misreading": weights.write_misreading(folder / "misreading.weights.h5").read_bytes(),
    }


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator("digits") as emulator:
        yield emulator


@contextmanager
def serving(folder: Path, emulator: Emulator, bundled: Path | None = None, **environ: str) -> Iterator[FunctionServer]:
    """A real server of a copy of the function in `folder`, whose weights come from the emulator."""
    source = folder / "source"
    source.mkdir(parents=True)
    temporary = folder / "tmp"
    temporary.mkdir()
    settings = {
        "WEIGHTS_URL": URL,
        "STORAGE_EMULATOR_HOST": emulator.url,
        "REFRESH_SECONDS": "0.1",
        "TMPDIR": str(temporary),
    }
    with function_server(folder / "log", copy_function(source, bundled), **settings | environ) as server:
        yield server


def is_download(method: str, path: str) -> bool:
    return method == "GET" and path.startswith("/download")


def failures(told: list[Told]) -> list[Told]:
    return [one for one in told if not one.is_right]


def refresh_code(server: FunctionServer) -> str | None:
    """Why the last look for new weights failed."""
    code: str | None = server.ask("/model").json["refresh"]["code"]
    return code


def test_first_requests_share_one_download_and_one_build(
    emulator: Emulator, good: Path, tmp_path: Path, say: Say
) -> None:
    version = emulator.put("digits", NAME, good.read_bytes())
    downloads: list[str] = []
    emulator.faults = lambda method, path, query: downloads.append(path) if is_download(method, path) else None
    with serving(tmp_path, emulator, THREADS="32", REFRESH_SECONDS="60") as server:
        told = ask_at_once(server.url, 32)
        builds = [line for line in server.lines() if line.get("message") == "These weights serve now."]
    assert failures(told) == []
    assert {one.version for one in told} == {version}
    assert (len(told), len(downloads), len(builds)) == (32, 1, 1)
    slowest = max(one.ended - one.started for one in told)
    say(f"{len(told)} right answers, {len(downloads)} download, {len(builds)} build, slowest {slowest:.1f} s")


TOOLS: Mapping[str, tuple[str, ...]] = {
    "gcloud": ("gcloud", "storage", "cp"),
    "gsutil": ("gsutil", "-o", "GSUtil:use_gcloud_storage=True", "cp"),
}


@pytest.mark.skipif(not shutil.which("gcloud"), reason="optional: gcloud isn't installed")
def test_uploads_with_the_real_tools_swap_once_each_and_fail_nobody(
    emulator: Emulator, good: Path, variants: list[Path], tmp_path: Path, say: Say
) -> None:
    swaps = 50 if SOAK else 6
    environ = os.environ | emulator.tool_environ(str(tmp_path / "config"))
    versions = [emulator.put("digits", NAME, good.read_bytes())]
    gsutils = 0
    with serving(tmp_path, emulator) as server:
        assert ask(server.url, 0).is_right
        with crowd(server, callers=3, pause=0.01) as callers:
            for number, variant in enumerate(variants[:swaps]):
                tool = "gsutil" if number % 5 == 1 and shutil.which("gsutil") else "gcloud"  # gsutil is slower
                gsutils += tool == "gsutil"
                subprocess.run((*TOOLS[tool], str(variant), URL), env=environ, check=True, capture_output=True)
                versions.append(emulator.storage.objects["digits"][NAME]["generation"])
                until(lambda: callers.told[-1].version == versions[-1], 20, f"version {versions[-1]} serves")
        told = callers.leave()
        left = list((tmp_path / "tmp").rglob("weights-*"))
    assert failures(told) == []
    assert {one.version for one in told} == set(versions)
    assert went_backward(told, versions) == []
    assert left == []
    say(f"{swaps} swaps ({gsutils} by gsutil), {len(told)} requests, 0 failed, 0 went back, {len(left)} files left")


def test_memory_stays_flat_over_many_requests_and_swaps(
    emulator: Emulator, good: Path, variants: list[Path], tmp_path: Path, say: Say
) -> None:
    requests, warm_up, swaps = (20_000, 2_000, 50) if SOAK else (4_000, 2_000, 10)
    emulator.put("digits", NAME, good.read_bytes())
    with serving(tmp_path, emulator) as server:
        with crowd(server, callers=4, pause=0) as callers:
            until(lambda: len(callers.told) >= warm_up, 120, "warm-up")
            (worker,) = server.workers()
            before = resident_bytes(worker)
            for number, variant in enumerate(variants[:swaps]):
                version = emulator.put("digits", NAME, variant.read_bytes())
                until(lambda version=version: callers.told[-1].version == version, 20, "swap")  # type: ignore[misc]
                share = warm_up + (requests - warm_up) * (number + 1) // swaps
                until(lambda share=share: len(callers.told) >= share, 120, "requests")  # type: ignore[misc]
        grown = (resident_bytes(worker) - before) / 1e6
    assert failures(callers.told) == []
    assert grown < 30
    say(f"{len(callers.told)} requests, {swaps} swaps, {before / 1e6:.0f} MB, grown by {grown:.1f} MB")
