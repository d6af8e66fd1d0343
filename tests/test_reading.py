"""Pictures that are seen together are what they are one by one."""

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from function.arrays import Pixels
from function.errors import CallerError, Malformed
from function.network.golden import golden_digits
from function.picture.limits import Allowance
from function.picture.picture import Picture
from function.reading import CHUNK, see
from tests.support.drawings import encode, paint, seven

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


def outcome(*pictures: Any) -> Any:
    """The digits, or what is wrong."""
    try:
        return see([Picture(picture) for picture in pictures])
    except CallerError as error:
        return type(error), str(error)


GOOD = [name for name in ITEMS if not isinstance(outcome(ITEMS[name]), tuple)]
BAD = [name for name in ITEMS if name not in GOOD]


@pytest.mark.parametrize("order", [1, -1])
def test_every_picture_of_a_list_is_what_it_is_alone(order: int) -> None:
    names = GOOD[::order]
    assert len(names) >= 10
    together = outcome(*(ITEMS[name] for name in names))
    for name, digit in zip(names, together, strict=True):
        assert np.allclose(digit, outcome(ITEMS[name])[0], atol=1e-6), name


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("before", [0, 1, 2, CHUNK, CHUNK + 1])
def test_a_bad_picture_is_refused_as_it_is_alone_and_by_its_number(name: str, before: int) -> None:
    kind, text = outcome(ITEMS[name])
    assert outcome(*[ITEMS["text"]] * before, ITEMS[name], ITEMS["a PNG"]) == (kind, f"picture {before}: {text}")


@pytest.mark.parametrize("first", BAD)
@pytest.mark.parametrize("second", BAD)
def test_of_two_bad_pictures_the_first_is_told_of(first: str, second: str) -> None:
    kind, text = outcome(ITEMS[first])
    assert outcome(ITEMS["rows"], ITEMS[first], ITEMS["a list"], ITEMS[second]) == (kind, f"picture 1: {text}")


def test_nothing_after_a_bad_picture_is_decoded() -> None:
    decoded = []

    class Noted(Picture):
        def pixels(self, allowance: Allowance) -> Pixels:
            decoded.append(self.sent)
            return super().pixels(allowance)

    sent = [ITEMS["text"], ITEMS["no number"], *[ITEMS["rows"]] * 9]
    with pytest.raises(Malformed, match="picture 1"):
        see([Noted(each) for each in sent])
    assert decoded == sent[:2]


def test_any_number_of_pictures_is_read_none_included() -> None:
    for count in (0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 1):
        digits = outcome(*[ITEMS["text"]] * count)
        assert digits.shape == (count, 28, 28)
        assert all(np.allclose(digit, digits[0]) for digit in digits)
