"""Copies what is deployed, and nothing else, into a folder: what .gcloudignore lets through.

    python -m scripts.stage FOLDER [--runtime lite]

The runtime's requirements lie there as requirements.txt, as the builder expects. Standard library only, of Python 3.9.
"""

from __future__ import annotations

import argparse
import shutil
from fnmatch import fnmatchcase
from pathlib import Path

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


def stage(folder: Path, runtime: Runtime, root: Path = ROOT) -> None:
    """Fills `folder`, which is made or emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in selected(root):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, folder / path)
    shutil.copyfile(root / runtime.requirements, folder / "requirements.txt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runtime", choices=RUNTIMES, default="keras")
    options = parser.parse_args()
    stage(options.folder, RUNTIMES[options.runtime])
    files = [path for path in options.folder.rglob("*") if path.is_file()]
    print(f"{options.folder}: {len(files)} files, {sum(path.stat().st_size for path in files):,} bytes")


if __name__ == "__main__":
    main()
