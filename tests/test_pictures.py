"""Pictures in every form give the same ink, and what is no picture is refused with the reason."""

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from function.arrays import Ink
from function.digit.normalize import normalize
from function.errors import CallerError, Malformed, NoInk, NotAPicture, TooLarge
from function.picture.picture import Picture
from function.reading.line import see
from tests.support.drawings import encode, paint, seven

RNG = np.random.default_rng(7)
Pixels = NDArray[np.float32]


def found(sent: Any, is_ink: bool = False) -> Ink:
    """The ink of what a client sent, cropped to it."""
    return np.asarray(see([Picture(sent, is_ink)]).inks[0], np.float32)


def closeness(data: bytes, ink: Pixels) -> float:
    """Correlation of the digit in an encoded picture with the digit that was drawn; 1 = the same.

    The best of nine: a center of mass on the edge of a pixel may move the whole digit by one.
    """
    got, drawn = normalize(found(data)), normalize(ink)
    moved = [np.roll(got, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(float(np.corrcoef(digit.ravel(), drawn.ravel())[0, 1]) for digit in moved)


def lit(ink: Pixels, amount: float) -> NDArray[Any]:
    """Paper that gets darker to the right and to the corners."""
    y, x = np.mgrid[-1 : 1 : ink.shape[0] * 1j, -1 : 1 : ink.shape[1] * 1j]
    pixels: NDArray[Any] = paint(ink, 0.2, 0.85) * (1 - amount * (x + 1) / 2) * (1 - amount * (x * x + y * y) / 4)
    return pixels


def grainy(ink: Pixels, sigma: float) -> NDArray[Any]:
    return paint(ink, 0.2, 0.85) + RNG.normal(0, sigma, ink.shape)


def quantized(ink: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.rint(paint(ink) * 255).astype(np.uint8)).quantize(8).save(buffer, "PNG")
    return buffer.getvalue()


def rotated(ink: Pixels) -> bytes:
    """Lying on its side, with the EXIF entry of cameras that says so."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    return encode(np.rot90(paint(ink)), "JPEG", exif=exif, quality=95)


PAINTED: dict[str, Callable[[Pixels], bytes]] = {
    "dark on light": lambda ink: encode(paint(ink)),
    "light on dark": lambda ink: encode(paint(ink, 1.0, 0.0)),
    "low contrast": lambda ink: encode(paint(ink, 0.45, 0.6)),
    "yellow on white": lambda ink: encode(paint(ink, (1, 0.9, 0.1), (1, 1, 1))),
    "red on green": lambda ink: encode(paint(ink, (0.8, 0.1, 0.2), (0.2, 0.6, 0.2))),
    "black on transparency": lambda ink: encode(np.dstack([np.zeros((*ink.shape, 3)), ink])),
    "white on transparency": lambda ink: encode(np.dstack([np.ones((*ink.shape, 3)), ink])),
    "paper with transparent margins": lambda ink: encode(
        np.pad(np.dstack([paint(ink)] * 3 + [np.ones_like(ink)]), [(20, 20), (20, 20), (0, 0)])
    ),
    "gray with alpha": lambda ink: encode(np.dstack([np.zeros((*ink.shape, 3)), ink]), mode="LA"),
    "palette": quantized,
    "one bit": lambda ink: encode(paint(ink), mode="1"),
    "16 bits": lambda ink: encode((paint(ink) * 65535).astype(np.uint16)),
    "CMYK JPEG": lambda ink: encode(paint(ink), "JPEG", mode="CMYK", quality=90),
    "JPEG of low quality": lambda ink: encode(paint(ink), "JPEG", quality=10),
    "WebP": lambda ink: encode(paint(ink), "WEBP", quality=30),
    "GIF": lambda ink: encode(paint(ink), "GIF"),
    "BMP": lambda ink: encode(paint(ink), "BMP"),
    "turned by EXIF": rotated,
    "grain": lambda ink: encode(grainy(ink, 0.05)),
    "uneven light": lambda ink: encode(lit(ink, 0.4)),
    "a phone's photo": lambda ink: encode(lit(ink, 0.3) + RNG.normal(0, 0.02, ink.shape), "JPEG", quality=60),
}


@pytest.mark.parametrize("name", PAINTED)
def test_the_digit_is_found_however_it_is_painted(name: str) -> None:
    ink = seven()
    assert closeness(PAINTED[name](ink), ink) > 0.95


@pytest.mark.parametrize("side", [10, 16, 28, 100, 999, 4096])
def test_the_digit_is_found_at_any_size(side: int) -> None:
    assert closeness(encode(paint(seven(side, pen=0.1))), seven(280, pen=0.1)) > (0.9 if side > 10 else 0.8)


@pytest.mark.parametrize(("size", "pen"), [(0.1, 0.01), (0.3, 0.06), (0.98, 0.12), (0.98, 0.01)])
@pytest.mark.parametrize("place", [0.01, 0.5, 0.99])
def test_the_digit_is_found_anywhere_on_the_canvas(size: float, pen: float, place: float) -> None:
    corner = (1 - size) * place
    large = seven(500, size, pen, corner, corner)
    assert closeness(encode(paint(large)), large) > 0.99
    assert closeness(encode(paint(large), "JPEG", quality=50), large) > 0.9


@pytest.mark.parametrize("shape", [(20, 4000), (4000, 20)])
def test_a_long_narrow_picture_keeps_its_digit(shape: tuple[int, int]) -> None:
    canvas = np.zeros(shape, np.float32)
    canvas[:20, :20] = seven(20, 0.9, 0.12, 0.05, 0.05)
    assert closeness(encode(paint(canvas)), seven(20, 0.9, 0.12, 0.05, 0.05)) > 0.99


def test_every_form_of_the_same_pixels_gives_the_same_ink() -> None:
    levels = np.rint(seven(28, 0.8, 0.1, 0.1, 0.1) * 255).astype(np.uint8)
    png = encode(levels)
    text = base64.b64encode(png).decode()
    rows = levels.tolist()
    forms = [
        found(",".join(map(str, levels.ravel()))),
        found(" , ".join(map(str, levels.ravel())) + "\n"),
        found(png),
        found("\n".join(",".join(map(str, row)) for row in levels)),
        found("".join(",".join(map(str, row)) + ",\n" for row in levels)),
        found(text),
        found(text.rstrip("=")),
        found(text.replace("+", "-").replace("/", "_")),
        found(text.replace("+", " ")),
        found("\n".join(text[start : start + 76] for start in range(0, len(text), 76))),
        found(f"data:image/png;base64,{text}"),
        found(levels.ravel().tolist()),
        found([str(level) for level in levels.ravel()]),
        found(rows),
        found([rows]),
        found([levels.ravel().tolist()]),
        found([[[level] for level in row] for row in rows]),
        found((levels / 255).tolist()),
        found((255 - levels.astype(int)).tolist()),
        found((levels / 255).tolist(), is_ink=True),
    ]
    for ink in forms:
        assert np.allclose(normalize(ink), normalize(forms[0]), atol=1e-6)


def test_an_image_of_zeros_and_ones_is_in_0_to_1() -> None:
    bits = (seven(28, pen=0.1) > 0.5).astype(int)
    assert found(bits.tolist()).max() == 1
    read = normalize(found(",".join(map(str, bits.ravel()))))
    assert np.array_equal(read, normalize(bits.astype(np.float32)))


@pytest.mark.parametrize(
    ("mean", "deviation"),
    [(0.1307, 0.3081), (0.5, 0.5), (0.485, 0.229), (0.5, 1 / 255)],
    ids=["MNIST's", "-1..1", "ImageNet's", "signed bytes"],
)
def test_normalized_numbers_are_read_as_what_they_were(mean: float, deviation: float) -> None:
    levels = np.rint(seven(28, 0.8, 0.1, 0.1, 0.1) * 255) / 255
    for drawn in (levels, 1 - levels):
        normalized = (drawn - mean) / deviation
        for form in (normalized.tolist(), normalized.ravel().tolist(), ",".join(map(str, normalized.ravel().tolist()))):
            assert np.array_equal(normalize(found(form)), normalize(found(drawn.tolist())))


def test_normalized_paper_has_no_ink() -> None:
    with pytest.raises(NoInk):
        found([-0.4242] * 784)


@pytest.mark.parametrize("side", [10, 28, 101, 500])
def test_a_flat_list_of_as_many_numbers_as_a_square_has_is_that_square(side: int) -> None:
    levels = np.rint(paint(seven(side, pen=0.1)) * 255)
    for flat in (levels.ravel().tolist(), [levels.ravel().tolist()]):
        assert np.array_equal(found(flat), found(levels.tolist()))


def test_a_flat_list_of_a_canvas_s_colors_is_that_canvas() -> None:
    ink = np.rint(seven(120, pen=0.1) * 255)
    opaque = np.dstack([255 - ink] * 3 + [np.full_like(ink, 255)])
    transparent = np.dstack([np.zeros_like(ink)] * 3 + [ink])
    for canvas in (opaque, transparent, opaque / 255):
        assert np.array_equal(normalize(found(canvas.ravel().tolist())), normalize(found(ink.tolist())))


def test_784_bytes_that_are_neither_text_nor_an_encoded_picture_are_its_levels() -> None:
    levels = np.rint(seven(28, 0.8, 0.1, 0.1, 0.1) * 255).astype(np.uint8)
    bits = (levels > 127).astype(np.uint8)
    assert np.array_equal(found(levels.tobytes()), found(levels.tolist()))
    assert np.array_equal(found(bits.tobytes()), found((bits * 255).tolist()))
    for other in (levels.tobytes()[1:], levels.tobytes() + b"\0", b"7" * 784, PAINTED["GIF"](seven())[:784]):
        with pytest.raises(NotAPicture):
            found(other)


def test_ink_is_1_keeps_its_polarity_even_where_ink_prevails() -> None:
    mostly_ink = 1 - seven(28)
    assert found(mostly_ink.tolist(), is_ink=True).mean() > 0.5


@pytest.mark.parametrize(
    "picture",
    [
        encode(np.ones((28, 28), np.float32)),
        encode(np.full((280, 280, 3), 0.3, np.float32)),
        encode(np.full((100, 100), 0.7) + RNG.normal(0, 0.03, (100, 100))),
        encode(np.linspace(0.3, 0.9, 200 * 200).reshape(200, 200)),
        encode(np.full((300, 300), 0.8) + RNG.normal(0, 0.02, (300, 300)), "JPEG", quality=50),
        encode(np.zeros((50, 50, 4))),
    ],
    ids=["white", "gray", "grain", "gradient", "photo of paper", "transparent"],
)
def test_an_empty_canvas_has_no_ink(picture: bytes) -> None:
    with pytest.raises(NoInk):
        normalize(found(picture))


BOMB = encode(np.zeros((9400, 9400), bool))
ZEROS = ["0"] * 784


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", Malformed, "got ''"),
        ("7", Malformed, "784 comma-separated numbers"),
        (",".join(ZEROS[1:]), Malformed, "got 783"),
        (",".join([*ZEROS, "0"]), Malformed, "got 785"),
        (",".join(["nan", *ZEROS[1:]]), Malformed, "index 0, got 'nan'"),
        (",".join([*ZEROS[1:], "inf"]), Malformed, "index 783, got 'inf'"),
        (",".join(["1e400", *ZEROS[1:]]), Malformed, "0..255"),
        (",".join(["1_0", *ZEROS[1:]]), Malformed, "'1_0'"),
        (",".join(["７", *ZEROS[1:]]), Malformed, "'７'"),
        (",".join(["", *ZEROS[1:]]), Malformed, "index 0"),
        (",".join([*ZEROS[:9], "", *ZEROS[10:]]), Malformed, "index 9, got ''"),
        (",".join(["9" * 30, *ZEROS[1:]]), Malformed, "0..255, got 0 to 1e+30"),
        (",".join(["1.2.3", *ZEROS[1:]]), Malformed, "1.2.3"),
        (",".join(["-256", *ZEROS[1:]]), Malformed, "-256 to 0"),
        (",".join(["-1e308", *ZEROS[2:], "1e308"]), Malformed, "-1e+308 to 1e+308"),
        (",".join(["1000", *ZEROS[1:]]), Malformed, "0 to 1000"),
        (",".join(["256", *ZEROS[1:]]), Malformed, "0 to 256"),
        (",".join(ZEROS), NoInk, "single color"),
        ("data:image/png,abc", Malformed, "data URL"),
        ("data:image/png;base64", Malformed, "data URL"),
        ("data:image/png;base64,!!!!", Malformed, "!!!!"),
        (base64.b64encode(b"not a picture").decode(), NotAPicture, "13 bytes"),
        (base64.b64encode(BOMB).decode(), TooLarge, "9400×9400"),
    ],
)
def test_text_that_is_no_picture_is_refused(text: str, error: type[CallerError], said: str) -> None:
    with pytest.raises(error) as refused:
        found(text)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        ([], Malformed, "got '[]'"),
        ([0] * 783, Malformed, "got 783"),
        ([[0] * 28] * 27 + [[0] * 27], Malformed, "equal length"),
        ([[[0] * 28] * 28] * 3, Malformed, "3×28×28"),
        ([[[[0]]]], Malformed, "up to three nested lists"),
        ([True] * 784, Malformed, "got 'True'"),
        ([None] * 784, Malformed, "got 'None'"),
        ([0] * 783 + [10**400], Malformed, "index 783"),
        ([[0] * 9] * 9, Malformed, "9×9"),
        ([[0] * 5000] * 2, TooLarge, "5000×2"),
        ([0] * 783 + [[0]], Malformed, "index 783"),
        ({"a": 1}, Malformed, "got an object"),
        (7, Malformed, "got a number"),
        (None, Malformed, "got null"),
        (True, Malformed, "got true or false"),
    ],
)
def test_json_that_is_no_picture_is_refused(value: object, error: type[CallerError], said: str) -> None:
    with pytest.raises(error) as refused:
        found(value)
    assert said in str(refused.value)


@given(st.integers(0, len(encode(paint(seven(64))))))
def test_a_truncated_file_is_a_picture_or_refused(length: int) -> None:
    try:
        ink = found(encode(paint(seven(64)))[:length])
    except (NotAPicture, NoInk):
        return
    assert ink.max() == 1


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"RIFF\0\0\0\0WEBP"]),
)
def test_any_bytes_are_a_picture_or_refused(data: bytes, start: bytes) -> None:
    with pytest.raises(CallerError):
        found(start + data)
