"""New weights by upload: nothing that happens in the bucket hurts a caller of the real server.

SOAK=1 runs the counts in full: 50 uploads with the real tools, 20,000 requests, 200 flipped bytes. Without it the
same tests run with smaller counts, since they take minutes.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import psutil
import pytest

from function.formats import BUNDLED, CHECKPOINT
from tests.support import weights
from tests.support.emulator import Emulator, Fault
from tests.support.function_server import FunctionServer, function_server
from tests.support.releases import (
    BODIES,
    Told,
    ask,
    ask_at_once,
    copy_function,
    crowd,
    is_idle,
    parallel,
    resident_bytes,
    until,
    went_backward,
)

NAME = "weights/digits.weights.h5"
URL = f"gs://digits/{NAME}"
SOAK = bool(os.environ.get("SOAK"))
LOAD_SECONDS = 15  # what a first caller waits at most for the bucket
BUILD_SECONDS = 30  # importing TensorFlow and building the bundled network while three servers do the same
HEALED_SECONDS = 40  # a request to a stalled bucket ends, and the pause after several failures

Say = Callable[[str], None]


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
    swaps = 50 if SOAK else 4
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
                until(lambda: callers.told[-1].version == versions[-1], 60, f"version {versions[-1]} serves")
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
    requests, warm_up, swaps = (20_000, 2_000, 50) if SOAK else (2_500, 1_000, 6)
    emulator.put("digits", NAME, good.read_bytes())
    with serving(tmp_path, emulator) as server:
        with crowd(server, callers=4, pause=0) as callers:
            until(lambda: len(callers.told) >= warm_up, 120, "warm-up")
            (worker,) = server.workers()
            before = resident_bytes(worker)
            for number, variant in enumerate(variants[:swaps]):
                version = emulator.put("digits", NAME, variant.read_bytes())
                until(lambda version=version: callers.told[-1].version == version, 60, "swap")  # type: ignore[misc]
                share = warm_up + (requests - warm_up) * (number + 1) // swaps
                until(lambda share=share: len(callers.told) >= share, 120, "requests")  # type: ignore[misc]
        grown = (resident_bytes(worker) - before) / 1e6
    assert failures(callers.told) == []
    assert grown < 30
    say(f"{len(callers.told)} requests, {swaps} swaps, {before / 1e6:.0f} MB, grown by {grown:.1f} MB")


@dataclass(frozen=True)
class Trouble:
    """Something wrong in the bucket. `content` takes the weights' place; `fault` strikes the answers."""

    content: str | None = None
    fault: Fault | None = None
    strikes: str = "/download"
    is_missing: bool = False
    url: str = URL


# What the bucket can do to us. A fault that strikes "/" meets questions and downloads alike.
TROUBLES: Mapping[str, Trouble] = {
    "missing object": Trouble(is_missing=True),
    "missing bucket": Trouble(url=f"gs://nobodys/{NAME}"),
    "empty": Trouble("empty"),
    "text": Trouble("text"),
    "half": Trouble("half"),
    "another architecture": Trouble("another architecture"),
    "NaN": Trouble("NaN"),
    "misreading": Trouble("misreading"),
    "403": Trouble(fault=Fault(status=403), strikes="/"),
    "503": Trouble(fault=Fault(status=503), strikes="/"),
    "stall": Trouble(fault=Fault(delay=1e9), strikes="/"),
    "dropped": Trouble(fault=Fault(cut=1000)),
    "trickle": Trouble(fault=Fault(drip=0.01)),
    "flipped on the way": Trouble(fault=Fault(change=lambda body: body[:5000] + b"?" + body[5001:])),
    "shortened on the way": Trouble(fault=Fault(change=lambda body: body[:5000])),
}
# A start costs seconds, and what is wrong with the content makes no difference to the way taken.
SOME = ("missing object", "misreading", "503", "stall", "trickle", "flipped on the way")
COLD = list(TROUBLES) if SOAK else SOME
WITHOUT_BUNDLED = list(TROUBLES) if SOAK else SOME[:3]


def strike(emulator: Emulator, trouble: Trouble, bad: Mapping[str, bytes], good: bytes) -> str:
    """Puts new weights in the bucket, and the trouble with them; the generation, "" where none is."""
    version = ""
    if trouble.is_missing:
        if NAME in emulator.storage.objects.get("digits", {}):
            emulator.delete("digits", NAME)
    else:
        version = emulator.put("digits", NAME, bad[trouble.content] if trouble.content else good)
    if trouble.fault:
        emulator.faults = lambda method, path, query: (
            trouble.fault if method == "GET" and path.startswith(trouble.strikes) else None
        )
    return version


