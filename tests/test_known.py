"""What a network knows as a digit: on every runtime, in both files, and in the examination before it serves."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from function.errors import WeightsRefused
from function.formats import BUNDLED
from function.network.about import about_of
from function.network.golden import examine, golden_digits
from function.network.keras import load_keras, load_model
from function.network.lite import load_lite
from function.network.loading import build
from function.network.network import Known, Network
from function.network.numeric import load_numeric
from tests.support.weights import write_good
from training.learning.weights_file import write_about
from training.releasing.export import AGREEMENT, export, probes

RNG = np.random.default_rng(3)
READ = np.eye(10) * 0.9 + 0.01


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled weights, which call everything a digit whose eleventh logit is above 2.8."""
    path = tmp_path_factory.mktemp("known") / "digits.weights.h5"
    path.write_bytes(BUNDLED.read_bytes())
    write_about(path, replace(about_of(path), known=Known(threshold=0.25, slope=0.5, offset=-2.5)))
    return path


def test_what_it_knows_is_its_eleventh_logit_on_a_line(weights: Path) -> None:
    digits = np.concatenate([golden_digits(), RNG.random((5, 28, 28), np.float32)])
    logits = np.asarray(load_model(weights).layers(digits, training=False), np.float64)
    outputs = load_keras(weights).outputs(digits)
    assert logits.shape == outputs.shape == (15, 11)
    assert np.allclose(outputs[:, 10], 1 / (1 + np.exp(2.5 - 0.5 * logits[:, 10])), atol=1e-5)


def test_of_ten_logits_it_is_their_energy(tmp_path: Path) -> None:
    path = write_good(tmp_path / "digits.weights.h5")
    write_about(path, replace(about_of(path), known=Known(threshold=0.25, slope=0.5, offset=-2.5)))
    digits = RNG.random((5, 28, 28), np.float32)
    logits = np.asarray(load_model(path).layers(digits, training=False), np.float64)
    assert logits.shape == (5, 10)
    energy = np.log(np.exp(logits).sum(axis=1))
    assert np.allclose(load_keras(path).outputs(digits)[:, 10], 1 / (1 + np.exp(2.5 - 0.5 * energy)), atol=1e-5)


def test_knowing_changes_no_probability(weights: Path) -> None:
    digits = probes()[:50]
    outputs = load_keras(weights).outputs(digits)
    assert np.abs(outputs[:, :10] - load_keras(BUNDLED).probabilities(digits)).max() < 1e-6


def test_all_runtimes_know_alike(weights: Path, tmp_path: Path) -> None:
    lite = tmp_path / "digits.tflite"
    lite.write_bytes(export(weights))
    one, others = load_keras(weights), (build(weights), load_lite(lite))
    assert {one.threshold, *(other.threshold for other in others)} == {0.25}
    blots = RNG.random((40, 28, 28), np.float32)
    for digits in (probes(), blots):
        for other in others:
            assert np.abs(one.outputs(digits) - other.outputs(digits)).max() <= AGREEMENT


def test_what_it_knows_is_under_the_digest(weights: Path, tmp_path: Path) -> None:
    path = tmp_path / "digits.weights.h5"
    path.write_bytes(weights.read_bytes())
    with h5py.File(path, "a") as file:
        file.attrs["known"] = file.attrs["known"].replace("0.25", "0.75")
    for load in (load_keras, load_numeric):
        with pytest.raises(WeightsRefused, match="damaged"):
            load(path)


@pytest.mark.parametrize(
    "told",
    [
        '{"threshold": NaN, "slope": 1, "offset": 0}',
        '{"threshold": 0.5, "slope": -1, "offset": 0}',
        '{"threshold": 2, "slope": 1, "offset": 0}',
        '{"threshold": "0.5", "slope": 1, "offset": 0}',
        '{"threshold": 0.5}',
        "[1, 2, 3]",
        "7",
        "no JSON",
    ],
)
def test_what_is_no_threshold_is_refused(weights: Path, tmp_path: Path, told: str) -> None:
    path = tmp_path / "digits.weights.h5"
    path.write_bytes(weights.read_bytes())
    with h5py.File(path, "a") as file:
        file.attrs["known"] = told
    for load in (load_keras, load_numeric):
        with pytest.raises(WeightsRefused, match="not a readable weights file"):
            load(path)


def answering(known: Any, threshold: float | None = 0.3) -> Network:
    rows = np.concatenate([READ, np.reshape(known, (10, -1))], axis=1).astype(np.float32)
    return Network("test", "keras", lambda digits: rows, threshold=threshold)


def test_weights_pass_that_know_all_golden_digits() -> None:
    network = answering(np.full(10, 0.34))  # times 0.91, the share of each
    assert examine(network, golden_digits()) is network


@pytest.mark.parametrize(
    ("network", "why"),
    [
        (answering([0.9] * 7 + [0.2, 0.9, 0.1]), "don't know the golden digits 7, 9"),
        (answering([0.9] * 9 + [np.nan]), "finite"),
        (answering([0.9] * 9 + [1.5]), "no probability"),
        (answering(np.full(10, 0.9), threshold=float("nan")), "no probability"),
        (answering(np.full(10, 0.9), threshold=7.0), "no probability"),
        (answering(np.full((10, 2), 0.9)), "ten finite"),
        (answering(np.full(10, 0.9), threshold=None), "ten finite"),
    ],
    ids=["unknown", "nan", "above 1", "no threshold", "too high a threshold", "too many columns", "unasked"],
)
def test_weights_are_refused_that_know_otherwise(network: Network, why: str) -> None:
    with pytest.raises(WeightsRefused, match=why):
        examine(network, golden_digits())
