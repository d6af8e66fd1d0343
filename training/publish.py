"""Weights → the store that the function reads: examined as the function will, and never over somebody else's.

A `.weights.h5` file is published together with its `.tflite` twin, so that a function on either runtime answers alike.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from function.errors import BadSettings, WeightsMissing
from function.network import Network
from function.opening import build
from function.store import SINGLE_FILES, open_store
from training.export import export

Versions = dict[str, str]  # by URL


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, help="digits.weights.h5, digits.tflite or a checkpoint's prefix")
    parser.add_argument("url", help="gs://bucket/path/digits.weights.h5, or a local path")
    parser.add_argument(
        "--rollback",
        action="store_true",
        help="instead of FILE, the version before the present one (versioned buckets)",
    )


def run(options: argparse.Namespace) -> None:
    """Publishes or rolls back, and prints the versions that then stand there."""
    if options.rollback == bool(options.file):
        raise BadSettings("expected a file to publish, or --rollback, and not both")
    versions = rollback(options.url) if options.rollback else publish(options.file, options.url)
    for url, version in versions.items():
        print(f"{url} is now version {version}")


def publish(path: Path, url: str, examined: Callable[[Path], Network] = build) -> Versions:
    """Uploads weights that pass the function's own examination, and their twin; the new versions.

    Raises WeightsRefused, WeightsChanged when somebody published in the meantime, BadSettings when the
    function would take the file for another format under that name, StoreUnreachable.
    """
    if _format(path.name) != _format(url):
        raise BadSettings(f"{path.name} and {url} must have the same format: {', '.join(SINGLE_FILES)} or none of them")
    return _replace(path, url, _present(url), examined)


def rollback(url: str, examined: Callable[[Path], Network] = build) -> Versions:
    """Publishes the version before the present one again; the new versions. Doing it twice restores the present one.

    Raises WeightsMissing when no earlier version is kept, and whatever `publish` raises.
    """
    store = open_store(url)
    present = _present(url)
    earlier = next((version for version in store.history() if version != present), None)
    if earlier is None:
        raise WeightsMissing(f"no earlier version is kept of {url}; upload the old file instead")
    with tempfile.TemporaryDirectory() as folder:
        return _replace(store.fetch(earlier, Path(folder)), url, present, examined)


def twin(url: str) -> str:
    """Where the `.tflite` file that belongs to a `.weights.h5` file lies: beside it."""
    return url.removesuffix(".weights.h5") + ".tflite"


def _replace(path: Path, url: str, present: str | None, examined: Callable[[Path], Network]) -> Versions:
    network = examined(path)
    about = {"architecture": network.architecture, "scores": json.dumps(dict(network.scores))}
    if not url.endswith(".weights.h5"):
        return {url: open_store(url).publish(path, replacing=present, about=about)}
    with tempfile.TemporaryDirectory() as folder:
        lite = Path(folder) / twin(path.name)
        present_lite = _present(twin(url))
        lite.write_bytes(export(path))
        return {
            url: open_store(url).publish(path, replacing=present, about=about),
            twin(url): open_store(twin(url)).publish(lite, replacing=present_lite, about=about),
        }


def _present(url: str) -> str | None:
    try:
        return open_store(url).version()
    except WeightsMissing:
        return None


def _format(name: str) -> str:
    return next((suffix for suffix in SINGLE_FILES if name.endswith(suffix)), "checkpoint")
