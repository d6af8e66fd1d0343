"""Photographs: what of their light is no ink, what is read again closer, and what any picture may cost."""

import contextlib
import io
import time
import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from function.errors import NoInk
from function.ink.find import find_ink
from function.picture.picture import Picture
from function.reading.line import see
from training.data.drawings import Strokes
from training.data.strokes import Placement, draw

Tone = NDArray[np.uint8]
Ink = NDArray[np.float32]

SEVEN: Strokes = (np.array([[0, 0], [600, 0], [200, 1000]], np.float32),)
EIGHT: Strokes = (
    np.array(
        [[300 + 280 * np.sin(turn), 500 - 480 * np.cos(turn / 2)] for turn in np.linspace(0, 4 * np.pi, 60)], np.float32
    ),
)
LARGEST = 799  # pixels: of larger pictures no more are looked at
TIMES = 4  # as long as a plain photograph takes: all took less than it, and processors are noisy
MEMORY = 2  # times that of a plain photograph: they took 1.2


def sheet(shape: tuple[int, int], seed: int = 0) -> Ink:
    """The light of grainy paper under a lamp, in 0..1."""
    rng = np.random.default_rng(seed)
    return (0.8 - 0.1 * np.linspace(0, 1, shape[1]) + rng.normal(0, 0.008, shape)).astype(np.float32)


def taken(light: NDArray[np.floating]) -> Tone:
    return np.asarray(np.clip(255 * light, 0, 255), np.uint8)


def lit_half(shape: tuple[int, int], angle: float, offset: float) -> NDArray[np.bool_]:
    """What lies on one side of a straight line past the middle, `offset` of the side away from it."""
    y, x = np.mgrid[: shape[0], : shape[1]] - np.array(shape)[:, None, None] / 2
    return np.asarray(np.cos(angle) * x + np.sin(angle) * y > offset * min(shape))


def test_shadows_whose_edges_lie_anyhow_leave_hardly_ever_ink_on_blank_paper() -> None:
    rng, shape, answered = np.random.default_rng(5), (160, 200), 0
    for _ in range(60):
        shadow = rng.uniform(0.15, 0.4) * lit_half(shape, rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4))
        with contextlib.suppress(NoInk):
            find_ink(taken(sheet(shape) * (1 - shadow)))
            answered += 1
    assert answered <= 3, "without looking at both sides of what is dark, 46 of these were answered"


@pytest.mark.parametrize("angle", np.linspace(0, 6, 9).tolist())
def test_a_seven_beside_such_an_edge_is_found_alone(angle: float) -> None:
    ink = draw(SEVEN, Placement(200, 100, 9, 60, 50))
    shaded = sheet(ink.shape[:2]) * (1 - 0.3 * lit_half((200, 200), angle, 0.36))
    plain, beside = (find_ink(taken(light * (1 - 0.7 * ink))) for light in (sheet((200, 200)), shaded))
    assert abs(plain.top - beside.top) <= 2 and abs(plain.left - beside.left) <= 2
    assert np.abs(np.subtract(plain.ink.shape, beside.ink.shape)).max() <= 4


def test_a_stain_without_an_edge_is_no_ink_and_a_stroke_as_dark_is() -> None:
    y, x = np.mgrid[:240, :240]
    stain = 0.3 * np.exp(-((y - 120) ** 2 + (x - 120) ** 2) / (2 * 28**2))
    with pytest.raises(NoInk):
        find_ink(taken(sheet((240, 240)) * (1 - stain)))
    stroke = 0.3 * draw(SEVEN, Placement(240, 120, 10, 60, 60))
    assert find_ink(taken(sheet((240, 240)) * (1 - stroke))).ink.shape[0] > 100


def cut_out(whole: Ink, margin: int) -> Ink:
    """What is written on paper, with so many pixels around it."""
    rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
    return whole[rows[0] - margin : rows[-1] + 1 + margin, columns[0] - margin : columns[-1] + 1 + margin]


def found_of(light: NDArray[np.floating]) -> Ink:
    """What is taken for ink, where it lies on all of the picture."""
    found, ink = find_ink(taken(light)), np.zeros(light.shape[:2], np.float32)
    height, width = found.ink.shape
    ink[found.top : found.top + height, found.left : found.left + width] = found.ink
    return ink


@pytest.mark.parametrize("is_dark_paper", [False, True])
@pytest.mark.parametrize("pen", [12, 17, 21])
def test_of_an_eight_that_is_cut_out_along_its_sides_the_strokes_are_ink_and_its_loops_are_not(
    pen: int, is_dark_paper: bool
) -> None:
    ink = cut_out(draw(EIGHT, Placement(200, 100, pen, 50, 50)), 4)
    light = sheet(ink.shape[:2]) * (1 - 0.7 * ink)
    found = found_of(0.95 - light if is_dark_paper else light)
    assert found[ink > 0.9].mean() > 0.9 and found[ink == 0].mean() < 0.1


@pytest.mark.parametrize("pen", [8, 14, 20])
def test_a_seven_that_is_cut_out_along_its_sides_keeps_its_bar(pen: int) -> None:
    ink = cut_out(draw(SEVEN, Placement(240, 120, pen, 60, 60)), 2)
    found = found_of(sheet(ink.shape[:2]) * (1 - 0.7 * ink))
    assert found[: 2 + pen][ink[: 2 + pen] > 0.9].mean() > 0.9


