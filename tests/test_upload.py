"""What is uploaded is all that the function needs: in an empty folder, with a clean environment, it reads a digit."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import environment
from scripts.runtimes import RUNTIMES, Runtime
from scripts.smoke import PICTURE, Expected, smoke
from scripts.stage import deployed, stage
from tests.support.cloud_sdk import CloudSdk
from tests.support.function_server import ROOT, FunctionServer, function_server
from tests.support.locked import INSTALLERS, canonical, locked

DOCKERFILE = ROOT / "scripts" / "Dockerfile"


@pytest.fixture(scope="module", params=RUNTIMES)
def runtime(request: pytest.FixtureRequest) -> Runtime:
    return RUNTIMES[request.param]


@pytest.fixture(scope="module")
def python(runtime: Runtime) -> Path:
    """Of a clean environment, kept for the next time and for ./scripts/bench."""
    return environment.ensure(runtime.requirements, f".bench/{runtime.name}")


@contextmanager
def reading(folder: Path, log: Path, python: Path, runtime: Runtime, **environ: str) -> Iterator[FunctionServer]:
    """The real server of a folder, once it has read a digit with its bundled weights."""
    with function_server(log, folder, str(python), **environ) as server:
        smoke(server.url, PICTURE.read_bytes(), Expected(PICTURE.name[0], runtime.name, "bundled", "*"), seconds=60)
        yield server


def test_gcloud_would_upload_the_same_and_the_requirements(cloud_sdk: CloudSdk) -> None:
    assert {path.as_posix() for path in deployed()} | {"requirements.txt"} == cloud_sdk.uploaded(ROOT)


def test_only_the_function_is_staged(tmp_path: Path, runtime: Runtime) -> None:
    stage(tmp_path / "staged", runtime)
    staged = {path.name for path in (tmp_path / "staged").iterdir()}
    assert staged == {"main.py", "requirements.txt", "requirements", "function"}
    assert not [path for path in (tmp_path / "staged").rglob("*") if path.suffix == ".pyc"]
    requirements = (tmp_path / "staged" / "requirements.txt").read_text()
    assert requirements.partition("\n-c ")[2].startswith("requirements/constraints.txt\n")
    assert re.sub("-c .*", "", requirements) == re.sub("-c .*", "", (ROOT / runtime.requirements).read_text())
    assert (tmp_path / "staged" / "requirements" / "constraints.txt").is_file()


def test_the_upload_stands_alone(python: Path, runtime: Runtime, tmp_path: Path) -> None:
    stage(tmp_path / "function", runtime)
    for command in (["pip", "check"], ["compileall", "-q", "-f", str(tmp_path / "function")]):  # as the builder does
        done = subprocess.run([python, "-m", *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    environ = {"WEIGHTS_URL": str(tmp_path / "function" / "function" / "weights" / runtime.weights)}
    with reading(tmp_path / "function", tmp_path / "log", python, runtime, **environ):
        pass


def test_an_environment_holds_only_its_own_runtime(python: Path, runtime: Runtime) -> None:
    packages = {path.name for path in python.parent.parent.glob("lib/python3*/site-packages/*")}
    assert ("tensorflow" in packages, "ai_edge_litert" in packages) == (runtime.name == "keras", runtime.name == "lite")
    assert not packages & {"sklearn", "scipy", "pytest"}  # Keras would import the first two, which takes a second


def test_no_version_floats_in_a_fresh_environment(python: Path) -> None:
    listed = subprocess.run([python, "-m", "pip", "list", "--format=json"], capture_output=True, text=True, check=True)
    installed = {canonical(each["name"]): each["version"] for each in json.loads(listed.stdout)}
    assert len(installed) > 40
    assert {name for name, version in installed.items() if locked().get(name) != version} <= INSTALLERS


def test_a_container_holds_what_is_staged_and_runs_as_nobody(tmp_path: Path, runtime: Runtime) -> None:
    """The folder that a deployment stages, which the test before has served, and nothing else."""
    text = DOCKERFILE.read_text()
    ignored = DOCKERFILE.with_name("Dockerfile.dockerignore").read_text().splitlines()
    context = {line[1:] for line in ignored if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    assert {name for names in copied for name in names.split()} == context
    assert re.findall(r"^COPY --from=staged (\S+)", text, re.MULTILINE) == [
        *("/app/requirements.txt", "/app/requirements", "/app")
    ]
    assert "python -m scripts.stage /app --runtime ${RUNTIME}" in text and f"AS {runtime.name}" in text
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["65534"]
    for name in context:  # the context is enough to stage from, as the container does
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    command = [sys.executable, "-m", "scripts.stage", str(tmp_path / "app"), "--runtime", runtime.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
