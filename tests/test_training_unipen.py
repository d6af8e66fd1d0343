"""UNIPEN's files → drawings, on a release in miniature and on files of the real one."""

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.support.unipen import NUMBERS_TEXTS, OTHERS_TEXTS, WRITERS, write_release
from training.__main__ import main
from training.data.categories import COUNTED, LOWER, PARTS, SIGNS, UPPER, WORDS, read_folder
from training.data.drawings import NUMBERS, OTHERS, Writing, read_drawings, read_writings
from training.data.release import convert
from training.data.sets import PENS, NoData
from training.data.unipen import read_components, read_segments

PEN_FILE = """
.WRITER_ID x
.DATE 10 27 94
.COMMENT 12 34
.PEN_DOWN
.PEN_UP
.PEN_DOWN
100 300 7
100 100 8
.PEN_UP
100 200
.DT 30
5 5
.PEN_DOWN
300 300
500 300
.PEN_DOWN
9 9
"""


@pytest.fixture
def release(tmp_path: Path) -> Path:
    (tmp_path / "data/1a/abc").mkdir(parents=True)
    (tmp_path / "include/abc").mkdir(parents=True)
    (tmp_path / "include/abc/pen.dat").write_text(PEN_FILE)
    (tmp_path / "data/1a/abc/w.dat").write_text(
        '.VERSION 1.0\n.INCLUDE abc/pen.dat\n.SEGMENT CHARACTER 0-2 OK "4"\n'
        '.SEGMENT CHARACTER 2:0-2:1,3 ? "7"\n.SEGMENT CHARACTER 1 ? "1"\n.SEGMENT CHARACTER 0 ? "a"\n'
    )
    return tmp_path


def test_components_without_points_and_lines_outside_of_components_do_not_count() -> None:
    components = read_components(PEN_FILE.splitlines())
    assert [(component.down, len(component.points)) for component in components] == [
        (True, 2),
        (False, 1),
        (True, 2),
        (True, 1),
    ]


def test_only_digits_that_the_pen_wrote_are_read(release: Path) -> None:
    ((name, drawings),) = read_folder(release)
    assert name == "abc/w.dat"
    assert [(drawing.text, len(drawing.strokes)) for drawing in drawings] == [("4", 2), ("7", 2)]
    assert {drawing.source for drawing in drawings} == {"abc"}


def test_strokes_lie_at_the_origin_with_y_down_and_their_longer_side_1000(release: Path) -> None:
    ((_, drawings),) = read_folder(release)
    first, second = drawings[0].strokes
    assert first.tolist() == [[0, 0], [0, 500]]
    assert second.tolist() == [[500, 0], [1000, 0]]


def test_a_folder_that_is_no_release_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(NoData, match="train_r01_v07"):
        list(read_folder(tmp_path))


def test_a_missing_included_file_is_named(release: Path) -> None:
    (release / "include/abc/pen.dat").unlink()
    with pytest.raises(NoData, match=r"pen\.dat is missing"):
        list(read_folder(release))


def test_files_of_the_real_release_hold_what_a_right_parser_finds(data: Path) -> None:
    sample = data / "unipen-sample"
    expected = json.loads((sample / "expected.json").read_text())
    found = dict(read_folder(sample))
    assert found.keys() == expected.keys()
    for name, drawings in found.items():
        assert "".join(drawing.text for drawing in drawings) == expected[name]["labels"]
        assert [len(drawing.strokes) for drawing in drawings] == expected[name]["strokes"]
        assert sum(len(stroke) for each in drawings for stroke in each.strokes) == expected[name]["points"]


def test_digits_that_the_data_set_has_as_well_have_the_same_strokes(data: Path) -> None:
    """To one unit, as halves may round either way; the data set leaves some of the release's digits out."""
    known: dict[tuple[str | int, ...], list[np.ndarray]] = {}
    for drawing in read_drawings(data / "pen-digits.jsonl.gz"):
        writing = Writing(str(drawing.label), drawing.strokes, drawing.source)
        known.setdefault(shape_of(writing), []).append(np.concatenate(drawing.strokes))
    parsed = [drawing for _, drawings in read_folder(data / "unipen-sample") for drawing in drawings]
    same = [
        any(np.abs(np.concatenate(drawing.strokes) - other).max() <= 1 for other in known.get(shape_of(drawing), []))
        for drawing in parsed
    ]
    assert sum(same) > 100


