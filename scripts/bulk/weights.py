"""The weights that a run reads with: one version, named when it begins, fetched once by each worker."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from function.formats import BUNDLED_LITE
from function.network.loading import build
from function.network.network import Network
from function.store.weights import open_store
from scripts.bulk.reading import in_one_thread


@dataclass(frozen=True)
class Weights:
    """Weights at `url`, which is empty for those that ship with the code, and their version."""

    url: str
    version: str

    def load(self) -> Network:
        """Examined and warm. Raises WeightsChanged where another version stands there now, and what `build` does."""
        store = open_store(self.url or str(BUNDLED_LITE))
        with tempfile.TemporaryDirectory() as folder:
            return in_one_thread(build(store.fetch(self.version, Path(folder))))


def find_weights(url: str) -> Weights:
    """Those that stand there now. Raises BadSettings, WeightsMissing, StoreUnreachable."""
    if url and "://" not in url:
        url = str(Path(url).expanduser().absolute())
    store = open_store(url or str(BUNDLED_LITE))
    store.format  # noqa: B018  raises BadSettings for what is no file of weights
    return Weights(url, store.version())
