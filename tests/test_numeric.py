"""The NumPy runtime: the answers of Keras without TensorFlow, from any thread, in bounded memory; the rest is left."""

import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from function.errors import WeightsRefused
from function.formats import BUNDLED
from function.keeper import Keeper
from function.network.about import about_of
from function.network.architectures import ARCHITECTURES, FOLDED
from function.network.chain import Chain
from function.network.golden import examine, golden_digits
from function.network.keras import import_keras, load_keras
from function.network.layers import STAND_IN, Conv2D, chain_of
from function.network.loading import build
from function.network.network import Known, Network
from function.network.numeric import BLOCK, load_numeric
from function.store.weights import open_store
from tests.support import weights
from tests.support.function_server import ROOT
from training.learning.weights_file import write_about

RNG = np.random.default_rng(5)
RANDOM = RNG.random((300, 28, 28), np.float32)
DIGITS = {
    "golden": golden_digits(),
    "blank": np.zeros((2, 28, 28), np.float32),
    "full": np.ones((1, 28, 28), np.float32),
    **{f"{count} random": RANDOM[:count] for count in (1, 2, 17, 300)},
}
NEAR = 1e-5  # what float32 leaves of sums in another order; 1e-4 would change no answer


def network_of(path: Path) -> Network:
    """By NumPy, which knows it."""
    network = load_numeric(path)
    assert network is not None
    assert network.runtime == "numpy"
    return network


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Weights of both kinds of layers, with and without an eleventh logit, by which known-ness is told or isn't."""
    folder = tmp_path_factory.mktemp("numeric")
    perceptron = weights.write_good(folder / "perceptron.weights.h5")
    energetic = folder / "energetic.weights.h5"
    energetic.write_bytes(perceptron.read_bytes())
    write_about(energetic, replace(about_of(energetic), temperature=1.7, known=Known(0.25, 0.5, -2.5)))
    unaware = folder / "unaware.weights.h5"
    unaware.write_bytes(BUNDLED.read_bytes())
    with h5py.File(unaware, "a") as file:
        del file.attrs["known"], file.attrs["digest"]
    return {"bundled": BUNDLED, "unaware": unaware, "perceptron": perceptron, "energetic": energetic}


@pytest.mark.parametrize("name", ["bundled", "unaware", "perceptron", "energetic"])
def test_it_answers_as_keras_does(name: str, files: dict[str, Path]) -> None:
    ours, theirs = network_of(files[name]), load_keras(files[name])
    assert (ours.architecture, ours.threshold, ours.scores) == (theirs.architecture, theirs.threshold, theirs.scores)
    for digits in DIGITS.values():
        expected, found = theirs.outputs(digits), ours.outputs(digits)
        assert found.shape == expected.shape and found.dtype == np.float32
        assert np.abs(found - expected).max() < NEAR
    assert ours.outputs(RANDOM[:0]).shape == (0, expected.shape[1])


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_convolution_is_that_of_keras(size: int, strides: int, padding: str) -> None:
    _, keras = import_keras()
    for height, width in ((7, 8), (6, 5)):
        x = RNG.normal(size=(3, height, width, 2)).astype(np.float32)
        theirs = keras.layers.Conv2D(4, size, strides=strides, padding=padding, bias_initializer="normal")
        expected = np.asarray(theirs(x))
        step = Conv2D(4, size, strides, padding).step(x.shape[1:], *theirs.get_weights())
        found = step(x)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, atol=NEAR)


def test_eight_threads_get_the_answers_of_one() -> None:
    network = network_of(BUNDLED)
    expected = network.outputs(RANDOM[:60])
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            found = list(pool.map(lambda index: network.outputs(RANDOM[index : index + 1]), range(60)))
            np.testing.assert_allclose(np.concatenate(found), expected, atol=NEAR)
        together = list(pool.map(lambda _: network.outputs(RANDOM[:60]), range(16)))
    assert all(np.array_equal(one, expected) for one in together)


@pytest.mark.parametrize("name", ["bundled", "perceptron"])
def test_a_large_batch_takes_the_memory_of_a_small_one(name: str, files: dict[str, Path]) -> None:
    network = network_of(files[name])
    tracemalloc.start()
    try:
        answers = network.outputs(np.concatenate([RANDOM] * 5))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    digits = 5 * RANDOM.nbytes
    assert len(answers) == 1500
    assert peak - digits < 4 * BLOCK


LOADED = f"from pathlib import Path; from function.network.loading import build; build(Path({str(BUNDLED)!r}))"
COUNTED = """
import ctypes, numpy._core._multiarray_umath as loaded
print(getattr(ctypes.CDLL(loaded.__file__), "scipy_openblas_get_num_threads64_", lambda: 0)())
"""


