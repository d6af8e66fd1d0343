"""Weights made to hurt are refused, soon and for little memory, and a good upload after them is taken up."""

import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from function.errors import WeightsMissing, WeightsRefused
from function.formats import BUNDLED, BUNDLED_LITE
from function.keeper import Keeper
from function.network import hdf5
from function.network.keras import load_keras
from function.network.lite import DESCRIPTION, load_lite, pack, unpack
from function.network.loading import build
from function.network.network import MOST_SCORES, checked_scores
from function.network.numeric import load_numeric
from function.store.weights import open_store
from tests.support.bodies import CSV
from tests.support.function_server import function_server
from tests.support.wire import watched
from training.learning.weights_file import record_scores
from training.releasing.publish import publish

Spoil = Callable[[h5py.File, Path], object]

ODD_SCORES: dict[str, Any] = {
    "not a number": {"pens": float("nan")},
    "infinite": {"pens": float("inf")},
    "null": None,
    "a list": [1],
    "text": "x",
    "a number": 7,
    "true": {"pens": True},
    "text by name": {"pens": "99"},
    "nested": {"pens": {"mnist": 1}},
    "too many": {str(number): 1.0 for number in range(MOST_SCORES + 1)},
}


def gzip_bomb(file: h5py.File) -> None:
    """A chunk of a few bytes, declared small, that inflates to a gigabyte."""
    import zlib

    array = file.create_dataset("bomb", (2**16,), "f4", chunks=(2**16,), compression="gzip")
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(2**20)) for _ in range(1024)) + packer.flush()
    array.id.write_direct_chunk((0,), data)


def nest(file: h5py.File, depth: int) -> None:
    group = file
    for _ in range(depth):
        group = group.create_group("g")


EVIL: dict[str, Spoil] = {
    "data in a pipe": lambda file, pipe: file.create_dataset("x", (9,), "f4", external=[(str(pipe), 0, 36)]),
    "data in a file": lambda file, pipe: file.create_dataset("x", (9,), "f4", external=[("/etc/passwd", 0, 36)]),
    "virtual data": lambda file, pipe: file.create_virtual_dataset("x", virtual_layout(pipe)),
    "a link to a file": lambda file, pipe: file.__setitem__("x", h5py.ExternalLink(str(pipe), "/y")),
    "a link within": lambda file, pipe: file.__setitem__("x", h5py.SoftLink("/y")),
    "4 GB declared": lambda file, pipe: file.create_dataset("x", (10**9,), "f4", chunks=(1000,), compression="gzip"),
    "many arrays of 60 MB": lambda file, pipe: [
        file.create_dataset(f"x{number}", (15 * 10**6,), "f4", chunks=(1000,)) for number in range(5)
    ],
    "a chunk of 4 GB": lambda file, pipe: file.create_dataset("x", (1,), "f4", chunks=(10**9,), maxshape=(None,)),
    "a chunk that inflates to 1 GB": lambda file, pipe: gzip_bomb(file),
    "2,000 groups in each other": lambda file, pipe: nest(file, 2000),
    "2,000 groups side by side": lambda file, pipe: [file.create_group(str(number)) for number in range(2000)],
    "text": lambda file, pipe: file.create_dataset("x", data="text"),
    "a named type": lambda file, pipe: file.__setitem__("x", np.dtype("f4")),
    "a circle": lambda file, pipe: file.__setitem__("x", file["/"]),
}


def virtual_layout(pipe: Path) -> h5py.VirtualLayout:
    layout = h5py.VirtualLayout((9,), "f4")
    layout[:] = h5py.VirtualSource(str(pipe), "y", (9,))
    return layout


def spoiled(path: Path, spoil: Spoil) -> Path:
    """The bundled weights, spoiled, without the digest that would give them away; a pipe lies beside them."""
    pipe = path.with_name("pipe")
    if not pipe.exists():
        os.mkfifo(pipe)
    path.write_bytes(BUNDLED.read_bytes())
    with h5py.File(path, "a") as file:
        del file.attrs["digest"]
        spoil(file, pipe)
    return path


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    return tmp_path / "digits.weights.h5"


@pytest.mark.parametrize("name", EVIL)
def test_a_file_made_to_hang_or_to_fill_the_memory_is_refused_before_it_can(evil: Path, name: str) -> None:
    started = time.monotonic()
    with watched(os.getpid()) as memory, pytest.raises(WeightsRefused, match=evil.name):
        build(spoiled(evil, EVIL[name]))
    assert time.monotonic() - started < hdf5.SECONDS
    assert memory.growth < 150  # what TensorFlow holds once it is imported


@pytest.mark.parametrize("name", [name for name in EVIL if name != "a chunk that inflates to 1 GB"])
def test_what_a_file_declares_is_judged_without_reading_it(evil: Path, name: str) -> None:
    with h5py.File(spoiled(evil, EVIL[name])) as file, pytest.raises(ValueError, match=r"it|/x|its"):
        hdf5.check(file)


