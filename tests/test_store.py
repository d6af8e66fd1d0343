"""One contract, kept by a folder and by a bucket: version, fetch that version, publish."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from function.errors import (
    Changed,
    StoreUnreachable,
    WeightsChanged,
    WeightsDamaged,
    WeightsMissing,
    WeightsRefused,
)
from function.formats import CHECKPOINT
from function.store import weights as stores
from function.store.bucket import Bucket
from function.store.weights import Store, open_store
from tests.support.emulator import Emulator, Fault

NAME = "releases/digits.weights.h5"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator("digits") as emulator:
        yield emulator


@pytest.fixture
def bucket(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """The emulator with an empty bucket, where the client library finds it."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", emulator.url)
    emulator.empty("digits")
    yield emulator
    emulator.faults = lambda method, path, query: None


@dataclass(frozen=True)
class Case:
    store: Store
    upload: Callable[[bytes], object]  # behind the store's back, as an operator's tool does
    remove: Callable[[], None]


@pytest.fixture(params=["folder", "bucket"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    if request.param == "folder":
        path = tmp_path / NAME
        path.parent.mkdir()
        return Case(open_store(str(path)), lambda data: _replace(path, data), path.unlink)
    emulator: Emulator = request.getfixturevalue("bucket")
    return Case(
        open_store(f"gs://digits/{NAME}"),
        lambda data: str(emulator.put("digits", NAME, data)),
        lambda: emulator.delete("digits", NAME),
    )


def _replace(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "new.weights.h5"
    path.write_bytes(b"new weights\r")
    return path


def test_a_store_without_weights_says_so(case: Case) -> None:
    with pytest.raises(WeightsMissing):
        case.store.version()


@pytest.mark.parametrize("data", [b"", b"weights", b"ends in a carriage return\r", b"\r\n--edge\r\n", bytes(1 << 20)])
def test_what_is_fetched_is_what_was_uploaded(case: Case, landing: Path, data: bytes) -> None:
    case.upload(data)
    path = case.store.fetch(case.store.version(), landing)
    assert path.read_bytes() == data
    assert names(landing) == ["digits.weights.h5"]


def test_the_version_stays_until_the_weights_change(case: Case) -> None:
    case.upload(b"one")
    first = case.store.version()
    assert case.store.version() == first
    case.upload(b"two")
    assert case.store.version() != first


def test_a_replaced_version_is_not_fetched_in_the_guise_of_the_new_one(case: Case, landing: Path) -> None:
    case.upload(b"one")
    version = case.store.version()
    case.upload(b"two")
    with pytest.raises(WeightsChanged):
        case.store.fetch(version, landing)
    assert names(landing) == []


def test_a_removed_version_is_not_fetched(case: Case, landing: Path) -> None:
    case.upload(b"one")
    version = case.store.version()
    case.remove()
    with pytest.raises(WeightsChanged):
        case.store.fetch(version, landing)


def test_weights_beyond_the_limit_are_refused_unread(
    case: Case, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.upload(b"twelve bytes")
    version = case.store.version()
    monkeypatch.setattr(stores, "MOST_BYTES", 11)
    with pytest.raises(WeightsRefused):
        case.store.fetch(version, landing)
    assert names(landing) == []


def test_publishing_returns_the_version_that_then_stands_there(case: Case, landing: Path, file: Path) -> None:
    version = case.store.publish(file, replacing=None)
    assert version == case.store.version()
    assert case.store.fetch(version, landing).read_bytes() == file.read_bytes()


def test_publishing_replaces_only_the_version_that_was_named(case: Case, file: Path) -> None:
    case.upload(b"one")
    first = case.store.version()
    case.upload(b"two")
    second = case.store.version()
    for expected in (None, first):
        with pytest.raises(WeightsChanged):
            case.store.publish(file, replacing=expected)
    assert case.store.version() == second
    assert case.store.publish(file, replacing=second) == case.store.version() != second


def test_of_many_who_publish_at_once_one_succeeds(case: Case, file: Path) -> None:
    case.upload(b"one")
    version = case.store.version()
    outcomes: list[str] = []

    def publish() -> None:
        try:
            outcomes.append(case.store.publish(file, replacing=version))
        except WeightsChanged:
            outcomes.append("changed")

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=len) == ["changed"] * 7 + [case.store.version()]


def test_the_present_version_heads_the_history(case: Case) -> None:
    case.upload(b"one")
    case.upload(b"two")
    assert case.store.history() == [case.store.version()]


def test_names_are_listed_in_order_by_what_they_begin_with(case: Case) -> None:
    for name in ("kept/b/2.json", "kept/b/1.json", "kept/a.json", "other/3.json"):
        case.store.place.write(name, b"{}", None, "application/json", {})
    assert case.store.place.names("kept/b/") == ["kept/b/1.json", "kept/b/2.json"]
    assert case.store.place.names("nothing/") == []


def test_who_may_only_create_learns_that_something_stands_there(bucket: Emulator) -> None:
    """Google answers 403 to who may create objects but not replace them, and names the permission that is missing."""
    refusal = {"error": {"code": 403, "message": "caller does not have storage.objects.delete access to the object"}}
    place = open_store(f"gs://digits/{NAME}").place
    bucket.faults = lambda *_: Fault(403, change=lambda _: json.dumps(refusal).encode())
    with pytest.raises(Changed):
        place.write("taken.json", b"{}", None, "application/json", {})
    bucket.faults = lambda *_: Fault(403)
    with pytest.raises(StoreUnreachable):
        place.write("taken.json", b"{}", None, "application/json", {})


@pytest.fixture(params=["folder", "bucket"])
def checkpoint(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Store, Callable[[str, bytes], object]]:
    """A store for the two files of `classic/name`, and how to upload one of them."""
    if request.param == "folder":
        root = tmp_path / "classic"
        root.mkdir()
        return open_store(str(root / "name")), lambda suffix, data: _replace(Path(f"{root}/name{suffix}"), data)
    emulator: Emulator = request.getfixturevalue("bucket")
    return (
        open_store("gs://digits/classic/name"),
        lambda suffix, data: emulator.put("digits", f"classic/name{suffix}", data),
    )


DATA, INDEX = CHECKPOINT.files


def test_a_checkpoint_is_there_once_both_its_files_are(checkpoint: tuple, landing: Path) -> None:  # type: ignore[type-arg]
    store, upload = checkpoint
    upload(INDEX, b"index")
    with pytest.raises(WeightsMissing):
        store.version()
    upload(DATA, b"data")
    assert store.fetch(store.version(), landing) == landing / "name"
    assert {path.name: path.read_bytes() for path in landing.iterdir()} == {
        f"name{INDEX}": b"index",
        f"name{DATA}": b"data",
    }


@pytest.mark.parametrize("replaced", [DATA, INDEX])
def test_a_checkpoint_has_a_new_version_when_either_file_is_new(checkpoint: tuple, replaced: str) -> None:  # type: ignore[type-arg]
    store, upload = checkpoint
    upload(INDEX, b"index")
    upload(DATA, b"data")
    version = store.version()
    upload(replaced, b"new")
    assert store.version() != version


def test_a_checkpoint_half_replaced_while_it_was_fetched_is_not_taken(bucket: Emulator, landing: Path) -> None:
    store = open_store("gs://digits/classic/name")
    bucket.put("digits", f"classic/name{INDEX}", b"index")
    bucket.put("digits", f"classic/name{DATA}", b"data")
    version = store.version()
    uploads = iter([b"new data"])

    def replace_data_once_read(method: str, path: str, query: object) -> None:
        if method == "GET" and path.startswith("/download") and path.endswith("index"):
            for data in uploads:
                bucket.put("digits", f"classic/name{DATA}", data)

    bucket.faults = replace_data_once_read
    with pytest.raises(WeightsChanged):
        store.fetch(version, landing)


def test_a_published_checkpoint_is_fetched_as_it_was(checkpoint: tuple, tmp_path: Path, landing: Path) -> None:  # type: ignore[type-arg]
    store, _ = checkpoint
    (tmp_path / f"mine{DATA}").write_bytes(b"data")
    (tmp_path / f"mine{INDEX}").write_bytes(b"index")
    version = store.publish(tmp_path / "mine", replacing=None)
    assert store.fetch(version, landing).with_name(f"name{DATA}").read_bytes() == b"data"
    assert store.publish(tmp_path / "mine", replacing=store.version()) == store.version()


def test_a_bucket_that_keeps_versions_lists_and_fetches_them(bucket: Emulator, landing: Path) -> None:
    store = open_store("gs://versioned/digits.weights.h5")
    bucket.create("versioned", keeps_versions=True)
    versions = [bucket.put("versioned", "digits.weights.h5", data) for data in (b"one", b"two", b"three")]
    bucket.put("versioned", "digits.weights.h5.old", b"another object")
    assert store.history() == versions[::-1]
    assert store.fetch(versions[0], landing).read_bytes() == b"one"


def test_what_is_known_about_weights_is_kept_beside_the_object(bucket: Emulator, file: Path) -> None:
    store = open_store(f"gs://digits/{NAME}")
    store.publish(file, replacing=None, about={"architecture": "convnet"})
    assert bucket.storage.objects["digits"][NAME]["metadata"] == {"architecture": "convnet"}
    assert bucket.storage.objects["digits"][NAME]["cacheControl"] == "no-cache"


def is_download(method: str, path: str) -> bool:
    return method == "GET" and path.startswith("/download")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda body: bytes([body[0] ^ 1]) + body[1:], WeightsDamaged),
        (lambda body: body[:-1], WeightsDamaged),
        (lambda body: body + b"x", WeightsDamaged),
        (lambda body: b"", WeightsDamaged),
    ],
    ids=["flipped", "shorter", "longer", "empty"],
)
def test_bytes_that_arrive_changed_are_not_taken(
    bucket: Emulator, landing: Path, change: Callable[[bytes], bytes], error: type[Exception]
) -> None:
    bucket.put("digits", NAME, b"weights" * 1000)
    store = open_store(f"gs://digits/{NAME}")
    bucket.faults = lambda method, path, query: Fault(change=change) if is_download(method, path) else None
    with pytest.raises(error):
        store.fetch(store.version(), landing)
    assert names(landing) == []


