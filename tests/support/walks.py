"""Chromium and Firefox, one after the other, for the tests that walk through the page in both."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.support.firefox import FirefoxWalker, firefox
from tests.support.walker import ChromiumWalker, Walker

Walk = Callable[..., Walker]


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def start(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Opens a URL in one of the browsers, which runs for all the walks."""
    if request.param == "chromium":
        yield partial(ChromiumWalker, request.getfixturevalue("browser"))
    else:
        with firefox(tmp_path_factory.mktemp("firefox")) as browser:
            yield partial(FirefoxWalker, browser)