def test_a_ruled_line_through_such_a_picture_is_none_of_it() -> None:
    ink = cut_out(draw(SEVEN, Placement(240, 120, 10, 60, 60)), 12)
    rule = np.zeros_like(ink)
    rule[-9:-6] = 1
    found = found_of(sheet(ink.shape[:2]) * (1 - np.maximum(0.7 * ink, 0.4 * rule)))
    assert found[-10:-5].max() == 0 and found[:-12][ink[:-12] > 0.9].mean() > 0.9


def test_of_a_number_that_is_cut_out_along_its_sides_every_digit_is_ink() -> None:
    digits = [draw(each, Placement(200, 100, 9, 50, 50))[:, 40:170] for each in (SEVEN, EIGHT, SEVEN, SEVEN, EIGHT)]
    ink = cut_out(np.concatenate(digits, axis=1), 3)
    found = found_of(sheet(ink.shape[:2]) * (1 - 0.6 * ink))
    assert found[ink > 0.9].mean() > 0.9 and found[ink == 0].mean() < 0.1


def test_beside_the_only_whole_digit_what_the_edge_cut_off_is_no_ink() -> None:
    whole = draw(SEVEN, Placement(160, 100, 9, 50, 30))
    ink = whole.copy()
    ink[:, :45] = np.maximum(ink[:, :45], draw(EIGHT, Placement(160, 100, 9, 0, 30))[:, 30:75])
    found = found_of(sheet(ink.shape[:2]) * (1 - 0.6 * ink))
    assert found[:, :45].max() == 0 and found[whole > 0.9].mean() > 0.9


def jpeg(light: NDArray[np.floating], turned: int = 1) -> bytes:
    """A photograph, with the EXIF entry that says how the camera was held."""
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = turned
    Image.fromarray(taken(light)).save(file, "JPEG", quality=85, exif=exif)
    return file.getvalue()


def large_sheet() -> tuple[Ink, float, float]:
    """12 megapixels with a seven that takes a twentieth of the longer side, and its place in fractions."""
    tile = sheet((300, 400))
    light = np.tile(tile - tile.mean(axis=0), (10, 10)) + np.linspace(0.85, 0.65, 4000, dtype=np.float32)
    ink = draw(SEVEN, Placement(220, 200, 16, 10, 10))
    light[1500:1720, 2600:2820] *= 1 - 0.6 * ink
    return light, 2610 / 4000, 1510 / 3000


@pytest.mark.parametrize("turned", [1, 6])
def test_a_small_digit_of_a_large_photograph_is_seen_in_the_pixels_that_were_sent(turned: int) -> None:
    light, left, top = large_sheet()
    seen = see([Picture(jpeg(np.rot90(light) if turned == 6 else light, turned))])
    assert seen.inks[0].shape[0] > 40, "averaged down, it has 20 rows"
    area = seen.areas[0]
    assert abs(area.left - left) < 0.01 and abs(area.top - top) < 0.01
    assert abs(area.height - 200 / 3000) < 0.01


def test_a_second_look_refuses_no_picture_that_was_read_without_it() -> None:
    light, _, _ = large_sheet()
    sent = jpeg(light)
    first, second = see([Picture(sent), Picture(sent)]).inks
    assert min(first.shape[0], second.shape[0]) > 15


def hostile(name: str, side: int) -> Tone:
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:side, :side]
    grain = rng.integers(0, 9, (side, side))
    light = {
        "noise": rng.integers(0, 256, (side, side)),
        "checkers": (x + y) % 2 * 200 + grain,
        "large checkers": (x // 14 + y // 14) % 2 * 150 + grain,
        "specks": np.where(rng.random((side, side)) < 0.02, 20, 200) + grain,
        "squares": np.where((x % 40 < 20) & (y % 40 < 20), 60, 200) + grain,
        "snake": np.where((y % 8 < 3) | ((x < 4) & (y // 8 % 2 == 0)) | ((x > side - 5) & (y // 8 % 2 == 1)), 60, 200)
        + grain,
        "lines": np.where((y % 6 < 2) | (x % 6 < 2), 60, 200) + grain,
        "stripes": np.where((x + 3 * y) % 30 < 9, 60, 200) + grain,
        "a clean grid": np.where((x % 40 < 2) | (y % 40 < 2), 0, 255),
        "clean stripes": np.where((y + x // 12) % 20 < 3, 0, 255),
        "clean noise": np.where(rng.random((side, side)) < 0.3, 0, 255),
    }[name]
    return np.asarray(light, np.uint8)


def cost(pixels: Tone) -> tuple[float, int]:
    """Processor seconds, the least of three, and bytes that finding ink takes."""
    seconds = []
    for _ in range(3):
        started = time.process_time()
        _find(pixels)
        seconds.append(time.process_time() - started)
    tracemalloc.start()
    _find(pixels)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return min(seconds), most


def _find(pixels: Tone) -> None:
    with contextlib.suppress(NoInk):
        find_ink(pixels)


@pytest.fixture(scope="module")
def plain() -> tuple[float, int]:
    ink = draw(SEVEN, Placement(LARGEST, 400, 30, 200, 200))
    return cost(taken(sheet((LARGEST, LARGEST)) * (1 - 0.7 * ink)))


@pytest.mark.parametrize(
    "name",
    [
        *("noise", "checkers", "large checkers", "specks", "squares", "snake", "lines", "stripes"),
        *("a clean grid", "clean stripes", "clean noise"),
    ],
)
def test_no_pattern_costs_many_times_what_a_photograph_of_its_size_does(name: str, plain: tuple[float, int]) -> None:
    seconds, memory = cost(hostile(name, LARGEST))
    assert seconds < TIMES * plain[0]
    assert memory < MEMORY * plain[1]
