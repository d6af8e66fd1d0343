"""A real browser for the tests of the page, with what every page must keep to; and hands that draw in it."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.page_server import FakeFunction, fake_function, page_of

Strokes = Sequence[Sequence[tuple[float, float]]]  # in thousandths of the pad's side
Open = Callable[..., Any]

PATIENCE = 10_000  # ms for anything to happen, on a busy machine
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
}
SEVEN: Strokes = [
    [(240, 236), (330, 250), (470, 248), (610, 236), (726, 222), (700, 300), (640, 420), (560, 570), (470, 800)],
    [(376, 534), (460, 522), (560, 516), (668, 518)],
]
ONE: Strokes = [[(400, 320), (470, 250), (530, 190), (526, 400), (520, 600), (516, 800)]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
    expect.set_options(timeout=PATIENCE)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to run its own as root
    with sync_playwright() as playwright:
        # Without a graphics card, Chromium would have the processor play one.
        browser = playwright.chromium.launch(executable_path=executable, args=["--disable-gpu", *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def function() -> Iterator[FakeFunction]:
    with fake_function() as function:
        yield function


@pytest.fixture
def open_page(browser: Any) -> Iterator[Open]:
    """Opens the page for a function's URL in a fresh context.

    Afterwards every watched page must have asked only its own server and the function, and run without an error.
    """
    wrong: list[str] = []

    def watch(page: Any, allowed: set[str]) -> None:
        def request(request: Any) -> None:
            if request.url.startswith("http") and origin_of(request.url) not in allowed:
                wrong.append(f"asked {request.url}")

        def console(message: Any) -> None:
            if message.type in ("error", "warning") and "Failed to load" not in message.text:
                wrong.append(message.text)

        page.on("request", request)
        page.on("console", console)
        page.on("pageerror", lambda error: wrong.append(str(error)))

    with ExitStack() as stack:

        def open_page(
            function_url: str,
            fragment: str = "",
            url: str | None = None,
            watched: bool = True,
            reads: bool = False,
            **options: Any,
        ) -> Any:
            url = url or stack.enter_context(page_of(function_url, reads))
            context = stack.enter_context(browser.new_context(**{**DESKTOP, **options}))
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            if watched:
                watch(page, {origin_of(url), origin_of(function_url)})
            page.goto(url + fragment)
            return begun(page)

        yield open_page
    assert wrong == []


@pytest.fixture
def page(open_page: Open, function: FakeFunction) -> Any:
    return arrived(open_page(function.url))


def origin_of(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def draw(page: Any, strokes: Strokes, release: bool = True) -> None:
    """Draws with the mouse."""
    place = placer(page)
    for stroke in strokes:
        page.mouse.move(*place(stroke[0]))
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*place(point))
        if release:
            page.mouse.up()


def touch(page: Any, strokes: Strokes) -> None:
    """Draws with a finger."""
    place, session = placer(page), page.context.new_cdp_session(page)
    for stroke in strokes:
        for index, point in enumerate(stroke):
            x, y = place(point)
            send_touch(session, "touchMove" if index else "touchStart", [(x, y)])
        send_touch(session, "touchEnd", [])


def send_touch(session: Any, kind: str, fingers: list[tuple[float, float]]) -> None:
    points = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(fingers)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def press(page: Any, strokes: Strokes, force: float, buttons: int = 1) -> None:
    """Draws with a pen."""
    place, session = placer(page), page.context.new_cdp_session(page)
    for stroke in strokes:
        for kind, point in [
            ("mousePressed", stroke[0]),
            *(("mouseMoved", point) for point in stroke),
            ("mouseReleased", stroke[-1]),
        ]:
            x, y = place(point)
            event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1}
            session.send("Input.dispatchMouseEvent", {**event, "pointerType": "pen", "force": force})


def placer(page: Any) -> Callable[[tuple[float, float]], tuple[float, float]]:
    box = page.locator("#pad").bounding_box()
    return lambda point: (box["x"] + point[0] * box["width"] / 1000, box["y"] + point[1] * box["height"] / 1000)


def begun(page: Any) -> Any:
    """The page, once its code runs and it has painted: what a hand does before, nobody hears."""
    page.wait_for_function(
        """() => {
            const answer = document.querySelector("#answer");
            return answer === null || answer.hasAttribute("aria-busy");
        }"""
    )
    painted(page)
    return page


def arrived(page: Any) -> Any:
    """The page, once all of it is there, its function is awake, and has told what it takes."""
    expect(page.locator("#examples button")).to_have_count(6)  # who listens to drops and pastes is there with them
    await_resource(page, page.locator("meta[name='digits-function']").get_attribute("content") + "/")
    painted(page)
    return page


def await_resource(page: Any, ending: str) -> None:
    """Waits until the page has got a file whose URL ends so."""
    page.wait_for_function(
        "(ending) => performance.getEntriesByType('resource').some(({ name }) => name.endsWith(ending))",
        arg=ending,
        timeout=30_000,
    )


def until(page: Any, so: Callable[[], object]) -> None:
    """Waits until that is so, while the page goes on."""
    end = time.monotonic() + PATIENCE / 1000
    while not so():
        assert time.monotonic() < end, "it never came true"
        page.wait_for_timeout(20)


def settled(page: Any) -> Any:
    """The page, once its answer is of the drawing that it shows."""
    painted(page)  # else it may not yet have heard of the last stroke
    expect(page.locator("#answer")).to_have_attribute("aria-busy", "false", timeout=30_000)
    return page


def correct(page: Any, label: str) -> None:
    """Picks the right digit, or "No digit", once the answer is called wrong."""
    page.locator("#wrong").click()
    page.get_by_role("button", name=label, exact=True).click()


def watch_questions(page: Any) -> Callable[[], list[float]]:
    """Returns what tells when the page has begun to ask since, in seconds, by the browser's own clock.

    A busy machine hands requests on late, and then the time between two is too short where they arrive.
    """
    page.evaluate(
        """() => {
            const fetched = window.fetch;
            window.asked = [];
            window.fetch = (...request) => {
                if (request[1]?.method === "POST") window.asked.push(performance.now() / 1000);
                return fetched(...request);
            };
        }"""
    )
    return lambda: [float(each) for each in page.evaluate("window.asked")]


def ink(page: Any) -> str:
    """What is on the pad, to compare."""
    painted(page)
    pixels: str = page.locator("#ink").evaluate("canvas => canvas.toDataURL()")
    return pixels


def painted(page: Any) -> None:
    """Waits until the page has shown what it is now, in its own letters."""
    page.evaluate(
        """async () => {
            await document.fonts.ready;
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )


def still(page: Any) -> None:
    """Waits until all that moves for a while has come to rest."""
    painted(page)
    page.evaluate(
        """async () => {
            const ends = ({ effect }) => effect.getComputedTiming().endTime < Infinity;
            const passing = document.getAnimations().filter(ends);
            await Promise.allSettled(passing.map(({ finished }) => finished));
        }"""
    )


def resize(page: Any, width: int, height: int) -> None:
    """Gives the page another screen, and waits until it has it."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("([width, height]) => innerWidth === width && innerHeight === height", arg=[width, height])
    painted(page)