def heal(emulator: Emulator, trouble: Trouble, good: bytes) -> str:
    """Ends the trouble; the generation of the good weights that stand there then."""
    emulator.faults = lambda method, path, query: None
    bucket = trouble.url.split("/")[2]
    if bucket not in emulator.storage.buckets:
        emulator.create(bucket)
    return emulator.put(bucket, NAME, good)


@dataclass(frozen=True)
class Cold:
    """How a server that started in trouble answered its first callers, and after the trouble ended."""

    first: list[Told]
    health: int
    retry_after: list[str | None]
    healed_version: str
    healed: Told
    left: list[str]


def start_in_trouble(
    folder: Path, trouble: Trouble, bad: Mapping[str, bytes], good: bytes, bundled: Path | None
) -> Cold:
    with Emulator("digits") as emulator:
        strike(emulator, trouble, bad, good)
        with serving(folder, emulator, bundled, WEIGHTS_URL=trouble.url) as server:
            first = parallel(lambda index: ask(server.url, index), range(4))
            refused = server.ask("/", BODIES[0]) if bundled is None else None
            health = server.ask("/health").status
            version = heal(emulator, trouble, good)
            told = [ask(server.url, 3)]

            def is_healed() -> bool:
                told.append(ask(server.url, 3))
                return told[-1].status == 200 and told[-1].version == version

            until(is_healed, HEALED_SECONDS, "recovery")
        left = [str(path) for path in (folder / "tmp").rglob("*") if "weights" in path.name]
    return Cold(first, health, [refused.headers["Retry-After"]] if refused else [], version, told[-1], left)


@pytest.fixture(scope="module")
def cold(
    good: Path, bad: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, bool], Cold]]:
    """Servers that started in each trouble, three at a time: most of their time is waiting."""
    runs: dict[tuple[str, bool], Future[Cold]] = {}
    folder = tmp_path_factory.mktemp("cold")
    with ThreadPoolExecutor(3) as pool:
        for names, bundled in ((COLD, good), (WITHOUT_BUNDLED, None)):
            for name in names:
                room = folder / f"{len(runs)}"
                runs[name, bundled is not None] = pool.submit(
                    start_in_trouble, room, TROUBLES[name], bad, good.read_bytes(), bundled
                )
        yield lambda name, is_bundled: runs[name, is_bundled].result(300)


@pytest.mark.parametrize("name", COLD)
def test_a_server_that_starts_in_trouble_serves_bundled_weights_and_recovers(
    name: str, cold: Callable[[str, bool], Cold], say: Say
) -> None:
    seen = cold(name, True)
    assert failures(seen.first) == []
    assert {one.answer["model"]["source"] for one in seen.first} == {"bundled"}
    slowest = max(one.ended - one.started for one in seen.first)
    assert slowest < LOAD_SECONDS + BUILD_SECONDS
    assert seen.healed.is_right
    assert (seen.healed.version, seen.healed.answer["model"]["source"]) == (seen.healed_version, "bucket")
    assert seen.left == []
    say(f"{len(seen.first)} right answers from bundled weights, slowest {slowest:.1f} s")


@pytest.mark.parametrize("name", WITHOUT_BUNDLED)
def test_a_server_that_starts_in_trouble_without_bundled_weights_says_when_to_come_back(
    name: str, cold: Callable[[str, bool], Cold], say: Say
) -> None:
    seen = cold(name, False)
    assert {one.status for one in seen.first} == {503}
    assert {one.answer["code"] for one in seen.first} == {"no-network"}
    assert "gs:" not in seen.first[0].text
    assert NAME not in seen.first[0].text
    slowest = max(one.ended - one.started for one in seen.first)
    assert slowest < LOAD_SECONDS + BUILD_SECONDS
    assert all(int(seconds or 0) >= 1 for seconds in seen.retry_after)
    assert seen.health == 200
    assert seen.healed.is_right
    say(f"{len(seen.first)} clean 503s, slowest {slowest:.1f} s, then recovery")


@pytest.fixture(scope="module")
def warm(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, FunctionServer]]:
    """A server that serves the bucket's good weights."""
    with Emulator("digits") as emulator:
        emulator.put("digits", NAME, good.read_bytes())
        with serving(tmp_path_factory.mktemp("warm"), emulator) as server:
            until(lambda: ask(server.url, 0).is_right, 60, "service")
            yield emulator, server


CODES = {
    "missing object": "weights-missing",
    "403": "store-unreachable",
    "503": "store-unreachable",
    "stall": "store-unreachable",
    "dropped": "store-unreachable",
    "trickle": "store-unreachable",
    "flipped on the way": "weights-damaged",
    "shortened on the way": "weights-damaged",
}


