"""What is uploaded is all that the function needs: in an empty folder, with a clean environment, it reads a digit."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scripts import environment
from scripts.runtimes import RUNTIMES, Runtime
from scripts.smoke import PICTURE, Expected, smoke
from scripts.stage import selected, stage
from tests.cloud_sdk import CloudSdk
from tests.function_server import ROOT, FunctionServer, function_server

DOCKERFILE = ROOT / "scripts" / "Dockerfile"
NEVER = {"tests", "training", "web", "scripts", "requirements-dev.txt", "README.md"}


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


def test_the_list_is_read_as_gcloud_reads_it(cloud_sdk: CloudSdk) -> None:
    assert {path.as_posix() for path in selected()} == cloud_sdk.uploaded(ROOT)


def test_only_the_function_is_uploaded() -> None:
    tops = {path.parts[0] for path in selected()}
    assert tops == {"main.py", "requirements.txt", "function"}
    assert not [path for path in selected() if path.suffix == ".pyc"]


def test_a_list_that_allows_everything_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".gcloudignore").write_text("runs/\n")
    with pytest.raises(ValueError, match="isn't an allow-list"):
        selected(tmp_path)


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


@dataclass
class Image:
    """What a Dockerfile's steps leave behind, with a folder for the root of its file system."""

    root: Path
    base: str = ""
    folder: str = "/"
    user: str = "root"
    environ: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)

    def place(self, path: str) -> Path:
        return self.root / os.path.join(self.folder, path).lstrip("/")  # noqa: PTH118  a path in the image


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions and their arguments."""
    text = re.sub(r"(?m)^#.*\n", "", DOCKERFILE.read_text()).replace("\\\n", " ")
    return [(line.split()[0], line.partition(" ")[2]) for line in text.splitlines() if line.strip()]


def build(image: Image, context: Path, arguments: dict[str, str], programs: Path, stage: str = "") -> Image:
    """Does here what `docker build` would do for a stage, the last one by default, and the stages it comes from."""
    stages: list[tuple[str, str, list[tuple[str, str]]]] = []  # name, base, steps
    for instruction, text in instructions():
        if instruction == "ARG" and not stages:
            arguments.setdefault(*text.split("="))
        elif instruction == "FROM":
            base, _, name = text.partition(" AS ")
            stages.append((name, re.sub(r"\$\{(\w+)\}", lambda found: arguments[found[1]], base), []))
        else:
            stages[-1][2].append((instruction, text))
    name, base, steps = next((one for one in stages if one[0] == stage), stages[-1])
    if any(base == one[0] for one in stages):
        build(image, context, arguments, programs, base)
    else:
        image.base = base
    for instruction, text in steps:
        run_step(image, instruction, text, context, programs)
    return image


def run_step(image: Image, instruction: str, text: str, context: Path, programs: Path) -> None:
    match instruction:
        case "WORKDIR":
            image.folder = text
            image.place("").mkdir(parents=True, exist_ok=True)
        case "COPY":
            source, target = text.split()
            place = image.place(target)
            place.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (context / source).is_dir() else shutil.copy
            copy(context / source, place)
        case "ENV":
            image.environ.update(word.split("=", 1) for word in shlex.split(text))
        case "RUN":
            path = f"{programs}{os.pathsep}{os.environ['PATH']}"
            environ = {**os.environ, **image.environ, "PATH": path}
            done = subprocess.run(
                ["sh", "-c", text], cwd=image.place(""), env=environ, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
        case "USER":
            image.user = text
        case "CMD":
            image.command = [word.strip('" ') for word in text.strip("[]").split(",")]
        case "EXPOSE":
            assert text == image.environ["PORT"]
        case _:
            raise AssertionError(f"this test knows no {instruction}")


def test_docker_sees_what_gcloud_uploads_and_the_other_requirements() -> None:
    seen = {path.as_posix() for path in selected(ROOT, "scripts/Dockerfile.dockerignore")}
    assert seen == {path.as_posix() for path in selected()} | {"requirements-lite.txt"}


def test_the_dockerfile_s_steps_make_a_function_that_reads_a_digit(
    python: Path, runtime: Runtime, tmp_path: Path
) -> None:
    context = tmp_path / "context"
    for path in selected(ROOT, "scripts/Dockerfile.dockerignore"):
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, context / path)
    arguments = {} if runtime.name == "keras" else {"RUNTIME": runtime.name}
    image = build(Image(tmp_path / "image"), context, arguments, python.parent)
    assert re.fullmatch(r"python:3\.\d+-slim", image.base)
    assert image.user not in ("root", "0")
    assert image.command == ["functions-framework", "--target=predict"]
    assert (image.place("requirements.txt")).read_text() == (ROOT / runtime.requirements).read_text()
    environ = {name: re.sub("^/app", str(image.place("")), value) for name, value in image.environ.items()}
    with reading(image.place(""), tmp_path / "log", python, runtime, **environ) as server:
        assert server.ask("/model").json["source"] == "bundled"
    assert not NEVER & {path.name for path in image.place("").iterdir()}
