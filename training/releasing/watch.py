"""Waits until a function answers with a version that was published, or says why it won't.

Standard library only, of Python 3.9: a build's check of a candidate reads its Retry-After here.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection
from typing import Any

PAUSE = 2.0  # seconds between questions, unless the function asks for more
SECONDS = 180.0  # a default REFRESH_SECONDS, a cold start and a load, with room
ANSWER_SECONDS = 60.0  # a first answer may wait for an instance


class NotServed(Exception):
    """The function refused the version, or didn't take it up in time."""


def watch(
    function: str,
    versions: Collection[str],
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """The version out of `versions` that the function at this URL answers with. Raises NotServed.

    Asking is what makes the function look for new weights, as any request does. One instance answers, and others
    follow by themselves.
    """
    deadline = clock() + seconds
    while True:
        model, said, pause = ask(f"{function.rstrip('/')}/model")
        refresh = model.get("refresh", {})
        if model.get("version") in versions:
            return str(model["version"])
        if refresh.get("refused") in versions:
            raise NotServed(f"the function refused version {refresh['refused']}: {refresh.get('title')}")
        if clock() + pause > deadline:
            raise NotServed(f"not within {seconds:g} s; last it said: {said}")
        sleep(pause)


def ask(url: str) -> tuple[dict[str, Any], str, float]:
    """What /model tells, the same in a sentence, and the seconds to leave it alone; nothing told while it can't."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as response:  # noqa: S310  the operator's own URL
            model: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            said = error.read()[:300].decode("utf-8", "replace")
            return {}, f"{error.code} {said}", retry_after(error.headers.get("Retry-After"))
    except (OSError, ValueError) as error:
        return {}, f"nothing: {error}", PAUSE
    reason = model.get("refresh", {}).get("title")
    return model, f"version {model.get('version')}" + (f", and: {reason}" if reason else ""), PAUSE


def retry_after(text: str | None) -> float:
    """Seconds in a Retry-After header; PAUSE when it holds none."""
    return max(PAUSE, float(text)) if text and text.isdecimal() else PAUSE
