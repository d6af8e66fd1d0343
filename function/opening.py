"""Settings → a keeper that knows how to load the weights they name: which store, which loader, which fallback."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from function import hdf5
from function import network as networks
from function.checkpoint import load_checkpoint
from function.errors import BadSettings, LoadTimeout, WeightsRefused
from function.golden import examine, golden_digits
from function.host import is_stopping
from function.keeper import Keeper
from function.lite import import_interpreter, load_lite
from function.network import Network
from function.settings import BUNDLED, BUNDLED_LITE, Settings
from function.store import SINGLE_FILES, Store, open_store


def open_keeper(settings: Settings) -> Keeper:
    """The keeper of the weights at `settings.weights_url`. Reads, imports and asks nothing yet.

    Raises BadSettings for a file format that none of our loaders reads.
    """
    url = settings.weights_url
    if url.endswith((".h5", ".keras", ".hdf5", ".pb", ".onnx")) and not url.endswith(SINGLE_FILES):
        raise BadSettings(f"WEIGHTS_URL is {url!r}, expected .weights.h5, .tflite or a checkpoint's prefix")
    bundled = BUNDLED_LITE if url.endswith(".tflite") else BUNDLED  # a runtime can only fall back on its own format
    is_bundled = Path(url).absolute() == bundled
    store = open_store(url)
    return Keeper(
        store,
        refresh_seconds=0 if is_bundled else settings.refresh_seconds,
        build=build,
        bundled=None if is_bundled or not bundled.exists() else bundled,
        source="bundled" if is_bundled else None,
        prepare=partial(_prepare, store),
        stopping=is_stopping,
    )


def build(path: Path) -> Network:
    """The examined, warm network of a weights file of any format. Raises WeightsRefused, LoadTimeout."""
    if path.name.endswith(".weights.h5") and path != BUNDLED:  # ours is known to be well
        _look(path)
    return examine(_loader(path.name)(path), golden_digits())


def _look(path: Path) -> None:
    try:
        wrong = hdf5.look(path)
    except hdf5.TookTooLong as error:
        raise LoadTimeout(str(error)) from error
    if wrong is not None:
        raise WeightsRefused(f"{path.name} is not a readable weights file: {wrong}")


def _loader(name: str) -> Callable[[Path], Network]:
    if name.endswith(".tflite"):
        return load_lite
    return networks.load_keras if name.endswith(SINGLE_FILES) else load_checkpoint


def _prepare(store: Store) -> None:
    store.import_client()  # before TensorFlow: two threads that import the same packages in turn could block
    if store.name.endswith(".tflite"):
        import_interpreter()
    else:
        networks.import_keras()
