"""A run in miniature, from data to weights that the function loads."""

import contextlib
import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from function.corrections.feedback import open_feedback
from function.formats import BUNDLED
from function.network.about import about_of
from function.network.architectures import ARCHITECTURES
from function.network.golden import golden_digits
from function.network.keras import import_keras, load_keras
from function.picture.picture import Picture
from tests.support.weights import write_good
from training.__main__ import main
from training.corrections.verdicts import VERDICTS
from training.data.drawings import Drawing
from training.data.glyphs import PLAIN
from training.data.renderings import normalized, render, vary
from training.data.sets import MNIST, NO_PENS, NONE, PENS, LabeledDigits, Lessons, Mnist, NoData, Pens
from training.learning.augmentation import Strength
from training.learning.calibration import best_temperature, calibration_error, softmax
from training.learning.fit import PARTS, fit, gentle, tune
from training.learning.profiles import PROFILES, Profile
from training.learning.samples import RESCALED, Samples, batches_of
from training.learning.validation import costs_too_much
from training.learning.weights_file import LARGEST, WEIGHTS, fold, is_normalized, record_scores, released_as
from training.measuring.comparison import Row, record

MINIATURE = replace(PROFILES["smoke"], epochs=3, renderings=2, batch=32, rate=4e-3)


def own_digits(copies: int, seed: int) -> LabeledDigits:
    """Varied drawings of our own glyphs: data that every checkout has."""
    drawings = [Drawing(int(label), strokes, "syn") for label, strokes in PLAIN.items()]
    return render(drawings, copies, seed, vary)


@pytest.fixture(scope="module")
def small() -> tuple[Mnist, Pens]:
    drawings = tuple(Drawing(int(label), strokes, "syn") for label, strokes in PLAIN.items())
    mnist = Mnist(train=own_digits(50, 1), validation=own_digits(5, 2), test=own_digits(1, 3))
    return mnist, Pens(train=drawings * 6, validation=drawings, held_out=())


