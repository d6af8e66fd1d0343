"""What requirements/constraints.txt locks, and those of the peers."""

import re
from pathlib import Path

from tests.support.function_server import ROOT

CONSTRAINTS = ROOT / "requirements" / "constraints.txt"
INSTALLERS = {"pip", "setuptools", "wheel"}  # in a new environment before anything is installed, in Python's version


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(file: Path = CONSTRAINTS) -> dict[str, str]:
    """Version by name."""
    lines = (line.partition(" ")[0] for line in file.read_text().splitlines() if not line.startswith("#"))
    return {canonical(name): version for name, _, version in (line.partition("==") for line in lines)}
