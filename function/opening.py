"""Settings → a keeper that knows how to load the weights they name: which store, which loader, which fallback."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from function.errors import BadSettings
from function.keeper import Keeper
from function.network.loading import build, prepare
from function.server.host import is_stopping
from function.settings import Settings
from function.store.weights import Store, open_store

if TYPE_CHECKING:
    from function.corrections.feedback import Feedback


def open_keeper(settings: Settings) -> Keeper:
    """The keeper of the weights at `settings.weights_url`. Reads, imports and asks nothing yet.

    Raises BadSettings, which names the variable, for what can't be a place of weights in a format that is read here.
    """
    try:
        store = open_store(settings.weights_url)
        bundled = store.format.bundled
    except BadSettings as error:
        raise BadSettings(f"WEIGHTS_URL: {error}") from error
    if Path(settings.weights_url).is_dir():
        raise BadSettings(f"WEIGHTS_URL: {settings.weights_url!r} is a folder, expected a file of weights")
    is_bundled = Path(settings.weights_url).absolute() == bundled
    return Keeper(
        store,
        refresh_seconds=0 if is_bundled else settings.refresh_seconds,
        build=build,
        bundled=None if is_bundled or not bundled.exists() else bundled,
        source="bundled" if is_bundled else None,
        prepare=partial(_prepare, store),
        stopping=is_stopping,
    )


def open_corrections(settings: Settings) -> "Feedback | None":
    """Where corrections go; None, and nothing of it imported, while none are taken. Raises BadSettings."""
    if settings.feedback_url is None:
        return None
    from function.corrections.feedback import open_feedback

    return open_feedback(settings.feedback_url)


def _prepare(store: Store) -> None:
    store.import_client()  # before TensorFlow: two threads that import the same packages in turn could block
    prepare(store.format)