def test_a_dropped_connection_is_taken_up_where_it_broke(bucket: Emulator, landing: Path) -> None:
    data = os.urandom(100_000)
    bucket.put("digits", NAME, data)
    store = open_store(f"gs://digits/{NAME}")
    cuts = iter([Fault(cut=60_000)])
    bucket.faults = lambda method, path, query: next(cuts, None) if is_download(method, path) else None
    assert store.fetch(store.version(), landing).read_bytes() == data


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_bucket_that_answers_with_an_error_is_unreachable(bucket: Emulator, status: int) -> None:
    bucket.faults = lambda method, path, query: Fault(status=status)
    with pytest.raises(StoreUnreachable):
        Store(Bucket("digits", (0.2, 0.2), 0.1), NAME).version()


def test_a_bucket_that_does_not_exist_holds_no_weights(bucket: Emulator) -> None:
    with pytest.raises(WeightsMissing):
        open_store(f"gs://nobodys/{NAME}").version()


def test_a_bucket_that_stalls_is_unreachable_in_bounded_time(bucket: Emulator) -> None:
    bucket.faults = lambda method, path, query: Fault(delay=1)
    with pytest.raises(StoreUnreachable):
        Store(Bucket("digits", (0.2, 0.2), 0.1), NAME).version()


def test_a_download_that_trickles_ends_at_its_deadline(
    bucket: Emulator, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("function.store.bucket._DOWNLOAD_SECONDS", 0.2)
    bucket.put("digits", NAME, bytes(100_000))
    store = open_store(f"gs://digits/{NAME}")
    bucket.faults = lambda method, path, query: Fault(drip=0.0001) if is_download(method, path) else None
    with pytest.raises(StoreUnreachable, match="longer than"):
        store.fetch(store.version(), landing)
    assert names(landing) == []


def test_a_server_that_is_not_there_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    with pytest.raises(StoreUnreachable):
        Store(Bucket("digits", (0.2, 0.2), 0.1), NAME).version()


def test_a_folder_that_may_not_be_read_is_unreachable(tmp_path: Path) -> None:
    path = tmp_path / "digits.weights.h5"
    path.symlink_to(path)  # unlike permissions, a loop stops even the superuser
    with pytest.raises(StoreUnreachable):
        open_store(str(path)).version()
