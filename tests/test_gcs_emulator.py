"""The local bucket behaves as the real one where we rely on it, towards the tools that operators use."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud_sdk import needs
from tests.support.emulator import Emulator, Fault

GSUTIL = ("gsutil", "-o", "GSUtil:use_gcloud_storage=True")  # its old engine ignores the endpoint's scheme
GCLOUD = ("gcloud", "storage")
DATA = {"empty": b"", "small": os.urandom(100_000) + b"\r", "resumable": bytes(9 * 2**20)}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator("digits") as emulator:
        yield emulator


@pytest.fixture
def bucket(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The official client's view of an empty bucket."""
    from google.cloud import storage

    monkeypatch.setenv("STORAGE_EMULATOR_HOST", emulator.url)
    emulator.empty("digits")
    with storage.Client() as client:
        yield client.bucket("digits")
    emulator.faults = lambda method, path, query: None


def run(emulator: Emulator, config: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | emulator.tool_environ(str(config))
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("tool", "size"),
    [
        pytest.param(GSUTIL, "small", marks=needs("gsutil")),
        *(pytest.param(GCLOUD, size, marks=needs("gcloud")) for size in DATA),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_the_real_tools_upload_exactly(
    emulator: Emulator, bucket: Any, tool: tuple[str, ...], size: str, tmp_path: Path
) -> None:
    (tmp_path / "here").write_bytes(DATA[size])
    done = run(emulator, tmp_path / "config", *tool, "cp", str(tmp_path / "here"), "gs://digits/a/b.bin")
    assert done.returncode == 0, done.stderr
    assert bucket.blob("a/b.bin").download_as_bytes() == DATA[size]


@needs("gcloud")
def test_gcloud_downloads_exactly(emulator: Emulator, bucket: Any, tmp_path: Path) -> None:
    emulator.put("digits", "a/b.bin", DATA["small"])
    done = run(emulator, tmp_path / "config", *GCLOUD, "cp", "gs://digits/a/b.bin", str(tmp_path / "here"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here").read_bytes() == DATA["small"]


@needs("gcloud")
def test_gcloud_is_refused_when_its_precondition_fails(emulator: Emulator, bucket: Any, tmp_path: Path) -> None:
    emulator.put("digits", "a", b"old")
    (tmp_path / "here").write_bytes(b"new")
    command = (*GCLOUD, "cp", "--if-generation-match=0", str(tmp_path / "here"), "gs://digits/a")
    answer = run(emulator, tmp_path / "config", *command)
    assert (answer.returncode, "412" in answer.stderr) == (1, True)
    assert bucket.blob("a").download_as_bytes() == b"old"


def test_an_upload_with_the_wrong_generation_is_refused(emulator: Emulator, bucket: Any) -> None:
    from google.api_core.exceptions import PreconditionFailed

    generation = int(emulator.put("digits", "a", b"old"))
    for wrong in (0, generation - 1):
        with pytest.raises(PreconditionFailed):
            bucket.blob("a").upload_from_string(b"new", if_generation_match=wrong)
    bucket.blob("a").upload_from_string(b"new", if_generation_match=generation)
    assert bucket.blob("a").download_as_bytes() == b"new"


def test_a_question_with_preconditions_is_answered_304_or_412(emulator: Emulator, bucket: Any) -> None:
    from google.api_core.exceptions import NotModified, PreconditionFailed

    generation = int(emulator.put("digits", "a", b"data"))
    bucket.blob("a").reload(if_generation_match=generation)
    with pytest.raises(NotModified):
        bucket.blob("a").reload(if_generation_not_match=generation)
    with pytest.raises(PreconditionFailed):
        bucket.blob("a").reload(if_generation_match=generation + 1)


def test_a_replaced_generation_is_gone_unless_the_bucket_keeps_versions(emulator: Emulator, bucket: Any) -> None:
    from google.api_core.exceptions import NotFound

    old = int(emulator.put("digits", "a", b"old"))
    emulator.put("digits", "a", b"new")
    with pytest.raises(NotFound):
        bucket.blob("a", generation=old).download_as_bytes()
    emulator.create("versioned", keeps_versions=True)
    kept = bucket.client.bucket("versioned")
    old = int(emulator.put("versioned", "a", b"old"))
    emulator.put("versioned", "a", b"new")
    assert kept.blob("a", generation=old).download_as_bytes() == b"old"
    assert kept.blob("a").download_as_bytes() == b"new"
    assert len(list(kept.client.list_blobs("versioned", versions=True))) == 2


def test_deleting_leaves_nothing(emulator: Emulator, bucket: Any) -> None:
    emulator.put("digits", "a", b"data")
    emulator.delete("digits", "a")
    assert not bucket.blob("a").exists()


def test_faults_strike_the_answers_they_choose(emulator: Emulator, bucket: Any) -> None:
    from google.api_core.exceptions import Forbidden

    emulator.put("digits", "a", b"abc")
    emulator.faults = lambda method, path, query: Fault(status=403) if path.startswith("/storage") else None
    with pytest.raises(Forbidden):
        bucket.blob("a").reload()
    assert bucket.blob("a").download_as_bytes() == b"abc"
    emulator.faults = lambda method, path, query: Fault(change=lambda body: body[::-1])
    assert bucket.blob("a").download_as_bytes(checksum=None) == b"cba"