def test_letters_and_signs_of_the_data_set_are_ink_of_the_same_files(data: Path, tmp_path: Path) -> None:
    """What other categories mark isn't in the sample; the pens that they include are. So all short runs are marked."""
    for path in (data / "unipen-sample/data/1a").rglob("*.dat"):
        copy = tmp_path / "data/1c" / path.relative_to(data / "unipen-sample/data/1a")
        copy.parent.mkdir(parents=True, exist_ok=True)
        runs = (f"{first}-{first + more}" for first in range(900) for more in range(4))
        head = path.read_text().partition(".SEGMENT")[0]
        copy.write_text(head + "".join(f'.SEGMENT CHARACTER {run} ? "a"\n' for run in runs))
    (tmp_path / "include").symlink_to(data / "unipen-sample/include")
    marked: dict[tuple[str | int, ...], list[np.ndarray]] = {}
    for _, writings in read_folder(tmp_path, LOWER):
        for each in writings:
            marked.setdefault((each.source, *shape_of(each)[1:]), []).append(np.concatenate(each.strokes))
    found: Counter[str] = Counter()
    for known in read_writings(data / OTHERS):
        points = np.concatenate(known.strokes)
        same = marked.get((known.source, *shape_of(known)[1:]), []) if len(points) > 5 else []
        found[known.source] += any(np.abs(points - other).max() <= 1 for other in same)
    assert found.total() > 150 and {"ced", "ibm", "imp", "tos"} <= (+found).keys()


def shape_of(drawing: Writing) -> tuple[str | int, ...]:
    return drawing.text, *(len(stroke) for stroke in drawing.strokes)


def test_sources_of_digits_that_the_splits_give_no_side_are_left_out_and_told(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The release of abc has two digits, which are kept as one of the known sources'."""
    out = tmp_path / PENS
    assert f"Nothing for {PENS}" in str(convert(release, {PENS: out})[PENS])
    told = capsys.readouterr().out
    assert "left out: abc, sources that" in told and "No digits are in the files of data/1a" in told
    assert not out.exists()
    (release / "data/1a/abc").rename(release / "data/1a/syn")
    assert convert(release, {PENS: out}) == {}
    printed = capsys.readouterr().out
    assert "left out" not in printed and f"{PENS}: 2 digits" in printed


def segments_of(text: str) -> list[tuple[str, str, str]]:
    return [(each.kind, each.parts, each.label) for each in read_segments(text.splitlines())]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"\""', '"'),
        (r'"\\"', "\\"),
        (r'"\/"', "/"),
        (r'"3\'5\" = 41\""', '3\'5" = 41"'),
        (r'"a\tb\nc"', "a\tb\nc"),
        ('"pitter-patter"', "pitter-patter"),
        ('""', ""),
        ('"été"', "été"),
    ],
)
def test_labels_are_read_as_the_format_escapes_them(written: str, meant: str) -> None:
    assert segments_of(f".SEGMENT WORD 0-4 OK {written}") == [("WORD", "0-4", meant)]


def test_a_segment_has_a_kind_components_a_quality_and_a_label_and_may_go_on_in_the_next_line() -> None:
    text = """
.HIERARCHY PAGE WORD CHARACTER
.SEGMENT CHARACTER 3:0-4:25 ? "a"
.SEGMENT WORD 0-3, 5 - 7
   9 BAD "the"
.PEN_DOWN
1 2 "3"
.SEGMENT WORD 0-3 "no quality"
.SEGMENT WORD 0-3 OK no label
.SEGMENT WORD 0-3 OK "no end
.SEGMENT
.SEGMENT WORD 8 GOOD "end"  and more"""
    assert segments_of(text) == [
        ("CHARACTER", "3:0-4:25", "a"),
        ("WORD", "0-3, 5 - 7 9", "the"),
        ("WORD", "8", "end"),
    ]


