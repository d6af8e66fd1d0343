"""Weights → the store that the function reads: examined as the function will, and never over somebody else's.

A `.weights.h5` file is published together with its `.tflite` twin, so that a function on either runtime answers alike.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from function.errors import BadSettings, WeightsMissing
from function.formats import FORMATS, format_of
from function.network.loading import build
from function.network.network import Network
from function.store.weights import Store, open_store
from training.releasing.export import export
from training.releasing.gcloud import WAYS, open_with
from training.releasing.page import check, for_page, write_for_page
from training.releasing.watch import SECONDS, watch

Versions = dict[str, str]  # by URL


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All that `run` reads of its options but `data`, which is an option of other commands, too."""
    parser.add_argument("file", nargs="?", type=Path, help="digits.weights.h5, digits.tflite or a checkpoint's prefix")
    parser.add_argument("url", help="gs://bucket/path/digits.weights.h5, or a local path")
    parser.add_argument(
        "--rollback",
        action="store_true",
        help="instead of FILE, the version before the present one (versioned buckets)",
    )
    parser.add_argument("--function", metavar="URL", help="wait until the function there answers with the new version")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long to wait for it")
    parser.add_argument("--against", metavar="URL", help="the present weights, which corrections may hardly worsen")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write them there, too, as the page reads them")
    parser.add_argument("--with", dest="way", choices=WAYS, help="what uploads (default: gcloud where it is installed)")


def run(options: argparse.Namespace) -> None:
    """Publishes or rolls back, prints the versions that then stand there, and waits for the function if there is one.

    Weights that learned from corrections are compared first, which takes `options.data`: the folder of the data sets.

    Raises what `publish`, `rollback` and `refuse_worse` raise, and NotServed when the function refuses them or doesn't
    take them up.
    """
    if options.rollback == bool(options.file):
        raise BadSettings("expected FILE and URL, or URL and --rollback")
    if options.function and not options.function.startswith(("http://", "https://")):
        raise BadSettings(f"--function is {options.function}, expected http(s)://host")
    if options.page:
        if options.rollback:
            raise BadSettings("--page wants FILE: what is rolled back to, the page gets from the function")
        check(options.page)
        for_page(options.file, "")
    if options.rollback:
        versions = rollback(options.url)
    else:
        versions = release(options.file, options.url, options.data, options.against, options.way)
    if options.page:
        write_for_page(options.file, versions[options.url], options.page)
    announce(versions, options.function, options.seconds)


def release(path: Path, url: str, data: Path | None, against: str | None = None, way: str | None = None) -> Versions:
    """Publishes weights; those that learned from corrections are compared with `against`, or those at `url`, before."""
    from training.data.sets import load_mnist, pens_or_none
    from training.measuring.comparison import recorded, refuse_worse, validation_sets

    if recorded(path):
        pens = pens_or_none(data, "The weights are compared on MNIST alone.")
        refuse_worse(path, against or url, validation_sets(load_mnist(data), pens))
    return publish(path, url, opened=partial(open_with, way))


def announce(versions: Versions, function: str | None, seconds: float = SECONDS) -> None:
    """Prints the versions, and waits until the function at that address answers with one. Raises NotServed."""
    for url, version in versions.items():
        print(f"{url} is now version {version}", flush=True)
    if function:
        print(f"{function} answers with version {watch(function, versions.values(), seconds)}")


def publish(
    path: Path, url: str, examined: Callable[[Path], Network] = build, opened: Callable[[str], Store] = open_store
) -> Versions:
    """Uploads weights that pass the function's own examination, and their twin; the new versions.

    Raises WeightsRefused, WeightsChanged when somebody published in the meantime, BadSettings when the
    function would take the file for another format under that name, StoreUnreachable.
    """
    store = opened(url)
    if format_of(path.name) is not format_of(url):
        known = ", ".join(row.suffix for row in FORMATS if row.suffix)
        raise BadSettings(f"{path.name} and {url} must have the same format: {known} or none of them")
    return _replace(path, url, _present(store), examined, opened)


def rollback(url: str, examined: Callable[[Path], Network] = build) -> Versions:
    """Publishes the version before the present one again; the new versions. Doing it twice restores the present one.

    Raises WeightsMissing when no earlier version is kept, and whatever `publish` raises.
    """
    store = open_store(url)
    present = _present(store)
    earlier = next((version for version in store.history() if version != present), None)
    if earlier is None:
        raise WeightsMissing(f"no earlier version is kept of {url}; upload the old file instead")
    with tempfile.TemporaryDirectory() as folder:
        return _replace(store.fetch(earlier, Path(folder)), url, present, examined, open_store)


def _replace(
    path: Path,
    url: str,
    present: str | None,
    examined: Callable[[Path], Network],
    opened: Callable[[str], Store],
) -> Versions:
    network = examined(path)
    about = {"architecture": network.architecture, "scores": json.dumps(dict(network.scores))}
    twin = format_of(url).twin_of(url)
    if not twin:
        return {url: opened(url).publish(path, replacing=present, about=about)}
    with tempfile.TemporaryDirectory() as folder:
        lite = Path(folder) / Path(twin).name
        present_lite = _present(opened(twin))
        lite.write_bytes(export(path))
        return {
            url: opened(url).publish(path, replacing=present, about=about),
            twin: opened(twin).publish(lite, replacing=present_lite, about=about),
        }


def _present(store: Store) -> str | None:
    try:
        return store.version()
    except WeightsMissing:
        return None
