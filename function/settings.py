"""What an operator can set, read once from the environment and passed on as an argument."""

from collections.abc import Mapping
from dataclasses import dataclass

from function.errors import BadSettings
from function.formats import BUNDLED


@dataclass(frozen=True)
class Settings:
    """The function's settings.

    weights_url      `gs://bucket/path` or a local path; the suffix picks the runtime
    refresh_seconds  seconds a version may serve before the store is asked again; 0 = never again
    allowed_origins  origins that browsers may call from; ("*",) = any
    feedback_url     `gs://bucket[/prefix]` or a local folder for corrected drawings; None = off
    max_body_bytes   longer request bodies are refused
    """

    weights_url: str = str(BUNDLED)
    refresh_seconds: float = 60.0
    allowed_origins: tuple[str, ...] = ("*",)
    feedback_url: str | None = None
    max_body_bytes: int = 5 * 2**20

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings from environment variables; an empty variable counts as unset.

        Raises BadSettings, naming the variable, what it holds and what it should hold.
        """
        value = {name: text.strip() for name, text in environ.items() if text.strip()}
        origins = tuple(part.strip() for part in value.get("ALLOWED_ORIGINS", "*").split(",") if part.strip())
        if not origins or any(not _is_origin(origin) for origin in origins):
            raise BadSettings(
                f"ALLOWED_ORIGINS is {value['ALLOWED_ORIGINS']!r}, expected * or scheme://host[:port], comma-separated"
            )
        return cls(
            weights_url=value.get("WEIGHTS_URL", cls.weights_url),
            refresh_seconds=_number(value, "REFRESH_SECONDS", cls.refresh_seconds, least=0),
            allowed_origins=("*",) if "*" in origins else origins,
            feedback_url=value.get("FEEDBACK_URL"),
            max_body_bytes=int(_number(value, "MAX_BODY_BYTES", cls.max_body_bytes, least=1)),
        )


def _is_origin(text: str) -> bool:
    scheme, separator, host = text.partition("://")
    return text == "*" or bool(scheme and separator and host and not set(host) & set("/?# "))


def _number(value: Mapping[str, str], name: str, default: float, least: float) -> float:
    text = value.get(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number < float("inf"):  # also refuses nan
        raise BadSettings(f"{name} is {text!r}, expected a plain number of at least {least:g}, without a unit")
    return number
