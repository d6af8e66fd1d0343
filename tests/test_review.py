"""Corrections are looked at by a person before anything is learned from them."""

import base64
import gzip
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from function.arrays import to_levels
from function.corrections.correction import Correction, crop
from function.digit.normalize import normalize
from function.network.network import Network
from tests.support.bombs import png
from tests.support.drawings import seven
from tests.support.emulator import Emulator
from training.__main__ import main
from training.corrections.gathered import Gathered, gather
from training.corrections.lessons import lessons, reviewed
from training.corrections.likeness import groups
from training.corrections.review import examine, review
from training.corrections.verdicts import VERDICTS, read_verdicts, write_verdicts
from training.data.glyphs import PLAIN
from training.data.sets import MNIST, NO_DIGIT, PENS, LabeledDigits, NoData
from training.data.strokes import Placement, draw
from training.learning.weights_file import WEIGHTS
from training.measuring.comparison import accuracy, recorded

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
SURE = 0.98  # what the networks of these tests say of a drawing


def drawn(digit: str, label: str = "", pen: float = 12, size: float = 200, minutes: int = 0) -> Correction:
    """The plain form of `digit`, sent as `label`."""
    ink = draw(PLAIN[digit], Placement(side=280, size=size, pen=pen, x=30, y=40))
    return Correction(label or digit, to_levels(normalize(ink)), crop(ink), START + timedelta(minutes=minutes))


def keep(folder: Path, *corrections: Correction) -> None:
    for correction in corrections:
        path = folder / correction.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(correction.to_json())


def reading(answers: str) -> Network:
    """Says of the n-th drawing what the n-th character of `answers` is."""

    def probabilities(digits: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = np.full((len(digits), 10), (1 - SURE) / 9, np.float32)
        rows[np.arange(len(digits)), [int(answer) for answer in answers]] = SURE
        return rows

    return Network("oracle", "keras", probabilities)


def test_what_was_kept_is_gathered_by_label_and_time_and_the_rest_is_named(tmp_path: Path) -> None:
    kept = [drawn("7", minutes=5), drawn("3"), drawn("7", pen=20, minutes=1)]
    keep(tmp_path, *kept)
    (tmp_path / "feedback/v1/7/2026-11-20/foreign.json").write_text("{}")
    (tmp_path / "feedback/v1/notes.txt").write_text("mine")
    moved = tmp_path / "feedback/v1/1/2026-11-20" / Path(kept[0].name).name  # a seven among the ones
    moved.parent.mkdir(parents=True)
    moved.write_bytes(kept[0].to_json())
    gathered = gather(str(tmp_path))
    assert [each.id for each in gathered.corrections] == [kept[index].id for index in (1, 2, 0)]
    assert gathered.foreign == (moved.relative_to(tmp_path).as_posix(), "feedback/v1/7/2026-11-20/foreign.json")


def test_a_drawing_sent_on_two_days_is_gathered_once_as_of_the_first(tmp_path: Path) -> None:
    keep(tmp_path, drawn("7", minutes=60 * 24), drawn("7"))
    (correction,) = gather(str(tmp_path)).corrections
    assert correction.time == START


def test_a_bucket_is_read_like_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator("corrections") as emulator:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", emulator.url)
        for correction in (drawn("7"), drawn("1")):
            emulator.put("corrections", f"mine/{correction.name}", correction.to_json())
        emulator.put("corrections", "other/feedback/v1/9/2026-11-20/x.json", b"{}")
        assert [each.label for each in gather("gs://corrections/mine").corrections] == ["1", "7"]


def test_no_corrections_are_told_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoData):
        gather(str(tmp_path / "nothing"))
    assert main(["review", str(tmp_path / "nothing")]) == 1
    assert "no corrections" in capsys.readouterr().err


def test_the_suspicious_come_first_within_their_label() -> None:
    fine, doubted = drawn("7"), drawn("1", label="7", minutes=1)
    blot = Correction("7", np.full((28, 28), 200, np.uint8), crop(seven()), START)
    speck = Correction("7", np.pad(np.full((1, 1), 255, np.uint8), ((0, 27), (0, 27))), crop(seven()), START)
    exhibits = examine([fine, doubted, blot, speck], reading("7177"))
    assert [each.correction for each in exhibits][2:] == [doubted, fine]
    reasons = {id(each.correction): each.reasons for each in exhibits}
    assert reasons[id(fine)] == ()
    assert reasons[id(doubted)] == ("read as 1, 98%",)
    assert reasons[id(blot)] == ("more blot than digit",)
    assert reasons[id(speck)] == ("hardly any ink",)


