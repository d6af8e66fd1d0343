"""UNIPEN's files → drawings, on a release in miniature and on files of the real one."""

import json
from pathlib import Path

import numpy as np
import pytest

from training.data.drawings import Drawing, read_drawings
from training.data.sets import PENS, NoData
from training.data.unipen import convert, read_components, read_folder

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
    assert [(drawing.label, len(drawing.strokes)) for drawing in drawings] == [(4, 2), (7, 2)]
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
        assert "".join(str(drawing.label) for drawing in drawings) == expected[name]["labels"]
        assert [len(drawing.strokes) for drawing in drawings] == expected[name]["strokes"]
        assert sum(len(stroke) for each in drawings for stroke in each.strokes) == expected[name]["points"]


def test_digits_that_the_data_set_has_as_well_have_the_same_strokes(data: Path) -> None:
    """To one unit, as halves may round either way; the data set leaves some of the release's digits out."""
    known: dict[tuple[int, ...], list[np.ndarray]] = {}
    for drawing in read_drawings(data / "pen-digits.jsonl.gz"):
        known.setdefault(shape_of(drawing), []).append(np.concatenate(drawing.strokes))
    parsed = [drawing for _, drawings in read_folder(data / "unipen-sample") for drawing in drawings]
    same = [
        any(np.abs(np.concatenate(drawing.strokes) - other).max() <= 1 for other in known.get(shape_of(drawing), []))
        for drawing in parsed
    ]
    assert sum(same) > 100


def shape_of(drawing: Drawing) -> tuple[int, ...]:
    return drawing.label, *(len(stroke) for stroke in drawing.strokes)


def test_sources_that_the_splits_give_no_side_are_left_out_and_told(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The release of abc has two digits, which are kept as one of the known sources'."""
    out = tmp_path / PENS
    assert convert(release, out) == 0
    assert "left out: abc, sources that" in capsys.readouterr().out
    (release / "data/1a/abc").rename(release / "data/1a/syn")
    assert convert(release, out) == 2
    assert "left out" not in capsys.readouterr().out
