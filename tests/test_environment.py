"""The scripts' own environment: made from any Python that is at hand, repaired when it was left half made, never over
somebody else's files, and of the versions that requirements/constraints.txt names."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from importlib.metadata import distributions
from pathlib import Path

import pytest

from scripts import environment, lock
from scripts.environment import BEGUN, DEV, KERAS, LITE, UNSURE
from tests.support.locked import CONSTRAINTS, INSTALLERS, canonical, locked

ROOT = Path(__file__).resolve().parent.parent
STARTED_BY_ANY_PYTHON = ("serve", "test", "bench", "deploy", "publish", "improve", "environment.py", "processes.py")
ENSURE = "import sys; from scripts import environment; print(environment.ensure(*sys.argv[1:]))"
PLATFORMS = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc")
PYTHONS = {KERAS: ("3.11", "3.12", "3.13"), LITE: ("3.11", "3.12", "3.13", "3.14")}


def dry_run(platform: str, python: str, file: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What an installation on that platform would take, of wheels alone."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--only-binary=:all:"]
    command += ["--target", str(folder / "none"), "--python-platform", platform, "--python-version", python, "-r", file]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_package_that_is_asked_for_is_locked_in_one_version_and_no_registry_is_named() -> None:
    lines = [line for line in CONSTRAINTS.read_text().splitlines() if not line.startswith("#")]
    assert all(re.match(r"[a-z0-9.-]+==[\w.!+]+( ; .+)?$", line) for line in lines)
    assert len(locked()) == len(lines) > 100
    for file in (KERAS, LITE, DEV):
        asked = re.findall(r"(?m)^([\w.-]+)", re.sub(r"(?m)^(-|#).*$", "", (ROOT / file).read_text()))
        assert len(asked) >= 9 and {canonical(name) for name in asked} <= set(locked())
    assert "://" not in "".join(path.read_text() for path in CONSTRAINTS.parent.rglob("*.txt"))


@pytest.mark.parametrize("file", lock.apart())
def test_what_stands_apart_is_locked_and_runs_the_network_in_our_versions(file: str) -> None:
    versions = locked(ROOT / lock.constraints_of(file))
    asked = re.findall(r"(?m)^([\w.-]+)", re.sub(r"(?m)^(-|#).*$", "", (ROOT / file).read_text()))
    assert {canonical(name) for name in asked} <= set(versions) and set(versions) & set(lock.ALIKE)
    assert all(locked()[name] == version for name, version in versions.items() if name in lock.ALIKE)


@pytest.mark.parametrize("file", lock.apart())
def test_there_are_wheels_of_what_stands_apart_for_each_of_its_pythons(file: str, tmp_path: Path) -> None:
    for minor in range(environment.OLDEST[1], environment.NEEDS[file].newest[1] + 1):
        done = dry_run(PLATFORMS[0], f"3.{minor}", file, tmp_path)
        if "Failed to fetch" in done.stderr or "error sending request" in done.stderr:
            pytest.skip("optional: no package index answers")
        assert done.returncode == 0, done.stderr


def test_what_is_installed_here_is_what_is_locked() -> None:
    installed = {canonical(each.metadata["Name"]): each.version for each in distributions()}
    assert {name: version for name, version in installed.items() if locked().get(name) != version}.keys() <= INSTALLERS


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("file", PYTHONS)
def test_there_are_wheels_of_everything_for_each_platform_and_python(file: str, platform: str, tmp_path: Path) -> None:
    for python in PYTHONS[file]:
        done = dry_run(platform, python, file, tmp_path)
        if "Failed to fetch" in done.stderr or "error sending request" in done.stderr:
            pytest.skip("optional: no package index answers")
        assert done.returncode == 0, done.stderr


def test_the_function_is_imported_where_there_is_no_fcntl_and_no_resource() -> None:
    """As on Windows."""
    hide = "import sys; sys.modules.update(dict.fromkeys(('fcntl', 'resource', 'pwd', 'grp'))); import main"
    done = subprocess.run([sys.executable, "-c", hide], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", STARTED_BY_ANY_PYTHON)
def test_an_old_python_can_read_what_would_send_it_away(name: str) -> None:
    text = (ROOT / "scripts" / name).read_text()
    tree = ast.parse(text, feature_version=(3, 8))
    has_annotations = any(isinstance(node, ast.FunctionDef) and node.args.args for node in ast.walk(tree))
    assert not has_annotations or "from __future__ import annotations" in text


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The scripts of a bare clone whose requirements are empty, so that pip needs no network."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements").mkdir()
    for file in (KERAS, LITE, DEV):
        (tmp_path / file).touch()
    return tmp_path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its environment."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "requirements").mkdir()
    for file in (KERAS, LITE, DEV):
        (folder / file).touch()
    assert ensure(folder).returncode == 0
    return folder


@pytest.fixture
def made(whole: Path, tmp_path: Path) -> Path:
    """A copy of that, to change."""
    return Path(shutil.copytree(whole, tmp_path / "made", symlinks=True))


def ensure(project: Path, file: str = LITE, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ENSURE, file]
    given = {**os.environ, **environ}
    return subprocess.run(command, cwd=project, env=given, capture_output=True, text=True, check=False)


def works(project: Path) -> bool:
    pip = [str(project / ".venv" / "bin" / "python"), "-m", "pip", "--version"]
    return subprocess.run(pip, capture_output=True, check=False).returncode == 0


def test_an_environment_is_made_once(project: Path) -> None:
    first, again = ensure(project), ensure(project)
    assert first.returncode == 0 and works(project), first.stderr
    assert "Making .venv" in first.stdout and "GB to download" in first.stdout
    assert again.stdout == f"{project / '.venv' / 'bin' / 'python'}\n"


def test_what_is_asked_for_anew_is_installed(made: Path) -> None:
    (made / LITE).write_text("# a line more\n")
    assert f"Installing {LITE}" in ensure(made).stdout


@pytest.mark.parametrize("seconds", [0.1, 0.5, 1.0, 2.0])
def test_killed_at_any_moment_it_is_whole_the_next_time(project: Path, seconds: float) -> None:
    started = subprocess.Popen([sys.executable, "-c", ENSURE, LITE], cwd=project, start_new_session=True)
    time.sleep(seconds)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    done = ensure(project)
    assert done.returncode == 0 and works(project), done.stderr


def test_an_environment_whose_packages_could_not_be_installed_goes_on_the_next_time(project: Path) -> None:
    (project / LITE).write_text("./nothing\n")
    command = [sys.executable, "-c", ENSURE, LITE, ".bench/lite"]
    failed = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert failed.returncode == 1 and "goes on from here" in failed.stderr
    (project / LITE).write_text("")
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_two_that_want_it_for_different_things_take_turns(project: Path) -> None:
    """As `serve --runtime lite` and `test`, started together from a bare clone."""
    both = [
        subprocess.Popen([sys.executable, "-c", ENSURE, file], cwd=project, stdout=subprocess.PIPE, text=True)
        for file in (LITE, KERAS)
    ]
    said = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0] and works(project)
    assert sum("Making .venv" in text for text in said) == 1


def test_an_environment_that_another_tool_made_without_pip_gets_it(project: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(project / ".venv")], check=True)
    (project / ".venv" / "theirs").touch()
    assert ensure(project).returncode == 0 and works(project)
    assert (project / ".venv" / "theirs").exists()


def test_somebody_else_s_folder_stays(project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv" / "thesis.tex").write_text("ten years")
    done = ensure(project)
    assert done.returncode == 1 and "is in the way" in done.stderr
    assert (project / ".venv" / "thesis.tex").read_text() == "ten years"


def test_packages_that_may_be_half_there_are_installed_again(made: Path) -> None:
    """pip takes a package whose files were never all written for one that is there."""
    project = made
    pip = project / ".venv" / "bin" / "python"
    real = pip.resolve()
    pip.unlink()
    pip.write_text(f'#!/bin/sh\necho "$@" >> {project}/asked\nexec {real} "$@"\n')
    pip.chmod(0o755)
    for unsure in (False, True):
        (project / ".venv" / UNSURE).touch() if unsure else None
        (project / LITE).write_text(f"# {unsure}\n")
        assert ensure(project).returncode == 0
        asked = (project / "asked").read_text().splitlines()
        assert ("--force-reinstall" in asked[-1]) is unsure
        assert not (project / ".venv" / UNSURE).exists()


@pytest.mark.parametrize(("said", "reason"), environment.REASONS.items())
def test_the_reason_is_told_in_a_sentence(made: Path, said: str, reason: str) -> None:
    project = made
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text(
        f'#!/bin/sh\ncase "$*" in *install*) echo "ERROR: {said}" >&2; exit 1;; esac\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    (project / LITE).write_text("# anew\n")
    done = ensure(project)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"{reason} The same command goes on from here."


def test_no_python_that_fits_is_told(project: Path) -> None:
    script = f"import sys; sys.version_info = (3, 10, 1, 'final', 0); {ENSURE}"
    done = subprocess.run(
        [sys.executable, "-c", script, LITE], cwd=project, env={"PATH": "/nowhere"}, capture_output=True, text=True
    )
    assert done.returncode == 1 and "Needs Python 3.11 to 3.14" in done.stderr
    assert not (project / ".venv" / BEGUN).exists()


def test_serve_refuses_one_port_for_both_and_help_installs_nothing(project: Path) -> None:
    for name in ("serve", "test", "bench", "deploy", "publish", "improve"):
        done = subprocess.run(
            [sys.executable, f"scripts/{name}", "--help"], cwd=project, capture_output=True, text=True
        )
        assert done.returncode == 0 and done.stdout.strip(), name
    ports = [sys.executable, "scripts/serve", "--port", "8123", "--web-port", "8123"]
    done = subprocess.run(ports, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "one each" in done.stderr
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(("url", "asked"), [("mine.tflite", "keras"), ("mine.weights.h5", "lite")])
def test_serve_refuses_weights_that_the_runtime_cannot_run(project: Path, url: str, asked: str) -> None:
    serve = [sys.executable, "scripts/serve", "--runtime", asked, "--port", "8123", "--web-port", "8124"]
    environ = {**os.environ, "WEIGHTS_URL": url}
    done = subprocess.run(serve, cwd=project, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and f"runs, not {asked}" in done.stderr
    assert str(project / url) in done.stderr  # of the caller's folder, not of the project's
    assert not (project / ".venv").exists()
