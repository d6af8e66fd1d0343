"""./scripts/publish uploads by gcloud where it is, never over somebody else's, and says what the function does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from function.errors import BadSettings, Changed, Missing, StoreUnreachable
from function.store.bucket import Bucket
from function.store.folder import Folder
from tests.support.cloud_sdk import needs
from tests.support.emulator import Emulator
from tests.support.function_server import ROOT, function_server
from tests.support.page_server import running
from training.releasing.gcloud import GcloudBucket, open_with
from training.releasing.watch import NotServed, watch

BUNDLED = ROOT / "function" / "weights"
URL = "gs://digits/weights/digits"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator("digits") as emulator:
        yield emulator


@pytest.fixture
def bucket(
    emulator: Emulator, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Emulator:
    """An empty bucket that gcloud and gsutil find."""
    emulator.empty("digits")
    for name, value in emulator.tool_environ(str(tmp_path_factory.getbasetemp() / "cloudsdk")).items():
        monkeypatch.setenv(name, value)
    boto = tmp_path / "boto"
    boto.write_text("[GSUtil]\nuse_gcloud_storage = True\n")  # gsutil's old engine can't be pointed at a local bucket
    monkeypatch.setenv("BOTO_CONFIG", str(boto))
    return emulator


def publish(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "publish"), *arguments]
    return subprocess.run(
        command, env={**os.environ, **environ}, capture_output=True, text=True, timeout=180, check=False
    )


@needs("gcloud")
def test_gcloud_replaces_what_it_saw_and_nothing_else(bucket: Emulator) -> None:
    place = GcloudBucket("digits")
    with pytest.raises(Missing):
        place.version("weights/digits.tflite")
    first = place.write("weights/digits.tflite", b"new", None, "application/octet-stream", {})
    assert bucket.storage.objects["digits"]["weights/digits.tflite"]["cacheControl"] == "no-cache"
    with pytest.raises(Changed, match="somebody else published in the meantime"):
        place.write("weights/digits.tflite", b"newer", None, "application/octet-stream", {})
    assert first == place.version("weights/digits.tflite")
    assert place.write("weights/digits.tflite", b"newer", first, "application/octet-stream", {}) != first
    assert bucket.storage.get_file("digits", "weights/digits.tflite") == b"newer"


@needs("gcloud")
def test_a_bucket_that_is_not_there_is_no_empty_one(bucket: Emulator) -> None:
    with pytest.raises((StoreUnreachable, Missing)):
        GcloudBucket("nowhere").write("weights/digits.tflite", b"new", None, "application/octet-stream", {})


@needs("gcloud")
def test_new_weights_bring_their_twin_and_are_then_served(bucket: Emulator, tmp_path: Path) -> None:
    bucket.put("digits", "weights/digits.tflite", (BUNDLED / "digits.tflite").read_bytes())
    environ: dict[str, Any] = {
        "STORAGE_EMULATOR_HOST": bucket.url,
        "WEIGHTS_URL": f"{URL}.tflite",
        "REFRESH_SECONDS": "0.2",
    }
    with function_server(tmp_path / "log", **environ) as server:
        before = server.ask("/model").json["version"]
        done = publish(str(BUNDLED / "digits.weights.h5"), f"{URL}.weights.h5", "--function", server.url)
        assert done.returncode == 0, done.stdout + done.stderr
        after = server.ask("/model").json["version"]
    versions = {name: about["generation"] for name, about in bucket.storage.objects["digits"].items()}
    assert sorted(versions) == ["weights/digits.tflite", "weights/digits.weights.h5"]
    assert all(f"is now version {version}" in done.stdout for version in versions.values())
    assert after == versions["weights/digits.tflite"] != before
    assert done.stdout.splitlines()[-1] == f"{server.url} answers with version {after}"


@needs("gcloud")
def test_weights_that_the_function_would_refuse_are_not_uploaded(bucket: Emulator, tmp_path: Path) -> None:
    (tmp_path / "bad.tflite").write_bytes(b"TFL3")
    done = publish(str(tmp_path / "bad.tflite"), f"{URL}.tflite")
    assert done.returncode == 1
    assert "bad.tflite is damaged" in done.stderr
    assert bucket.storage.objects.get("digits", {}) == {}


def test_a_local_bucket_is_reached_by_the_python_client_which_also_rolls_back(bucket: Emulator, tmp_path: Path) -> None:
    bucket.create("digits", keeps_versions=True)
    contents = [(BUNDLED / "digits.tflite").read_bytes(), b"broken"]
    for content in contents:
        bucket.put("digits", "weights/digits.tflite", content)
    done = publish(f"{URL}.tflite", "--rollback", STORAGE_EMULATOR_HOST=bucket.url)
    assert done.returncode == 0, done.stderr
    assert bucket.storage.get_file("digits", "weights/digits.tflite") == contents[0]
    done = publish(str(BUNDLED / "digits.tflite"), f"{URL}.tflite", STORAGE_EMULATOR_HOST=bucket.url)
    assert done.returncode == 0, done.stderr
    assert "$ gcloud" not in done.stdout


def test_gcloud_that_is_asked_for_and_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadSettings, match="gcloud isn't installed"):
        open_with("gcloud", f"{URL}.tflite")
    assert type(open_with(None, f"{URL}.tflite").place) is Bucket


@pytest.mark.parametrize("way", [None, "python", "gcloud"])
def test_a_folder_needs_no_tool(tmp_path: Path, way: str | None) -> None:
    assert isinstance(open_with(way, str(tmp_path / "digits.tflite")).place, Folder)


class Clock:
    """Time that passes by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def told(version: str, refused: str | None = None, title: str | None = None) -> tuple[int, dict[str, str], Any]:
    return 200, {}, {"version": version, "refresh": {"refused": refused, "title": title}}


def watched(*answers: tuple[int, Mapping[str, str], Any], seconds: float = 60) -> tuple[str, float]:
    """The version that `watch` reports, and how long that took; the last answer repeats."""
    left = list(answers)

    class Function(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/model"
            status, headers, body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            pass

    clock = Clock()
    with running(Function) as url:
        return watch(f"{url}/", ["2", "3"], seconds, clock, clock.sleep), clock.now


def test_it_waits_until_the_function_answers_with_a_new_version() -> None:
    assert watched(told("1"), told("1"), told("3")) == ("3", 4.0)


def test_it_waits_as_long_as_the_function_asks_for() -> None:
    busy = (503, {"Retry-After": "7"}, {"detail": "No network can be loaded at the moment."})
    assert watched(busy, told("2")) == ("2", 7.0)


def test_a_refused_version_ends_the_wait_with_the_reason() -> None:
    with pytest.raises(NotServed, match=r"refused version 2: The weights failed their checks\."):
        watched(told("1"), told("1", "2", "The weights failed their checks."))


def test_a_refusal_of_other_weights_does_not() -> None:
    assert watched(told("1", "1.5", "The weights failed their checks."), told("2"))[0] == "2"


def test_the_wait_ends_with_what_was_said_last() -> None:
    with pytest.raises(NotServed, match=r"not within 5 s.*version 1, and: The weights store can't be reached\."):
        watched(told("1", None, "The weights store can't be reached."), seconds=5)


def test_a_function_that_is_not_there_is_asked_again_until_the_end() -> None:
    clock = Clock()
    with pytest.raises(NotServed, match="nothing: "):
        watch("http://127.0.0.1:9", ["2"], 10, clock, clock.sleep)
    assert clock.now == 10
