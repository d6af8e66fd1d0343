"""A `.weights.h5` file is taken as Keras writes it, and one that fits no network is refused in one sentence."""

from pathlib import Path

import numpy as np
import pytest

from function.errors import BadSettings, WeightsRefused
from function.formats import KERAS
from function.network.architectures import ARCHITECTURES
from function.network.keras import import_keras, load_keras
from tests.support import weights


def test_a_file_with_the_state_of_its_optimizer_is_taken(tmp_path: Path) -> None:
    """As `model.save_weights()` leaves it after a training."""
    _, keras = import_keras()
    model = ARCHITECTURES["perceptron"](keras)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(np.zeros((4, 28, 28), np.float32), np.zeros(4, np.int32), verbose=0)
    model.save_weights(tmp_path / "trained.weights.h5")
    assert load_keras(tmp_path / "trained.weights.h5").architecture == "perceptron"


def test_weights_of_other_widths_are_refused_in_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _, keras = import_keras()
    layers = [keras.layers.Dense(64, activation="relu") for _ in range(3)]
    other = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), *layers, keras.layers.Dense(10)])
    other.save_weights(tmp_path / "narrow.weights.h5")
    with pytest.raises(WeightsRefused) as refused:
        load_keras(tmp_path / "narrow.weights.h5")
    assert refused.value.reason.startswith("They fit no architecture; the nearest is perceptron, which has ")
    assert "784 × 128" in refused.value.reason and "784 × 64" in refused.value.reason
    assert len(refused.value.reason) < 200 and str(tmp_path) not in str(refused.value)
    assert "Warning" not in capfd.readouterr().err


@pytest.mark.parametrize("write", [weights.write_foreign, weights.write_nan])
def test_every_refusal_says_why_without_naming_the_file(write: object, tmp_path: Path) -> None:
    from function.network.loading import build

    path = tmp_path / "mine.weights.h5"
    write(path)  # type: ignore[operator]
    with pytest.raises(WeightsRefused) as refused:
        build(path)
    assert refused.value.reason != WeightsRefused.title
    assert "mine" not in refused.value.reason


def test_weights_whose_runtime_is_not_installed_are_said_to_want_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an environment of LiteRT alone; "not a readable weights file" was untrue."""
    from function.network import loading

    path = weights.write_good(tmp_path / "good.weights.h5")
    monkeypatch.setattr(loading, "find_spec", lambda name: None)
    loading.prepare(KERAS)
    with pytest.raises(BadSettings, match="wants the package h5py"):
        loading.build(path)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(WeightsRefused, match="there is no file"):
        load_keras(tmp_path / "nowhere.weights.h5")