@pytest.mark.parametrize("name", [name for name in TROUBLES if name != "missing bucket"])
def test_a_server_in_service_keeps_the_last_good_weights_through_trouble(
    name: str,
    warm: tuple[Emulator, FunctionServer],
    bad: Mapping[str, bytes],
    variants: list[Path],
    say: Say,
) -> None:
    emulator, server = warm
    trouble, good = TROUBLES[name], variants[list(TROUBLES).index(name)].read_bytes()
    before = ask(server.url, 0).version
    with crowd(server, callers=2, pause=0.005) as callers:
        struck = strike(emulator, trouble, bad, good)
        expected = CODES.get(name, "weights-refused")
        if name in ("stall", "trickle"):  # the attempt outlasts this test; what counts is that nobody waits for it
            until(lambda: len(callers.told) > 200, 30, "answers during the attempt")
        else:
            until(lambda: refresh_code(server) == expected, HEALED_SECONDS, expected)
        version = heal(emulator, trouble, good)
        until(lambda: callers.told[-1].version == version, HEALED_SECONDS + 30, "recovery")
    told = callers.told
    assert failures(told) == []
    # What only arrived badly may serve for a moment once it arrives well.
    versions = [before, *([] if trouble.content or trouble.is_missing else [struck]), version]
    assert {before, version} <= {one.version for one in told} <= set(versions)
    assert went_backward(told, versions) == []
    assert refresh_code(server) is None
    slowest = max(one.ended - one.started for one in told)
    say(f"{len(told)} requests, 0 failed, slowest {slowest:.2f} s")


