"""Settings come from the environment, and nonsense in it is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from function.corrections.feedback import open_feedback
from function.errors import BadSettings
from function.formats import BUNDLED
from function.opening import open_keeper
from function.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environ({}) == Settings()
    assert Settings().weights_url == str(BUNDLED)


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_environ({"WEIGHTS_URL": " ", "REFRESH_SECONDS": ""}) == Settings()


def test_every_variable_is_read() -> None:
    settings = Settings.from_environ(
        {
            "WEIGHTS_URL": "gs://bucket/digits.weights.h5",
            "REFRESH_SECONDS": "0",
            "ALLOWED_ORIGINS": "https://a.example, http://b.example:8000",
            "FEEDBACK_URL": "gs://bucket/feedback",
            "MAX_BODY_BYTES": "1000",
        }
    )
    assert settings == Settings(
        "gs://bucket/digits.weights.h5",
        0.0,
        ("https://a.example", "http://b.example:8000"),
        "gs://bucket/feedback",
        1000,
    )


def test_a_star_among_origins_means_any() -> None:
    assert Settings.from_environ({"ALLOWED_ORIGINS": "https://a.example,*"}).allowed_origins == ("*",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("REFRESH_SECONDS", "soon"),
        ("REFRESH_SECONDS", "-1"),
        ("REFRESH_SECONDS", "nan"),
        ("REFRESH_SECONDS", "inf"),
        ("MAX_BODY_BYTES", "0"),
        ("MAX_BODY_BYTES", "5MiB"),
        ("ALLOWED_ORIGINS", ","),
        ("ALLOWED_ORIGINS", "a.example"),
        ("ALLOWED_ORIGINS", "https://a.example/page"),
    ],
)
def test_nonsense_is_refused_by_name_and_value(name: str, text: str) -> None:
    with pytest.raises(BadSettings) as refused:
        Settings.from_environ({name: text})
    assert name in str(refused.value)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        *("gs:/bucket/digits.weights.h5", "gs:bucket/digits.weights.h5", "gs://", "gs://bucket", "gs://bucket/"),
        *("https://storage.googleapis.com/bucket/digits.weights.h5", "s3://bucket/digits.weights.h5"),
        *("README.md", "seven.PNG", "model.keras", "model.onnx", "classic.index", "weights.zip", "gs://bucket/a.json"),
        str(BUNDLED.parent),
    ],
)
def test_a_place_that_can_not_hold_weights_is_refused_before_anything_is_asked(text: str) -> None:
    with pytest.raises(BadSettings, match=r"^WEIGHTS_URL: "):
        open_keeper(Settings(weights_url=text))


@pytest.mark.parametrize("text", ["gs:/bucket", "gs://", "https://example.org/kept", "s3://bucket"])
def test_a_place_that_can_not_hold_corrections_is_refused_as_well(text: str) -> None:
    with pytest.raises(BadSettings, match=r"^FEEDBACK_URL: "):
        open_feedback(text)


@pytest.mark.parametrize("variable", ["WEIGHTS_URL", "FEEDBACK_URL"])
def test_a_server_with_a_mistyped_place_does_not_start_and_names_the_variable(variable: str) -> None:
    """So that a deployment of it leaves the revision before in service."""
    done = subprocess.run(
        [sys.executable, "-c", "import main"],
        cwd=ROOT,
        env={**os.environ, variable: "gs:/bucket/digits.weights.h5"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{variable}: 'gs:/bucket/digits.weights.h5' is no gs://" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["gs://bucket/digits.weights.h5", "gs://bucket/v1.2/classic", "not/there.tflite"])
def test_a_place_where_weights_may_come_later_is_taken(text: str) -> None:
    assert open_keeper(Settings(weights_url=text)).present() is None  # and nothing is asked yet


def test_corrections_go_to_no_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSettings, match=r"^FEEDBACK_URL: .* is a file"):
        open_feedback(str(tmp_path / "file"))