@pytest.mark.parametrize("script", ["import main", LOADED], ids=["the entry point", "a network"])
def test_the_library_of_matrices_works_in_the_thread_that_calls_it(script: str) -> None:
    command = [sys.executable, "-c", script + COUNTED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    threads = int(done.stdout.splitlines()[-1])
    if threads == 0:
        pytest.skip("optional: NumPy came without OpenBLAS")
    assert threads == 1


def test_released_architectures_are_known_and_those_of_training_wait_for_keras() -> None:
    known = {name for name, architecture in ARCHITECTURES.items() if chain_of(architecture)}
    assert known == {*FOLDED.values(), "perceptron"}


@pytest.mark.parametrize("name", [*FOLDED.values(), "perceptron"])
def test_a_chain_has_the_variables_of_the_model(name: str) -> None:
    chain = chain_of(ARCHITECTURES[name])
    assert chain is not None
    model = ARCHITECTURES[name](import_keras()[1])
    assert [shape for layer in chain.variables() for _, shape in layer] == [one.shape for one in model.weights]
    assert chain.shape == model.output_shape[1:]


def dense(keras: Any, **options: Any) -> Any:
    return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, **options)])


def convolution(keras: Any, *arguments: Any, **options: Any) -> Any:
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(*arguments, **options)])


UNKNOWN: dict[str, Callable[[Any], Any]] = {
    "another layer": lambda keras: keras.Sequential([keras.Input((28, 28)), keras.layers.Dropout(0.5)]),
    "another option": lambda keras: dense(keras, use_bias=False),
    "another activation": lambda keras: dense(keras, activation="tanh"),
    "another padding": lambda keras: convolution(keras, 8, 3, padding="causal"),
    "two strides": lambda keras: convolution(keras, 8, 3, strides=(1, 2)),
    "two sides": lambda keras: convolution(keras, 8, (3, 5)),
    "dilation": lambda keras: convolution(keras, 8, 3, dilation_rate=2),
    "too large a window": lambda keras: convolution(keras, 8, 29),
    "no channels": lambda keras: keras.layers.Conv2D(8, 3)(keras.Input((28, 28))),
    "dense of rows": lambda keras: keras.layers.Dense(8)(keras.Input((28, 28))),
    "a shape to be found": lambda keras: keras.layers.Reshape((-1, 1))(keras.Input((28, 28))),
    "two outputs": lambda keras: keras.Model((x := keras.Input((28, 28))), [x, x]),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_computed_otherwise_is_left_to_keras(name: str) -> None:
    assert chain_of(UNKNOWN[name]) is None
    assert isinstance(dense(STAND_IN), Chain)


def test_batch_normalization_waits_for_keras(tmp_path: Path) -> None:
    path = weights.write_unfolded(tmp_path / "unfolded.weights.h5")
    assert load_numeric(path) is None
    network = build(path)
    assert (network.runtime, network.architecture) == ("keras", "convnet-known")


@pytest.mark.parametrize("spoil", ["one more", "one less", "another type", "another shape"])
def test_a_file_that_keras_would_read_otherwise_is_left_to_it(tmp_path: Path, spoil: str) -> None:
    path = weights.write_good(tmp_path / "good.weights.h5")
    with h5py.File(path, "a") as file:
        layer = file["layers/dense_3/vars"]
        bias = layer["1"][()]
        if spoil != "one more":
            del layer["1"]
        if spoil == "one more":
            layer["2"] = bias
        elif spoil == "another type":
            layer["1"] = bias.astype(np.float64)
        elif spoil == "another shape":
            layer["1"] = bias[:9]
    assert load_numeric(path) is None


@pytest.mark.parametrize("write", [weights.write_misreading, weights.write_nan])
def test_it_is_examined_before_it_serves(write: Callable[[Path], Path], tmp_path: Path) -> None:
    path = write(tmp_path / "bad.weights.h5")
    assert network_of(path).architecture == "perceptron"
    with pytest.raises(WeightsRefused):
        examine(network_of(path), golden_digits())
    with pytest.raises(WeightsRefused):
        build(path)


@pytest.fixture
def released(tmp_path: Path) -> Path:
    path = tmp_path / "digits.weights.h5"
    path.write_bytes(BUNDLED.read_bytes())
    return path


@pytest.fixture
def keeper(released: Path) -> Iterator[Keeper]:
    yield Keeper(open_store(str(released)), refresh_seconds=1e-9, build=build, bundled=None, patience=60)


def test_each_release_is_served_by_what_knows_it(keeper: Keeper, released: Path, tmp_path: Path) -> None:
    first = keeper.release()
    released.write_bytes(weights.write_unfolded(tmp_path / "unfolded.weights.h5").read_bytes())
    second = keeper.release()
    released.write_bytes(BUNDLED.read_bytes())
    third = keeper.release()
    assert [one.network.runtime for one in (first, second, third)] == ["numpy", "keras", "numpy"]
    assert first.version == third.version != second.version
    near = np.abs(first.network.probabilities(RANDOM) - second.network.probabilities(RANDOM))
    assert near.max() < 1e-2  # the unfolded file tells no temperature


@pytest.mark.parametrize("missing", ["keras", "tensorflow"])
def test_weights_that_want_tensorflow_leave_numpy_serving_where_there_is_none(
    keeper: Keeper, released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    first = keeper.release()
    unfolded = weights.write_unfolded(tmp_path / "unfolded.weights.h5").read_bytes()
    monkeypatch.setitem(sys.modules, missing, None)
    released.write_bytes(unfolded)
    assert keeper.release() is first
    assert keeper.status().code == "weights-refused"
    released.write_bytes(BUNDLED.read_bytes())
    assert keeper.release() is first
    assert keeper.status().code is None
