"""Chromium and Firefox, one after the other, for the tests that walk through the page in both."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.support.firefox import FirefoxWalker, firefox
from tests.support.page_browser import Strokes
from tests.support.walker import ChromiumWalker, Walker
from training.data.glyphs import PLAIN

Walk = Callable[..., Walker]


def plain(label: str) -> Strokes:
    """Our own plain glyph, on the pad."""
    return [[(250 + 500 * float(x), 200 + 600 * float(y)) for x, y in stroke] for stroke in PLAIN[label]]


def read_alone(walker: Walker) -> str:
    """Draws all ten digits; what the page says of each by itself, without missing its function."""
    read = ""
    for label in PLAIN:
        walker.draw(plain(label))
        walker.wait("/^Read here/.test(document.querySelector('#facts').textContent)")
        walker.settle()
        read += walker.text("#digit")
        walker.wait("document.querySelector('#status').hidden")
        walker.click("#clear")
        walker.wait("document.querySelector('#answer').dataset.state === 'empty'")
    return read


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def start(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Opens a URL in one of the browsers, which runs for all the walks."""
    if request.param == "chromium":
        yield partial(ChromiumWalker, request.getfixturevalue("browser"))
    else:
        with firefox(tmp_path_factory.mktemp("firefox")) as browser:
            yield partial(FirefoxWalker, browser)
