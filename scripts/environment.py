"""The project's own virtual environment, made and kept up to date for the other scripts. Standard library only."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
MAIN = ".venv"  # the environment that people activate
OLDEST, NEWEST = (3, 11), (3, 13)  # tensorflow-cpu 2.21 has wheels for these


def ensure(requirements: str, folder: str = MAIN) -> Path:
    """Installs a requirements file into `folder` unless that was done before; its python.

    .venv is added to when requirements change. Any other environment is made anew, so that it holds what its
    file names and nothing of before. Exits with a sentence when no fitting Python is found or the installation fails.
    """
    with (ROOT / requirements).open() as turns:
        fcntl.flock(turns, fcntl.LOCK_EX)  # two scripts, or two tests, may want the same environment
        return _ensure(requirements, folder)


def run(*arguments: str) -> NoReturn:
    """Becomes `python -m …` of the environment with everything, so that signals reach it.

    In the caller's folder, so that a relative FILE among the arguments means what it says.
    """
    python = ensure("requirements-dev.txt")
    os.execve(python, [str(python), "-m", *arguments], {**os.environ, "PYTHONPATH": str(ROOT)})  # noqa: S606


def _ensure(requirements: str, folder: str) -> Path:
    home = ROOT / folder
    python = home / "bin" / "python"
    stamp = home / f"{Path(requirements).name}.installed"
    wanted = _fingerprint(ROOT / requirements)
    if stamp.exists() and python.exists() and stamp.read_text() == wanted:
        return python
    if not python.exists() or folder != MAIN:
        if home.exists() and any(home.iterdir()) and not (home / "pyvenv.cfg").exists():
            sys.exit(f"{home} holds files that are no environment; move them away, since {folder} is made anew.")
        base = _find_python()
        print(f"Making {folder} with {base} …", flush=True)
        _run([base, "-m", "venv", "--clear", str(home)])
    print(f"Installing {requirements} into {folder} (a minute or two, the first time) …", flush=True)
    _run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(ROOT / requirements)]
    )
    for name in [requirements, *_included(ROOT / requirements)]:
        (home / f"{Path(name).name}.installed").write_text(_fingerprint(ROOT / name))
    return python


def _fingerprint(path: Path) -> str:
    """Changes with the file and with the files that it includes."""
    texts = [path.read_text(), *(_fingerprint(path.parent / name) for name in _included(path))]
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def _included(path: Path) -> list[str]:
    return [line.split()[1] for line in path.read_text().splitlines() if line.startswith("-r ")]


def _find_python() -> str:
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    sys.exit(f"Needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; this is {sys.version.split()[0]} and PATH holds no other.")


def _run(command: list[str]) -> None:
    # A PYTHONPATH or an active environment of the caller's would leak into the new one.
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    if subprocess.run(command, env=environ, check=False).returncode:
        sys.exit(f"That failed: {' '.join(command)}")
