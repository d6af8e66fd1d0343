"""The whole circle: a writer's odd sevens are corrected, reviewed, learned, published, and then read."""

import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from function.corrections.feedback import open_feedback
from function.errors import WeightsRefused
from function.formats import BUNDLED
from function.network.golden import golden_digits
from function.network.keras import load_keras
from function.picture.picture import Picture
from tests.support import weights
from tests.support.emulator import Emulator
from tests.support.function_server import ROOT, FunctionServer, function_server
from tests.support.odd_sevens import odd_sevens
from tests.support.releases import until
from training.__main__ import main
from training.corrections.verdicts import VERDICTS, read_verdicts
from training.data.renderings import normalized
from training.data.sets import LabeledDigits, load_mnist
from training.learning.validation import MOST_LOSS
from training.measuring.comparison import Row, accuracy, record, recorded, refuse_worse, table

CORRECTED = 60
UNSEEN = 40
ENOUGH = 0.9  # of the unseen ones, read right at last
WEIGHTS = "weights/digits.weights.h5"
URL = f"gs://digits/{WEIGHTS}"
FEEDBACK = "gs://corrections"
TAKEN_UP = 30  # seconds: a refresh is due within one, and builds a network on a busy machine

Say = Callable[[str], None]


@dataclass(frozen=True)
class Circle:
    """A function whose weights and corrections are in the emulator's buckets, before and after an improvement."""

    server: FunctionServer
    emulator: Emulator
    weights: Path
    before: list[str]  # what the unseen sevens were read as
    after: list[str]
    versions: tuple[str, str]
    printed: str
    seconds: float


def as_page(ink: Any) -> str:
    """A drawing as the page sends it: dark on light, a PNG as a data URL."""
    file = io.BytesIO()
    Image.fromarray(np.uint8(255 - np.round(255 * ink))).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def read_all(server: FunctionServer) -> list[str]:
    return [server.read(as_page(ink))["prediction"] for ink in odd_sevens(UNSEEN, seed=2)]


def version(server: FunctionServer) -> str:
    return str(server.ask("/model").json["version"])


@pytest.fixture(scope="module")
def circle(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Circle]:
    folder = tmp_path_factory.mktemp("circle")
    with Emulator("digits", "corrections") as emulator:
        first = emulator.put("digits", WEIGHTS, BUNDLED.read_bytes())
        settings: dict[str, Any] = {
            "WEIGHTS_URL": URL,
            "FEEDBACK_URL": FEEDBACK,
            "REFRESH_SECONDS": "0.5",
            "STORAGE_EMULATOR_HOST": emulator.url,
        }
        with function_server(folder / "log", **settings) as server:
            before = read_all(server)
            correct_all(server)
            started = monotonic()
            printed = improve(folder, emulator, data, server)
            seconds = monotonic() - started
            until(lambda: version(server) != first, TAKEN_UP, "the new weights serve")
            after = read_all(server)
            made = folder / "run" / "digits.weights.h5"
            yield Circle(server, emulator, made, before, after, (first, version(server)), printed, seconds)


def correct_all(server: FunctionServer) -> None:
    """Sends what the page sends when its visitor clicks on 7, and once more for good measure."""
    for ink in odd_sevens(CORRECTED, seed=1):
        body = {"image": as_page(ink), "label": "7", "prediction": "3", "consent": True}
        answers = [server.ask("/feedback", json.dumps(body).encode(), {"Content-Type": "text/plain"}) for _ in range(2)]
        assert [answer.status for answer in answers] == [201, 201]


def improve(folder: Path, emulator: Emulator, data: Path, server: FunctionServer) -> str:
    """Runs the script as its owner does, who gives the verdicts while it waits."""
    command = [sys.executable, str(ROOT / "scripts" / "improve"), FEEDBACK, URL, "--function", server.url]
    options = ["--profile", "touch", "--few", "10", "--review", str(folder / "review"), "--out", str(folder / "run")]
    environ = {**os.environ, "STORAGE_EMULATOR_HOST": emulator.url, "DIGITS_DATA": str(data), "PYTHONUNBUFFERED": "1"}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    printed = ""
    with subprocess.Popen([*command, *options], cwd=folder, env=environ, text=True, **pipes) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            while character := process.stdout.read(1):
                printed += character
                if printed.endswith("[y/N] "):
                    if "verdicts" in printed.splitlines()[-1]:
                        keep_open_ones(folder / "review" / VERDICTS)
                    process.stdin.write("y\n")
                    process.stdin.flush()
            assert process.wait(60) == 0, printed
        finally:
            process.kill()
    return printed


