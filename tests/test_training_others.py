"""What is no digit: made of everything that a checkout has, of many kinds, and never a digit by itself."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from function.digit.normalize import normalize
from training.data.doodles import DOODLES
from training.data.drawings import OTHERS, Drawing, Writing, write_drawings
from training.data.glyphs import PLAIN
from training.data.hands import unit
from training.data.others import doodles, fonts
from training.data.others.characters import Characters, Cursive, Scribbles
from training.data.others.drawn import draw_others, is_lone_line, printed_digits
from training.data.others.fancied import fancy, is_near_digit
from training.data.others.figures.made_up import LEAST, MadeUp
from training.data.others.figures.table import FIGURES, HELD_OUT, VALIDATION, Figures
from training.data.others.kinds import KINDS, SIDES, Material, recipes, shares
from training.data.others.pairs import LEAST_GAP, Pairs
from training.data.others.parts import SIDES as PART_SIDES
from training.data.others.parts import Parts, cut, is_line
from training.data.others.recipe import Recipe, as_seen, as_sent
from training.data.others.sides import HELD_OUT_SOURCES, UNSEEN, VALIDATION_SOURCES, Others, load_others, materials
from training.data.others.skeleton import skeleton
from training.data.others.turned import TURNS, turned
from training.data.others.writings import BORDER, LOOKALIKES, by_kind
from training.data.renderings import render, vary
from training.data.sets import NO_DIGIT, NONE, LabeledDigits, Mnist, NoData, Pens
from training.data.strokes import Placement, draw

seeds = st.integers(0, 2**32 - 1)
DIGITS = tuple(Drawing(int(label), strokes, "syn") for label, strokes in PLAIN.items())
NO_GLYPHS = {"glyphs", "drawn glyphs"}
FINE = Placement(side=100, size=80, pen=3, x=10, y=10)


def writing(text: str, source: str = "kai") -> Writing:
    return Writing(text, (np.array([[0, 0], [300, 1000], [600, 0]], np.float32),), source)


def material(side: str = "train") -> Material:
    pictures = np.zeros((3, 28, 28), np.uint8)
    pictures[:, 4:24, 4:24] = np.tile([255, 0, 0, 255], (20, 5))
    writings = tuple(map(writing, ("A", "k", "%", "word")))
    return Material(side, render(DIGITS, 3, 0, vary), DIGITS, writings, {"car": pictures, "square": pictures})


def drawings_of(recipe: Recipe, count: int, seed: int = 0) -> Sequence[object]:
    rng = np.random.default_rng(seed)
    return [recipe.make(rng) for _ in range(count)]


def test_every_kind_has_a_recipe_and_every_recipe_a_kind() -> None:
    assert recipes(material(), few=True).keys() == KINDS.keys()
    assert shares([*KINDS]).sum() == pytest.approx(1)


def test_without_any_data_figures_characters_and_fonts_are_left() -> None:
    found = recipes(Material("train", NONE), few=True).keys()
    assert found == {
        "shapes",
        "scribbles",
        "characters",
        "cursive",
        "textures",
        "glyphs",
        "drawn glyphs",
        "made-up figures",
    }


@pytest.mark.parametrize("side", SIDES)
def test_what_is_made_has_ink_on_every_side(side: str) -> None:
    rng = np.random.default_rng(0)
    for name, recipe in recipes(material(side), few=True).items():
        for _ in range(5):
            made = recipe.some(rng).make(rng)
            seen, sent = as_seen(made, rng, KINDS[name].widest), as_sent(made, rng)
            assert 0 < seen.max() <= 1 and 0 < sent.max() <= 1, name


def test_the_same_seed_makes_the_same_drawings_and_another_others(tmp_path: Path) -> None:
    cache = tmp_path / "others.npz"
    first = draw_others(material(), 80, 3, cache)
    assert (first.digits.labels == NO_DIGIT).all() and len(first) == 80
    for again in (draw_others(material(), 80, 3, cache), draw_others(material(), 80, 3)):
        assert np.array_equal(first.digits.digits, again.digits.digits) and np.array_equal(first.kinds, again.kinds)
    assert not np.array_equal(first.digits.digits, draw_others(material(), 80, 4, cache).digits.digits)


def test_the_cache_of_other_material_is_drawn_anew(tmp_path: Path) -> None:
    cache = tmp_path / "others.npz"
    draw_others(material(), 40, 3, cache)
    assert "letters" not in draw_others(Material("train", NONE), 40, 3, cache).names


def test_nothing_asked_for_is_nothing() -> None:
    assert len(draw_others(material(), 0, 0)) == 0


def test_letters_and_words_that_are_digits_by_themselves_are_left_out_and_those_near_them_apart() -> None:
    texts = ["A", "k", "O", "l", "%", "|", "and", "oo", "go on", "é"]
    found = {name: [each.text for each in part] for name, part in by_kind(map(writing, texts)).items()}
    assert found == {"letters": ["k", "é"], "signs": ["%"], "border": ["A"], "words": ["and", "go on"]}
    assert not LOOKALIKES & BORDER


def test_what_is_learned_from_is_neither_for_validation_nor_held_out() -> None:
    sources = ["kai", *sorted(VALIDATION_SOURCES), *sorted(HELD_OUT_SOURCES)]
    writings = tuple(writing(text, source) for text in ("A", *sorted(UNSEEN)) for source in sources)
    names = [f"kind {number}" for number in range(40)] + ["smiley face"]
    pictures = {name: np.zeros((1, 28, 28), np.uint8) for name in names}
    sides = materials(Mnist(NONE, NONE, NONE), Pens((), (), ()), Others(writings, pictures))
    used = {side: {(each.source, each.text) for each in found.writings} for side, found in sides.items()}
    assert used["train"] == {("kai", "A")}
    assert {source for source, _ in used["held out"]} == HELD_OUT_SOURCES
    assert not used["held out"] & used["validation"]
    kinds = [set(sides[side].doodles or {}) for side in SIDES]
    assert set.union(*kinds) == set(names) and sum(map(len, kinds)) == len(names)
    assert "smiley face" in kinds[0]


def test_figures_are_on_one_side_each() -> None:
    assert not VALIDATION & HELD_OUT
    assert FIGURES.keys() >= VALIDATION | HELD_OUT
    assert "face" not in VALIDATION | HELD_OUT


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_is_another_one_each_time_and_hardly_ever_a_line(name: str) -> None:
    made = [strokes for strokes in drawings_of(Figures((name,)), 30) if isinstance(strokes, tuple)]
    assert len({np.concatenate(strokes).tobytes() for strokes in made}) == 30
    assert sum(is_lone_line(normalize(draw(strokes, FINE))) for strokes in made) <= 2


def test_a_made_up_figure_has_more_to_it_than_a_digit() -> None:
    for strokes in drawings_of(MadeUp(), 50):
        assert isinstance(strokes, tuple) and len(strokes) >= 3
        # hands bend a figure by a tenth at most
        assert sum(np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in unit(strokes)) > 0.8 * LEAST


def test_a_folder_without_letters_and_doodles_has_none_and_a_broken_file_is_told(tmp_path: Path) -> None:
    assert load_others(tmp_path) == load_others(None) == Others()
    write_drawings(tmp_path / OTHERS, [writing("A")])
    assert [each.text for each in load_others(tmp_path).writings] == ["A"]
    (tmp_path / DOODLES).write_bytes(b"no archive")
    with pytest.raises(NoData, match=DOODLES):
        load_others(tmp_path)


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_half_a_digit_is_never_a_line(seed: int) -> None:
    made = Parts(DIGITS).make(np.random.default_rng(seed))
    assert isinstance(made, tuple) and not is_line(made)


def test_ones_zeros_and_loops_are_not_halved() -> None:
    assert [label for label, sides in PART_SIDES.items() if not sides] == [0, 1, 6, 8, 9]


def test_a_cut_keeps_what_lies_beyond_it() -> None:
    bar = (np.array([[0, 0.5], [1, 0.5]], np.float32),)
    (right,) = cut(bar, np.array([1.0, 0.0]), 0.6)
    assert right[:, 0].min() == pytest.approx(0.6, abs=0.05) and right[:, 0].max() == 1
    assert cut(bar, np.array([0.0, 1.0]), 0.6) == ()


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_digits_of_a_number_stand_side_by_side(seed: int) -> None:
    strokes = Pairs(DIGITS[:2]).make(np.random.default_rng(seed))
    assert isinstance(strokes, tuple) and len(strokes) >= 2
    points = np.concatenate(strokes)
    width, height = np.ptp(points, axis=0)
    assert width > LEAST_GAP and height > 0.5


def test_a_digit_is_turned_only_where_none_results() -> None:
    assert not {0, 1, 8} & TURNS.keys()
    ink = np.zeros((28, 28), np.float32)
    ink[2, 5] = 1
    for matrices in TURNS.values():
        for matrix in matrices:
            moved = turned(ink, matrix)
            row, column = np.argwhere(moved)[0]
            expected = matrix @ np.array([5 - 13.5, 2 - 13.5]) + 13.5
            assert (column, row) == tuple(expected)


@pytest.mark.parametrize(
    "recipe", [Characters(), Cursive(), Scribbles(), MadeUp()], ids=lambda recipe: type(recipe).__name__
)
def test_what_chance_draws_has_several_strokes_or_a_long_one(recipe: Recipe) -> None:
    for made in drawings_of(recipe, 50):
        assert isinstance(made, tuple)
        way = sum(np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in unit(made))
        assert len(made) > 1 or way > 1.2


def test_a_line_is_a_line_however_thick_and_a_colon_is_none() -> None:
    def seen(*strokes: list[tuple[float, float]]) -> bool:
        placed = Placement(side=100, size=80, pen=8, x=10, y=10)
        return is_lone_line(normalize(draw(tuple(np.array(each, np.float32) for each in strokes), placed)))

    assert seen([(0, 0), (0, 1)]) and seen([(0, 0), (0.5, 1)])
    assert not seen([(0, 0), (1, 0.05)])  # lies
    assert not seen([(0, 0)], [(0, 1)])  # a colon
    assert not seen([(0, 0), (0.5, 1), (1, 0)])


def test_the_middle_of_a_thick_bar_is_one_stroke_along_it() -> None:
    ink = np.zeros((40, 60), bool)
    ink[15:24, 5:55] = True
    (stroke,) = [each for each in skeleton(ink) if len(each) > 20]
    assert np.abs(stroke[:, 1] - 20).max() <= 2
    assert 35 < np.ptp(stroke[:, 0]) <= 50


def test_a_ring_has_a_ring_as_its_middle() -> None:
    y, x = np.mgrid[:50, :50] - 24.5
    radius = np.hypot(x, y)
    points = np.concatenate(skeleton((radius > 14) & (radius < 22))) - 25.5  # one pixel of paper around
    assert np.abs(np.hypot(*points.T) - 18).max() < 3


@pytest.mark.parametrize("text", ["8", "O", "Ö", "𝟖", "Ⅷ", "٣", "ø", "|"])
def test_characters_that_are_digits_are_no_glyphs_of_others(text: str) -> None:
    assert fonts.is_lookalike(text)


def test_glyphs_of_others_are_no_digits_and_printed_digits_are() -> None:
    texts = {glyph.text for glyph in fonts.glyphs_of("train", few=True)}
    assert texts and not texts & fonts.LOOKALIKES
    digits = printed_digits("validation", 30, 0)
    assert digits.labels[:10].tolist() == [*range(10)] and digits.digits.max(axis=(1, 2)).min() == 255


def test_fancied_characters_are_no_digits_and_have_ink() -> None:
    glyphs = fonts.glyphs_of("validation", few=True)
    rng = np.random.default_rng(0)
    made = [fancy(glyphs[number].levels, glyphs[-number].levels, rng) for number in range(60)]
    assert all(levels.max() > 127 for levels in made)
    assert sum(not is_near_digit(levels) for levels in made) > 10
    assert all(is_near_digit(digit.levels) for digit in fonts.digits_of("train"))


def test_families_and_scripts_have_one_side_each() -> None:
    families = [name for part in fonts.FAMILIES.values() for name in part]
    assert len(families) == len(set(families)) and fonts.FAMILIES.keys() == fonts.SCRIPTS.keys() == set(SIDES)
    blocks = sorted(block for part in fonts.SCRIPTS.values() for block in part)
    assert all(one[1] <= other[0] for one, other in pairwise(sorted([*blocks, *fonts.MORE])))


def test_doodles_are_turned_and_thickened_but_stay_in_their_frame() -> None:
    picture = np.zeros((28, 28), np.uint8)
    picture[8:20, 8:20] = np.asarray(Image.new("L", (12, 12), 255))
    made = [ink for ink in drawings_of(doodles.Doodles((picture,)), 40) if isinstance(ink, np.ndarray)]
    assert len(made) == 40 and {ink.shape[0] for ink in made} == {28, 36 * doodles.LARGER}
    assert len({ink.tobytes() for ink in made}) > 20


def test_own_digits_stay_labeled_when_others_are_made_of_them() -> None:
    digits = LabeledDigits(np.full((4, 28, 28), 255, np.uint8), np.arange(4, dtype=np.uint8))
    found = recipes(Material("train", digits), few=True)
    assert {"pixel pairs", "pixel parts", "pixel neighbors", "pixel turned"} <= found.keys()