def test_words_between_their_strokes_are_read_as_their_letters_are() -> None:
    """As the tools of one laboratory write them: the pen in the air counts where it was seen there."""
    text = """
.SEGMENT WORD 0-4 BAD "ab"
.SEGMENT CHAR 0:0-2:0 BAD "a"
.PEN_DOWN
 1 1
 2 2
.PEN_UP
 3 3
.PEN_DOWN
 4 4
.PEN_UP
 5 5
.PEN_DOWN
 6 6
.COMMENT number W002
.SEGMENT WORD 5-7 OK "c"
.PEN_DOWN
 7 7
.PEN_UP
 8 8
.PEN_DOWN
 9 9
"""
    assert [kind for kind, *_ in segments_of(text)] == ["WORD", "CHAR", "WORD"]
    components = read_components(text.splitlines())
    assert [component.down for component in components] == [True, False, True, False, True, True, False, True]
    assert [component.points[0, 0] for component in components] == [1, 3, 4, 5, 6, 7, 8, 9]


def test_segments_of_components_that_nobody_wrote_or_that_make_no_sense_are_left_out(release: Path) -> None:
    path = release / "data/1a/abc/w.dat"
    for parts in ("9", "9-12", "5-3", "-3", "3--5", "x", "1", "0:90", "9" * 5000):
        path.write_text(f'.INCLUDE abc/pen.dat\n.SEGMENT CHARACTER {parts} OK "4"\n')
        assert [drawings for _, drawings in read_folder(release)] == [[]], parts
    path.write_text('.INCLUDE abc/pen.dat\n.SEGMENT CHARACTER 0-999999999 OK "4"\n')
    ((_, (drawing,)),) = read_folder(release)
    assert len(drawing.strokes) == 3


def test_points_that_are_no_numbers_are_none(release: Path) -> None:
    (release / "include/abc/pen.dat").write_text(".PEN_DOWN\n0 0\nnan inf\n1e999 3\n10 20\n")
    (release / "data/1a/abc/w.dat").write_text('.INCLUDE abc/pen.dat\n.SEGMENT CHARACTER 0 OK "4"\n')
    ((_, (drawing,)),) = read_folder(release)
    assert [stroke.tolist() for stroke in drawing.strokes] == [[[0, 1000], [500, 0]]]


def test_a_folder_called_like_a_category_above_the_release_changes_nothing(tmp_path: Path) -> None:
    root = write_release(tmp_path / "1a" / "data")
    assert {each.source for _, digits in read_folder(root) for each in digits} == {"syn"}


def test_each_category_gives_what_its_labels_are_and_any_source(tmp_path: Path) -> None:
    root = write_release(tmp_path)
    for category, texts, source in (
        (UPPER, "AZ", "kai"),
        (LOWER, "az", "lav"),
        (SIGNS, '"\\/~', "tos"),
        (WORDS, ["weather", "the"], "sta"),
        (COUNTED, ["42", "08976"], "apd"),
    ):
        read = [each for _, writings in read_folder(root, category) for each in writings]
        assert [each.text for each in read] == [*texts] * WRITERS
        assert {each.source for each in read} == {source}
    strokes = [len(each.strokes) for _, words in read_folder(root, WORDS) for each in words]
    assert strokes == [5, 4] * WRITERS


def test_a_release_becomes_three_files_beside_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert main(["unipen", str(write_release(tmp_path / "release")), "--out", str(out / "mine.gz")]) == 0
    assert {path.name for path in out.iterdir()} == {"mine.gz", OTHERS, NUMBERS}
    assert Counter(each.label for each in read_drawings(out / "mine.gz")) == dict.fromkeys(range(10), WRITERS)
    others, numbers = (list(read_writings(out / name)) for name in (OTHERS, NUMBERS))
    assert Counter(each.text for each in others) == dict.fromkeys(OTHERS_TEXTS, WRITERS)
    assert Counter(each.text for each in numbers) == dict.fromkeys(NUMBERS_TEXTS, WRITERS)
    for each in others + numbers:
        points = np.concatenate(each.strokes)
        assert points.min() == 0 and points.max() == 1000
    printed = capsys.readouterr().out
    for said in ("30 digits", "30 upper-case letters, lower-case letters, signs, short words", "6 numbers among words"):
        assert said in printed