def keep_open_ones(path: Path) -> None:
    path.write_text(re.sub(r"^\? ", "keep ", path.read_text(), flags=re.MULTILINE))


def test_the_odd_sevens_are_read_wrong_at_first_and_right_after_the_circle(circle: Circle, say: Say) -> None:
    before, after = (answers.count("7") for answers in (circle.before, circle.after))
    say(f"{before} of {UNSEEN} unseen sevens read right before, {after} after, in {circle.seconds:.0f} s")
    assert before <= UNSEEN / 10
    assert after >= ENOUGH * UNSEEN


def test_the_function_took_the_new_weights_up_without_a_restart(circle: Circle) -> None:
    assert len(set(circle.versions)) == 2
    assert circle.server.process.poll() is None
    assert f"{circle.server.url} answers with version {circle.versions[1]}" in circle.printed


def test_mnist_is_read_as_well_as_before(circle: Circle, data: Path, say: Say) -> None:
    """On its test images, which neither the training nor the publishing looked at."""
    test = normalized(load_mnist(data).test)
    old, new = (accuracy(load_keras(path), test) for path in (BUNDLED, circle.weights))
    say(f"MNIST test {old:.2f} % before, {new:.2f} % after")
    assert new >= old - MOST_LOSS - 1e-9


def test_each_drawing_is_one_object_although_it_was_sent_twice(circle: Circle) -> None:
    names = [name for name in circle.emulator.storage.objects["corrections"] if name.startswith("feedback/v1/7/")]
    assert len(names) == CORRECTED


def test_what_was_won_is_told_and_travels_with_the_weights(circle: Circle) -> None:
    rows = {row.name: row for row in recorded(circle.weights)}
    assert rows["Corrections"].count + rows["Corrections that were learned"].count == CORRECTED
    assert rows["Corrections"].without < 50 < 90 <= rows["Corrections"].with_
    assert table(tuple(rows.values())) in circle.printed
    assert "What corrections were worth" in (circle.weights.parent / "report" / "index.html").read_text()


def test_what_was_learned_is_not_learned_again(
    circle: Circle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = circle.weights.parent
    before = {path: path.read_bytes() for path in run.glob("*.*")}
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", circle.emulator.url)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\nn\n"))
    with pytest.raises(SystemExit, match="Stopped"):
        main(["improve", FEEDBACK, URL, "--out", str(run), "--review", str(run.parent / "review")])
    assert f"{circle.weights} has learned them already." in capsys.readouterr().out
    assert {path: path.read_bytes() for path in run.glob("*.*")} == before


def test_a_place_that_weights_cannot_go_to_is_told_before_anything_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send_one(tmp_path / "kept")
    for url, said in (("s3://bucket/x.weights.h5", "s3://"), (str(tmp_path / "digits.tflite"), "expected a URL that")):
        assert main(["improve", str(tmp_path / "kept"), url, "--review", str(tmp_path / "review")]) == 1
        assert said in capsys.readouterr().err
    assert not (tmp_path / "review").exists()


@pytest.mark.skipif(not shutil.which("gcloud"), reason="optional: gcloud isn't installed")
def test_the_real_tools_take_it_back_and_publish_it_again(circle: Circle, tmp_path: Path) -> None:
    environ = {**os.environ, **circle.emulator.tool_environ(str(tmp_path / "config"))}
    tools = [["gcloud", "storage", "cp"], ["gsutil", "-o", "GSUtil:use_gcloud_storage=True", "cp"]]
    if not shutil.which("gsutil"):
        tools[1] = tools[0]
    for tool, source, is_read in zip(tools, (BUNDLED, circle.weights), (False, True), strict=True):
        known = version(circle.server)
        subprocess.run([*tool, str(source), URL], env=environ, check=True, capture_output=True)

        def is_newer(known: str = known) -> bool:
            return version(circle.server) != known

        until(is_newer, TAKEN_UP, f"{source.name} by {tool[0]} serves")
        right = read_all(circle.server).count("7")
        assert right >= ENOUGH * UNSEEN if is_read else right <= UNSEEN / 10


