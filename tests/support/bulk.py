"""Pictures for runs over many of them, and the command that reads them."""

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image

from tests.support.function_server import ROOT

DIGITS = sorted((ROOT / "tests" / "digits").glob("*.png"))


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def bad_pictures() -> dict[str, tuple[bytes, str]]:
    """By name what can't be read, and the code of the problem."""
    whole = DIGITS[0].read_bytes()
    return {
        "text.png": (b"this is a letter\n", "not-a-picture"),
        "cut.png": (whole[: len(whole) // 2], "not-a-picture"),
        "empty.png": (b"", "not-a-picture"),
        "blank.png": (png(Image.new("L", (200, 200), 255)), "no-ink"),
        "blank-28.png": (png(Image.new("L", (28, 28), 255)), "no-ink"),
        "small.png": (png(Image.new("L", (5, 5), 255)), "malformed"),
        "wide.png": (png(Image.new("1", (5000, 10), 1)), "too-large"),
    }


def fill(folder: Path) -> None:
    """Digits, in two folders, and every kind of bad picture among them."""
    (folder / "more").mkdir(parents=True)
    for index, digit in enumerate(DIGITS):
        shutil.copy(digit, folder / ("more" if index % 2 else ".") / digit.name)
    for name, (data, _) in bad_pictures().items():
        (folder / name).write_bytes(data)


def bulk(python: Path, *arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-m", "scripts.bulk", *map(str, arguments)]
    given = {**os.environ, **environ}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def readings(files: Iterable[bytes]) -> list[dict[str, Any]]:
    """The lines of shards of JSON."""
    return [json.loads(line) for data in files for line in data.decode().rstrip("\n").split("\n")]


def shards(output: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(output.glob("readings-*"))]


def rows(output: Path) -> list[dict[str, str]]:
    """The lines of shards of CSV."""
    return [row for data in shards(output) for row in csv.DictReader(io.StringIO(data.decode()))]
