"""Once it has answered it keeps answering, with one version at a time, whatever happens in the store."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from function.arrays import to_levels
from function.errors import (
    BadSettings,
    LoadTimeout,
    NoNetwork,
    StoreUnreachable,
    WeightsChanged,
    WeightsDamaged,
    WeightsMissing,
    WeightsRefused,
)
from function.keeper import Keeper, Status
from function.network.golden import GOLDEN, examine, golden_digits
from function.network.network import Network
from function.opening import open_keeper
from function.settings import Settings

SOON = 10  # seconds; a test that waits this long has failed


@dataclass
class Shelf:
    """A store in memory. `before` runs ahead of each question and may block or raise."""

    version_now: str | None = "1"
    source: str = "bucket"
    questions: list[str] = field(default_factory=list)
    before: Callable[[str], object] = lambda question: None

    def version(self) -> str:
        self.questions.append("version")
        self.before("version")
        if self.version_now is None:
            raise WeightsMissing("nothing")
        return self.version_now

    def fetch(self, version: str, folder: Path) -> Path:
        self.questions.append(f"fetch {version}")
        self.before("fetch")
        if version != self.version_now:
            raise WeightsChanged(f"{version} is gone")
        path = folder / "digits.weights.h5"
        path.write_text(version)
        return path


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class World:
    """A keeper, and everything around it in the test's hands."""

    store: Shelf
    clock: Clock
    built: list[str]
    log: list[Mapping[str, object]]
    keeper: Keeper

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds


def network(architecture: str) -> Network:
    return Network(architecture, "keras", lambda digits: np.full((len(digits), 10), 0.1, np.float32))


def world(
    store: Shelf | None = None, refresh_seconds: float = 60, bundled: Path | None = None, **options: Any
) -> World:
    """A world in which weights whose text starts with "bad" are refused."""
    log: list[Mapping[str, object]] = []
    store, clock, built = store or Shelf(), Clock(), []

    def build(path: Path) -> Network:
        built.append(path.read_text())
        if path.read_text().startswith("bad"):
            raise WeightsRefused("they say so themselves")
        return network(path.read_text())

    options = {"refresh_seconds": refresh_seconds, "build": build, "bundled": bundled} | options
    keeper = Keeper(store, clock=clock, log=log.append, **options)  # type: ignore[arg-type]
    return World(store, clock, built, log, keeper)


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    path = tmp_path / "digits.weights.h5"
    path.write_text("bundled")
    return path


def failing(error: Exception, at: str = "version") -> Callable[[str], None]:
    def before(question: str) -> None:
        if question == at:
            raise error

    return before


def in_threads(work: Callable[[], Any], count: int) -> Callable[[], list[Any]]:
    """Starts `work` in threads; the returned function waits for their results."""
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()

    def join() -> list[Any]:
        for thread in threads:
            thread.join(SOON)
        assert len(results) == count
        return results

    return join


def test_nothing_is_asked_before_the_first_request() -> None:
    assert world().store.questions == []


def test_the_first_request_loads_the_stores_version() -> None:
    here = world()
    release = here.keeper.release()
    assert (release.version, release.source, release.network.architecture) == ("1", "bucket", "1")
    assert here.keeper.status() == Status()


def test_first_requests_share_one_load() -> None:
    gate = threading.Event()
    here = world(Shelf(before=lambda question: gate.wait(SOON) and None))
    join = in_threads(here.keeper.release, 32)
    gate.set()
    assert {release.version for release in join()} == {"1"}
    assert here.store.questions == ["version", "fetch 1"]
    assert here.built == ["1"]


def test_a_release_is_served_without_questions_until_it_is_old() -> None:
    here = world(refresh_seconds=60)
    first = here.keeper.release()
    here.pass_time(59)
    assert here.keeper.release() is first
    assert here.store.questions == ["version", "fetch 1"]
    here.pass_time(2)
    assert here.keeper.release() is first
    assert here.store.questions == ["version", "fetch 1", "version"]


def test_no_refresh_means_never_again() -> None:
    here = world(refresh_seconds=0)
    here.keeper.release()
    here.pass_time(1e9)
    here.keeper.release()
    assert here.store.questions == ["version", "fetch 1"]


def test_a_new_version_is_swapped_in_once() -> None:
    here = world()
    here.keeper.release()
    here.store.version_now = "2"
    here.pass_time(61)
    assert [here.keeper.release().version for _ in range(3)] == ["2", "2", "2"]
    assert here.built == ["1", "2"]


