"""The one picture among values whose names nobody knows."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from function.errors import Malformed, TooLarge
from function.picture.likeness import LEAST, is_picture_like
from function.picture.picture import Picture

SHOWN = 100  # letters of names that an error quotes
MAX_NAMES = 1000  # as of a form's fields; a picture needs one


def find_picture(values: Iterable[tuple[str, Any]]) -> Picture:
    """The one of these (name, value) that looks like a picture, be it alone in an object or a list.

    Raises Malformed for none, and for several, with their names; TooLarge for more than MAX_NAMES.
    """
    values = [(name, _unwrapped(value)) for name, value in islice(values, MAX_NAMES + 1)]
    if len(values) > MAX_NAMES:
        raise TooLarge(f"expected a picture among at most {MAX_NAMES} keys, got more")
    found = [(name, value) for name, value in values if is_picture_like(value)]
    if len(found) == 1:
        return Picture(found[0][1])
    if found:
        raise Malformed(f"expected one picture, got {len(found)}, under {_listed(found, ' and ')}")
    got = f"none under {_listed(values, ', ')}" if values else "no keys"
    raise Malformed(f"expected a picture under image or any other key, got {got}")


def _unwrapped(value: Any) -> Any:
    """What an object with one key holds, and a list with one item that isn't numbers; of a typed array, its numbers."""
    while True:
        if isinstance(value, dict) and len(value) == 1:
            (value,) = value.values()
        elif isinstance(value, dict) and len(value) >= LEAST and [*value] == [*map(str, range(len(value)))]:
            return [*value.values()]  # {"0": 0, "1": 0, …}, as JSON.stringify writes it
        elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], (dict, str)):
            (value,) = value
        else:
            return value


def _listed(values: list[tuple[str, Any]], between: str) -> str:
    return between.join(sorted({name or '""' for name, _ in values}))[:SHOWN]
