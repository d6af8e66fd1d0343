"""Copies what is deployed, and nothing else, into a folder: what .gcloudignore lets through.

    python -m scripts.stage FOLDER [--runtime lite]

The runtime's requirements lie there as requirements.txt, as the builder expects. Standard library only, of Python 3.9.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from fnmatch import fnmatchcase
from pathlib import Path

from scripts.folders import NotOurs, fill, folder
from scripts.runtimes import RUNTIMES, Runtime

ROOT = Path(__file__).resolve().parent.parent


def selected(root: Path = ROOT, allow_list: str = ".gcloudignore") -> list[Path]:
    """The files below `root` that an ignore file lets through, relative to it, in order.

    Understands what an allow-list needs of gitignore's and dockerignore's languages: `*`, then `!file`, `!folder/` and
    `!folder/**`, then names and patterns that are left out again anywhere. Raises ValueError for other lists.
    """
    lines = [line.strip() for line in (root / allow_list).read_text(encoding="utf-8").splitlines()]
    rules = [line for line in lines if line and not line.startswith("#")]
    if rules[:1] != ["*"]:
        raise ValueError(f"{allow_list} isn't an allow-list: its first rule is not *")
    allowed = {rule[1:].removesuffix("**").rstrip("/") for rule in rules if rule.startswith("!")}
    left_out = [rule.removeprefix("**/").rstrip("/") for rule in rules[1:] if not rule.startswith("!")]
    found = []
    for top in sorted(allowed):
        for path in sorted([root / top, *(root / top).rglob("*")]):
            parts = path.relative_to(root).parts
            if path.is_file() and not any(fnmatchcase(part, rule) for part in parts for rule in left_out):
                found.append(path.relative_to(root))
    return found


def stage(target: Path, runtime: Runtime, root: Path = ROOT) -> None:
    """Fills `target`. Raises NotOurs unless it is a new folder, or an empty one."""

    def make(new: Path) -> None:
        for path in selected(root):
            (new / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, new / path)
        shutil.copyfile(root / runtime.requirements, new / "requirements.txt")

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
