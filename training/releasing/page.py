"""Weights → the file of float16 that lies beside the page, which reads with them while the function sleeps."""

import json
from pathlib import Path

from function.errors import BadSettings, WeightsRefused
from function.network.float16 import MOST_BYTES, packed
from function.network.loading import build
from function.store.folder import write_whole


def for_page(path: Path, version: str) -> bytes:
    """The weights at `path` as a page reads them. Raises WeightsRefused for those that the function would refuse, too,
    or that no page can run."""
    network = build(path)
    found = packed(network, version)
    if found is None:
        reason = f"A page can't run {network.architecture}: it lacks a layer, float16 a number, or they are too many."
        raise WeightsRefused(f"{path.name}: {reason}", reason)
    return found.content


def write_for_page(path: Path, version: str, target: Path) -> None:
    """Writes what `for_page` returns over an earlier such file at `target`, in one step. Raises as `check` does."""
    check(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, for_page(path, version))


def check(target: Path) -> None:
    """Raises BadSettings where something stands that isn't such a file."""
    if target.exists() and not (target.is_file() and _is_ours(target)):
        raise BadSettings(f"{target} is there and isn't a page's file of weights: name another one with --page")


def _is_ours(path: Path) -> bool:
    content = path.read_bytes()[:MOST_BYTES]
    try:
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        return "layers" in header["__metadata__"]
    except (ValueError, KeyError, TypeError):
        return False