def test_near_duplicates_and_one_drawing_under_two_labels_are_pointed_out() -> None:
    same = [drawn("7"), drawn("7", pen=7, size=120, minutes=1), drawn("7", label="2", pen=13)]
    exhibits = examine([*same, drawn("3")], reading("7773"))
    found = {each.correction.label: each.reasons for each in exhibits}
    assert "one of 3 that are nearly the same" in found["7"] and "nearly the same was sent as 2" in found["7"]
    assert "nearly the same was sent as 7" in found["2"]
    assert found["3"] == ()


def test_the_sheet_shows_every_open_drawing_under_its_label(tmp_path: Path) -> None:
    corrections = (drawn("1"), drawn("3"), drawn("7"))
    page, count = review(Gathered(corrections, ("feedback/v1/<script>.json",)), reading("137"), tmp_path / "review")
    text = page.read_text()
    assert count == 3
    assert re.findall(r"Sent as (\d): (\d+)", text) == [("1", "1"), ("3", "1"), ("7", "1")]
    assert all(each.id in text for each in corrections) and text.count("data:image/png;base64,") == 6
    assert "<script" not in text


def test_a_second_review_keeps_the_verdicts_and_shows_what_is_new(tmp_path: Path) -> None:
    old, new = drawn("1"), drawn("7")
    review(Gathered((old,), ()), reading("1"), tmp_path)
    verdicts = tmp_path / VERDICTS
    verdicts.write_text(verdicts.read_text().replace("?    1-", "drop 1-"))
    page, count = review(Gathered((old, new), ()), reading("17"), tmp_path)
    assert count == 1
    assert new.id in page.read_text() and old.id not in page.read_text()
    assert read_verdicts(verdicts) == {new.id: "?", old.id: "drop"}


def test_the_line_in_the_head_of_the_file_keeps_all_that_are_open(tmp_path: Path) -> None:
    path = tmp_path / VERDICTS
    write_verdicts(path, {"7-b": "drop"}, [("7-a", "read as 1"), ("7-b", ""), ("1-c", "")])
    (command,) = re.findall(r"sed -i '(s/.*/)' ", path.read_text())
    _, pattern, replacement, _ = command.split("/")
    path.write_text(re.sub(pattern.replace("?", r"\?"), replacement, path.read_text(), flags=re.MULTILINE))
    assert read_verdicts(path) == {"7-a": "keep", "7-b": "drop", "1-c": "keep"}


@pytest.mark.parametrize(
    "line", ["maybe 7-a", "keep", "keep 7-a 7-b", "77 7-a", "none", "None 7-a", "keep 7-b\ndrop 7-b"]
)
def test_a_line_that_is_no_verdict_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / VERDICTS).write_text(f"# head\n\n{line}\n")
    with pytest.raises(NoData, match=f"line {3 + line.count(chr(10))}"):
        read_verdicts(tmp_path / VERDICTS)


def test_only_what_was_looked_at_is_trained_on_and_under_the_label_of_its_verdict() -> None:
    corrections = [drawn("1"), drawn("7"), drawn("3", label="5"), drawn("9")]
    verdicts = {corrections[0].id: "keep", corrections[1].id: "drop", corrections[2].id: "3"}
    chosen = [(each.id, label) for each, label in reviewed(corrections, verdicts)]
    assert chosen == [(corrections[0].id, 1), (corrections[2].id, 3)]
    assert [label for _, label in reviewed(corrections, verdicts, unreviewed=True)] == [1, 3, 9]
    assert reviewed(corrections, {}) == []


def test_what_is_no_digit_is_trained_on_as_none_by_its_label_or_by_its_verdict() -> None:
    corrections = [drawn("1", label="none"), drawn("7"), drawn("3", label="none", minutes=1)]
    verdicts = {corrections[0].id: "keep", corrections[1].id: "none", corrections[2].id: "3"}
    assert [label for _, label in reviewed(corrections, verdicts)] == [NO_DIGIT, NO_DIGIT, 3]
    learned = lessons(reviewed(corrections, verdicts))
    assert sorted(learned.train.labels.tolist()) == [3, NO_DIGIT, NO_DIGIT]