@pytest.mark.parametrize("answer", ["", "n\n", "no way\n"])
def test_anything_but_yes_stops_before_anything_is_learned(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    send_one(kept)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    with pytest.raises(SystemExit, match="Stopped"):
        main(["improve", str(kept), str(tmp_path / "digits.weights.h5")])
    assert set(read_verdicts(tmp_path / "review" / VERDICTS).values()) == {"?"}
    assert not (tmp_path / "runs").exists() and not (tmp_path / "digits.weights.h5").exists()


def send_one(folder: Path) -> None:
    image = as_page(next(iter(odd_sevens(1, seed=3))))
    open_feedback(str(folder)).keep(Picture(image), "7", None, None)


def test_drawings_that_nobody_looked_at_are_not_learned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    send_one(tmp_path / "kept")
    verdicts = str(tmp_path / "none.txt")
    assert main(["fit", "--profile", "smoke", "--feedback", str(tmp_path / "kept"), "--verdicts", verdicts]) == 1
    assert "review them first" in capsys.readouterr().err


@pytest.fixture(scope="module")
def golden() -> LabeledDigits:
    """Stands for MNIST's validation digits: the golden ones, a hundred times."""
    digits = np.rint(golden_digits() * 255).astype(np.uint8)
    return LabeledDigits(np.tile(digits, (100, 1, 1)), np.tile(np.arange(10, dtype=np.uint8), 100))


@pytest.fixture(scope="module")
def rivals(tmp_path_factory: pytest.TempPathFactory, golden: LabeledDigits) -> tuple[Path, Path, tuple[Any, int]]:
    """Two files that read all golden digits, and a picture that they read differently, with what the old one says."""
    folder = tmp_path_factory.mktemp("rivals")
    old = weights.write_good(folder / "old.weights.h5")
    new = weights.write_good(folder / "new.weights.h5", seed=1)
    assert accuracy(load_keras(old), golden) == accuracy(load_keras(new), golden) == 100
    return old, new, next(find_doubtful(old, new))


@pytest.mark.parametrize("name", ["MNIST", "Pens"])
@pytest.mark.parametrize(("wrong", "refused"), [(1, False), (2, True)])
def test_weights_may_lose_a_tenth_of_a_point_of_any_set_and_no_more(
    rivals: tuple[Path, Path, tuple[Any, int]], golden: LabeledDigits, wrong: int, refused: bool, name: str
) -> None:
    """Of a thousand digits, one is a tenth of a point; both files read all of them but those labeled wrong."""
    old, new, doubtful = rivals
    labels, digits = golden.labels.copy(), golden.digits.copy()
    digits[:wrong], labels[:wrong] = doubtful[0], doubtful[1]
    sets = {"MNIST": golden, "Pens": golden, name: LabeledDigits(digits, labels)}
    if refused:
        with pytest.raises(WeightsRefused, match=rf"99\.80 % of 1,000 validation digits of {name}"):
            refuse_worse(new, str(old), sets)
    else:
        refuse_worse(new, str(old), sets)


def find_doubtful(old: Path, new: Path) -> Iterator[tuple[Any, int]]:
    """Noise that the two read differently, with what the old one says."""
    one, other = load_keras(old), load_keras(new)
    noise = np.random.default_rng(0).integers(0, 256, (1000, 28, 28), np.uint8)
    small: NDArray[Any] = noise.astype(np.float32) / 255
    first, second = one.probabilities(small).argmax(axis=1), other.probabilities(small).argmax(axis=1)
    yield from ((noise[index], int(first[index])) for index in np.flatnonzero(first != second))


def test_publishing_refuses_corrections_that_cost_too_much(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Against the bundled weights, which stand for those in service where none are yet."""
    worse = weights.write_good(tmp_path / "worse.weights.h5")  # reads the golden digits and little of MNIST
    record(worse, [Row("Corrections", 12, 0.0, 100.0)])
    url = str(tmp_path / "published.weights.h5")
    assert main(["publish", str(worse), url, "--data", str(data)]) == 1
    assert "corrections may cost 0.1 points" in capsys.readouterr().err
    assert not Path(url).exists()
