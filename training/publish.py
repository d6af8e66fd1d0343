"""Weights → the store that the function reads: examined as the function will, and never over somebody else's."""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from function.errors import BadSettings, WeightsMissing
from function.network import Network
from function.opening import build
from function.store import SINGLE_FILES, Store, open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, help="digits.weights.h5 or a checkpoint's prefix")
    parser.add_argument("url", help="gs://bucket/path/digits.weights.h5, or a local path")
    parser.add_argument(
        "--rollback",
        action="store_true",
        help="instead of FILE, the version before the present one (versioned buckets)",
    )


def run(options: argparse.Namespace) -> None:
    """Publishes or rolls back, and prints the version that then stands there."""
    if options.rollback == bool(options.file):
        raise BadSettings("expected a file to publish, or --rollback, and not both")
    version = rollback(options.url) if options.rollback else publish(options.file, options.url)
    print(f"{options.url} is now version {version}")


def publish(path: Path, url: str, examined: Callable[[Path], Network] = build) -> str:
    """Uploads weights that pass the function's own examination; the new version.

    Raises WeightsRefused, WeightsChanged when somebody published in the meantime, BadSettings when the
    function would take the file for another format under that name, StoreUnreachable.
    """
    if _format(path.name) != _format(url):
        raise BadSettings(f"{path.name} and {url} must have the same format: {', '.join(SINGLE_FILES)} or none of them")
    store = open_store(url)
    return _replace(store, path, _present(store), examined(path))


def rollback(url: str, examined: Callable[[Path], Network] = build) -> str:
    """Publishes the version before the present one again; its new version. Doing it twice restores the present one.

    Raises WeightsMissing when no earlier version is kept, and whatever `publish` raises.
    """
    store = open_store(url)
    present = _present(store)
    earlier = next((version for version in store.history() if version != present), None)
    if earlier is None:
        raise WeightsMissing(f"no earlier version is kept of {url}; upload the old file instead")
    with tempfile.TemporaryDirectory() as folder:
        path = store.fetch(earlier, Path(folder))
        return _replace(store, path, present, examined(path))


def _replace(store: Store, path: Path, present: str | None, network: Network) -> str:
    about = {"architecture": network.architecture, "scores": json.dumps(dict(network.scores))}
    return store.publish(path, replacing=present, about=about)


def _present(store: Store) -> str | None:
    try:
        return store.version()
    except WeightsMissing:
        return None


def _format(name: str) -> str:
    return next((suffix for suffix in SINGLE_FILES if name.endswith(suffix)), "checkpoint")
