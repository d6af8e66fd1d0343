"""Corrections are kept: the drawing, what its author says it is and what was read, and nothing about anybody."""

import base64
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import expect

from function.arrays import to_levels
from function.corrections.correction import INK_SIDE, MOST_BYTES, Correction, Read, crop, from_json
from function.corrections.feedback import AT_A_STRETCH, AT_ONCE, OFTEN, REMEMBERED, Feedback, open_feedback
from function.digit.normalize import normalize
from function.errors import Busy, Malformed, NotKept
from function.keeper import Release
from function.network.network import Network
from function.picture.picture import Picture
from function.store.places import open_place
from tests.support.bodies import CSV
from tests.support.drawings import encode, paint, seven
from tests.support.emulator import Emulator, Fault
from tests.support.function_server import ROOT, Answer, FunctionServer, assert_problem, function_server
from tests.support.page_browser import ONE, Open, draw, settled
from tests.support.releases import Told, ask, crowd

DAY = datetime(2026, 11, 21, 23, 59, 58, tzinfo=UTC)
NEXT_DAY = datetime(2026, 11, 22, 0, 0, 1, tzinfo=UTC)
FLOOD = 1000
OURS = {max(os.sched_getaffinity(0))}  # the processor of readers and flood
FLOODERS = 4  # at once, each as fast as it is answered
HARM = 3  # times the reader's 99th percentile without the flood, …
FRAME = 1 / 60  # … or a frame of a screen, in seconds: nobody who draws sees less

