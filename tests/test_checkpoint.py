"""The classic 784-128-128-128-10 network, out of a TensorFlow checkpoint with Keras 2's key names."""

import random
from pathlib import Path

import numpy as np
import pytest

from function.errors import WeightsRefused
from function.network.checkpoint import load_checkpoint
from function.network.golden import examine, golden_digits
from function.network.keras import import_keras
from function.opening import open_keeper
from function.settings import Settings
from tests.support import weights

DATA, INDEX = ".data-00000-of-00001", ".index"


@pytest.fixture(scope="module")
def classic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return weights.write_checkpoint(tmp_path_factory.mktemp("classic") / "name")


def copy(prefix: Path, folder: Path) -> Path:
    for suffix in (DATA, INDEX):
        (folder / f"name{suffix}").write_bytes(prefix.with_name(prefix.name + suffix).read_bytes())
    return folder / "name"


def test_a_checkpoint_answers_as_the_network_it_was_saved_from(classic: Path) -> None:
    network = load_checkpoint(classic)
    expected = np.asarray(import_keras()[0].nn.softmax(weights.taught()(golden_digits(), training=False)))
    assert network.architecture == "perceptron"
    assert np.abs(network.probabilities(golden_digits()) - expected).max() < 1e-5
    assert examine(network, golden_digits()) is network


def test_a_setting_without_suffix_names_a_checkpoint(classic: Path) -> None:
    release = open_keeper(Settings(weights_url=str(classic))).release()
    assert (release.network.architecture, release.source) == ("perceptron", "folder")
    assert release.version.count("-") == 1


@pytest.mark.parametrize("suffix", [DATA, INDEX])
@pytest.mark.parametrize("share", [0, 0.3, 0.9])
def test_a_truncated_checkpoint_is_refused(classic: Path, tmp_path: Path, suffix: str, share: float) -> None:
    damaged = copy(classic, tmp_path)
    path = damaged.with_name(f"name{suffix}")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(WeightsRefused):
        load_checkpoint(damaged)


def test_flipped_bytes_are_refused_or_change_nothing(classic: Path, tmp_path: Path) -> None:
    expected = load_checkpoint(classic).probabilities(golden_digits())
    chance, refused = random.Random(1), 0
    for number in range(20):
        damaged = copy(classic, tmp_path)
        path = damaged.with_name(f"name{(DATA, INDEX)[number % 2]}")
        data = bytearray(path.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        try:
            network = load_checkpoint(damaged)
        except WeightsRefused:
            refused += 1
        else:
            assert np.array_equal(network.probabilities(golden_digits()), expected)
    assert refused >= 15


def test_the_halves_of_two_checkpoints_are_refused(classic: Path, tmp_path: Path) -> None:
    mixed = copy(classic, tmp_path)
    other = weights.write_checkpoint(tmp_path / "other", seed=1)
    mixed.with_name(f"name{DATA}").write_bytes(other.with_name(f"other{DATA}").read_bytes())
    with pytest.raises(WeightsRefused):
        load_checkpoint(mixed)


@pytest.mark.parametrize("widths", [(128, 128, 10), (128, 128, 128, 128, 10), (64, 64, 64, 10)])
def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path, widths: tuple[int, ...]) -> None:
    tensorflow, _ = import_keras()
    root, fan_in = tensorflow.train.Checkpoint(), 784
    for index, width in enumerate(widths):
        kernel, bias = tensorflow.Variable(tensorflow.zeros([fan_in, width])), tensorflow.Variable([0.0] * width)
        setattr(root, f"layer_with_weights-{index}", tensorflow.train.Checkpoint(kernel=kernel, bias=bias))
        fan_in = width
    root.write(str(tmp_path / "name"))
    with pytest.raises(WeightsRefused):
        load_checkpoint(tmp_path / "name")
