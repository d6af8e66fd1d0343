"""A folder, a bucket or a table of many pictures is read to the last line, on every runner alike, however often it is
broken off; and nothing of somebody else's is touched."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from function.formats import BUNDLED_LITE
from function.network.loading import build
from function.picture.picture import Picture
from function.reading.line import read, see
from function.store.folder import hash_of
from scripts import environment
from tests.support.bulk import DIGITS, bad_pictures, bulk, fill, png, readings, rows, shards
from tests.support.emulator import Emulator
from tests.support.function_server import ROOT

EMBEDDED = ("--runner", "PortableRunner", "--job_endpoint=embed")
LONG = 120  # seconds that a run is waited for at most
BOTH = ("a worker was ended from outside", "goes on from there")


@pytest.fixture(scope="module")
def python() -> Path:
    """Of the environment with Beam, kept for the next time."""
    return environment.ensure(environment.BULK, ".bench/bulk")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    fill(tmp_path / "pictures")
    return tmp_path / "pictures"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Pictures that take a while: 120 names of one of 16 million pixels."""
    folder = tmp_path / "large"
    folder.mkdir()
    with Image.open(DIGITS[0]) as digit:
        (folder / "000.png").write_bytes(png(digit.convert("L").resize((1600, 1600))))
    for number in range(1, 120):
        os.link(folder / "000.png", folder / f"{number:03}.png")
    return folder


def check_of(told: list[dict[str, object]]) -> None:
    """That the digits and the bad pictures of `fill` are all there, each as what it is."""
    bad = {name: code for name, (_, code) in bad_pictures().items()}
    found = {str(line["name"]): line for line in told}
    assert len(found) == len(told) == len(bad) + len(DIGITS)
    assert {name: found[name]["problem"] for name in bad} == bad
    good = [line for name, line in found.items() if name not in bad]
    assert all(line["text"] == Path(str(line["name"])).name[0] and line["kind"] == "digit" for line in good)
    assert {line["kind"] for name, line in found.items() if name in bad} == {"refused"}


def test_a_folder_is_read_alike_by_one_process_by_two_and_by_the_portable_runner(
    python: Path, pictures: Path, tmp_path: Path
) -> None:
    ways = {"one": ("--workers", "1"), "two": ("--workers", "2"), "portable": EMBEDDED}
    for name, flags in ways.items():
        done = bulk(python, pictures, "--output", tmp_path / name, "--shard", "7", *flags)
        assert done.returncode == 0, done.stderr
        assert f"{len(DIGITS)} digit" in done.stdout and "3 refused: not-a-picture" in done.stdout
    one, two, portable = (shards(tmp_path / name) for name in ways)
    assert one == two == portable and len(one) == 5
    check_of(readings(one))
    assert not list(tmp_path.rglob("*.part"))


def test_a_bucket_is_read_into_a_bucket_and_a_second_run_reads_nothing(python: Path, pictures: Path) -> None:
    with Emulator("archive") as emulator:
        for path in pictures.rglob("*.png"):
            emulator.put("archive", f"scans/{path.relative_to(pictures)}", path.read_bytes())
        given = {"STORAGE_EMULATOR_HOST": emulator.url}
        command = ("gs://archive/scans/**/*.png", "--output", "gs://archive/read", "--shard", "20", "--workers", "1")
        first = bulk(python, *command, **given)
        names = sorted(name for name in emulator.storage.objects["archive"] if name.startswith("read/"))
        kept = {name: emulator.storage.get_file("archive", name) for name in names}
        again = bulk(python, *command, **given)
        assert kept == {name: emulator.storage.get_file("archive", name) for name in names}
    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    assert first.stdout == again.stdout
    assert [name.removeprefix("read/") for name in names] == [
        *("plan.jsonl", "readings-000000.jsonl", "readings-000001.jsonl", "run.json", "schema.json", "summary.json")
    ]
    check_of(readings(data for name, data in kept.items() if "readings" in name))


def test_a_thousand_images_give_the_function_s_own_answers_one_for_one(
    python: Path, data: Path, tmp_path: Path
) -> None:
    with np.load(data / "mnist.npz") as mnist:
        digits, labels = mnist["x_train"][:1000], mnist["y_train"][:1000]
    texts = [",".join(map(str, digit.ravel())) for digit in digits]
    header = ",".join(["label", *(f"pixel{index}" for index in range(784))])
    table = tmp_path / "train.csv"
    table.write_text("\n".join([header, *(f"{label},{text}" for label, text in zip(labels, texts, strict=True))]))
    flags = ("--shard", "300", "--probabilities", "--format", "csv", "--labels", table, "--report", tmp_path / "report")
    done = bulk(python, table, "--output", tmp_path / "read", *flags, "--workers", "2")
    assert done.returncode == 0, done.stderr
    network = build(BUNDLED_LITE)
    told = rows(tmp_path / "read")
    assert [line["name"] for line in told] == [f"train.csv:{number}" for number in range(1000)]
    for line, text in zip(told, texts, strict=True):
        (own,) = read(see([Picture(text)]), network)
        assert (line["kind"], line["text"]) == (own.kind, own.text)
        assert float(line["confidence"]) == pytest.approx(own.confidence, abs=1e-5)
        shares = [float(line[f"p{digit}"]) for digit in range(10)]
        assert shares == pytest.approx(own.probabilities.tolist(), abs=1e-5)
    right = sum(line["text"] == str(label) for line, label in zip(told, labels, strict=True))
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert [(row["count"], row["value"]) for row in report["rows"]] == [(1000, right / 10)]
    assert "What is taken for what" in (tmp_path / "report" / "index.html").read_text()