Say = Callable[[str], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corrections") / "kept"


@pytest.fixture(scope="module")
def keeping(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    """A server that takes corrections."""
    with function_server(tmp_path_factory.mktemp("log") / "log", FEEDBACK_URL=str(folder)) as server:
        yield server


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator("corrections") as emulator:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", emulator.url)
        yield emulator


def correct(server: FunctionServer, consent: Any = True, **correction: Any) -> Answer:
    return server.ask("/feedback", json.dumps({**correction, "consent": consent}).encode())


def kept_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.json"))


def a_drawing(label: int = 7, image: Any = CSV) -> tuple[Picture, str, None]:
    return Picture(image), str(label), None


def data_url(ink: Any) -> str:
    return "data:image/png;base64," + base64.b64encode(encode(paint(ink))).decode()


def sure_of(digit: int) -> Release:
    row = np.eye(10, dtype=np.float32)[[digit]]
    return Release(Network("oracle", "keras", lambda digits: row), "v1", "bucket")


def test_a_correction_is_one_object_with_the_drawing_and_what_was_read(keeping: FunctionServer, folder: Path) -> None:
    read = keeping.ask("/?seen=1", json.dumps({"image": CSV}).encode()).json
    answer = correct(keeping, image=CSV, label="1", prediction="7")
    assert answer.status == 201
    identity = answer.json["id"]
    (path,) = folder.glob(f"feedback/v1/1/????-??-??/{identity.removeprefix('1-')}.json")
    kept = json.loads(path.read_bytes())
    assert (kept["id"], kept["label"], kept["told"]) == (identity, "1", "7")
    assert kept["read"] == {
        "digit": read["prediction"],
        "confidence": pytest.approx(read["confidence"], abs=1e-6),
        "version": read["model"]["version"],
        "kind": read["reading"]["kind"],
    }
    assert kept["digit"] == read["seen"].partition(",")[2]
    assert path.parent.name == kept["time"][:10]
    assert from_json(path.read_bytes()).id == identity


def test_nothing_about_the_sender_is_kept(keeping: FunctionServer, folder: Path) -> None:
    secrets = {"User-Agent": "secret-agent", "X-Forwarded-For": "203.0.113.7", "Cookie": "secret=1", "Referer": "r"}
    body = {"image": data_url(seven(pen=0.08)), "label": 7, "consent": True, "name": "secret-name"}
    identity = keeping.ask("/feedback", json.dumps(body).encode(), secrets).json["id"]
    (path,) = folder.rglob(f"{identity.partition('-')[2]}.json")
    kept = json.loads(path.read_bytes())
    assert set(kept) == {"format", "id", "label", "time", "read", "told", "digit", "ink"}
    assert b"secret" not in path.read_bytes() and b"203.0.113" not in path.read_bytes()


def test_the_same_correction_twice_is_kept_once(keeping: FunctionServer, folder: Path) -> None:
    ids = {correct(keeping, image=CSV, label=4).json["id"] for _ in range(3)}
    assert len(ids) == 1
    assert len([*folder.glob("feedback/v1/4/*/*")]) == 1


@pytest.mark.parametrize("consent", [None, False, "true", 1, [True], "missing"])
def test_without_consent_nothing_is_looked_at_or_kept(keeping: FunctionServer, folder: Path, consent: Any) -> None:
    before = kept_in(folder)
    if consent == "missing":
        answer = keeping.ask("/feedback", json.dumps({"image": CSV, "label": 3}).encode())
    else:
        answer = correct(keeping, consent, image=CSV, label=3)
    assert_problem(answer, 422, "no-consent")
    assert kept_in(folder) == before


@pytest.mark.parametrize(
    "correction",
    [
        {"image": CSV},
        {"label": "7"},
        {"image": CSV, "label": "10"},
        {"image": CSV, "label": 10},
        {"image": CSV, "label": -1},
        {"image": CSV, "label": True},
        {"image": CSV, "label": 7.0},
        {"image": CSV, "label": None},
        {"image": CSV, "label": ""},
        {"image": CSV, "label": "７"},
        {"image": CSV, "label": "../7"},
        {"image": CSV, "label": "7", "prediction": "x"},
        {"image": CSV, "label": "7", "time": 1700000000},
        {"image": CSV, "label": "7", "time": "2026-11-21T10:00:00"},
        {"image": CSV, "label": "7", "time": "0001-01-01T00:00:00+14:00"},
        {"image": CSV, "label": "7", "time": "yesterday"},
        {"image": "0,0", "label": "7"},
        {"image": 7, "label": "7"},
    ],
)
def test_what_is_no_correction_is_refused_and_nothing_kept(
    keeping: FunctionServer, folder: Path, correction: dict[str, Any]
) -> None:
    before = kept_in(folder)
    assert_problem(correct(keeping, **correction), 400, "malformed")
    assert kept_in(folder) == before


@pytest.mark.parametrize("label", ["42", 42, "00", 123456789012])
def test_a_number_is_no_correction_and_the_answer_says_why(keeping: FunctionServer, folder: Path, label: Any) -> None:
    before = kept_in(folder)
    answer = correct(keeping, image=CSV, label=label, prediction="7")
    assert_problem(answer, 400, "malformed")
    assert answer.json["detail"] == f"a correction is one digit 0 to 9 or none, got '{label}'"
    assert kept_in(folder) == before


def test_what_is_no_digit_is_kept_as_such(keeping: FunctionServer, folder: Path) -> None:
    identity = correct(keeping, image=CSV, label="none", prediction="7").json["id"]
    (path,) = folder.glob("feedback/v1/none/????-??-??/*.json")
    correction = from_json(path.read_bytes())
    assert (correction.id, correction.label, correction.told) == (identity, "none", "7")
    assert identity == f"none-{path.stem}"
    assert_problem(correct(keeping, image=CSV, label="none", prediction="none"), 400, "malformed")


@pytest.mark.parametrize("threshold", [0.5, None])
def test_what_was_read_is_kept_with_its_kind(tmp_path: Path, threshold: float | None) -> None:
    row = np.append(np.eye(10)[7], [] if threshold is None else [0.1]).astype(np.float32)
    network = Network("oracle", "keras", lambda digits: np.tile(row, (len(digits), 1)), threshold=threshold)
    Feedback(*open_place(str(tmp_path))).keep(*a_drawing(), Release(network, "v1", "bucket"))
    (path,) = kept_in(tmp_path)
    assert from_json(path.read_bytes()).read == Read("7", 1.0, "v1", "unknown" if threshold else "digit")


def test_an_object_older_than_kinds_is_read(tmp_path: Path) -> None:
    ink = seven()
    kept = json.loads(
        Correction("7", to_levels(normalize(ink)), crop(ink), DAY, Read("1", 0.5, "v1", "digit")).to_json()
    )
    del kept["read"]["kind"]
    assert from_json(json.dumps(kept).encode()).read == Read("1", 0.5, "v1")


def test_a_blank_picture_is_no_correction(keeping: FunctionServer) -> None:
    assert_problem(correct(keeping, image=",".join(["0"] * 784), label=7), 422, "no-ink")


def test_the_front_page_tells_whether_corrections_are_taken(keeping: FunctionServer, server: FunctionServer) -> None:
    assert keeping.ask("/").json["feedback"] is True
    assert server.ask("/").json["feedback"] is False


def test_without_a_place_for_them_corrections_are_not_found(server: FunctionServer) -> None:
    assert_problem(correct(server, image=CSV, label="7"), 404, "not-found")


def test_a_place_out_of_reach_is_told_as_such_and_without_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with function_server(tmp_path / "log", FEEDBACK_URL=str(tmp_path / "file" / "secret-name")) as server:
        answer = correct(server, image=CSV, label="7")
        assert_problem(answer, 503, "store-unreachable")
        assert int(answer.headers["Retry-After"]) > 0
        assert b"secret-name" not in answer.body


def test_a_click_on_the_page_keeps_the_drawing(open_page: Open, keeping: FunctionServer, folder: Path) -> None:
    page = open_page(keeping.url)
    draw(page, ONE)
    settled(page)
    page.locator("#wrong").click()
    before = set(kept_in(folder))
    page.get_by_role("button", name="It is a 2").click()
    expect(page.locator("#stored")).to_contain_text("Stored as a 2")
    (path,) = set(kept_in(folder)) - before
    correction = from_json(path.read_bytes())
    shown = base64.b64decode(page.locator("#seen").get_attribute("src").partition(",")[2])
    with Image.open(io.BytesIO(shown)) as seen:
        assert np.array_equal(np.asarray(seen), correction.digit)
    assert (correction.label, correction.told) == ("2", page.locator("#digit").inner_text()[0])


def test_before_a_network_is_loaded_a_correction_waits_for_none(tmp_path: Path) -> None:
    Feedback(*open_place(str(tmp_path))).keep(*a_drawing(), None)
    (path,) = kept_in(tmp_path)
    assert from_json(path.read_bytes()).read is None


@pytest.mark.parametrize("url", ["gs://corrections", "gs://corrections/", "gs://corrections/mine"])
def test_a_bucket_or_a_part_of_one_takes_corrections(emulator: Emulator, url: str) -> None:
    feedback = open_feedback(url)
    ids = {feedback.keep(*a_drawing(), sure_of(7)) for _ in range(3)} | {open_feedback(url).keep(*a_drawing(), None)}
    place, prefix = open_place(url)
    (name,) = place.names(prefix)
    assert name.startswith(f"{prefix}/feedback/v1/7/".lstrip("/"))
    assert name.endswith(f"/{ids.pop().removeprefix('7-')}.json") and not ids


def test_the_same_drawing_on_another_day_has_the_same_id(tmp_path: Path) -> None:
    times = iter([DAY, NEXT_DAY, NEXT_DAY])
    place, prefix = open_place(str(tmp_path))
    kept = [Feedback(place, prefix, lambda: next(times)).keep(*a_drawing(), None) for _ in range(3)]
    assert len(set(kept)) == 1
    assert [path.parent.name for path in kept_in(tmp_path)] == ["2026-11-21", "2026-11-22"]


@pytest.mark.parametrize(
    ("made", "day"),
    [
        (DAY, "2026-11-21"),  # it waited over midnight
        (NEXT_DAY + timedelta(days=1), "2026-11-22"),  # somebody's clock is wrong
        (DAY - timedelta(days=30), "2026-11-22"),  # longer than a tab is believed
    ],
)
def test_a_correction_that_waited_is_of_the_day_when_it_was_made(tmp_path: Path, made: datetime, day: str) -> None:
    place, prefix = open_place(str(tmp_path))
    for _ in range(2):
        Feedback(place, prefix, lambda: NEXT_DAY).keep(*a_drawing(), None, made)
    assert [path.parent.name for path in kept_in(tmp_path)] == [day]


def test_a_duplicate_costs_no_request_as_long_as_it_is_remembered(tmp_path: Path) -> None:
    place, prefix = open_place(str(tmp_path))
    times = iter([DAY] + [NEXT_DAY] * 2)
    feedback = Feedback(place, prefix, lambda: next(times))
    feedback.keep(*a_drawing(), None)
    feedback.keep(*a_drawing(), None)
    assert len(kept_in(tmp_path)) == 1
    feedback._kept.update({f"7-{number}": None for number in range(REMEMBERED)})
    feedback.keep(*a_drawing(8), None)
    assert len(feedback._kept) == REMEMBERED


@pytest.mark.parametrize("seed", range(3))
def test_an_object_is_bounded_even_when_noise_is_drawn_which_packs_worst(seed: int) -> None:
    noise = np.random.default_rng(seed).random((700, 700), np.float32)

    for levels in (crop(noise), np.random.default_rng(seed).integers(0, 256, (INK_SIDE, INK_SIDE), np.uint8)):
        data = Correction("7", levels[:28, :28], levels, DAY, Read("1", 0.123456789, "9" * 40), "1").to_json()
        assert len(data) <= MOST_BYTES
        assert np.array_equal(from_json(data).ink, levels)


def test_a_drawing_takes_a_few_kilobytes(say: Say) -> None:
    ink = seven(side=280)
    data = Correction("7", to_levels(normalize(ink)), crop(ink), DAY).to_json()
    say(f"a seven drawn on 280×280 is kept in {len(data)} bytes")
    assert len(data) < 10_000


@pytest.mark.parametrize("side", [28, 64, 280, 800])
def test_what_is_kept_of_the_ink_normalizes_to_the_same_digit(side: int) -> None:
    ink = seven(side=side, pen=0.09)
    kept = crop(ink)
    assert max(kept.shape) <= INK_SIDE
    scaled: NDArray[Any] = kept / np.float32(255)
    difference = np.abs(normalize(scaled) - normalize(ink))
    assert difference.mean() < 0.01 and difference.max() < 0.25


@pytest.mark.parametrize(
    "change",
    [
        {"format": "digits-correction/2"},
        {"label": "10"},
        {"label": "8"},
        {"id": "7-0"},
        {"digit": "AAAA"},
        {"time": "yesterday"},
        {"read": {"digit": "x", "confidence": 1, "version": ""}},
        {"read": {"digit": "1", "confidence": 1, "version": "", "kind": "letter"}},
        {"read": {"digit": "none", "confidence": 1, "version": ""}},
        {"told": "none"},
        {"ink": base64.b64encode(encode(np.zeros((INK_SIDE + 1, 1), np.float32))).decode()},
        {"digit": base64.b64encode(encode(np.ones((28, 28), np.float32))).decode()},
    ],
    ids=str,
)
def test_an_object_that_the_function_did_not_write_is_refused(change: dict[str, Any]) -> None:
    ink = seven()
    good = Correction("7", to_levels(normalize(ink)), crop(ink), DAY).to_json()
    assert from_json(good).label == "7"
    with pytest.raises(Malformed):
        from_json(json.dumps({**json.loads(good), **change}).encode())
    with pytest.raises(Malformed):
        from_json(good[:-1])


def test_a_stalled_bucket_holds_up_a_few_corrections_briefly_and_refuses_the_rest(emulator: Emulator) -> None:
    """Eight threads serve everybody; were all of them waiting for the bucket, nobody could read."""
    feedback = open_feedback("gs://corrections")
    feedback.keep(*a_drawing(0), None)  # imports the client
    emulator.faults = lambda *_: Fault(delay=30)
    fates: list[tuple[type[Exception], float]] = []

    def send(label: int) -> None:
        started = monotonic()
        with pytest.raises((Busy, NotKept)) as refused:
            feedback.keep(*a_drawing(label), None)
        fates.append((refused.type, monotonic() - started))

    threads = [threading.Thread(target=send, args=(label,)) for label in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [kind for kind, _ in fates].count(NotKept) == AT_ONCE
    assert max(seconds for kind, seconds in fates if kind is Busy) < 1
    assert max(seconds for _, seconds in fates) < 10
    emulator.faults = lambda *_: None
    assert feedback.keep(*a_drawing(1), None).startswith("1-")


def test_an_instance_keeps_a_stretch_of_corrections_and_then_six_hundred_an_hour(tmp_path: Path) -> None:
    now = [0.0]
    feedback = Feedback(*open_place(str(tmp_path)), clock=lambda: now[0])

    def kept(count: int, first: int) -> int:
        """How many of so many new drawings are kept before one is refused."""
        for number in range(count):
            width, label = divmod(first + number, 10)
            try:
                feedback.keep(*a_drawing(label, data_url(seven(pen=0.04 + 0.002 * width))), None)
            except Busy as busy:
                assert busy.retry_after == OFTEN
                return number
        return count

    assert kept(100, 0) == AT_A_STRETCH
    now[0] += OFTEN
    assert kept(10, 100) == 1
    now[0] += 3600
    assert kept(100, 200) == AT_A_STRETCH
    now[0] -= 1e6  # a clock that jumps back makes nobody wait for days
    assert kept(1, 300) == 0
    now[0] += AT_A_STRETCH * OFTEN
    assert kept(100, 300) == AT_A_STRETCH


@pytest.mark.alone
def test_a_flood_of_corrections_leaves_readers_unharmed(tmp_path: Path, say: Say) -> None:
    """A thousand corrections, of three one new, one a duplicate and one junk; and two who only read.

    Measured again where it harms them: one pause of the machine decides a 99th percentile. Three are no accident.
    """
    for attempt in range(3):
        folder = tmp_path / f"corrections-{attempt}"
        with _on_processors_of_its_own(), function_server(tmp_path / "log", FEEDBACK_URL=str(folder)) as server:
            os.sched_setaffinity(0, OURS)
            calm, flooded, counts = _flooded(server)
        say(f"readers' p99 {calm * 1000:.0f} ms, in the flood {flooded * 1000:.0f} ms; the flood got {counts}")
        assert set(counts) <= {201, 400, 415, 422, 503} and sum(counts.values()) == FLOOD
        assert all(from_json(path.read_bytes()) for path in kept_in(folder))
        if flooded <= max(HARM * calm, FRAME):
            return
    pytest.fail(f"readers waited more than {HARM} times as long, and a frame, in three floods")


@contextmanager
def _on_processors_of_its_own() -> Iterator[None]:
    """What starts within runs beside its callers, as in the cloud, and not on the processors that they keep busy."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, before - OURS or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _flooded(server: FunctionServer) -> tuple[float, float, dict[int, int]]:
    """Readers' p99 without and with a flood, in seconds, and how often the flood got each status."""
    ask(server.url, 0)
    with crowd(server, callers=2) as readers:
        _rest(3)
    calm = _p99(readers.told)
    # The flood yields to the readers' clocks; at the function it is in nobody's favor.
    command = ["nice", "-n", "19", sys.executable, "-m", "tests.support.flood", server.url, str(FLOOD), str(FLOODERS)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as flood:
        assert flood.stdout is not None and flood.stdout.readline() == "ready\n"
        with crowd(server, callers=2) as readers:
            printed, _ = flood.communicate("go\n", timeout=120)
    assert all(told.is_right for told in readers.told)
    return calm, _p99(readers.told), {int(status): count for status, count in json.loads(printed).items()}


def _p99(told: list[Told]) -> float:
    """Seconds."""
    return float(np.percentile([one.ended - one.started for one in told], 99))


def _rest(seconds: float) -> None:
    threading.Event().wait(seconds)