def test_labels_of_digits_are_numbers_in_the_file_and_all_others_text(tmp_path: Path) -> None:
    outs = {part: tmp_path / part for part in PARTS}
    convert(write_release(tmp_path / "release"), outs)
    for part, kind in ((PENS, int), (OTHERS, str), (NUMBERS, str)):
        rows = gzip.decompress(outs[part].read_bytes()).splitlines()
        assert {type(json.loads(row)["label"]) for row in rows} == {kind}


def test_of_a_part_of_a_release_is_made_what_is_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, out = write_release(tmp_path / "release"), tmp_path / "out"
    out.mkdir()
    for folder in ("data/1a", "data/6"):
        (root / folder).rename(tmp_path / folder.replace("/", "-"))
    assert main(["unipen", str(root), "--out", str(out / PENS)]) == 0
    assert {path.name for path in out.iterdir()} == {OTHERS, NUMBERS}
    told = capsys.readouterr()
    assert "comes without data/6 (short words)" in told.out and "has no data/1a (digits)" in told.err
    assert not {each.text for each in read_writings(out / OTHERS)} & {"weather", "the"}


def test_only_the_file_that_was_named_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (PENS, OTHERS):
        (tmp_path / name).write_text("mine")
    assert main(["unipen", str(write_release(tmp_path / "release")), "--out", str(tmp_path / PENS)]) == 0
    assert (tmp_path / OTHERS).read_text() == "mine" and f"{OTHERS} is there, and stays" in capsys.readouterr().out
    assert len(list(read_drawings(tmp_path / PENS))) == 30 and len(list(read_writings(tmp_path / NUMBERS))) == 6


def test_files_that_hold_nothing_of_a_category_are_told_and_are_no_whole_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, out = write_release(tmp_path / "release"), tmp_path / OTHERS
    for path in (root / "data/6").rglob("*.dat"):
        path.write_text(path.read_text().replace("SEGMENT WORD", "SEGMENT TEXT"))
    assert "No short words" in str(convert(root, {OTHERS: out}, whole=True)[OTHERS]) and not out.exists()
    assert convert(root, {OTHERS: out}) == {}
    assert "No short words are in the files of data/6" in capsys.readouterr().out
    assert {len(each.text) for each in read_writings(out)} == {1}


def test_a_part_that_is_damaged_fails_the_command_after_the_others_are_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, out = write_release(tmp_path / "release"), tmp_path / "out"
    out.mkdir()
    (root / "data/7/apd/1.dat").write_text(".INCLUDE own/nowhere.dat\n")
    assert main(["unipen", str(root), "--out", str(out / PENS)]) == 1
    assert {path.name for path in out.iterdir()} == {PENS, OTHERS}
    assert "nowhere.dat is missing" in capsys.readouterr().err


def test_of_too_many_as_many_are_drawn_by_lot_and_the_same_each_time(tmp_path: Path) -> None:
    root = write_release(tmp_path / "release")
    marks = "".join(
        f'.SEGMENT WORD {index % 10} ? "{chr(97 + index % 26)}{chr(97 + index // 26)}"\n' for index in range(600)
    )
    for source in ("one", "two", "three"):
        (root / "data/6" / source).mkdir()
        (root / "data/6" / source / "a.dat").write_text(f".INCLUDE own/0.dat\n{marks}")
    first, second = tmp_path / OTHERS, tmp_path / "again.gz"
    for out in (first, second):
        assert convert(root, {OTHERS: out}) == {}
    assert first.read_bytes() == second.read_bytes()
    words = Counter(each.source for each in read_writings(first) if len(each.text) > 1)
    assert words.total() == WORDS.most == 1500
    assert all(450 < words[source] < 540 for source in ("one", "two", "three"))  # of 600 each, 1,500 of 1,806


def test_the_categories_find_everything_that_the_data_set_has(data: Path) -> None:
    for part in (OTHERS, NUMBERS):
        for writing in read_writings(data / part):
            assert any(category.label.fullmatch(writing.text) for category in PARTS[part]), writing.text
    kept = Counter(
        next(each for each in PARTS[OTHERS] if each.label.fullmatch(writing.text))
        for writing in read_writings(data / OTHERS)
    )
    assert kept == {category: category.most for category in PARTS[OTHERS]}
