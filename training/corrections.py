"""Corrected drawings, read back from where the function keeps them; reviewed ones as digits to train on.

Split by what is drawn: drawings that are nearly the same are all for training or all for validation.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from function.corrections.correction import MOST_BYTES, ROOT, Correction, from_json
from function.errors import Malformed, TooLong
from function.store.places import Place, open_place
from training.data import LabeledDigits, NoData
from training.likeness import groups
from training.verdicts import DROP, KEEP, OPEN

READERS = 8  # requests to the bucket at once: they wait for the network, not for the processor
VALIDATION_PART = 5  # one drawing in so many is for validation, at most


@dataclass(frozen=True)
class Gathered:
    """`corrections`, each drawing once, by label and time; `foreign` names what isn't one of the function's."""

    corrections: tuple[Correction, ...]
    foreign: tuple[str, ...]


@dataclass(frozen=True)
class Lessons:
    """Corrections to learn from, and those to check it with; no drawing of one is nearly one of the other."""

    train: LabeledDigits
    validation: LabeledDigits


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


def reviewed(
    corrections: Sequence[Correction], verdicts: Mapping[str, str], unreviewed: bool = False
) -> list[tuple[Correction, int]]:
    """Those to train on, with their labels; `unreviewed` takes the open ones at their word."""
    chosen = []
    for correction in corrections:
        verdict = verdicts.get(correction.id, OPEN)
        if verdict == OPEN and unreviewed:
            verdict = KEEP
        if verdict not in (OPEN, DROP):
            chosen.append((correction, int(correction.label if verdict == KEEP else verdict)))
    return chosen


def lessons(chosen: Sequence[tuple[Correction, int]]) -> Lessons:
    """Whole groups of drawings alike, in an order that is chance but repeats itself, until a fifth is for validation.

    A group that is larger than the room left is learned from.
    """
    ordered = sorted(chosen, key=lambda each: (each[0].time, each[0].hash))  # a group is named by its oldest member
    digits = np.stack([correction.digit for correction, _ in ordered])
    labels = np.array([label for _, label in ordered], np.uint8)
    group = groups(digits)
    validation = np.zeros(len(ordered), bool)
    for first in sorted(set(group.tolist()), key=lambda index: ordered[index][0].hash):
        if (validation | (group == first)).sum() <= len(ordered) / VALIDATION_PART:
            validation |= group == first
    both = LabeledDigits(digits, labels)
    return Lessons(both.take(np.flatnonzero(~validation)), both.take(np.flatnonzero(validation)))
