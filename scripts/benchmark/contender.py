"""What a contender is: a server, how it is started, asked and judged."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.benchmark import questions
from scripts.benchmark.questions import Question
from scripts.environment import ROOT

INSTALLER = ("pip", "setuptools", "pkg_resources", "_distutils_hack")  # in every new environment, deployed or not
# In a command or an environment: the server's port, another that is free, a folder that goes when it stops.
PORT, FREE, FOLDER = "{port}", "{free}", "{folder}"
FUNCTION = ("python", "-m", "functions_framework", "--target", "predict", "--host", "127.0.0.1", "--port", PORT)

# (the body that was sent, the digit on it, the body that came back) → whether that is right
Judge = Callable[[bytes, str, bytes], bool]


def reads_it(question: bytes, digit: str, answer: bytes) -> bool:
    return str(json.loads(answer)["prediction"]) == digit


def repeats_it(question: bytes, digit: str, answer: bytes) -> bool:
    return question == answer


def infers_it(question: bytes, digit: str, answer: bytes) -> bool:
    """In the Open Inference Protocol."""
    probabilities = json.loads(answer)["outputs"][0]["data"]
    return str(probabilities.index(max(probabilities))) == digit


@dataclass(frozen=True)
class Contender:
    """A server to measure.

    label         what it is called where space is scarce
    home          its virtual environment
    source        the folder that it is started in
    requirements  the file that its environment is made of
    does          what it does of all that ours does, and what it doesn't, in a line
    command       a program of its environment, and that one's arguments
    environ       what it reads from its environment
    drawing       None = it takes no PNG
    """

    name: str
    title: str
    label: str
    home: Path
    source: Path
    is_right: Judge
    environ: Mapping[str, str] = field(default_factory=dict)
    requirements: str = ""
    does: str = ""
    command: Sequence[str] = FUNCTION
    pixels: Callable[[], Question] = questions.pixels
    drawing: Callable[[], Question] | None = questions.drawing

    @property
    def is_ours(self) -> bool:
        return self.source == ROOT

    @property
    def is_peer(self) -> bool:
        return self.requirements.startswith("requirements/peers/")

    @property
    def python(self) -> Path:
        return self.home / "bin" / "python"

    def asked(self) -> tuple[Question, ...]:
        """Each kind of question that it takes."""
        return (self.pixels(), *([self.drawing()] if self.drawing else []))

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
