"""Our own code → a wheel that a runner's workers install: the function, what this package needs of scripts, and the
versions of the packages that they stand on.
"""

import base64
import hashlib
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from scripts.environment import BULK, ROOT

NAME, VERSION = "digits_bulk", "1"  # never published: a worker has the one that it was sent
FOLDERS = ("function", "scripts/bulk")
FILES = ("scripts/__init__.py", "scripts/environment.py")
NOT_THERE = ("apache-beam", "matplotlib", "psutil", "tqdm")  # what workers have, and what only this machine needs


def write_wheel(folder: Path) -> Path:
    """The wheel, in `folder`. The same code gives the same bytes."""
    path = folder / f"{NAME}-{VERSION}-py3-none-any.whl"
    about = f"{NAME}-{VERSION}.dist-info"
    written: list[str] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in [*_code(), (f"{about}/METADATA", _metadata()), (f"{about}/WHEEL", _wheel())]:
            wheel.writestr(zipfile.ZipInfo(name), data)  # without the time
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            written.append(f"{name},sha256={digest},{len(data)}\n")
        wheel.writestr(zipfile.ZipInfo(f"{about}/RECORD"), "".join([*written, f"{about}/RECORD,,\n"]))
    return path


def needs() -> list[str]:
    """The packages that workers install, each in one version for each Python."""
    asked = re.findall(r"(?m)^[a-z][\w-]*", (ROOT / BULK).read_text())
    locked = (ROOT / BULK.replace(".txt", "-constraints.txt")).read_text().splitlines()
    return [line for line in locked if line.partition("==")[0] in set(asked) - {*NOT_THERE}]


def _code() -> Iterator[tuple[str, bytes]]:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    for path in [*paths, *(ROOT / name for name in FILES)]:
        if "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def _metadata() -> bytes:
    wanted = "".join(f"Requires-Dist: {line}\n" for line in needs())
    return f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n{wanted}".encode()


def _wheel() -> bytes:
    return b"Wheel-Version: 1.0\nGenerator: scripts.bulk\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
