"""embed.html in a frame of somebody's page: the pad and the answer, told to nobody but whom its address names."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.page_browser import SEVEN, Open, painted
from tests.support.page_server import FakeFunction, page_of

LISTEN = "window.told = []; addEventListener('message', (event) => window.told.push(event.data))"


def framed(open_page: Open, function: FakeFunction, url: str, origin: str) -> tuple[Any, Any]:
    """A page of the function's own server with the pad in a frame; and that frame."""
    page = open_page(function.url, url=f"{function.url}/health", watched=False)
    page.evaluate(LISTEN)
    page.evaluate(
        """(src) => {
          const frame = Object.assign(document.createElement("iframe"), { src, width: 720, height: 420 });
          document.body.replaceChildren(frame);
        }""",
        f"{url}/embed.html?origin={origin}",
    )
    frame = page.frame_locator("iframe")
    expect(frame.locator("#answer")).to_have_attribute("aria-busy", "false")  # once its code is there
    painted(page.frames[1])
    return page, frame


def told(page: Any) -> Any:
    """All that the page has been told by then: messages arrive in the order in which they are sent."""
    page.frames[1].evaluate("window.parent.postMessage('over', '*')")
    page.wait_for_function("() => window.told.at(-1) === 'over'")
    return page.evaluate("window.told.slice(0, -1)")


def draw_in(page: Any, frame: Any) -> None:
    box = frame.locator("#pad").bounding_box()
    for stroke in SEVEN:
        points = [(box["x"] + x * box["width"] / 1000, box["y"] + y * box["height"] / 1000) for x, y in stroke]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()
    painted(page.frames[1])
    expect(frame.locator("#answer")).to_have_attribute("aria-busy", "false")


def test_the_page_that_its_address_names_is_told_what_was_read(open_page: Open, function: FakeFunction) -> None:
    with page_of(function.url) as url:
        page, frame = framed(open_page, function, url, function.url)
        draw_in(page, frame)
        expect(frame.locator("#digit")).to_have_text("5")
        assert told(page)[-1] == {
            "type": "digits-reading",
            "kind": "digit",
            "text": "5",
            "confidence": pytest.approx(0.982),
        }
        expect(frame.locator("#wrong, #upload, #share")).to_have_count(0)
        assert all(one.path != "/feedback" for one in function.received)


@pytest.mark.parametrize("origin", ["https://example.org", "", "*"])
def test_no_other_page_is_told_anything(origin: str, open_page: Open, function: FakeFunction) -> None:
    with page_of(function.url) as url:
        page, frame = framed(open_page, function, url, origin)
        draw_in(page, frame)
        expect(frame.locator("#answer")).to_have_attribute("data-state", "sure")
        assert told(page) == []
