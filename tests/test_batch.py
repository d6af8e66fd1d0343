"""Pictures that are decoded together are what they are one by one."""

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from function import pictures
from function.batch import decode_together
from function.errors import CallerError, NoInk
from function.golden import golden_digits
from function.ink import find_ink
from function.normalize import normalize
from function.pictures import Allowance
from tests.drawings import encode, paint, seven

RNG = np.random.default_rng(11)


def text(levels: NDArray[Any]) -> str:
    return ",".join(map(str, levels.ravel().tolist()))


DIGITS = np.rint(golden_digits() * 255).astype(np.uint8)
ITEMS: dict[str, Any] = {
    "text": text(DIGITS[3]),
    "inverted": text(255 - DIGITS[4]),
    "decimals": text(np.round(DIGITS[5] / 255, 4)),
    "a list": DIGITS[6].ravel().tolist(),
    "rows": DIGITS[7].tolist(),
    "strings": [str(level) for level in DIGITS[8].ravel()],
    "zeros and ones": text((DIGITS[9] > 100).astype(int)),
    "larger": paint(seven(56)).tolist(),
    "a PNG": "data:image/png;base64," + base64.b64encode(encode(paint(seven(90)))).decode(),
    "grain": text(np.clip(DIGITS[2] * 0.6 + 40 + RNG.normal(0, 5, (28, 28)), 0, 255).astype(int)),
    "nothing drawn": text(np.zeros((28, 28), int)),
    "too many": text(np.zeros((28, 29), int)),
    "too large a number": text(DIGITS[0] * 2.5),
    "no number": text(DIGITS[0]).replace("0,", "x,", 1),
    "null": None,
    "an object": {"b64": "x"},
}


def outcome(name: str, read: Any) -> Any:
    try:
        return read(Allowance())
    except CallerError as error:
        return type(error), str(error)


@pytest.mark.parametrize("order", [1, -1])
def test_every_item_of_a_list_is_what_it_is_alone(order: int) -> None:
    names = list(ITEMS)[::order]
    together = decode_together([ITEMS[name] for name in names])
    for name, read in zip(names, together, strict=True):
        alone = outcome(name, lambda allowance, name=name: pictures.from_json(ITEMS[name], allowance))
        found = outcome(name, read)
        if isinstance(alone, tuple):
            assert found == alone, name
        else:
            assert np.allclose(normalize(found), normalize(alone), atol=1e-6), name


def test_nothing_after_a_bad_picture_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []
    real = pictures.pixels_of_numbers
    monkeypatch.setattr(pictures, "pixels_of_numbers", lambda item: decoded.append(item) or real(item))
    read = decode_together([ITEMS["text"], ITEMS["no number"], *[ITEMS["rows"]] * 9])
    assert read[0](Allowance()).max() == 1
    assert decoded == [ITEMS["text"], ITEMS["no number"]]
    assert read[2](Allowance()).max() == 1


def test_nothing_is_decoded_before_it_is_asked_for() -> None:
    assert len(decode_together([None] * 300)) == 300
    (alone,) = decode_together([text(DIGITS[1])])
    assert np.array_equal(alone(Allowance()), find_ink(DIGITS[1]))
    with pytest.raises(NoInk):
        decode_together([ITEMS["text"], ITEMS["nothing drawn"]])[1](Allowance())
