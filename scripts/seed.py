"""Puts the weights that ship with the code into a bucket, if it has none or if asked to.

    python -m scripts.seed gs://bucket/weights [--replace=true]

Weights are released by uploading them, not by building: a build must not undo a release. Both runtimes' files go
together. Standard library only, of Python 3.9.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.gcloud import Gcloud
from scripts.runtimes import RUNTIMES

BUNDLED = Path(__file__).resolve().parent.parent / "function" / "weights"


def seed(gcloud: Gcloud, folder: str, *, replace: bool) -> list[str]:
    """The URLs that were written, below the folder `gs://bucket/name`."""
    written = []
    for runtime in RUNTIMES.values():
        url = f"{folder.rstrip('/')}/{runtime.weights}"
        present = gcloud.ask("storage", "objects", "describe", url, "--format=value(generation)") or "0"
        if present != "0" and not replace:
            print(f"{url} is there, generation {present}, and stays.", flush=True)
            continue
        # With the generation that was seen: a release that somebody makes in this moment stays as well.
        upload = ("storage", "cp", str(BUNDLED / runtime.weights), url)
        gcloud.do(*upload, f"--if-generation-match={present}", "--cache-control=no-cache")
        written.append(url)
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="gs://bucket/folder")
    parser.add_argument("--replace", choices=["true", "false"], default="false")
    options = parser.parse_args()
    if not options.folder.startswith("gs://"):
        sys.exit(f"expected gs://bucket/folder, got {options.folder}")
    seed(Gcloud(), options.folder, replace=options.replace == "true")


if __name__ == "__main__":
    main()
