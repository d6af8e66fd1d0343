"""Corrected drawings, read back from where the function keeps them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tqdm import tqdm

from function.corrections.correction import MOST_BYTES, ROOT, Correction, from_json
from function.errors import Malformed, TooLong
from function.store.places import Place, open_place
from training.data.sets import NoData

READERS = 8  # requests to the bucket at once: they wait for the network, not for the processor


@dataclass(frozen=True)
class Gathered:
    """`corrections`, each drawing once, by label and time; `foreign` names what isn't one of the function's."""

    corrections: tuple[Correction, ...]
    foreign: tuple[str, ...]


def gather(url: str) -> Gathered:
    """Every correction below `url`, as FEEDBACK_URL names it. Of the same drawing on several days the first counts.

    Raises StoreUnreachable, BadSettings, and NoData when there is none.
    """
    place, prefix = open_place(url)
    start = f"{prefix}/{ROOT}/".lstrip("/")
    names = [name for name in place.names(start) if name.endswith(".json")]
    with ThreadPoolExecutor(READERS) as pool:
        read = pool.map(lambda name: _read(place, prefix, name), names)
        found = list(tqdm(read, total=len(names), desc="reading corrections", unit="drawing", leave=False))
    once: dict[str, Correction] = {}
    for correction in sorted(filter(None, found), key=lambda each: (each.label, each.time, each.hash)):
        once.setdefault(correction.id, correction)
    foreign = tuple(name for name, correction in zip(names, found, strict=True) if correction is None)
    if not once:
        raise NoData(f"no corrections below {url}/{ROOT}" + (f", but {len(foreign)} other objects" if foreign else ""))
    return Gathered(tuple(once.values()), foreign)


def _read(place: Place, prefix: str, name: str) -> Correction | None:
    """None for anything that the function didn't write under this name."""
    try:
        correction = from_json(place.read(name, place.version(name), MOST_BYTES))
    except (Malformed, TooLong):
        return None
    return correction if f"{prefix}/{correction.name}".lstrip("/") == name else None
