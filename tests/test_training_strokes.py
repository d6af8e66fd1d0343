"""Strokes → ink, and strokes → other strokes of the same digit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from function.digit.normalize import normalize
from training.data.drawings import Drawing
from training.data.glyphs import PLAIN
from training.data.hands import varied
from training.data.strokes import Placement, close_placement, draw, random_placement, worn

BAR = (np.array([[0, 0], [0, 1000]], np.float32),)
seeds = st.integers(0, 2**32 - 1)


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_stroke_is_as_long_and_as_wide_as_placed_and_begins_where_placed() -> None:
    ink = draw(BAR, Placement(side=100, size=60, pen=8, x=30, y=20))
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.5), np.flatnonzero(ink.max(axis=0) > 0.5)
    assert (rows[0], rows[-1] + 1) == pytest.approx((20, 80), abs=1)
    assert (columns[0], columns[-1] + 1) == pytest.approx((30, 38), abs=1)


def test_the_pen_is_round_and_as_dark_as_ink_gets() -> None:
    dot = (np.array([[0, 0]], np.float32),)
    ink = draw(dot, Placement(side=60, size=40, pen=40, x=10, y=10))
    assert ink.max() == 1
    assert ink.sum() == pytest.approx(np.pi * 20**2, rel=0.05)


@pytest.mark.parametrize("pen", [0.5, 1, 3, 12])
def test_every_pen_leaves_ink_and_a_wider_pen_leaves_more(pen: float) -> None:
    thin = draw(PLAIN["3"], Placement(side=100, size=80, pen=pen, x=10, y=10))
    thick = draw(PLAIN["3"], Placement(side=100, size=80, pen=pen + 3, x=10, y=10))
    assert 0 < thin.sum() < thick.sum()
    assert thin.min() == 0 and thin.max() <= 1


@settings(deadline=None, max_examples=50)
@given(seeds)
def test_a_random_placement_keeps_the_drawing_on_the_canvas(seed: int) -> None:
    place = random_placement(rng_of(seed), (64, 400), (0.1, 1.0), (0.01, 0.12))
    assert 64 <= place.side <= 400
    assert place.x >= 0 and place.x + place.size <= place.side + 1e-6
    assert place.y >= 0 and place.y + place.size <= place.side + 1e-6
    assert place.pen <= place.size / 5


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(PLAIN)), seeds)
def test_any_variation_of_any_digit_is_a_digit_in_the_frame(label: str, seed: int) -> None:
    rng = rng_of(seed)
    strokes = varied(Drawing(int(label), PLAIN[label], "own"), rng)
    digit = normalize(worn(draw(strokes, close_placement(rng)), rng))
    assert digit.shape == (28, 28) and digit.dtype == np.float32
    assert digit.min() >= 0 and digit.max() == pytest.approx(1)


def test_variation_depends_on_its_seed_alone() -> None:
    drawing = Drawing(7, PLAIN["7"], "own")
    first, again, other = (varied(drawing, rng_of(seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert any(one.shape != two.shape or not np.array_equal(one, two) for one, two in zip(first, other, strict=False))


def test_some_zeros_get_a_slash_and_some_sevens_a_bar_but_threes_keep_their_strokes() -> None:
    counts = {
        label: [len(varied(Drawing(int(label), PLAIN[label], "own"), rng_of(seed))) for seed in range(200)]
        for label in ("0", "7", "3")
    }
    assert 5 <= counts["0"].count(2) <= 60
    assert 10 <= counts["7"].count(2) <= 80
    assert set(counts["3"]) == {1}


@settings(deadline=None, max_examples=50)
@given(seeds)
def test_wear_leaves_paper_white_far_from_the_ink(seed: int) -> None:
    ink = draw(BAR, Placement(side=100, size=60, pen=4, x=5, y=20))
    spoiled = worn(ink, rng_of(seed))
    assert spoiled.shape == ink.shape
    assert spoiled.min() >= 0 and spoiled.max() <= 1
    assert not spoiled[:, 40:].any()