def started(python: Path, output: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    """A run in a group of its own, once its first shard is there."""
    command = [str(python), "-m", "scripts.bulk", *map(str, arguments), "--output", str(output), "--shard", "4"]
    run = subprocess.Popen(
        [*command, "--workers", "2"], cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + LONG
    while not any(output.glob("readings-*")) and time.monotonic() < deadline:
        assert run.poll() is None, run.communicate()[1]
        time.sleep(0.02)
    return run


def test_a_killed_worker_ends_the_run_in_a_sentence_and_the_next_one_goes_on(
    python: Path, large: Path, tmp_path: Path
) -> None:
    output = tmp_path / "read"
    run = started(python, output, large)
    psutil.Process(run.pid).children()[0].kill()
    said = run.communicate(timeout=LONG)[1]
    assert run.returncode == 1 and all(part in said for part in BOTH) and "Traceback" not in said
    whole = shards(output)
    assert 0 < len(whole) < 30 and all(len(readings([data])) == 4 for data in whole)
    assert not list(output.glob("*.part")) + list(output.glob(".*")) and not (output / "summary.json").exists()
    done = bulk(python, large, "--output", output, "--shard", "4", "--workers", "2")
    assert done.returncode == 0, done.stderr
    told = readings(shards(output))
    assert [line["name"] for line in told] == sorted(path.name for path in large.iterdir())
    assert {line["text"] for line in told} == {DIGITS[0].name[0]} and set(whole) <= set(shards(output))


def test_ctrl_c_ends_a_run_and_its_workers_with_a_sentence(python: Path, large: Path, tmp_path: Path) -> None:
    run = started(python, tmp_path / "read", large)
    workers = psutil.Process(run.pid).children()
    os.killpg(run.pid, signal.SIGINT)
    said = run.communicate(timeout=LONG)[1]
    assert run.returncode == 130 and said.endswith("stopped; the same command goes on from here\n")
    assert "Traceback" not in said and len(workers) == 2
    assert not psutil.wait_procs(workers, LONG)[1]
    assert not list((tmp_path / "read").glob(".*"))


def test_without_beam_the_line_that_installs_it_is_told(pictures: Path, tmp_path: Path) -> None:
    done = bulk(Path(sys.executable), pictures, "--output", tmp_path / "read")
    assert done.returncode == 1 and "pip install -r requirements/bulk.txt" in done.stderr
    assert not (tmp_path / "read").exists()


def test_a_mistake_is_told_in_a_sentence_and_nothing_is_written(python: Path, pictures: Path, tmp_path: Path) -> None:
    """Those that only the whole command can tell; tests/test_bulk_parts.py has the others."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.tex").write_text("ten years")
    for flags, told in (
        (("--output", theirs), "holds thesis.tex"),
        (("--output", tmp_path / "read", "--colour"), "no option is called --colour"),
        (("--output", "gs://read/1", "--runner", "DataflowRunner"), "out of reach of workers in the cloud"),
    ):
        done = bulk(python, pictures, *flags)
        assert done.returncode == 1 and told in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr
    assert [path.name for path in theirs.iterdir()] == ["thesis.tex"] and not (tmp_path / "read").exists()


def test_pictures_that_are_missing_from_the_plan_end_a_run_in_a_sentence(
    python: Path, pictures: Path, tmp_path: Path
) -> None:
    """As of a table that became shorter while it was read."""
    command = (pictures, "--output", tmp_path / "read", "--workers", "1")
    assert bulk(python, *command).returncode == 0
    for name in ("summary.json", "readings-000000.jsonl"):
        (tmp_path / "read" / name).unlink()
    plan = tmp_path / "read" / "plan.jsonl"
    first, *others = json.loads(plan.read_text())
    plan.write_text(json.dumps(others, separators=(",", ":")).ljust(plan.stat().st_size))
    done = bulk(python, *command)
    assert done.returncode == 1 and first[0] in {path.name for path in pictures.iterdir()}
    assert "readings-000000.jsonl lacks pictures\nWhat is finished stays" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "read" / "readings-000000.jsonl").exists()


def test_what_is_sent_to_other_machines_reads_there_without_this_project(python: Path, tmp_path: Path) -> None:
    """Without Beam's runner: a pickled shard's reader, in an environment that holds only the wheel and its needs."""
    pack = "import sys; from pathlib import Path; from scripts.bulk.shipping import write_wheel"
    wheel = subprocess.run(
        [sys.executable, "-c", f"{pack}; print(write_wheel(Path(sys.argv[1])))", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    installed = tmp_path / "installed"
    flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--target", str(installed)]
    subprocess.run([python, "-m", "pip", "install", *flags, wheel], check=True, capture_output=True)
    script = (
        "import sys, pickle, scripts.bulk.pipeline as p; from scripts.bulk.weights import find_weights; "
        "from function.picture.picture import Picture; from scripts.bulk.reading import Item, lines; "
        "item = Item('a', Picture(open(sys.argv[1], 'rb').read())); "
        "print(p.__file__, next(lines([item], find_weights('').load())).text)"
    )
    environ = {"PYTHONPATH": str(installed), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [python, "-c", script, str(DIGITS[0])], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(installed / "scripts" / "bulk" / "pipeline.py"), DIGITS[0].name[0]], done.stderr


def test_weights_from_a_folder_are_used_and_named(python: Path, pictures: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "function" / "weights" / "digits.weights.h5", tmp_path)
    weights = tmp_path / "digits.weights.h5"
    done = bulk(python, f"{pictures}/*.png", "--output", tmp_path / "read", "--weights", weights, "--workers", "1")
    assert done.returncode == 0, done.stderr
    told = readings(shards(tmp_path / "read"))
    assert {line["version"] for line in told} == {hash_of(weights.read_bytes())}
    assert len(told) == len([*pictures.glob("*.png")])
