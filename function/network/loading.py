"""A weights file of any format → an examined network, by one row for each format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from function.errors import BadSettings, LoadTimeout, WeightsRefused
from function.formats import BUNDLED, CHECKPOINT, KERAS, LITE, Format, format_of
from function.network.golden import examine, golden_digits
from function.network.network import Network


@dataclass(frozen=True, eq=False)
class Loader:
    """How a format is loaded: what is imported first, which takes its time, and the file → its network.

    needs  the package without which neither works
    """

    needs: str
    prepare: Callable[[], object]
    load: Callable[[Path], Network]


def _import_keras() -> None:
    from function.network.keras import import_keras

    import_keras()


def _import_hdf5() -> None:
    from function.network.contents import import_hdf5

    import_hdf5()


def _load_weights(path: Path) -> Network:
    """On NumPy; on Keras, and not before TensorFlow is imported, what NumPy doesn't compute."""
    from function.network.numeric import load_numeric

    network = load_numeric(path)
    if network is None:
        if not find_spec("keras"):
            reason = "NumPy doesn't compute all their layers, and Keras, which does, isn't installed here."
            raise WeightsRefused(f"{path.name}: {reason}", reason)
        from function.network.keras import load_keras

        network = load_keras(path)
    return network


def _import_lite() -> None:
    from function.network.lite import import_interpreter

    import_interpreter()


def _load_lite(path: Path) -> Network:
    from function.network.lite import load_lite

    return load_lite(path)


def _load_checkpoint(path: Path) -> Network:
    from function.network.checkpoint import load_checkpoint

    return load_checkpoint(path)


LOADERS: Mapping[Format, Loader] = {  # a function imports the modules of its own format alone
    KERAS: Loader("h5py", _import_hdf5, _load_weights),
    LITE: Loader("ai_edge_litert", _import_lite, _load_lite),
    CHECKPOINT: Loader("keras", _import_keras, _load_checkpoint),
}


def prepare(weights: Format) -> None:
    """Imports what building a network of this format needs, if it is there."""
    if find_spec(LOADERS[weights].needs):
        LOADERS[weights].prepare()


def build(path: Path) -> Network:
    """The examined, warm network of a weights file of any format.

    Raises WeightsRefused, LoadTimeout, and BadSettings where what runs the format isn't installed.
    """
    weights = format_of(path.name)
    if not find_spec(LOADERS[weights].needs):
        raise BadSettings(f"{path.name} wants the package {LOADERS[weights].needs}, which isn't installed here")
    if not any(path.with_name(path.name + suffix).is_file() for suffix in weights.files):
        raise WeightsRefused(f"there is no file {path}", "There is no such file.")
    if weights is KERAS and not _is_bundled(path):
        _look(path)
    return examine(LOADERS[weights].load(path), golden_digits())


def _is_bundled(path: Path) -> bool:
    """Whether these are the weights that ship with the code, wherever they lie: they are known to be well."""
    if path == BUNDLED:
        return True
    is_as_long = BUNDLED.is_file() and path.stat().st_size == BUNDLED.stat().st_size
    return is_as_long and path.read_bytes() == BUNDLED.read_bytes()


def _look(path: Path) -> None:
    from function.network import hdf5
    from function.network.contents import UNREADABLE

    try:
        wrong = hdf5.look(path)
    except hdf5.TookTooLong as error:
        raise LoadTimeout(str(error)) from error
    if wrong is not None:
        raise WeightsRefused(f"{path.name} is not a readable weights file: {wrong}", UNREADABLE)
