"""The LiteRT runtime: the answers of Keras, from any thread, without TensorFlow; and files that can't hurt it."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from function.errors import WeightsRefused
from function.formats import BUNDLED, BUNDLED_LITE
from function.network.keras import load_keras, load_model
from function.network.lite import CHUNK, DESCRIPTION, load_lite, pack, unpack
from function.network.loading import build
from function.network.network import Network
from function.opening import open_keeper
from function.settings import Settings
from tests.support import weights
from training.data.sets import load_mnist
from training.releasing.export import AGREEMENT, check_agreement, export, probes

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def lite() -> Network:
    return load_lite(BUNDLED_LITE)


def test_the_bundled_file_was_made_from_the_bundled_weights_and_knows_its_scores() -> None:
    _, about = unpack(BUNDLED_LITE.read_bytes())
    with h5py.File(BUNDLED) as file:
        assert about["digest"] == file.attrs["digest"]
        assert about["scores"] == json.loads(file.attrs["scores"])


def test_it_answers_as_keras_does_on_a_thousand_changed_digits(lite: Network) -> None:
    check_agreement(load_model(BUNDLED), lite)


def test_it_answers_as_keras_does_on_a_thousand_test_images(lite: Network, data: Path) -> None:
    digits: NDArray[Any] = load_mnist(data).test.digits[:1000].astype(np.float32) / 255
    difference = np.abs(lite.probabilities(digits) - load_keras(BUNDLED).probabilities(digits))
    assert difference.max() <= AGREEMENT


def test_it_reads_any_number_of_digits_at_once(lite: Network) -> None:
    digits = probes()[: 2 * CHUNK + 1]
    together = lite.probabilities(digits)
    apart = np.concatenate([lite.probabilities(digits[index : index + 1]) for index in range(len(digits))])
    np.testing.assert_allclose(together, apart, atol=1e-6)
    assert lite.probabilities(digits[:0]).shape == (0, 10)


def test_eight_threads_get_the_answers_of_one(lite: Network) -> None:
    digits = probes()[::5]
    expected = [lite.probabilities(digits[index : index + 1]) for index in range(len(digits))]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            found = pool.map(lambda index: lite.probabilities(digits[index : index + 1]), range(len(digits)))
            assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))


def test_every_truncation_and_every_flipped_byte_is_refused(tmp_path: Path) -> None:
    data = BUNDLED_LITE.read_bytes()
    rng = np.random.default_rng(0)
    path = tmp_path / "digits.tflite"
    start = unpack(data)[0]
    damaged = [data[:size] for size in (0, 1, 100, len(start) // 2, len(start), len(data) - 1)]
    for place in [4, len(start) - 1, *rng.integers(0, len(start), 100)]:
        flipped = bytearray(data)
        flipped[place] ^= 1 << int(rng.integers(8))
        damaged.append(bytes(flipped))
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(WeightsRefused, match=r"digits\.tflite"):
            load_lite(path)


def test_a_file_that_somebody_elses_converter_made_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "theirs.tflite"
    path.write_bytes(unpack(BUNDLED_LITE.read_bytes())[0])
    with pytest.raises(WeightsRefused, match="no description"):
        load_lite(path)


def test_packing_and_unpacking_give_back_model_and_description() -> None:
    about = {"architecture": "convnet", "scores": {"mnist": 99.5}}
    packed = pack(b"TFL3 and more", about)
    assert unpack(packed) == (b"TFL3 and more", about)
    assert DESCRIPTION.encode() in packed


def test_weights_from_elsewhere_are_exported_and_examined_alike(tmp_path: Path) -> None:
    path = tmp_path / "digits.tflite"
    path.write_bytes(export(weights.write_good(tmp_path / "good.weights.h5")))
    assert build(path).architecture == "perceptron"
    path.write_bytes(export(weights.write_misreading(tmp_path / "bad.weights.h5")))
    with pytest.raises(WeightsRefused, match="golden"):
        build(path)


def test_the_same_weights_are_the_same_file_whenever_they_are_exported() -> None:
    assert export(BUNDLED) == export(BUNDLED) == BUNDLED_LITE.read_bytes()


def test_an_export_that_disagrees_is_refused(lite: Network) -> None:
    def off(digits: np.ndarray) -> np.ndarray:
        return lite.outputs(digits) + np.float32(2 * AGREEMENT)

    with pytest.raises(WeightsRefused, match="differ"):
        check_agreement(load_model(BUNDLED), Network("convnet", "lite", off))


@pytest.mark.parametrize("url", [str(BUNDLED_LITE), "/nowhere/digits.tflite"])
def test_a_lite_function_falls_back_on_the_bundled_lite_file(url: str) -> None:
    release = open_keeper(Settings(weights_url=url)).release()
    assert (release.network.runtime, release.source) == ("lite", "bundled")


SCRIPT = """
import flask, json, sys, main
app = flask.Flask("test")
app.add_url_rule("/", view_func=lambda: main.predict(flask.request), methods=["POST"])
answer = app.test_client().post("/", data=open(sys.argv[1], "rb").read(), content_type=sys.argv[2])
print(json.dumps([answer.json, sorted({name.split(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize("picture", [("7-crossed.png", "image/png"), ("7.txt", "text/plain")], ids=["PNG", "numbers"])
@pytest.mark.parametrize("url", [BUNDLED, BUNDLED_LITE], ids=["numpy", "lite"])
def test_an_answer_imports_nothing_that_it_does_not_use(url: Path, picture: tuple[str, str]) -> None:
    name, content_type = picture
    command = [sys.executable, "-c", SCRIPT, f"tests/digits/{name}", content_type]
    done = subprocess.run(command, cwd=ROOT, env={"WEIGHTS_URL": str(url)}, capture_output=True, check=True)
    answer, modules = json.loads(done.stdout.splitlines()[-1])
    assert answer["prediction"] == "7"
    unused = {"scipy", "sklearn", "matplotlib", "training"}
    unused |= {"tensorflow", "keras", "h5py" if url == BUNDLED_LITE else "ai_edge_litert"}
    unused |= {"PIL"} if content_type == "text/plain" else set()
    assert unused.isdisjoint(modules)
