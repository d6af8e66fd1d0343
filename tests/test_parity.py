"""The page's own network reads drawings as the function's line does: what is seen, the probabilities, the kind."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from function.formats import BUNDLED
from function.network.float16 import packed
from function.network.loading import build
from scripts.parity import (
    SIDE,
    Agreement,
    Own,
    compare,
    compared,
    held_out_drawings,
    held_out_numbers,
    levels,
    own_drawings,
    read_by_function,
    read_by_page,
    report,
)

NETWORK = build(BUNDLED)
LARGEST = 0.02  # difference of a probability
MOST_CUT = 0.02  # of drawings, a tenth of which are two digits, some over each other


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed")
    return found


@pytest.fixture(scope="module")
def weights() -> bytes:
    found = packed(NETWORK, "1")
    assert found is not None
    return found.content


def assert_agreed(agreement: Agreement, wrong: list[int]) -> None:
    assert wrong == [], report("disagreed", agreement)
    everywhere = agreement.drawings
    assert agreement.seen == agreement.nearest == agreement.looked == everywhere
    assert agreement.told == everywhere - agreement.left - agreement.cut
    assert agreement.cut <= MOST_CUT * everywhere
    assert agreement.probability <= LARGEST


def test_on_drawings_of_our_own(node: str, weights: bytes, say: Callable[[str], None]) -> None:
    pictures = [*own_drawings(240, np.random.default_rng(1))]
    agreement, wrong = compare(pictures, NETWORK, weights, node)
    say(report("own glyphs", agreement))
    assert_agreed(agreement, wrong)
    assert 0 < agreement.left < agreement.drawings / 3


def test_on_digits_and_numbers_of_other_people(
    node: str, weights: bytes, data: Path, say: Callable[[str], None]
) -> None:
    rng = np.random.default_rng(1)
    pictures = [*held_out_drawings(data, 120, rng), *held_out_numbers(data, 30, rng)]
    agreement, wrong = compare(pictures, NETWORK, weights, node)
    say(report("other people", agreement))
    assert_agreed(agreement, wrong)


def test_on_pictures_without_ink_and_on_paper_that_is_not_the_pad_s(node: str, weights: bytes) -> None:
    blank = levels(np.zeros((SIDE, SIDE), np.float32))
    faint = blank.copy()
    faint[100:150, 100:110] -= 9  # fainter than people see
    specks = blank.copy()
    specks[50, 50:54] = 0  # as few as a camera's hot pixels
    uneven = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), np.uint8)
    found, _ = read_by_page([blank, faint, specks, uneven], weights, node)
    assert [one.kind for one in found] == ["blank", "blank", "blank", "unplain"]
    assert [read_by_function(each, NETWORK).reading for each in (blank, faint, specks)] == [None] * 3


def test_a_difference_would_be_found(node: str, weights: bytes) -> None:
    (picture,) = own_drawings(1, np.random.default_rng(2))
    (good,), _ = read_by_page([picture], weights, node)
    theirs = read_by_function(picture, NETWORK)
    assert compared([good], [theirs], NETWORK)[1] == []
    assert good.digit is not None
    rolled = [*good.probabilities[1:], good.probabilities[0]]
    for other in (
        Own("several", good.text, good.nearest, good.known, good.probabilities, good.digit),
        Own(good.kind, "x", good.nearest, good.known, good.probabilities, good.digit),
        Own(good.kind, good.text, good.nearest + 1, good.known, good.probabilities, good.digit),
        Own(good.kind, good.text, good.nearest, good.known, good.probabilities, np.roll(good.digit, 1)),
        Own("blank", "", 0, 0, [], None),
    ):
        assert compared([other], [theirs], NETWORK)[1] == [0]
    agreement, _ = compared(
        [Own(good.kind, good.text, good.nearest, good.known, rolled, good.digit)], [theirs], NETWORK
    )
    assert agreement.probability > LARGEST
