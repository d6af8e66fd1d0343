"""A weights file of any format → an examined network, by one row for each format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from function.errors import LoadTimeout, WeightsRefused
from function.formats import BUNDLED, CHECKPOINT, KERAS, LITE, Format, format_of
from function.network import hdf5
from function.network.checkpoint import load_checkpoint
from function.network.golden import examine, golden_digits
from function.network.keras import import_keras, load_keras
from function.network.lite import import_interpreter, load_lite
from function.network.network import Network


@dataclass(frozen=True)
class Loader:
    """How a format is loaded: what is imported first, which takes its time, and the file → its network."""

    prepare: Callable[[], object]
    load: Callable[[Path], Network]


LOADERS: Mapping[Format, Loader] = {
    KERAS: Loader(lambda: import_keras(), lambda path: load_keras(path)),
    LITE: Loader(lambda: import_interpreter(), lambda path: load_lite(path)),
    CHECKPOINT: Loader(lambda: import_keras(), lambda path: load_checkpoint(path)),
}


def prepare(weights: Format) -> None:
    """Imports what building a network of this format needs."""
    LOADERS[weights].prepare()


def build(path: Path) -> Network:
    """The examined, warm network of a weights file of any format. Raises WeightsRefused, LoadTimeout."""
    weights = format_of(path.name)
    if weights is KERAS and path != BUNDLED:  # ours is known to be well
        _look(path)
    return examine(LOADERS[weights].load(path), golden_digits())


def _look(path: Path) -> None:
    try:
        wrong = hdf5.look(path)
    except hdf5.TookTooLong as error:
        raise LoadTimeout(str(error)) from error
    if wrong is not None:
        raise WeightsRefused(f"{path.name} is not a readable weights file: {wrong}")
