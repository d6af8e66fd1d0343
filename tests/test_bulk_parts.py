"""What a bulk run is made of: which files INPUT names, where their rows begin, what is told of each picture, and what
may be written where."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from numpy.typing import NDArray

from function.dialects.dialect import PRECISION
from function.errors import BadSettings, WeightsMissing
from function.formats import BUNDLED_LITE
from function.network.loading import build
from function.network.network import Network
from function.picture.picture import Picture
from function.reading.line import read, see
from scripts.bulk import outputs, runs
from scripts.bulk.inputs import find_input, way_of
from scripts.bulk.labels import read_labels
from scripts.bulk.mistakes import Mistake
from scripts.bulk.places import Folder, open_place
from scripts.bulk.plan import Planned, slices_of, write_plan
from scripts.bulk.reading import Item, Line, in_one_thread, items, lines
from scripts.bulk.runs import Run, begin
from scripts.bulk.weights import find_weights
from tests.support.bulk import DIGITS, bad_pictures, fill

TEXT = ",".join(["0"] * 300 + ["255"] * 40 + ["0"] * 444)
KAGGLE = "label," + ",".join(f"pixel{index}" for index in range(784)) + "\n"


@pytest.fixture(scope="module")
def network() -> Network:
    return build(BUNDLED_LITE)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    fill(tmp_path / "pictures")
    return tmp_path / "pictures"


def planned(text: str | Path, size: int = 1000) -> tuple[Planned, list[bytes]]:
    """The plan of an INPUT, and its lines."""
    source, file = find_input(str(text)), io.BytesIO()
    found = write_plan(source, open_place(source.root), "", size, file)
    return found, file.getvalue().splitlines()


def items_of(text: str | Path, size: int = 1000) -> list[Item]:
    place = open_place(find_input(str(text)).root)
    with ThreadPoolExecutor(1) as fetching:
        return [item for line in planned(text, size)[1] for item in items(slices_of(line), place, fetching)]


def idx(images: NDArray[np.uint8]) -> bytes:
    return b"\0\0\x08\x03" + b"".join(side.to_bytes(4, "big") for side in images.shape) + images.tobytes()


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("", ["a.png", "b/c.JPG", "b/d/e.gif"]),
        ("/*.png", ["a.png"]),
        ("/**/*.gif", ["b/d/e.gif"]),
        ("/**", ["a.png", "b/c.JPG", "b/d/e.gif", "notes.txt"]),
        ("/b/?.JPG", ["c.JPG"]),
        ("/[!b-z].png", ["a.png"]),
        ("/a.png", ["a.png"]),
    ],
)
def test_a_glob_names_what_a_shell_s_would_in_an_order_that_is_always_the_same(
    glob: str, found: Sequence[str], tmp_path: Path
) -> None:
    for name in ("b/d/e.gif", "b/c.JPG", "notes.txt", "a.png", ".hidden.png", ".git/f.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    source = find_input(f"{tmp_path}{glob}")
    assert [entry.name for entry, _ in source.files(open_place(source.root))] == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}/nowhere", "no file or folder"),
        ("{}/nowhere/*.png", "no file or folder"),
        ("{}/*.tiff", "nothing matches *.tiff"),
        ("{}/empty", "nothing is a picture or a table"),
        ("{}/notes.txt", "neither a picture nor a table"),
        ("s3://bucket/*.png", "neither gs://"),
        ("gs://*/a.png", "one bucket"),
        ("", "INPUT is empty"),
        ("{}/narrow.csv", "expected 784 columns"),
        ("{}/cut.csv.gz", "no whole gzip file"),
        ("{}/cut-ubyte", "ends too soon: it tells of 3 pictures and holds 1"),
        ("{}/labels-ubyte", "give it with --labels"),
        ("{}/none-ubyte", "no IDX file"),
    ],
)
def test_an_input_that_holds_nothing_to_read_is_a_sentence(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "narrow.csv").write_text("a,b\n1,2\n")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(f"{TEXT}\n".encode() * 50)[:-20])
    (tmp_path / "cut-ubyte").write_bytes(idx(np.zeros((3, 28, 28), np.uint8))[: 16 + 1000])
    (tmp_path / "labels-ubyte").write_bytes(b"\0\0\x08\x01\0\0\0\1\7")
    (tmp_path / "none-ubyte").write_bytes(b"none")
    with pytest.raises(Mistake, match=told.replace("*", r"\*").replace("(", r"\(")):
        planned(text.format(tmp_path))


def test_the_same_pictures_are_read_out_of_every_kind_of_table(tmp_path: Path) -> None:
    images = np.zeros((25, 28, 28), np.uint8)
    images[:, 6:22, 11:16] = np.random.default_rng(0).integers(128, 256, (25, 16, 5))
    texts = [",".join(map(str, image.ravel())) for image in images]
    tables = {
        "bare.csv": "".join(f"{text}\n" for text in texts).encode(),
        "labeled.csv": "".join(f"7,{text}\r\n" for text in texts).encode(),
        "kaggle.csv": KAGGLE.encode() + "".join(f"7,{text}\n\n" for text in texts).encode(),
        "named.csv": f"{KAGGLE.strip()},Name\n".encode() + "".join(f'7,{text},"a, b"\n' for text in texts).encode(),
        "lists.jsonl": "".join(f"[{text}]\n" for text in texts).encode(),
        "objects.ndjson": "".join(json.dumps({"name": "a, b", "image": text}) + "\n" for text in texts).encode(),
        "images-ubyte": idx(images),
    }
    for name, data in tables.items():
        (tmp_path / name).write_bytes(data)
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(data))
    wanted = see([Picture(text) for text in texts]).digits
    for name in (*tables, *(f"{name}.gz" for name in tables)):
        found = items_of(tmp_path / name, size=10)
        assert np.array_equal(see([item.picture for item in found if isinstance(item.picture, Picture)]).digits, wanted)
        own = name.startswith(("named", "objects"))
        assert [item.name for item in found] == ["a, b" if own else f"{name}:{number}" for number in range(25)]
        assert [shard.count for shard in planned(tmp_path / name, 10)[0].shards] == [10, 10, 5]


def test_every_line_of_a_table_is_told_of_also_one_that_holds_no_picture(tmp_path: Path, network: Network) -> None:
    table, told = tmp_path / "some.jsonl", tmp_path / "some.csv"
    table.write_text(f'[{TEXT}]\nnonsense\n{{"label": 3}}\n[1, 2]\n\n"data:no"\n{{"name": "x", "image": "{TEXT}"}}')
    told.write_text(
        f"{KAGGLE}7,{TEXT}\n7,{TEXT},1\n7,1,2\n7,{TEXT.replace('255', 'ink')}\n7,{TEXT.replace('255', '0')}"
    )
    json_lines, csv_lines = ([*lines(items_of(each), network)] for each in (table, told))
    assert [line.problem for line in json_lines] == ["", *["malformed"] * 4, ""]
    assert [line.name for line in json_lines] == [*(f"some.jsonl:{number}" for number in range(5)), "x"]
    assert [line.problem for line in csv_lines] == ["", "malformed", "malformed", "malformed", "no-ink"]
    assert all(line.detail and "picture 0" not in line.detail for line in csv_lines[1:])


def test_pictures_among_bad_ones_are_read_as_they_are_alone(pictures: Path, network: Network) -> None:
    bad = bad_pictures()
    found = {line.name: line for line in lines(items_of(pictures), in_one_thread(network))}
    assert {name: found[name].problem for name in bad} == {name: code for name, (_, code) in bad.items()}
    for path in pictures.rglob("*.png"):
        line = found[path.relative_to(pictures).as_posix()]
        if not line.problem:
            (own,) = read(see([Picture(path.read_bytes())]), network)
            assert (line.kind, line.text) == (own.kind, own.text)
            assert line.confidence == pytest.approx(own.confidence, abs=1e-5)
            assert line.probabilities == pytest.approx(own.probabilities.tolist(), abs=1e-5)


def test_a_picture_that_is_gone_or_too_large_is_told_of_and_does_not_end_the_run(
    pictures: Path, network: Network
) -> None:
    with (pictures / "huge.png").open("wb") as file:
        file.truncate(2**27)
    _, plan = planned(pictures)
    (pictures / "blank.png").unlink()
    with ThreadPoolExecutor(1) as fetching:
        found = [item for line in plan for item in items(slices_of(line), open_place(str(pictures)), fetching)]
    told = {line.name: line.problem for line in lines(found, network)}
    assert told["huge.png"] == "too-large" and told["blank.png"] == "missing"


LINES = (
    Line("a\n,\u2028\udcff.png", "number", "007", 0.51234567, [0.1] * 10, "", ""),
    Line('"b"', "refused", "", None, (), "no-ink", "expected ink, got none"),
)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_is_written_is_read_back_and_has_the_columns_of_the_schema(form: outputs.Form) -> None:
    data = outputs.encoded(LINES, form, "v", probabilities=True)
    first, second = outputs.decoded(data, form)
    assert first["name"] == "a\n,\u2028\\xff.png" and first["text"] == "007" and first["confidence"] == "0.512346"
    assert (second["name"], second["confidence"], second["problem"]) == ('"b"', "", "no-ink")
    names = [field["name"] for field in json.loads(outputs.schema(form, probabilities=True))]
    assert names == [*first] and [*first] == [*second]
    plain = json.loads(outputs.schema(form, probabilities=False))
    assert [field["name"] for field in plain] == [*outputs.COLUMNS]
    if form == "csv":
        assert next(csv.reader(io.StringIO(data.decode()))) == names


def test_probabilities_have_the_decimals_of_the_function_s_answers() -> None:
    assert outputs.PRECISION == PRECISION


@pytest.fixture
def run(pictures: Path, tmp_path: Path) -> Run:
    return Run(find_input(str(pictures)), str(tmp_path / "read"), find_weights(""), size=10)


def test_a_run_that_is_begun_again_is_planned_alike(run: Run) -> None:
    first = begin(run)
    there = {entry.name for entry in run.place.entries()}
    assert begin(run) == first and {entry.name for entry in run.place.entries()} == there
    assert [run.slices(shard)[0].count for shard in first.shards] == [1] * 3
    assert there == {runs.ABOUT, runs.PLAN, runs.SCHEMA}


def test_what_a_killed_writer_left_is_taken_away_and_nothing_else(run: Run, tmp_path: Path) -> None:
    begin(run)
    half, theirs = tmp_path / "read" / ".readings-000000.jsonl.0123456789abcdef.part", tmp_path / "read" / ".x.part"
    half.touch()
    theirs.touch()
    begin(run)
    assert not half.exists() and theirs.exists()


@pytest.mark.parametrize("change", ["weights", "form", "size", "probabilities", "content"])
def test_another_run_is_refused_until_it_may_be_made_anew(change: str, run: Run, pictures: Path) -> None:
    begin(run)
    run.place.write("readings-000000.jsonl", io.BytesIO(b"{}\n"))
    run.place.write("notes.txt", io.BytesIO(b"mine"))
    other = {
        "weights": replace(run, weights=replace(run.weights, version="other")),
        "form": replace(run, form="csv"),
        "size": replace(run, size=5),
        "probabilities": replace(run, probabilities=True),
        "content": run,
    }[change]
    if change == "content":
        (pictures / "blank.png").write_bytes(b"changed")
    with pytest.raises(Mistake, match="holds another run"):
        begin(other)
    assert run.place.entry("readings-000000.jsonl")
    begin(other, anew=True)
    assert not run.place.entry("readings-000000.jsonl") and run.place.entry("notes.txt")


def test_an_output_within_the_input_is_no_input(pictures: Path) -> None:
    run = Run(find_input(f"{pictures}/**"), str(pictures / "read"), find_weights(""))
    assert begin(run) == begin(run)


def test_somebody_else_s_run_json_is_not_taken_for_ours(run: Run, tmp_path: Path) -> None:
    (tmp_path / "read").mkdir()
    for text in ("not json", '{"made_by": "me"}', "[]"):
        (tmp_path / "read" / "run.json").write_text(text)
        with pytest.raises(Mistake, match="didn't write"):
            begin(run, anew=True)
        assert (tmp_path / "read" / "run.json").read_text() == text


def test_two_runs_do_not_write_into_one_folder_and_a_folder_that_stays_empty_goes(run: Run, tmp_path: Path) -> None:
    with run.place.hold(), pytest.raises(Mistake, match="another run is writing"), run.place.hold():
        pass
    assert not (tmp_path / "read").exists()
    with run.place.hold():
        begin(run)
    assert (tmp_path / "read" / "plan.jsonl").exists()


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise MemoryError

    place = Folder(tmp_path)
    place.write("there", io.BytesIO(b"old"))
    broken: BinaryIO = Failing(b"new")
    with pytest.raises(MemoryError):
        place.write("there", broken)
    assert [path.name for path in tmp_path.iterdir()] == ["there"] and (tmp_path / "there").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("names.csv", "Name,Label\na.png,7\nb.png,none\nc.png,42\n", {"a.png": "7", "b.png": "", "c.png": "42"}),
        ("names.jsonl", '{"name": "a", "label": 7}\n{"name": "b", "label": null}\n', {"a": "7", "b": ""}),
        ("order.csv", "label\n7.0\n-1\n", ["7", ""]),
        ("kaggle.csv", f"{KAGGLE}3,{TEXT}\n", ["3"]),
        ("bare.csv", f"3,{TEXT}\n4,{TEXT}\n", ["3", "4"]),
    ],
)
def test_labels_go_by_name_or_where_there_are_none_by_order(
    name: str, text: str, found: dict[str, str] | list[str], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    labels = read_labels(str(tmp_path / name))
    assert found == (labels.by_name or labels.in_order)


def test_mnist_s_own_labels_are_read(tmp_path: Path) -> None:
    (tmp_path / "labels-ubyte.gz").write_bytes(gzip.compress(b"\0\0\x08\x01\0\0\0\2\7\3"))
    assert read_labels(str(tmp_path / "labels-ubyte.gz")).in_order == ["7", "3"]


@pytest.mark.parametrize("text", ["", "name,digits\na,7\n", "label\nseven\n", "label\n"])
def test_labels_that_cannot_be_read_are_a_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(Mistake, match="labels"):
        read_labels(str(tmp_path / "labels.csv"))


def test_weights_that_are_none_are_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        find_weights(str(tmp_path / "none.tflite"))
    with pytest.raises(BadSettings):
        find_weights(str(tmp_path / "digits.onnx"))


def test_the_kinds_of_files_are_told_by_their_names() -> None:
    ways = {
        "a.PNG": "picture",
        "b.csv.gz": "csv",
        "c.ndjson": "jsonl",
        "t10k-images-idx3-ubyte.gz": "idx",
        "d": "picture",
    }
    assert {name: way_of(name) for name in ways} == ways
    assert len(DIGITS) > 20