def test_looking_at_the_bundled_weights_finds_nothing() -> None:
    assert hdf5.look(BUNDLED) is None


def test_looking_tells_what_the_library_says(tmp_path: Path) -> None:
    assert "No such file" in str(hdf5.look(tmp_path / "nowhere.weights.h5"))
    (tmp_path / "text").write_text("no HDF5")
    assert "file signature not found" in str(hdf5.look(tmp_path / "text"))


@pytest.mark.parametrize("name", ODD_SCORES)
def test_odd_scores_are_refused_by_all_loaders_and_by_publish(evil: Path, tmp_path: Path, name: str) -> None:
    scores = ODD_SCORES[name]
    evil.write_bytes(BUNDLED.read_bytes())
    with h5py.File(evil, "a") as file:
        file.attrs["scores"] = json.dumps(scores)
    lite = tmp_path / "digits.tflite"
    model, about = unpack(BUNDLED_LITE.read_bytes())
    lite.write_bytes(pack(model, {**about, "scores": scores}))
    with pytest.raises(WeightsRefused, match="score"):
        load_keras(evil)
    with pytest.raises(WeightsRefused, match="score"):
        load_numeric(evil)
    with pytest.raises(WeightsRefused, match="score"):
        load_lite(lite)
    target = str(tmp_path / "published" / "digits.weights.h5")
    with pytest.raises(WeightsRefused, match="score"):
        publish(evil, target)
    with pytest.raises(WeightsMissing):
        open_store(target).version()


def test_odd_scores_are_not_recorded(evil: Path) -> None:
    evil.write_bytes(BUNDLED.read_bytes())
    with pytest.raises(WeightsRefused, match="pens"):
        record_scores(evil, {"pens": float("nan")})
    assert load_keras(evil).scores == load_keras(BUNDLED).scores


def test_scores_without_end_in_json_are_refused() -> None:
    with pytest.raises(ValueError, match="no finite number"):
        checked_scores(json.loads('{"pens": 1e999}'))


def zipped(name: str, content: bytes, times: int = 1) -> bytes:
    file = io.BytesIO(unpack(BUNDLED_LITE.read_bytes())[0])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(times):
            archive.writestr(f"{number or ''}{name}", content)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        lambda: zipped(DESCRIPTION, b"[" * 2**20 + b"]" * 2**20),
        lambda: zipped(DESCRIPTION, b'{"x": "' + bytes(100_000_000) + b'"}'),
        lambda: zipped(DESCRIPTION, b"{}", 20_000),
        lambda: pack(unpack(BUNDLED_LITE.read_bytes())[0], {"architecture": ["x"], "scores": {}}),
        lambda: pack(unpack(BUNDLED_LITE.read_bytes())[0], {"scores": {}}),
    ],
    ids=["nested", "100 MB", "20,000 members", "architecture is a list", "no architecture"],
)
def test_a_tflite_file_whose_description_hurts_is_refused(tmp_path: Path, data: Callable[[], bytes]) -> None:
    path = tmp_path / "digits.tflite"
    path.write_bytes(data())
    with watched(os.getpid()) as memory, pytest.raises(WeightsRefused, match="description"):
        load_lite(path)
    assert memory.growth < 60


def test_a_pipe_where_weights_should_be_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "digits.tflite")
    with pytest.raises(WeightsMissing, match="no file"):
        open_store(str(tmp_path / "digits.tflite")).version()


@pytest.fixture
def keeper(evil: Path) -> Iterator[Keeper]:
    evil.write_bytes(BUNDLED.read_bytes())
    yield Keeper(open_store(str(evil)), refresh_seconds=1e-9, build=build, bundled=None, patience=60)


def test_after_each_evil_file_a_good_one_is_taken_up(keeper: Keeper, evil: Path) -> None:
    good = BUNDLED.read_bytes()
    first = keeper.release().version
    for name in ("data in a pipe", "a chunk that inflates to 1 GB", "a link to a file"):
        spoiled(evil, EVIL[name])
        assert keeper.release().version == first
        assert keeper.status().code == "weights-refused"
        evil.write_bytes(good)
        assert keeper.release().version == first
        assert keeper.status().code is None


def test_a_server_with_odd_scores_in_its_store_tells_its_model_and_answers(tmp_path: Path) -> None:
    model, about = unpack(BUNDLED_LITE.read_bytes())
    path = tmp_path / "digits.tflite"
    path.write_bytes(pack(model, {**about, "scores": {"pens": float("nan")}}))
    with function_server(tmp_path / "log", WEIGHTS_URL=str(path)) as server:
        answer = server.ask("/model")
        assert (answer.status, answer.json["source"]) == (200, "bundled")
        assert answer.json["refresh"]["code"] == "weights-refused"
        assert server.read(CSV)["prediction"] == "7"
