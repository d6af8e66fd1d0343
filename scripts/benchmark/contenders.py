"""The four functions that are compared, and the environments they run in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts import environment
from scripts.environment import ROOT

HERE = Path(__file__).parent
CACHE = ".bench"  # below the project, ignored by git: environments and raw numbers
WEIGHTS = ROOT / "function" / "weights" / "digits.weights.h5"
LITE_WEIGHTS = WEIGHTS.with_name("digits.tflite")
FRAMEWORK = ("functions-framework", "flask", "gunicorn", "werkzeug")  # all that an echo needs
INSTALLER = ("pip", "setuptools", "pkg_resources", "_distutils_hack")  # in every new environment, deployed or not

# (the body that was sent, the digit on it, the body that came back) → whether that is right
Judge = Callable[[bytes, str, bytes], bool]


def reads_it(question: bytes, digit: str, answer: bytes) -> bool:
    return bool(json.loads(answer)["prediction"] == digit)


def repeats_it(question: bytes, digit: str, answer: bytes) -> bool:
    return question == answer


@dataclass(frozen=True)
class Contender:
    """A function to measure.

    label    what it is called where space is scarce
    home     its virtual environment
    source   the folder with its main.py
    environ  what it reads from its environment
    """

    name: str
    title: str
    label: str
    home: Path
    source: Path
    is_right: Judge
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        return self.source == ROOT

    @property
    def python(self) -> Path:
        return self.home / "bin" / "python"

    def installed_bytes(self) -> int:
        """What its requirements take up on disk: all of site-packages but the installer itself."""
        (packages,) = self.home.glob("lib/python3*/site-packages")
        return sum(
            path.lstat().st_size
            for top in packages.iterdir()
            if top.name.partition("-")[0] not in INSTALLER
            for path in (top, *top.rglob("*"))
            if path.is_file() and not path.is_symlink()
        )


def contenders() -> tuple[Contender, ...]:
    """In the order of the tables. The naive function needs what ours needs, so they share one environment."""
    keras, lite, echo = (ROOT / CACHE / name for name in ("keras", "lite", "echo"))
    return (
        Contender("keras", "ours on Keras", "Keras", keras, ROOT, reads_it, {"WEIGHTS_URL": str(WEIGHTS)}),
        Contender("lite", "ours on LiteRT", "LiteRT", lite, ROOT, reads_it, {"WEIGHTS_URL": str(LITE_WEIGHTS)}),
        Contender("naive", "naive", "naive", keras, HERE / "naive", reads_it, {"MODEL_FILE": str(WEIGHTS)}),
        Contender("echo", "echo", "echo", echo, HERE / "echo", repeats_it),
    )


def make_environments() -> None:
    """Installs what is missing."""
    requirements = ROOT / CACHE / "requirements-echo.txt"
    requirements.parent.mkdir(exist_ok=True)
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    chosen = [line for line in lines if line.split(" ")[0] in FRAMEWORK]
    requirements.write_text("\n".join(["-c ../requirements/constraints.txt", *chosen, ""]))
    environment.ensure(environment.KERAS, f"{CACHE}/keras")
    environment.ensure(str(requirements.relative_to(ROOT)), f"{CACHE}/echo")
    environment.ensure(environment.LITE, f"{CACHE}/lite")
