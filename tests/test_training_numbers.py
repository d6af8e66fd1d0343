"""Numbers of several digits, as people wrote them and composed, and what is judged of pictures that show them."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from function.network.network import Network
from training.data.drawings import NUMBERS, Drawing, Strokes, Writing, write_drawings
from training.data.glyphs import PLAIN
from training.data.numbers import HEIGHTS, LENGTHS, composed, load_numbers, number_picture
from training.data.sets import NONE, NoData, NoPart
from training.measuring.judged import judge_all
from training.measuring.reading import as_png
from training.measuring.written import Judge

DIGITS = [Drawing(int(label), strokes, source) for source in "ab" for label, strokes in PLAIN.items()]


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_composed_numbers_have_all_lengths_in_turn_and_the_strokes_of_their_digits() -> None:
    numbers = list(composed(DIGITS, 33, rng()))
    shortest, longest = LENGTHS
    assert [len(number.text) for number in numbers] == [*range(shortest, longest + 1)] * 3
    for number in numbers:
        assert len(number.strokes) == sum(len(PLAIN[digit]) for digit in number.text)
    assert [number.text for number in composed(DIGITS, 33, rng())] == [number.text for number in numbers]


def test_the_digits_of_a_number_stand_in_a_line_from_left_to_right() -> None:
    for number in composed(DIGITS, 22, rng()):
        digits = [np.concatenate(strokes) for strokes in number.drawn]
        lefts = [float(points[:, 0].min()) for points in digits]
        assert lefts == sorted(lefts)
        assert np.ptp([points[:, 1].mean() for points in digits]) < 0.35 * len(digits)


def test_digits_that_do_not_touch_have_paper_between_them_whatever_the_pen() -> None:
    for number in composed(DIGITS, 33, rng(), touching=0):
        for before, after in itertools.pairwise(np.concatenate(strokes) for strokes in number.drawn):
            assert after[:, 0].min() - before[:, 0].max() > number.pen
    for number in composed(DIGITS, 33, rng(), touching=1):
        for before, after in itertools.pairwise(np.concatenate(strokes) for strokes in number.drawn):
            assert after[:, 0].min() - before[:, 0].max() <= number.pen


def test_a_number_s_picture_holds_all_of_it_at_a_size_that_people_write() -> None:
    draw = rng()
    for number in composed(DIGITS, 40, rng()):
        levels = np.asarray(number_picture(number.strokes, draw, number.pen))
        ink = np.abs(levels.astype(int) - int(levels[0, 0])) > 60
        assert max(levels.shape) <= 810
        assert not ink[[0, -1]].any() and not ink[:, [0, -1]].any()
        assert HEIGHTS[0] * 0.5 < np.ptp(np.flatnonzero(ink.any(axis=1))) < 2.5 * HEIGHTS[1]


def test_written_numbers_are_read_from_their_file(tmp_path: Path) -> None:
    with pytest.raises(NoPart, match=NUMBERS):
        load_numbers(tmp_path)
    with pytest.raises(NoPart, match="no folder"):
        load_numbers(None)
    write_drawings(tmp_path / NUMBERS, [Writing("42", PLAIN["4"], "tos")])
    assert [number.text for number in load_numbers(tmp_path)] == ["42"]
    (tmp_path / NUMBERS).write_bytes(b"no gzip")
    with pytest.raises(NoData, match="can't be read"):
        load_numbers(tmp_path)


def knowing(known: float, digit: int = 3) -> Network:
    """One to which everything is this digit, with that probability of being one."""
    row = np.zeros(11, np.float32)
    row[digit], row[10] = 1, known
    return Network("knowing", "keras", lambda digits: np.tile(row, (len(digits), 1)), threshold=0.5)


def strokes_png(strokes: Strokes) -> bytes:
    return as_png(number_picture(strokes, rng()))


def judged(network: Network, texts: list[str]) -> list[tuple[str, str]]:
    """Kind and text that are said of pictures of these digits, and of a blank one at the end."""
    sent = [strokes_png(PLAIN[text]) for text in texts] + [as_png(Image.new("L", (50, 50), 255))]
    with ThreadPoolExecutor(1) as pool:
        found = Judge(network, pool).judge("some", [*texts, ""], sent)
    assert len(found) == len(texts) + 1
    assert len(found.mistakes) == sum(not each.is_right for each in found.said)
    return [(each.kind, each.said) for each in found.said]


def test_what_is_said_is_judged_by_its_text_and_a_refused_picture_shows_nothing() -> None:
    assert judged(knowing(0.9), ["3", "5"]) == [("digit", "3"), ("digit", "3"), ("unknown", "")]
    assert judged(knowing(0.1), ["3", "5"]) == [("unknown", "")] * 3


def test_mistakes_tell_what_was_written_and_what_was_said() -> None:
    with ThreadPoolExecutor(1) as pool:
        judge = Judge(knowing(0.9), pool)
        five = judge.judge("digits", ["5"], [strokes_png(PLAIN["5"])]).mistakes[0]
        cross = judge.judge("signs", [""], [strokes_png(PLAIN["7"])]).mistakes[0]
    assert (five.label, five.read, five.set) == ("5", "3", "digits")
    assert (cross.label, cross.read) == ("none", "3")
    assert cross.digit is not None and cross.digit.shape == (28, 28)


def test_confidence_is_believed_as_far_as_it_is_right() -> None:
    """Half of the pictures are threes, half are none; all are called a three, with a confidence of 0.9."""

    class Threes:
        def make(self, rng: np.random.Generator) -> Strokes:
            return PLAIN["3"]

        def some(self, rng: np.random.Generator) -> "Threes":
            return self

    threes = [Drawing(3, PLAIN["3"], "own")] * 20
    with ThreadPoolExecutor(1) as pool:
        findings = judge_all(Judge(knowing(0.9), pool), NONE, threes, {"letters": Threes()}, [], few=20)
    rows = {row.name: row.value for row in findings.rows}
    assert rows["kept_pens"] == 100 and rows["letters"] == 0
    assert rows["known"] == pytest.approx(40, abs=0.1)
    assert "written" not in rows  # of which there were none
