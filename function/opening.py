"""Settings → a keeper that knows how to load the weights they name: which store, which loader, which fallback."""

from functools import partial
from pathlib import Path

from function import network as networks
from function.checkpoint import load_checkpoint
from function.errors import BadSettings
from function.golden import examine, golden_digits
from function.host import is_stopping
from function.keeper import Keeper
from function.network import Network
from function.settings import BUNDLED, Settings
from function.store import SINGLE_FILES, Store, open_store


def open_keeper(settings: Settings) -> Keeper:
    """The keeper of the weights at `settings.weights_url`. Reads, imports and asks nothing yet.

    Raises BadSettings for a file format that none of our loaders reads.
    """
    url = settings.weights_url
    is_bundled = url == str(BUNDLED)
    if url.endswith((".h5", ".keras", ".hdf5", ".pb", ".onnx", ".tflite")) and not url.endswith(SINGLE_FILES):
        raise BadSettings(f"WEIGHTS_URL is {url!r}, expected .weights.h5 or a checkpoint's prefix")
    store = open_store(url)
    return Keeper(
        store,
        refresh_seconds=0 if is_bundled else settings.refresh_seconds,
        build=build,
        bundled=None if is_bundled or not BUNDLED.exists() else BUNDLED,
        source="bundled" if is_bundled else None,
        prepare=partial(_prepare, store),
        stopping=is_stopping,
    )


def build(path: Path) -> Network:
    """The examined, warm network of a weights file of any format. Raises WeightsRefused."""
    load = networks.load_keras if path.name.endswith(SINGLE_FILES) else load_checkpoint
    return examine(load(path), golden_digits())


def _prepare(store: Store) -> None:
    store.import_client()  # before TensorFlow: two threads that import the same packages in turn could block
    networks.import_keras()