def test_damaged_uploads_never_serve_and_fail_nobody(
    emulator: Emulator, variants: list[Path], tmp_path: Path, say: Say
) -> None:
    cuts, flips = (20, 200) if SOAK else (5, 30)
    whole = variants[0].read_bytes()
    chance = random.Random(1)
    damaged = [whole[: len(whole) * index // cuts] for index in range(cuts)]
    for _ in range(flips):
        position = chance.randrange(len(whole))
        flipped = whole[position] ^ 1 << chance.randrange(8)
        damaged.append(whole[:position] + bytes([flipped]) + whole[position + 1 :])
    emulator.put("digits", NAME, whole)
    harmless = 0
    with serving(tmp_path, emulator) as server:
        good = {ask(server.url, 0).version}
        with crowd(server, callers=2, pause=0.01) as callers:
            for data in damaged:
                version = emulator.put("digits", NAME, data)

                def is_decided(version: str = version) -> bool:
                    model = server.ask("/model").json
                    return version in (model["refresh"]["refused"], model["version"])

                until(is_decided, 60, "a decision on damaged weights")
                if server.ask("/model").json["version"] == version:
                    harmless += 1
                    good.add(version)
        served = {one.version for one in callers.told}
    assert failures(callers.told) == []
    assert served <= good
    assert harmless <= flips * 0.1  # bits that nothing reads: gaps between the arrays
    say(f"{cuts} truncations and {flips} flips, {harmless} without any effect; {len(callers.told)} requests, 0 failed")


def test_a_generation_replaced_mid_download_gives_way_to_the_next(
    emulator: Emulator, variants: list[Path], tmp_path: Path
) -> None:
    emulator.put("digits", NAME, variants[0].read_bytes())
    replacing = iter(variants[1:4])

    def replace(method: str, path: str, query: Mapping[str, str]) -> None:
        if is_download(method, path) and (variant := next(replacing, None)):
            emulator.put("digits", NAME, variant.read_bytes())

    emulator.faults = replace
    with serving(tmp_path, emulator) as server:
        told = ask_at_once(server.url, 4)
        last = emulator.storage.objects["digits"][NAME]["generation"]
        until(lambda: ask(server.url, 0).answer.get("model", {}).get("version") == last, 30, "the last version")
    assert {one.status for one in told} <= {200, 503}


def test_a_classic_checkpoint_serves_and_gives_way_to_the_next_one(
    emulator: Emulator, tmp_path: Path, say: Say
) -> None:
    def upload(seed: int) -> str:
        prefix = weights.write_checkpoint(tmp_path / f"classic-{seed}", seed)
        files = [prefix.with_name(prefix.name + suffix).read_bytes() for suffix in CHECKPOINT.files]
        names = [f"weights/classic{suffix}" for suffix in CHECKPOINT.files]
        return "-".join(emulator.put("digits", name, data) for name, data in zip(names, files, strict=True))

    versions = [upload(0)]
    with serving(tmp_path, emulator, WEIGHTS_URL="gs://digits/weights/classic") as server:
        until(lambda: ask(server.url, 0).status == 200, 60, "service")
        with crowd(server, callers=2, pause=0.01) as callers:
            versions.append(upload(1))
            until(lambda: callers.told[-1].version == versions[-1], 60, "the second checkpoint")
        told = callers.told
    assert failures(told) == []
    assert {one.version for one in told} <= set(versions)
    assert went_backward(told, versions) == []
    assert {one.answer["model"]["architecture"] for one in told} == {"perceptron"}
    say(f"{len(told)} requests over 2 checkpoints of 2 files each, 0 failed")


def stop(server: FunctionServer) -> float:
    """Sends SIGTERM and waits for the end; seconds until then. A server that outlives 10 s would be killed."""
    started = monotonic()
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(30)
    return monotonic() - started


def paths_answered(server: FunctionServer) -> set[str]:
    """The paths of the crowd's requests that reached the function, from its own log."""
    urls = (str(line.get("httpRequest", {}).get("requestUrl", "")) for line in server.lines())
    return {url for url in urls if url.startswith("/caller/")}


def test_sigterm_under_load_drops_no_accepted_request(emulator: Emulator, good: Path, tmp_path: Path, say: Say) -> None:
    emulator.put("digits", NAME, good.read_bytes())
    with serving(tmp_path, emulator) as server:
        assert ask(server.url, 0).is_right
        with crowd(server, callers=8, pause=0.001) as callers:
            until(lambda: len(callers.told) >= 200, 60, "load")
            seconds = stop(server)
        answered = [one for one in callers.told if one.status]
        accepted = paths_answered(server)
    assert failures(answered) == []
    assert {one.path for one in answered} == accepted
    assert seconds < 10
    say(f"{len(accepted)} requests accepted, {len(answered)} answered, exit after {seconds:.1f} s")


@pytest.mark.parametrize(
    ("resumes", "is_bundled", "status"),
    [(True, False, 200), (False, True, 200), (False, False, 503)],
    ids=["slow", "stalled-bundled", "stalled"],
)
def test_sigterm_during_the_first_load_answers_everybody_who_waits(
    resumes: bool, is_bundled: bool, status: int, emulator: Emulator, good: Path, tmp_path: Path, say: Say
) -> None:
    emulator.put("digits", NAME, good.read_bytes())
    asked = threading.Event()

    def stall(method: str, path: str, query: Mapping[str, str]) -> Fault | None:
        if not is_download(method, path):
            return None
        asked.set()
        return Fault(delay=1e9)

    def resume() -> None:
        emulator.faults = lambda method, path, query: None

    emulator.faults = stall
    with serving(tmp_path, emulator, good if is_bundled else None) as server, ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(ask, server.url, label, "/", 30) for label in range(6)]
        assert asked.wait(30)
        (worker,) = server.workers()
        until(lambda: connections(server) >= 6, 10, "six accepted requests")
        until(lambda: is_idle(worker), 60, "nothing left to do but to wait for the bucket")
        if resumes:
            threading.Timer(0.3, resume).start()  # once the server is stopping
        seconds = stop(server)
        told = [future.result() for future in waiting]
    assert {one.status for one in told} == {status}
    assert status != 200 or failures(told) == []
    assert seconds < 10
    say(f"{len(told)} answers {status}, exit after {seconds:.1f} s")


def connections(server: FunctionServer) -> int:
    """Accepted connections of the server's worker, which it holds as open sockets."""
    (worker,) = server.workers()
    port = int(server.url.rpartition(":")[2])
    held = psutil.Process(worker).net_connections("tcp4")
    return sum(one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED for one in held)


LOCKED_DOWN = """#!/bin/sh
# Runs Python where HOME and everything else but /tmp can't be written, as in a container of the platform.
mount --bind /tmp /tmp && mount --bind {source} {source} && mount -o remount,bind,ro {source} &&
mount -o remount,bind,ro / || exit 1
touch {source}/x / 2>/dev/null && exit 1
exec {python} "$@"
"""


def test_only_tmp_needs_to_be_writable(emulator: Emulator, good: Path, tmp_path: Path, say: Say) -> None:
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("optional: this machine grants no mount namespace")
    emulator.put("digits", NAME, good.read_bytes())
    source = tmp_path / "source"
    source.mkdir()
    copy_function(source, None)
    (tmp_path / "inside").write_text(LOCKED_DOWN.format(source=source, python=sys.executable))
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {" ".join(unshare)} sh {tmp_path}/inside "$@"\n')
    python.chmod(0o755)
    environ = {"WEIGHTS_URL": URL, "STORAGE_EMULATOR_HOST": emulator.url, "HOME": "/root"}
    environ["XDG_RUNTIME_DIR"] = "/tmp"  # noqa: S108  gunicorn puts its control socket there instead of HOME, as when deployed
    with function_server(tmp_path / "log", source, str(python), **environ) as server:
        told = [ask(server.url, label) for label in range(10)]
        lines = server.log.read_text().splitlines()
    assert failures(told) == []
    assert {one.answer["model"]["source"] for one in told} == {"bucket"}
    assert [
        line for line in lines if re.search("Error|ERROR|Errno", line)
    ] == []  # TensorFlow tells of "round-off errors"
    say(f"{len(told)} right answers")
