"""Asks a deployed function for a digit that is known, as a page on its origin would, and waits while it wakes.

    python -m scripts.smoke URL --runtime=keras --origin=https://example.org [--picture=tests/digits/7.png]

@FILE stands for the words in that file. Standard library only, of Python 3.9.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.gcloud import Gcloud
from scripts.runtimes import RUNTIMES
from training.releasing.watch import retry_after

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "tests" / "digits" / "7.png"  # the name begins with the label
SECONDS = 180.0  # an address, a role and a first instance may each take a minute to become true
PAUSE = 2.0  # seconds between attempts, unless the function asks for more
ANSWER_SECONDS = 60.0  # a first answer may wait for an instance


@dataclass(frozen=True)
class Expected:
    """What must hold of the answer; `source` is bucket or bundled, `origin` that of the page, * for any."""

    digit: str
    runtime: str
    source: str
    origin: str


class NotYet(Exception):
    """What may come right by itself; `pause` is how many seconds to leave it alone."""

    def __init__(self, why: str, pause: float = PAUSE) -> None:
        super().__init__(why)
        self.pause = pause


class Failed(Exception):
    """What won't."""


def smoke(
    url: str,
    picture: bytes,
    expected: Expected,
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    token: str = "",
) -> dict[str, Any]:
    """The answer, once it is what it should be. Raises Failed for a wrong one, or when there is none in time."""
    deadline = clock() + seconds
    while True:
        try:
            answer = ask(url, picture, expected.origin, token)
            check(answer, expected)
            return answer
        except NotYet as error:
            if clock() + error.pause > deadline:
                raise Failed(f"not within {seconds:g} s: {error}") from error
            print(f"{error}; asking again", flush=True)
            sleep(error.pause)


def ask(url: str, picture: bytes, origin: str, token: str = "") -> dict[str, Any]:
    """The answer to a picture from a page on `origin`. Raises NotYet, and Failed when a browser would hide it."""
    headers = {"Content-Type": "image/png", "Origin": "https://example.org" if origin == "*" else origin}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, picture, headers)  # noqa: S310  the operator's own URL
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:  # noqa: S310
            allowed, body = response.headers["Access-Control-Allow-Origin"], response.read()
    except urllib.error.HTTPError as error:
        with error:
            said = error.read()[:300].decode("utf-8", "replace")
            raise NotYet(f"{error.code}: {said}", retry_after(error.headers.get("Retry-After"))) from error
    except OSError as error:
        raise NotYet(f"no answer: {error}") from error
    try:
        answer: dict[str, Any] = json.loads(body)
    except ValueError as error:
        raise Failed(f"expected JSON, got {body[:80]!r}") from error
    if allowed != origin:
        raise Failed(f"a page on {origin} couldn't read the answer: Access-Control-Allow-Origin is {allowed}")
    return answer


def check(answer: dict[str, Any], expected: Expected) -> None:
    """Raises Failed when the answer is wrong, NotYet when it comes from weights that only stand in."""
    model = answer.get("model", {})
    is_by_it = model.get("runtime") in RUNTIMES[expected.runtime].answers
    if answer.get("prediction") != expected.digit or not is_by_it:
        raise Failed(f"expected a {expected.digit} read by {expected.runtime}, got {json.dumps(answer)[:300]}")
    if model.get("source") != expected.source:
        raise NotYet(f"the weights come from {model.get('source')}, expected {expected.source}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, fromfile_prefix_chars="@"
    )
    parser.add_argument("url")
    parser.add_argument("--runtime", required=True, choices=RUNTIMES)
    parser.add_argument("--source", default="bucket", help="bucket or bundled")
    parser.add_argument("--origin", default="*", help="as in ALLOWED_ORIGINS; the first of several is tried")
    parser.add_argument("--picture", type=Path, default=PICTURE, help="a PNG whose name begins with its digit")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long to wait for a good answer")
    parser.add_argument("--private", choices=("true", "false"), default="false", help="ask as --account")
    parser.add_argument("--account", default="", help="a service account that may invoke a private function")
    options = parser.parse_args()
    token = ""
    if options.private == "true":
        account = f"--impersonate-service-account={options.account}"  # itself, since a build's machine makes no tokens
        token = Gcloud().ask("auth", "print-identity-token", account, f"--audiences={options.url}") or ""
    expected = Expected(options.picture.name[0], options.runtime, options.source, options.origin.split(",")[0].strip())
    try:
        answer = smoke(options.url, options.picture.read_bytes(), expected, options.seconds, token=token)
    except Failed as error:
        sys.exit(f"{options.url} failed: {error}")
    model = answer["model"]
    print(f"{options.url} reads {options.picture.name} as {answer['prediction']}, version {model['version']}")


if __name__ == "__main__":
    main()
