"""Copies what is deployed, and nothing else, into a new folder.

    python -m scripts.stage FOLDER [--runtime lite]

The runtime's requirements lie there as requirements.txt, as the builder expects. Standard library only, of Python 3.9.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

from scripts.folders import NotOurs, fill, folder
from scripts.runtimes import RUNTIMES, Runtime

ROOT = Path(__file__).resolve().parent.parent
DEPLOYED = (
    "main.py",
    "function",
    "requirements/constraints.txt",
)  # .gcloudignore says the same to gcloud, for who deploys by hand


def deployed(root: Path = ROOT) -> list[Path]:
    """The files that are deployed, relative to the project, without those that Python makes of them."""
    found = [path for name in DEPLOYED for path in sorted([root / name, *(root / name).rglob("*")])]
    return [path.relative_to(root) for path in found if path.is_file() and "__pycache__" not in path.parts]


def stage(target: Path, runtime: Runtime, root: Path = ROOT) -> None:
    """Fills `target`. Raises NotOurs unless it is a new folder, or an empty one."""

    def make(new: Path) -> None:
        for path in deployed(root):
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, new / path)
        text = (root / runtime.requirements).read_text(encoding="utf-8")
        named = re.sub(r"(?m)^-c (?:requirements/)?", "-c requirements/", text)  # relative to where the text stands
        (new / "requirements.txt").write_text(named, encoding="utf-8")

    fill(target, make, listed=False)  # whose files are all deployed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=folder)
    parser.add_argument("--runtime", choices=RUNTIMES, default="keras")
    options = parser.parse_args()
    try:
        stage(options.folder, RUNTIMES[options.runtime])
    except (NotOurs, OSError) as error:
        sys.exit(f"stage: {error}")
    files = [path for path in options.folder.rglob("*") if path.is_file()]
    print(f"{options.folder}: {len(files)} files, {sum(path.stat().st_size for path in files):,} bytes")


if __name__ == "__main__":
    main()
