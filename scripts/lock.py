"""Writes requirements/constraints.txt: one version of every package that any requirements file brings along.

    python -m scripts.lock [--upgrade] [--upgrade-package NAME]

Without options only what no longer satisfies a requirements file moves. Deployment, Docker, serve, the bench and the
tests install by it, so that what is deployed is what was tested.
"""

import argparse
import subprocess
import sys

from scripts.environment import DEV, KERAS, LITE, OLDEST, ROOT


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upgrade", action="store_true", help="the newest version of everything that fits")
    parser.add_argument("--upgrade-package", action="append", default=[], metavar="NAME", help="only of this one")
    options = parser.parse_args()
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--universal",
        "--fork-strategy=fewest",
        f"--python-version=3.{OLDEST[1]}",
    ]
    command += ["--quiet", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command += ["--custom-compile-command=python -m scripts.lock", "--output-file=requirements/constraints.txt"]
    command += [
        *(["--upgrade"] if options.upgrade else []),
        *map("--upgrade-package={}".format, options.upgrade_package),
    ]
    return subprocess.run([*command, KERAS, LITE, DEV], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
