"""The project's own virtual environment, made and kept up to date for the other scripts.

Standard library only, of Python 3.8: what a system calls python3 may be old, and shall say so in a sentence.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
MAIN = ".venv"  # the environment that people activate
BEGUN = "begun-by-digits"  # in an environment that was begun here and isn't finished, and so may be made anew
UNSURE = "installing"  # in an environment whose packages may be half there, since pip was killed
STOPPED = 130  # what a shell reports after Ctrl-C
OLDEST = (3, 11)
KERAS, LITE, DEV = "requirements.txt", "requirements/lite.txt", "requirements/dev.txt"
BULK, DATAFLOW = "requirements/bulk.txt", "requirements/dataflow.txt"


@dataclass(frozen=True)
class Need:
    """The newest Python that there are wheels for, and what is downloaded and then kept, in gigabytes."""

    newest: tuple[int, int]
    download: float
    disk: float


NEEDS = {
    KERAS: Need((3, 13), 0.5, 1.7),
    LITE: Need((3, 14), 0.1, 0.3),
    DEV: Need((3, 13), 0.6, 2.2),
    BULK: Need((3, 13), 0.2, 0.7),
    "requirements/peers/fastapi.txt": Need((3, 14), 0.1, 0.3),
    "requirements/peers/litserve.txt": Need((3, 14), 0.1, 0.3),
    "requirements/peers/bentoml.txt": Need((3, 14), 0.1, 0.3),
    "requirements/peers/mlserver.txt": Need((3, 12), 0.1, 0.4),
}
REASONS = {  # by what pip says
    "No space left on device": "The disk is full.",
    "Temporary failure in name resolution": "No network: pip finds no package index.",
    "NewConnectionError": "No network: pip reaches no package index.",
    "ConnectTimeoutError": "No network: pip reaches no package index.",
    "ProxyError": "No network: the proxy doesn't let pip through.",
    "No matching distribution found": "A package has no wheel for this Python or processor.",
}
SMALL = Need((3, 14), 0.02, 0.1)  # any other file


def ensure(requirements: str, folder: str = MAIN) -> Path:
    """Installs a requirements file into `folder` unless that was done before; its python.

    .venv is added to when requirements change. Any other environment is made anew, so that it holds what its
    file names and nothing of before. Killed at any moment, it goes on the next time. Exits with a sentence when no
    fitting Python is found, when there is no room or no network, and after Ctrl-C.
    """
    try:
        # Two scripts may want the same environment, of different files: one that is there stands for it.
        with (ROOT / (DEV if folder == MAIN else requirements)).open() as turns:
            fcntl.flock(turns, fcntl.LOCK_EX)
            return _ensure(requirements, folder)
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from here.", file=sys.stderr)
        sys.exit(STOPPED)


def run(doc: str | None, *arguments: str) -> NoReturn:
    """Becomes `python -m …` of the environment with everything, so that signals reach it; for --help, prints `doc`.

    In the caller's folder, so that a relative FILE among the arguments means what it says.
    """
    if {"-h", "--help"} & {*arguments}:
        print((doc or "").strip())
        sys.exit()
    python = ensure(DEV)
    os.execve(python, [str(python), "-m", *arguments], {**os.environ, "PYTHONPATH": str(ROOT)})  # noqa: S606


def find_python(requirements: str) -> str | None:
    """A Python that has wheels of everything in the file: this one, or the newest on PATH."""
    newest = NEEDS.get(requirements, SMALL).newest
    if OLDEST <= sys.version_info[:2] <= newest:
        return sys.executable
    names = (f"python3.{minor}" for minor in range(newest[1], OLDEST[1] - 1, -1))
    return next((found for found in map(shutil.which, names) if found and _fits(found, newest)), None)


def _ensure(requirements: str, folder: str) -> Path:
    home, need = ROOT / folder, NEEDS.get(requirements, SMALL)
    python = home / "bin" / "python"
    stamp = home / f"{Path(requirements).name}.installed"
    wanted = _fingerprint(ROOT / requirements)
    if stamp.exists() and python.exists() and stamp.read_text() == wanted:
        return python
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        sys.exit("TensorFlow and LiteRT have no wheels for Macs with an Intel processor: use Docker, as docs/ say.")
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < need.disk and not any(home.glob("*.installed")):
        sys.exit(f"{folder} takes {need.disk:g} GB of disk, and {free:.1f} GB are free.")
    if folder != MAIN or not _fits(str(python), need.newest) or not _has_pip(python):
        _make(home, folder, requirements)
    size = f"up to {need.download:g} GB to download, {need.disk:g} GB on disk"
    print(f"Installing {requirements} into {folder}: {size}; a minute or two …", flush=True)
    _install(python, requirements)
    for name in [requirements, *([KERAS, LITE] if requirements == DEV else [])]:  # dev.txt holds what they hold
        (home / f"{Path(name).name}.installed").write_text(_fingerprint(ROOT / name))
    return python


def _make(home: Path, folder: str, requirements: str) -> None:
    """A new environment in `home`, in place of one that was made here, whatever became of that."""
    base = find_python(requirements)
    if base is None:
        newest = NEEDS.get(requirements, SMALL).newest
        version = sys.version.split()[0]
        sys.exit(f"Needs Python 3.{OLDEST[1]} to 3.{newest[1]}; this is {version} and PATH holds no other.")
    is_ours = any((home / mark).exists() for mark in (BEGUN, UNSURE)) or any(home.glob("*.installed"))
    if home.exists() and any(home.iterdir()) and not is_ours:
        sys.exit(f"{home} is in the way: no environment of ours, or one of a Python that doesn't fit. Move it away.")
    print(f"Making {folder} with {base} …", flush=True)
    home.mkdir(parents=True, exist_ok=True)
    (home / BEGUN).touch()
    for stale in home.iterdir():
        if stale.is_dir() and not stale.is_symlink():
            shutil.rmtree(stale)
        elif stale.name != BEGUN:
            stale.unlink()
    done = subprocess.run([base, "-m", "venv", str(home)], env=_clean(), capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        sys.exit(f"{base} can't make an environment; on Debian and Ubuntu that is python3-venv.\n{said}")
    (home / BEGUN).unlink()


def _fits(python: str, newest: tuple[int, int]) -> bool:
    ask = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", ask], env=_clean(), capture_output=True, text=True, check=False)
        major, minor = done.stdout.split()
    except (OSError, ValueError):
        return False
    return OLDEST <= (int(major), int(minor)) <= newest


def _has_pip(python: Path) -> bool:
    """Whether there is pip; ensurepip brings it into an environment that another tool made without."""
    if (python.parent.parent / BEGUN).exists():
        return False
    pip = [str(python), "-m", "pip", "--version"]
    if subprocess.run(pip, env=_clean(), capture_output=True, check=False).returncode:
        subprocess.run([str(python), "-m", "ensurepip"], env=_clean(), capture_output=True, check=False)
    return not subprocess.run(pip, env=_clean(), capture_output=True, check=False).returncode


def _install(python: Path, requirements: str) -> None:
    """Lets pip tell of its progress where somebody watches. Exits with the reason when it fails."""
    unsure = python.parent.parent / UNSURE
    options = [*([] if sys.stdout.isatty() else ["--quiet"]), *(["--force-reinstall"] if unsure.exists() else [])]
    unsure.touch()
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", *options, "-r", requirements]
    said = []
    with subprocess.Popen(command, cwd=ROOT, env=_clean(), stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr or ():
            print(line, end="", file=sys.stderr, flush=True)
            said.append(line)
    if process.returncode:
        told = "".join(said)
        reason = next((reason for sign, reason in REASONS.items() if sign in told), "pip failed, and says why above.")
        sys.exit(f"{reason} The same command goes on from here.")
    unsure.unlink()


def _fingerprint(path: Path) -> str:
    """Changes with the file and with the files that it names."""
    named = [path.parent / line.split()[1] for line in path.read_text().splitlines() if line[:3] in ("-r ", "-c ")]
    return hashlib.sha256("".join([path.read_text(), *map(_fingerprint, named)]).encode()).hexdigest()


def _clean() -> dict[str, str]:
    """The environment without what would leak into a new one: a PYTHONPATH, an active environment of the caller's."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