@pytest.fixture(scope="module")
def run(small: tuple[Mnist, Pens], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    fit(MINIATURE, *small, folder)
    return folder


def test_a_run_learns_and_leaves_weights_that_the_function_loads(run: Path) -> None:
    network = load_keras(run / WEIGHTS)
    assert network.architecture == "convnet-known-folded"
    read = network.probabilities(golden_digits()).argmax(axis=1)
    assert (read == np.arange(10)).sum() >= 5  # chance reads one


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_an_architecture_with_batch_normalization_has_a_twin_without_that_answers_the_same(name: str) -> None:
    """One without is its own twin. Who adds an architecture is told here what FOLDED lacks."""
    _, keras = import_keras()
    keras.utils.set_random_seed(0)
    model = ARCHITECTURES[name](keras)
    twin = released_as(model, keras, name)
    assert (twin != name) == is_normalized(model, keras)
    assert not is_normalized(ARCHITECTURES[twin](keras), keras)
    if twin == name:
        return
    digits = golden_digits()
    for _ in range(30):  # moves the statistics away from 0 and 1
        model(digits * 2, training=True)
    folded = fold(model, keras, twin)
    assert np.asarray(folded(digits)) == pytest.approx(np.asarray(model(digits, training=False)), abs=1e-4)


def test_an_architecture_that_lacks_its_folded_twin_is_trained_and_told_of(
    miniature: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def plain_norm(keras: Any) -> Any:
        layers = [keras.layers.Flatten(), keras.layers.Dense(16), keras.layers.BatchNormalization()]
        return keras.Sequential([keras.Input((28, 28)), *layers, keras.layers.Dense(10)])

    monkeypatch.setitem(cast(dict[str, Any], ARCHITECTURES), "plain-norm", plain_norm)
    assert fit_smoke(miniature, tmp_path / "run", "--architecture", "plain-norm") == 0
    assert "plain-norm holds batch normalization, and FOLDED in" in capsys.readouterr().out
    assert about_of(tmp_path / "run" / WEIGHTS).architecture == "plain-norm"


def test_weights_are_small_enough_to_fetch_while_somebody_waits(run: Path) -> None:
    assert (run / WEIGHTS).stat().st_size <= LARGEST


def test_the_history_names_every_epoch_and_travels_with_the_weights(run: Path) -> None:
    history = json.loads((run / "history.json").read_text())
    assert [entry["epoch"] for entry in history["epochs"]] == [1, 2, 3]
    assert history["profile"]["name"] == "smoke"
    carried = about_of(run / WEIGHTS).history
    assert len(carried) == len(history["epochs"]) == MINIATURE.epochs


def test_the_weights_carry_the_validation_scores_of_the_last_epoch(run: Path) -> None:
    epochs = json.loads((run / "history.json").read_text())["epochs"]
    assert load_keras(run / WEIGHTS).scores["validation_mnist"] == pytest.approx(100 * epochs[-1]["mnist"], abs=0.001)


def test_scores_can_be_added_to_weights_without_losing_the_others(run: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(run / WEIGHTS, tmp_path))
    record_scores(copy, {"mnist": 99.5})
    scores = load_keras(copy).scores
    assert scores["mnist"] == 99.5 and "validation_mnist" in scores


def test_a_file_does_not_grow_by_recording_its_scores_again(run: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(run / WEIGHTS, tmp_path))
    record_scores(copy, {"mnist": 99.5})
    once = copy.read_bytes()
    for _ in range(3):
        record_scores(copy, {"mnist": 99.5})
    assert copy.read_bytes() == once
    assert not [each for each in tmp_path.iterdir() if each != copy]


def interrupt_second_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Ctrl-C would."""
    import training.learning.run

    def interrupted(samples: Samples, profile: Profile, epoch: int) -> object:
        if epoch == 1:
            raise KeyboardInterrupt
        return batches_of(samples, profile, epoch)

    monkeypatch.setattr(training.learning.run, "batches_of", interrupted)


def test_a_stopped_run_resumes_at_its_next_epoch(
    small: tuple[Mnist, Pens], run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the second epoch, then --resume: the history has each epoch once, the first one unchanged."""
    interrupt_second_epoch(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        fit(MINIATURE, *small, tmp_path)
    monkeypatch.undo()
    before = json.loads((tmp_path / "history.json").read_text())["epochs"]
    fit(MINIATURE, *small, tmp_path, resume=True)
    after = json.loads((tmp_path / "history.json").read_text())["epochs"]
    assert [entry["epoch"] for entry in after] == [1, 2, 3]
    assert after[:1] == before
    assert (tmp_path / WEIGHTS).is_file()


def test_rescaled_digits_are_the_same_digits_less_sharp_and_the_seed_decides() -> None:
    digits = own_digits(3, 1)
    plain, one, again, other = (normalized(digits, rescale=seed) for seed in (None, 1, 1, 2))
    assert np.array_equal(one.digits, again.digits) and not np.array_equal(one.digits, other.digits)
    assert np.array_equal(one.labels, plain.labels)
    likeness = []
    for before, after in zip(plain.digits, one.digits, strict=True):
        moved = [np.roll(after, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]  # by rounding their center
        likeness.append(max(np.corrcoef(before.ravel(), each.ravel())[0, 1] for each in moved))
    assert np.median(likeness) > 0.9 and min(likeness) > 0.5


def test_an_epoch_takes_some_digits_rescaled_and_no_others_twice() -> None:
    plain = LabeledDigits(np.zeros((200, 28, 28), np.uint8), np.arange(200, dtype=np.uint8))
    rescaled = LabeledDigits(np.full((200, 28, 28), 255, np.uint8), plain.labels)
    samples = Samples(plain, rescaled, NONE, 0, plain, plain)
    still = replace(MINIATURE, strength=Strength(0, 0, 0, 0, 0, 0, 0))
    batches = list(batches_of(samples, still, 0))
    assert sorted(np.concatenate([labels for _, labels in batches])) == list(range(200))
    taken = np.concatenate([digits.max(axis=(1, 2)) for digits, _ in batches]) > 0.5
    assert RESCALED - 0.15 < taken.mean() < RESCALED + 0.15


def test_an_epoch_repeats_itself_and_differs_from_the_next(small: tuple[Mnist, Pens]) -> None:
    digits = own_digits(2, 5)
    samples = Samples(digits, digits, digits, 10, digits, digits)
    first, again, other = (next(batches_of(samples, MINIATURE, epoch)) for epoch in (0, 0, 1))
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert first[0].shape == (30, 28, 28)
    assert not np.array_equal(first[0], other[0])


def test_corrections_are_in_an_epoch_as_often_as_told_and_change_nothing_when_there_are_none() -> None:
    digits, corrected = own_digits(2, 5), LabeledDigits(np.full((2, 28, 28), 255, np.uint8), np.array([7, 8], np.uint8))
    samples = Samples(digits, digits, digits, 20, digits, digits)
    plain = np.concatenate([labels for _, labels in batches_of(samples, MINIATURE, 0)])
    learned = replace(samples, corrected=corrected, repeats=3)
    labels = np.concatenate([labels for _, labels in batches_of(learned, MINIATURE, 0)])
    counted = np.bincount(labels, minlength=10) - np.bincount(plain, minlength=10)
    assert counted.tolist() == [0, 0, 0, 0, 0, 0, 0, 3, 3, 0]
    none = replace(samples, corrected=NONE, repeats=20)
    assert np.array_equal(plain, np.concatenate([labels for _, labels in batches_of(none, MINIATURE, 0)]))


def test_a_run_with_a_start_ends_between_it_and_what_it_learned(
    small: tuple[Mnist, Pens], run: Path, tmp_path: Path
) -> None:
    best = tune(
        gentle(replace(MINIATURE, epochs=1), "convnet-known-folded"),
        *small,
        tmp_path,
        start=run / WEIGHTS,
        lessons=Lessons(own_digits(2, 6), own_digits(1, 7)),
    )
    assert best["part"] in PARTS and 0 <= best["corrected"] <= 1
    assert json.loads((tmp_path / "history.json").read_text())["epochs"] == [best]
    network = load_keras(tmp_path / WEIGHTS)
    assert network.architecture == "convnet-known-folded"
    assert network.scores["validation_corrected"] == pytest.approx(100 * best["corrected"], abs=0.001)
    before, after = (load_keras(path / WEIGHTS).probabilities(golden_digits()) for path in (run, tmp_path))
    assert 0 < np.abs(before - after).max() < 0.9  # moved, and not made anew


def test_a_run_with_a_start_resumes_where_it_was_and_once_done_changes_nothing(
    small: tuple[Mnist, Pens], run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = gentle(replace(MINIATURE, epochs=2), "convnet-known-folded")
    interrupt_second_epoch(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        tune(profile, *small, tmp_path, start=run / WEIGHTS)
    monkeypatch.undo()
    assert not (tmp_path / WEIGHTS).exists()  # where it stops between is not known yet
    before = json.loads((tmp_path / "history.json").read_text())["epochs"]
    last = tune(profile, *small, tmp_path, resume=True, start=run / WEIGHTS)
    after = json.loads((tmp_path / "history.json").read_text())["epochs"]
    assert after == [*before, last] and [entry["epoch"] for entry in after] == [1, 2]
    assert tune(profile, *small, tmp_path, resume=True, start=run / WEIGHTS) == last
    assert json.loads((tmp_path / "history.json").read_text())["epochs"] == after


@pytest.fixture(scope="module")
def miniature(small: tuple[Mnist, Pens], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data without pen strokes."""
    folder = tmp_path_factory.mktemp("data")
    train, test = small[0].train, small[0].test
    np.savez(folder / MNIST, x_train=train.digits, y_train=train.labels, x_test=test.digits, y_test=test.labels)
    return folder


def fit_smoke(data: Path, out: Path, *options: str) -> int:
    return main(["fit", "--profile", "smoke", "--data", str(data), "--out", str(out), *options], environ={})


@pytest.fixture(scope="module")
def without_pens(miniature: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run by the command, and what it printed."""
    out = tmp_path_factory.mktemp("runs") / "run"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert fit_smoke(miniature, out) == 0
    return out, printed.getvalue()


def test_without_pens_a_run_says_what_is_missing_and_learns_from_mnist_alone(
    without_pens: tuple[Path, str], miniature: Path
) -> None:
    run, printed = without_pens
    for said in (f"no {PENS} in {miniature}", f"`python -m training data {miniature}`", "learns from MNIST alone"):
        assert said in printed
    assert re.search(
        r"epoch 2 on validation digits: MNIST \d+\.\d\d%, no digits turned away \d+\.\d\d%$", printed, re.MULTILINE
    )
    history = json.loads((run / "history.json").read_text())
    assert history["digits"] == {"mnist": 450, "pens": 0, "corrected": 0, "windows": 0}
    assert all("pens" not in entry for entry in history["epochs"])
    assert "validation_pens" not in load_keras(run / WEIGHTS).scores


def test_without_pens_the_rest_is_evaluated_and_the_report_says_what_is_left_out(
    without_pens: tuple[Path, str], miniature: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights, report = without_pens[0] / WEIGHTS, tmp_path / "report"
    command = ["evaluate", "--data", str(miniature), "--weights", str(weights), "--few", "5"]
    assert main([*command, "--out", str(report)], environ={}) == 0
    printed = capsys.readouterr().out
    assert "The rows of held-out pens, and of numbers composed of them, are left out." in printed
    rows = json.loads((report / "report.json").read_text())["rows"]
    names = {row["name"] for row in rows}
    assert names >= {"mnist", "shifted", "scaled", "inverted", "rare", "kept_mnist", "glyphs", "shapes"}
    assert not names & {"pens", "calibration", "kept_pens", "composed", "letters", "doodles"}
    page = (report / "index.html").read_text()
    assert "Left out, for want of data: held-out pens." in page and "Learned from MNIST alone" in page
    before = weights.read_bytes()
    assert main([*command, "--record"], environ={}) == 1  # a release is measured in full
    assert "its main rows" in capsys.readouterr().err and weights.read_bytes() == before


def test_without_pens_weights_with_corrections_are_published_when_mnist_allows(
    without_pens: tuple[Path, str], miniature: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Against themselves, which they don't worsen."""
    learned = Path(shutil.copy(BUNDLED, tmp_path / WEIGHTS))
    record(learned, [Row("Corrections", 12, 0.0, 100.0)])
    url = tmp_path / "published.weights.h5"
    assert main(["publish", str(learned), str(url), "--data", str(miniature)], environ={}) == 0
    assert "compared on MNIST alone" in capsys.readouterr().out and url.is_file()


def test_without_pens_improving_goes_to_its_end(
    miniature: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, verdicts, url = tmp_path / "kept", tmp_path / "review" / VERDICTS, tmp_path / "published.weights.h5"
    for digit in own_digits(3, 9).digits[7::10]:  # sevens such as it has seen: one lost of 50 would stop the release
        open_feedback(str(kept)).keep(Picture(",".join(map(str, digit.ravel()))), "7", None, None)
    reviewed = ["--review", str(verdicts.parent), "--data", str(miniature), "--out", str(tmp_path / "run")]
    before = write_good(url).read_bytes()  # which read worse than what a few digits more or less can make of ours
    improve = ["improve", str(kept), str(url), *reviewed, "--profile", "smoke", "--few", "3", "--yes"]
    assert main(improve, environ={}) == 1  # verdicts are its owner's
    verdicts.write_text(verdicts.read_text().replace("? ", "keep "))
    assert main(improve, environ={}) == 0
    said = capsys.readouterr().out
    told = ("learns from MNIST alone", "held-out pens, and of numbers composed of them", "compared on MNIST alone")
    for each in told:
        assert each in said
    assert url.read_bytes() != before


def test_the_named_architecture_is_trained_and_named_in_the_weights(miniature: Path, tmp_path: Path) -> None:
    assert fit_smoke(miniature, tmp_path / "run", "--architecture", "perceptron") == 0
    assert load_keras(tmp_path / "run" / WEIGHTS).architecture == "perceptron"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--architecture", "transformer"],
            "there are convnet, convnet-folded, convnet-known, convnet-known-folded, perceptron",
        ),
        (
            ["--architecture", "perceptron", "--start", str(BUNDLED)],
            "holds weights of convnet-known-folded, not of perceptron",
        ),
    ],
)
def test_an_architecture_that_cannot_be_is_told_before_anything_is_made(
    miniature: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert fit_smoke(miniature, tmp_path / "run", *options) == 1
    assert said in capsys.readouterr().err and not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--profile", "touch"], "the profile smoke, not touch"),
        (["--architecture", "perceptron"], "the architecture convnet-known, not perceptron"),
        (["--seed", "1"], "--seed 0, not 1"),
        (["--start", str(BUNDLED)], "--start none, not "),
    ],
)
def test_a_run_that_was_begun_otherwise_is_not_resumed(
    without_pens: tuple[Path, str],
    miniature: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    run, _ = without_pens
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    assert fit_smoke(miniature, run, "--resume", *options) == 1
    told = capsys.readouterr().err
    assert said in told and "--out names another folder" in told
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_a_run_with_a_start_is_not_resumed_without_it_nor_one_without_pens_with_them(
    small: tuple[Mnist, Pens], run: Path, tmp_path: Path
) -> None:
    profile = gentle(replace(MINIATURE, epochs=1), "convnet-known-folded")
    tune(profile, *small, tmp_path, start=run / WEIGHTS)
    with pytest.raises(NoData, match=r"--start [0-9a-f]{16}, not none"):
        fit(profile, *small, tmp_path, resume=True)
    with pytest.raises(NoData, match="pen strokes, not without them"):
        tune(profile, small[0], NO_PENS, tmp_path, resume=True, start=run / WEIGHTS)


def test_the_run_that_it_was_is_resumed(without_pens: tuple[Path, str], miniature: Path) -> None:
    run, _ = without_pens
    before = (run / "history.json").read_bytes()
    assert fit_smoke(miniature, run, "--resume") == 0
    assert (run / "history.json").read_bytes() == before


def test_renderings_are_cached_and_repeatable(tmp_path: Path) -> None:
    drawings = [Drawing(int(label), strokes, "own") for label, strokes in PLAIN.items()]
    cache = tmp_path / "pens.npz"
    first = render(drawings, 2, 0, vary, cache)
    assert np.array_equal(first.digits, render(drawings, 2, 0, vary, cache).digits)
    assert np.array_equal(first.digits, render(drawings, 2, 0, vary).digits)
    assert first.labels.tolist() == [*range(10), *range(10)]
    assert not np.array_equal(first.digits[:10], first.digits[10:])


def test_temperature_undoes_a_known_overconfidence() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 10))
    chance = softmax(logits)
    labels = (chance.cumsum(axis=1) > rng.random((len(chance), 1))).argmax(axis=1)
    assert best_temperature(2 * logits, labels) == pytest.approx(2, rel=0.05)
    assert calibration_error(chance, labels) < 0.01
    assert calibration_error(softmax(2 * logits), labels) > 0.1


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_every_profile_uses_each_rendering(profile: Profile) -> None:
    assert profile.renderings <= profile.epochs * profile.pens_per_epoch


@pytest.mark.parametrize("file", ["state.npz", "history.json", "digits.weights.h5"])
def test_a_run_that_is_there_is_not_overwritten(small: tuple[Mnist, Pens], tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_bytes(b"hours of work")
    with pytest.raises(NoData, match="--resume continues it, --out names another"):
        fit(MINIATURE, *small, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [file]
    assert (tmp_path / file).read_bytes() == b"hours of work"


def test_a_tenth_of_a_point_is_what_mnist_or_the_pens_may_lose() -> None:
    before = {"mnist": 0.998, "pens": 0.985}
    assert not costs_too_much(before, {"mnist": 0.997, "pens": 0.99})
    assert costs_too_much(before, {"mnist": 0.999, "pens": 0.9838})
    assert not costs_too_much({"mnist": 0.998}, {"mnist": 0.998})  # a run without pens