def test_a_network_that_knows_what_is_no_digit_doubts_those_sent_as_such_and_those_that_are_none() -> None:
    def outputs(digits: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = np.zeros((len(digits), 11), np.float32)
        rows[:, 7], rows[:, 10] = 1, (0.99, 0.01, 0.01)
        return rows

    corrections = [drawn("7", label="none"), drawn("1", label="none"), drawn("3")]
    knowing = examine(corrections, Network("oracle", "keras", outputs, threshold=0.3))
    assert {each.correction.id: each.reasons for each in knowing} == {
        corrections[0].id: ("read as 7, 100%",),
        corrections[1].id: (),
        corrections[2].id: ("read as none, 99%",),
    }
    assert [each.reasons for each in examine(corrections[:2], reading("77"))] == [(), ()]


def many(count: int) -> Iterator[Correction]:
    """Drawings of all digits with their near-duplicates, at other sizes and with other pens."""
    for number in range(count):
        digit = str(number % 10)
        yield drawn(digit, pen=12 + number // 20, size=120 + 4 * (number // 10), minutes=number)


def test_drawings_that_are_nearly_the_same_are_on_one_side_of_the_split() -> None:
    chosen = [(correction, int(correction.label)) for correction in many(100)]
    split = lessons(chosen)
    assert len(split.train) + len(split.validation) == 100
    assert 10 <= len(split.validation) <= 20
    both = np.concatenate([split.train.digits, split.validation.digits])
    group = groups(both)
    assert not set(group[: len(split.train)].tolist()) & set(group[len(split.train) :].tolist())


@given(st.permutations(range(12)))
def test_groups_do_not_depend_on_the_order(order: list[int]) -> None:
    digits = np.stack([correction.digit for correction in many(24)][:24:2])
    plain, shuffled = groups(digits), groups(digits[order])
    together = plain[:, None] == plain
    assert np.array_equal(together[np.ix_(order, order)], shuffled[:, None] == shuffled)


def test_the_command_leaves_a_sheet_and_verdicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(tmp_path / "kept", drawn("7"), drawn("7", label="1"))
    out = tmp_path / "review"
    assert main(["review", str(tmp_path / "kept"), "--out", str(out)]) == 0
    assert "2 drawings, 2 without a verdict" in capsys.readouterr().out
    lines = [line for line in (out / VERDICTS).read_text().splitlines() if line.startswith("?")]
    assert [line.split()[1] for line in lines] == [drawn("7", label="1").id, drawn("7").id]
    assert "read as 7" in lines[0] and "sent as 1" in lines[1]
    assert (out / "index.html").is_file()


def test_objects_are_plain_json_that_other_tools_can_read() -> None:
    kept = json.loads(drawn("7").to_json())
    assert (kept["format"], kept["label"], kept["time"]) == ("digits-correction/1", "7", "2026-11-20T12:00:00+00:00")


def poisoned(good: Correction) -> dict[str, bytes]:
    """Objects that anybody with the function's role could have written, by what is wrong with each."""
    kept = json.loads(good.to_json())
    read = {"digit": "7", "confidence": 0.5, "version": "v"}
    bomb = base64.b64encode(png(40_000, 40_000)).decode()
    changed: dict[str, dict[str, Any]] = {
        "another format": {"format": "digits-correction/2"},
        "a label of two digits": {"label": "77"},
        "a label in other digits": {"label": "٧"},
        "markup for a label": {"label": "<script>"},
        "another id": {"id": "7-../../etc/passwd"},
        "a time that is none": {"time": "now"},
        "a time before time": {"time": "0001-01-01T00:00:00+14:00"},
        "a confidence that is none": {"read": {**read, "confidence": float("nan")}},
        "a confidence beyond one": {"read": {**read, "confidence": 1e308}},
        "a reading that is text": {"read": "7"},
        "a picture that unpacks to gigabytes": {"ink": bomb},
        "a digit that unpacks to gigabytes": {"digit": bomb},
        "a digit of another size": {"digit": base64.b64encode(png(29, 28, bytes(30 * 28))).decode()},
        "a picture of nothing": {"ink": ""},
        "an object for a picture": {"ink": {}},
    }
    objects = {name: json.dumps({**kept, **change}).encode() for name, change in changed.items()}
    return objects | {
        "no JSON": b"{",
        "nested JSON": b"[" * 100_000,
        "nothing": b"",
        "other bytes": bytes(range(256)) * 8,
        "too long": good.to_json() + b" " * 200_000,
    }


@pytest.fixture
def miniature(data: Path, tmp_path: Path) -> Path:
    """A folder with a twentieth of the data, where what is learned from it doesn't matter."""
    folder = tmp_path / "data"
    folder.mkdir()
    with np.load(data / MNIST) as mnist:
        np.savez(folder / MNIST, **{name: mnist[name][::20] for name in mnist.files})
    with gzip.open(data / PENS) as pens:
        (folder / PENS).write_bytes(gzip.compress(b"".join(islice(pens, 0, None, 20)), 1))
    return folder


def test_poisoned_objects_are_named_and_neither_shown_nor_learned_from(tmp_path: Path, miniature: Path) -> None:
    """Through `review` and `fit --feedback`, the two that read what anybody may have written."""
    good, day = drawn("7"), "feedback/v1/7/2026-11-20"
    keep(tmp_path / "kept", good)
    evil = poisoned(good)
    for number, content in enumerate(evil.values()):
        (tmp_path / "kept" / day / f"{number:032x}.json").write_bytes(content)
    os.mkfifo(tmp_path / "kept" / day / "pipe.json")
    (tmp_path / "kept" / day / "link.json").symlink_to("/etc/passwd")
    (tmp_path / "kept" / day / "onerror=alert(1).json").write_text("{}")
    gathered = gather(str(tmp_path / "kept"))
    assert [each.id for each in gathered.corrections] == [good.id]
    assert len(gathered.foreign) == len(evil) + 2
    review_out, run = str(tmp_path / "review"), tmp_path / "run"
    assert main(["review", str(tmp_path / "kept"), "--out", review_out]) == 0
    verdicts = Path(review_out) / VERDICTS
    assert read_verdicts(verdicts) == {good.id: "?"}
    verdicts.write_text(f"keep {good.id}\n" + "".join(f"keep 7-{number:032x}\n" for number in range(len(evil))))
    fit = ["fit", "--profile", "smoke", "--feedback", str(tmp_path / "kept"), "--verdicts", str(verdicts)]
    assert main([*fit, "--data", str(miniature), "--out", str(run)]) == 0
    (row,) = [row for row in recorded(run / WEIGHTS) if row.name == "Corrections that were learned"]
    assert row.count == 1


def test_what_was_corrected_to_none_is_learned_with_the_rest(tmp_path: Path, miniature: Path) -> None:
    keep(tmp_path / "kept", drawn("7"), *(drawn("4", label="none", pen=8 + number) for number in range(4)))
    run = tmp_path / "run"
    fit = ["fit", "--profile", "smoke", "--feedback", str(tmp_path / "kept"), "--unreviewed"]
    assert main([*fit, "--data", str(miniature), "--out", str(run)]) == 0
    assert sum(row.count for row in recorded(run / WEIGHTS) if row.name.startswith("Corrections")) == 5


def test_of_what_is_no_digit_those_are_right_that_a_network_does_not_know() -> None:
    digits = np.stack([drawn(digit).digit for digit in "7710"])
    labels = np.array([7, NO_DIGIT, NO_DIGIT, 3], np.uint8)
    rows = np.zeros((4, 11), np.float32)
    rows[:, 7], rows[:, 10] = 1, (0.1, 0.1, 0.9, 0.9)
    knowing = Network("oracle", "keras", lambda digits: rows, threshold=0.5)
    assert accuracy(knowing, LabeledDigits(digits, labels)) == 50
    assert accuracy(reading("7777"), LabeledDigits(digits, labels)) == 25


@pytest.mark.parametrize("start", [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)])
def test_times_far_off_are_gathered_like_others(tmp_path: Path, start: datetime) -> None:
    correction = replace(drawn("7"), time=start)
    keep(tmp_path, correction)
    assert [each.time for each in gather(str(tmp_path)).corrections] == [start]
