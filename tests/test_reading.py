"""Pictures that are seen together are what they are one by one."""

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from function.arrays import Pixels
from function.errors import CallerError, Malformed
from function.network.golden import golden_digits
from function.picture.limits import Allowance
from function.picture.picture import Picture
from function.reading.line import CHUNK, see
from tests.support.drawings import encode, paint, seven

TURNED = Image.Exif()
TURNED[0x112] = 6  # to be shown turned by a quarter to the right
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
    """The digits and where they lie, or what is wrong."""
    try:
        seen = see([Picture(picture) for picture in pictures])
        return [*zip(seen.digits, seen.areas, strict=True)]
    except CallerError as error:
        return type(error), str(error)


GOOD = [name for name in ITEMS if not isinstance(outcome(ITEMS[name]), tuple)]
BAD = [name for name in ITEMS if name not in GOOD]


@pytest.mark.parametrize("order", [1, -1])
def test_every_picture_of_a_list_is_what_it_is_alone(order: int) -> None:
    names = GOOD[::order]
    assert len(names) >= 10
    together = outcome(*(ITEMS[name] for name in names))
    for name, (digit, area) in zip(names, together, strict=True):
        ((alone, place),) = outcome(ITEMS[name])
        assert np.allclose(digit, alone, atol=1e-6), name
        assert area == place, name


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
        seen = see([Picture(ITEMS["text"])] * count)
        assert seen.digits.shape == (count, 28, 28)
        assert len(seen.areas) == count
        assert all(np.allclose(digit, seen.digits[0]) for digit in seen.digits)


def on_canvas(paper: str, ink: str, mode: str = "RGB") -> Image.Image:
    """An upright bar from 30 % to 40 % of the width and 20 % to 70 % of the height of 400×200 pixels."""
    image = Image.new(mode, (400, 200), paper)
    ImageDraw.Draw(image).rectangle((120, 40, 159, 139), fill=ink)
    return image


@pytest.mark.parametrize(
    "sent",
    [
        encode(on_canvas("white", "black")),
        encode(on_canvas("black", "white")),
        encode(on_canvas("#ffffe0", "#202060")),
        encode(on_canvas("#00000000", "#000000ff", "RGBA")),
        encode(on_canvas("white", "black").resize((3200, 1600))),
        encode(on_canvas("white", "black").resize((100, 50), Image.Resampling.NEAREST)),
        encode(on_canvas("white", "black"), "JPEG"),
        encode(on_canvas("white", "black").transpose(Image.Transpose.ROTATE_90), "JPEG", exif=TURNED),
        encode(ImageOps.expand(on_canvas("white", "black").crop((3, 3, 397, 197)), 3, "black")),
        np.asarray(on_canvas("white", "black", "L")).tolist(),
    ],
    ids=["plain", "inverted", "colors", "transparent", "large", "small", "JPEG", "turned", "in a box", "rows"],
)
def test_where_a_drawing_lies_is_told_in_parts_of_the_upright_picture(sent: Any) -> None:
    (area,) = see([Picture(sent)]).areas
    assert np.allclose(area, (0.3, 0.2, 0.1, 0.5), atol=0.02)


def test_where_a_tensor_s_ink_lies_is_told_too() -> None:
    tensor = np.zeros((28, 28))
    tensor[7:21, 7:14] = 1
    (area,) = see([Picture(tensor.ravel().tolist(), is_ink=True)]).areas
    assert area == (0.25, 0.25, 0.25, 0.5)
