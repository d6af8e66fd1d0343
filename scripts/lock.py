"""Writes requirements/constraints.txt: one version of every package that any requirements file brings along.

    python -m scripts.lock [--upgrade] [--upgrade-package NAME]

Without options only what no longer satisfies a requirements file moves. Deployment, Docker, serve, the bench and the
tests install by it, so that what is deployed is what was tested. Beam and each peer of the bench have constraints of
their own, since no two of them go together; only what runs the network has the version there that it has here.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.environment import BULK, DATAFLOW, DEV, KERAS, LITE, OLDEST, ROOT

PEERS = ROOT / "requirements" / "peers"
CONSTRAINTS = "requirements/constraints.txt"
ALIKE = ("ai-edge-litert", "backports-strenum", "numpy", "pillow")  # the network's runtime and what it needs


def peers() -> tuple[str, ...]:
    """Of each the requirements file, from the root on."""
    files = sorted(PEERS.glob("*.txt"))
    return tuple(str(file.relative_to(ROOT)) for file in files if not file.stem.endswith("-constraints"))


def apart() -> tuple[str, ...]:
    """The requirements files with constraints of their own, from the root on."""
    return (BULK, *peers())


def constraints_of(file: str) -> str:
    """Its file of constraints, by a requirements file of `apart`."""
    return file.replace(".txt", "-constraints.txt")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true", help="the newest version of everything that fits")
    parser.add_argument("--upgrade-package", action="append", default=[], metavar="NAME", help="only of this one")
    options = parser.parse_args()
    chosen = ["--upgrade"] if options.upgrade else []
    chosen += map("--upgrade-package={}".format, options.upgrade_package)
    if code := _compile(CONSTRAINTS, [*chosen, KERAS, LITE, DEV]):
        return code
    lines = (ROOT / CONSTRAINTS).read_text().splitlines(keepends=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as alike:
        alike.writelines(line for line in lines if line.partition("==")[0] in ALIKE)
        alike.flush()
        for file in apart():
            (ROOT / constraints_of(file)).touch()  # the requirements name it, so that it must be there
            both = [BULK, DATAFLOW] if file == BULK else [file]
            if code := _compile(constraints_of(file), [*chosen, "--constraints", alike.name, *both]):
                return code
    return 0


def _compile(into: str, arguments: Sequence[str | Path]) -> int:
    command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--fork-strategy=fewest"]
    command += [f"--python-version=3.{OLDEST[1]}", "--quiet", "--no-annotate", "--no-emit-index-url"]
    command += ["--no-emit-find-links", "--custom-compile-command=python -m scripts.lock", f"--output-file={into}"]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