def test_while_one_request_refreshes_the_others_go_on() -> None:
    here = world()
    old = here.keeper.release()
    gate, inside = threading.Event(), threading.Event()

    def hold(question: str) -> None:
        inside.set()
        gate.wait(SOON)

    here.store.before, here.store.version_now = hold, "2"
    here.pass_time(61)
    join = in_threads(here.keeper.release, 1)
    assert inside.wait(SOON)
    assert [here.keeper.release() for _ in range(100)] == [old] * 100
    gate.set()
    assert join()[0].version == "2"
    assert here.keeper.release().version == "2"
    assert here.store.questions.count("version") == 2


def test_a_caller_who_refreshes_is_answered_even_if_the_store_never_is() -> None:
    here = world(patience=0.05)
    old = here.keeper.release()
    gate = threading.Event()
    here.store.before = lambda question: gate.wait(SOON) and None
    here.pass_time(61)
    assert here.keeper.release() is old
    gate.set()


@pytest.mark.parametrize(
    ("error", "at"),
    [
        (StoreUnreachable("no answer"), "version"),
        (WeightsMissing("deleted"), "version"),
        (WeightsDamaged("a bit flipped"), "fetch"),
        (StoreUnreachable("dropped"), "fetch"),
        (WeightsRefused("too large"), "fetch"),
        (WeightsChanged("again and again"), "fetch"),
        (RuntimeError("a fault of ours"), "fetch"),
        (OSError("no space left"), "fetch"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_the_last_good_release_survives_every_failure_and_recovers(error: Exception, at: str) -> None:
    here = world()
    old = here.keeper.release()
    here.store.version_now, here.store.before = "2", failing(error, at)
    here.pass_time(61)
    assert here.keeper.release() is old
    assert here.keeper.status().code == getattr(error, "code", "error")
    assert str(error) in str(here.log[-1]["detail"])
    assert str(error) not in str(here.keeper.status())
    here.store.version_now, here.store.before = "3", lambda question: None
    here.pass_time(1000)
    assert here.keeper.release().version == "3"
    assert here.keeper.status() == Status()


def test_a_refused_version_is_fetched_once_and_named() -> None:
    here = world()
    old = here.keeper.release()
    here.store.version_now = "bad"
    for _ in range(5):
        here.pass_time(1000)
        assert here.keeper.release() is old
    assert here.built == ["1", "bad"]
    assert here.keeper.status() == Status("weights-refused", WeightsRefused.title, "bad", WeightsRefused.title)
    assert [line["code"] for line in here.log if "code" in line] == ["weights-refused"]
    here.store.version_now = "1"
    here.pass_time(1000)
    assert here.keeper.release() is old
    assert here.keeper.status() == Status()


def test_weights_damaged_on_the_way_are_fetched_again() -> None:
    here = world()
    here.keeper.release()
    here.store.version_now, here.store.before = "2", failing(WeightsDamaged("a bit flipped"), "fetch")
    here.pass_time(61)
    here.keeper.release()
    here.store.before = lambda question: None
    here.pass_time(61)
    assert here.keeper.release().version == "2"


def test_a_version_replaced_while_it_was_fetched_is_followed_at_once() -> None:
    here = world()
    versions = iter(["2", "3"])

    def replace(question: str) -> None:
        if question == "fetch":
            here.store.version_now = next(versions, here.store.version_now)

    here.store.before = replace
    assert here.keeper.release().version == "3"
    assert here.store.questions == ["version", "fetch 1", "version", "fetch 2", "version", "fetch 3"]


@pytest.mark.parametrize("error", [StoreUnreachable("no answer"), WeightsMissing("nothing"), RuntimeError("ours")])
def test_bundled_weights_serve_while_the_store_gives_none(error: Exception, bundled: Path) -> None:
    here = world(Shelf(before=failing(error)), bundled=bundled)
    release = here.keeper.release()
    assert (release.source, release.network.architecture) == ("bundled", "bundled")
    assert here.keeper.status().code == getattr(error, "code", "error")
    here.store.before = lambda question: None
    here.pass_time(5)
    assert here.keeper.release().source == "bucket"


def test_without_bundled_weights_callers_are_told_when_to_come_back() -> None:
    here = world(Shelf(version_now=None))
    with pytest.raises(NoNetwork) as caught:
        here.keeper.release()
    here.store.version_now = "1"
    here.pass_time(caught.value.retry_after)
    assert here.keeper.release().version == "1"


def test_bundled_weights_that_do_not_load_are_no_network(bundled: Path) -> None:
    bundled.write_text("bad")
    with pytest.raises(NoNetwork):
        world(Shelf(version_now=None), bundled=bundled).keeper.release()


def test_a_store_without_answer_is_asked_less_and_less_often() -> None:
    here = world(Shelf(before=failing(StoreUnreachable("no answer"))))
    for _ in range(600):
        with pytest.raises(NoNetwork):
            here.keeper.release()
        here.pass_time(1)
    assert 12 <= len(here.store.questions) <= 20  # pauses of 1, 2, 4 … 60 s, each ± 20 %


def test_a_crowd_before_a_dead_store_asks_it_once() -> None:
    here = world(Shelf(before=failing(StoreUnreachable("no answer"))))

    def outcome() -> str:
        try:
            return here.keeper.release().version
        except NoNetwork:
            return "none"

    assert in_threads(outcome, 32)() == ["none"] * 32
    assert here.store.questions == ["version"]


def test_a_first_load_that_hangs_gives_way_to_bundled_weights_and_may_still_finish(bundled: Path) -> None:
    gate, fetched = threading.Event(), threading.Event()

    def hang(question: str) -> None:
        if question == "fetch":
            fetched.set()
            gate.wait(SOON)

    here = world(Shelf(before=hang), bundled=bundled, load_seconds=15)
    join = in_threads(here.keeper.release, 8)
    assert fetched.wait(SOON)
    here.pass_time(15)
    assert {release.source for release in join()} == {"bundled"}
    assert here.keeper.release().source == "bundled"
    assert here.built == ["bundled"]
    gate.set()
    until(lambda: here.keeper.release().source == "bucket")
    assert here.store.questions == ["version", "fetch 1"]


def test_a_first_load_that_takes_too_long_for_its_callers_is_said_to() -> None:
    """On a crowded machine; "nothing is loaded: None" told nobody why."""
    gate, fetched = threading.Event(), threading.Event()

    def hang(question: str) -> None:
        if question == "fetch":
            fetched.set()
            gate.wait(SOON)

    here = world(Shelf(before=hang), load_seconds=15)

    def told() -> str:
        with pytest.raises(NoNetwork) as caught:
            here.keeper.release()
        return str(caught.value)

    join = in_threads(told, 2)
    assert fetched.wait(SOON)
    here.pass_time(15)
    assert set(join()) == {"nothing is loaded: loading takes longer than 2 × 15 s, and goes on"}
    gate.set()
    until(lambda: here.keeper.present() is not None)


def test_a_server_that_stops_does_not_wait_for_a_load_that_hangs(bundled: Path) -> None:
    gate, fetched, stops = threading.Event(), threading.Event(), threading.Event()

    def hang(question: str) -> None:
        fetched.set()
        gate.wait(SOON)

    here = world(Shelf(before=hang), bundled=bundled, load_seconds=1e9, stopping=stops.is_set)
    join = in_threads(here.keeper.release, 4)
    assert fetched.wait(SOON)
    stops.set()

    def is_built_a_second_later() -> bool:
        here.pass_time(1)
        return here.built == ["bundled"]

    until(is_built_a_second_later)
    assert {release.source for release in join()} == {"bundled"}
    gate.set()


def test_a_process_without_threads_to_spare_keeps_serving_and_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    old = here.keeper.release()
    here.store.version_now = "2"
    here.pass_time(61)

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        assert here.keeper.release() is old
    here.pass_time(61)
    assert here.keeper.release().version == "2"


def test_weights_that_only_lacked_memory_are_built_later() -> None:
    full = [True]

    def build(path: Path) -> Network:
        if full:
            raise MemoryError(full.pop())
        return network("1")

    here = world(build=build)
    with pytest.raises(NoNetwork):
        here.keeper.release()
    here.pass_time(5)
    assert here.keeper.release().version == "1"


def test_preparation_runs_beside_the_first_questions_only() -> None:
    gate = threading.Event()
    here = world(Shelf(before=lambda question: gate.wait(SOON) and None), prepare=gate.set)
    assert here.keeper.release().version == "1"
    gate.clear()
    here.store.before = lambda question: None
    here.pass_time(61)
    here.keeper.release()
    assert not gate.is_set()


def test_nothing_stays_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    here = world()
    here.keeper.release()
    for version in ("2", "bad", "3"):
        here.store.version_now = version
        here.pass_time(1000)
        here.keeper.release()
    assert here.built == ["1", "2", "bad", "3"]
    assert list(tmp_path.iterdir()) == []


def test_versions_never_go_back_and_forth_under_load() -> None:
    here = world(refresh_seconds=1)
    here.keeper.release()
    done = threading.Event()

    def watch() -> list[int]:
        seen = []
        while not done.wait(0.001):
            seen.append(int(here.keeper.release().version))
        return seen

    join = in_threads(watch, 8)
    for version in range(2, 52):
        here.store.version_now = str(version)
        here.pass_time(2)
        until(lambda version=version: here.keeper.release().version == str(version))  # type: ignore[misc]
    done.set()
    assert all(seen == sorted(seen) for seen in join())
    assert here.built == [str(version) for version in range(1, 52)]


def until(condition: Callable[[], bool]) -> None:
    """Returns once the condition holds; fails after SOON."""
    pause = threading.Event()
    for _ in range(SOON * 1000):
        if condition():
            return
        pause.wait(0.001)
    raise AssertionError("that never happened")


def answering(rows: Any) -> Network:
    return Network("test", "keras", lambda digits: np.asarray(rows, np.float32))


def test_a_network_that_reads_the_golden_digits_passes() -> None:
    passing = answering(np.eye(10))
    assert examine(passing, golden_digits()) is passing


@pytest.mark.parametrize(
    "rows",
    [np.roll(np.eye(10), 1, axis=1), np.eye(10) * np.nan, np.eye(10) * 2, np.eye(10)[:9], np.eye(10) * 3 - 0.2],
    ids=["misread", "nan", "sum", "shape", "negative"],
)
def test_a_network_that_answers_otherwise_is_refused(rows: Any) -> None:
    with pytest.raises(WeightsRefused):
        examine(answering(rows), golden_digits())


def test_the_golden_digits_are_ten_digits_in_mnists_frame() -> None:
    digits: Any = golden_digits()
    assert (digits.shape, digits.dtype) == ((10, 28, 28), np.float32)
    assert (digits.min(), digits.max()) == (0, 1)
    assert (digits.sum(axis=(1, 2)) > 20).all()  # each has ink


def test_the_golden_digits_are_read_without_a_decoder_as_any_decoder_reads_them() -> None:
    with Image.open(GOLDEN) as strip:
        levels = np.asarray(strip.convert("L")).reshape(28, 10, 28).swapaxes(0, 1)
    assert np.array_equal(to_levels(golden_digits()), levels)


@pytest.mark.parametrize("name", ["digits.h5", "digits.keras", "model.pb"])
def test_a_format_that_nothing_reads_is_a_wrong_setting(name: str) -> None:
    with pytest.raises(BadSettings):
        open_keeper(Settings(weights_url=f"gs://bucket/{name}"))


@pytest.mark.parametrize("jump", [-1e6, -61, 0, 61, 1e6])
def test_a_clock_that_jumps_neither_stops_answers_nor_refreshes_for_good(jump: float) -> None:
    """The clock is the monotonic one; where a host's isn't, a jump back may delay one refresh by what it jumped."""
    here = world()
    assert here.keeper.release().version == "1"
    here.pass_time(jump)
    assert here.keeper.release().version == "1"
    here.store.version_now = "2"
    here.pass_time(61 + max(0, -jump))
    assert here.keeper.release().version == "2"


def hanging(*attempts: int) -> tuple[Callable[[str], None], threading.Event]:
    """A `before` that holds these fetches, counted from 0, until the event is set."""
    go_on, count = threading.Event(), iter(range(1000))

    def before(question: str) -> None:
        if question == "fetch" and next(count) in attempts:
            assert go_on.wait(SOON)

    return before, go_on


def test_an_attempt_that_hangs_is_given_up_told_of_and_followed_by_another() -> None:
    w = world(patience=0)
    w.keeper.release()
    until(lambda: w.keeper.release().version == "1")
    w.store.version_now = "2"
    w.store.before, go_on = hanging(0)
    w.pass_time(60)
    assert w.keeper.release().version == "1"
    until(lambda: "fetch 2" in w.store.questions)
    w.pass_time(121)
    assert w.keeper.release().version == "1"
    assert w.keeper.status() == Status("load-timeout", LoadTimeout.title)
    w.store.version_now = "3"
    w.pass_time(100)
    w.keeper.release()
    until(lambda: w.keeper.release().version == "3")
    until(lambda: w.keeper.status() == Status())
    go_on.set()  # what hung comes to its end, and is older than what serves
    w.pass_time(1)
    assert w.keeper.release().version == "3"
