"""Settings come from the environment, and nonsense in it is named."""

import pytest

from function.errors import BadSettings
from function.formats import BUNDLED
from function.settings import Settings


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
