"""Publishing puts examined weights in place, never over somebody else's, and can take them back."""

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from function.errors import BadSettings, WeightsChanged, WeightsMissing, WeightsRefused
from function.formats import BUNDLED
from function.network.golden import golden_digits
from function.network.loading import build
from function.network.network import Network
from function.store.weights import open_store
from scripts.site import WEB
from tests.support import weights
from tests.support.emulator import Emulator
from training.learning.weights_file import version_of
from training.releasing.export import export
from training.releasing.page import for_page
from training.releasing.publish import add_arguments, publish, rollback, run

URL = "gs://digits/digits.weights.h5"
LITE = "gs://digits/digits.tflite"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return weights.write_good(tmp_path_factory.mktemp("weights") / "good.weights.h5")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator() as emulator:
        emulator.create("digits", keeps_versions=True)
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", emulator.url)
        yield emulator


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    parser.set_defaults(data=None)
    return parser.parse_args(arguments)


def test_good_weights_go_to_an_empty_bucket_with_what_is_known_of_them(bucket: Emulator, good: Path) -> None:
    assert publish(good, URL) == {URL: open_store(URL).version(), LITE: open_store(LITE).version()}
    metadata = bucket.storage.objects["digits"]["digits.weights.h5"]["metadata"]
    assert metadata == {"architecture": "perceptron", "scores": "{}"}


def test_good_weights_replace_what_was_there(bucket: Emulator, good: Path, tmp_path: Path) -> None:
    bucket.put("digits", "digits.weights.h5", b"old")
    version = publish(good, URL)[URL]
    assert open_store(URL).fetch(version, tmp_path).read_bytes() == good.read_bytes()


def test_weights_that_the_function_would_refuse_are_not_published(bucket: Emulator, tmp_path: Path) -> None:
    version = bucket.put("digits", "digits.weights.h5", b"old")
    with pytest.raises(WeightsRefused):
        publish(weights.write_misreading(tmp_path / "bad.weights.h5"), URL)
    assert open_store(URL).version() == version


def test_what_somebody_published_during_the_examination_stays(bucket: Emulator, good: Path) -> None:
    theirs = []

    def examined(path: Path) -> Network:
        theirs.append(bucket.put("digits", "digits.weights.h5", b"theirs"))
        return build(path)

    with pytest.raises(WeightsChanged):
        publish(good, URL, examined)
    assert open_store(URL).version() == theirs[0]


def test_a_file_goes_only_under_a_name_of_its_own_format(good: Path) -> None:
    with pytest.raises(BadSettings):
        publish(good, "gs://digits/digits.tflite")


def test_a_rollback_brings_the_version_before_and_another_one_undoes_it(bucket: Emulator, good: Path) -> None:
    other = weights.write_variant(good, good.with_name("other.weights.h5"), 1)
    publish(good, URL)
    publish(other, URL)
    for expected in (good, other):
        version = rollback(URL)[URL]
        assert version == open_store(URL).version()
        assert open_store(URL).fetch(version, good.parent).read_bytes() == expected.read_bytes()


def test_the_twin_follows_its_weights_and_their_rollback(bucket: Emulator, good: Path, tmp_path: Path) -> None:
    other = weights.write_variant(good, tmp_path / "other.weights.h5", 3)
    digests = []
    for change in (partial(publish, good), partial(publish, other), rollback):
        version = change(URL)[LITE]
        network = build(open_store(LITE).fetch(version, tmp_path))
        digests.append(network.probabilities(golden_digits()).tobytes())
    assert digests[0] == digests[2] != digests[1]


def test_a_twin_alone_is_published_too(bucket: Emulator, good: Path, tmp_path: Path) -> None:
    lite = tmp_path / "digits.tflite"
    lite.write_bytes(export(good))
    assert publish(lite, LITE) == {LITE: open_store(LITE).version()}


def test_weights_whose_twin_disagrees_are_not_published(
    bucket: Emulator, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.releasing.export.AGREEMENT", -1.0)
    with pytest.raises(WeightsRefused, match="differ"):
        publish(good, URL)
    assert bucket.storage.objects.get("digits", {}) == {}


def test_a_rollback_needs_an_earlier_version(bucket: Emulator, good: Path, tmp_path: Path) -> None:
    for url in (URL, str(tmp_path / "digits.weights.h5")):
        publish(good, url)
        with pytest.raises(WeightsMissing, match="no earlier version"):
            rollback(url)


def test_a_checkpoint_is_published_too(bucket: Emulator, tmp_path: Path) -> None:
    publish(weights.write_checkpoint(tmp_path / "classic"), "gs://digits/weights/classic")
    assert set(bucket.storage.objects["digits"]) == {
        "weights/classic.index",
        "weights/classic.data-00000-of-00001",
    }


def test_the_command_publishes_and_rolls_back(bucket: Emulator, good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(options(str(good), URL))
    run(options(str(good), URL))
    run(options(URL, "--rollback"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [f"{url} is now version {open_store(url).version()}" for url in (URL, LITE)]
    assert len(lines) == 6


@pytest.mark.parametrize("arguments", [(URL,), ("file", URL, "--rollback")])
def test_the_command_wants_either_a_file_or_a_rollback(arguments: tuple[str, ...]) -> None:
    with pytest.raises(BadSettings):
        run(options(*arguments))


def test_the_page_s_file_has_the_version_that_was_published(bucket: Emulator, good: Path, tmp_path: Path) -> None:
    page = tmp_path / "web" / "digits.safetensors"
    run(options(str(good), URL, "--page", str(page)))
    assert open_store(URL).version().encode() in page.read_bytes()[:4000]
    run(options(str(good), URL, "--page", str(page)))  # over its own


def test_nothing_is_published_where_the_page_s_file_would_replace_somebody_s(
    bucket: Emulator, good: Path, tmp_path: Path
) -> None:
    for name, content in {"thesis.tex": b"ten years", "empty": b"", "model.safetensors": b"\2\0\0\0\0\0\0\0{}"}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadSettings, match="--page"):
            run(options(str(good), URL, "--page", str(tmp_path / name)))
        assert (tmp_path / name).read_bytes() == content
    assert bucket.storage.objects.get("digits", {}) == {}


def test_weights_that_no_page_can_run_are_published_only_without_one(bucket: Emulator, tmp_path: Path) -> None:
    unfolded = weights.write_unfolded(tmp_path / "unfolded.weights.h5")
    with pytest.raises(WeightsRefused, match="page can't run"):
        run(options(str(unfolded), URL, "--page", str(tmp_path / "page")))
    assert bucket.storage.objects.get("digits", {}) == {}


def test_a_rollback_writes_no_page_s_file(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="--page"):
        run(options(URL, "--rollback", "--page", str(tmp_path / "page")))


def test_the_page_s_file_beside_the_code_is_that_of_the_weights_beside_it() -> None:
    """`python -m training publish FILE function/weights/digits.weights.h5 --page web/weights/digits.safetensors`."""
    assert (WEB / "weights" / "digits.safetensors").read_bytes() == for_page(BUNDLED, version_of(BUNDLED))
