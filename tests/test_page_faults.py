"""The page when the function sleeps, fails, vanishes or talks rubbish: it says so, recovers, and keeps the drawing."""

import io
import socket
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.page_browser import SEVEN, Open, draw, ink, resize, settled, until, watch_questions
from tests.support.page_server import FakeFunction, Fault, Received, page_of

MANY = 99  # more than the page can meet before the test ends the fault
RUBBISH = [Fault(body=b"<html>It works!</html>"), Fault(body=b'{"probabilities": [0.1, 0.9]}')]


@pytest.fixture
def recovers(function: FakeFunction) -> Callable[[Any, str], str]:
    """Draws, expects a sentence, then, the fault once gone, the answer without help; tells it. The drawing stays."""

    def recovers(page: Any, sentence: str) -> str:
        draw(page, SEVEN)
        before, box = ink(page), page.locator("#pad").bounding_box()
        expect(page.locator("#sentence")).to_contain_text(sentence)
        assert page.locator("#pad").bounding_box() == box, "nothing moves under the pen"
        function.faults["/"] = []
        expect(page.locator("#digit")).to_have_text("5", timeout=20_000)
        expect(page.locator("#status")).to_have_attribute("data-kind", "quiet")
        assert ink(page) == before
        answer: str = page.locator("#digit").inner_text()
        return answer

    return recovers


def test_a_function_that_sleeps_eight_seconds_is_said_to_wake_up(
    open_page: Open, function: FakeFunction, recovers: Callable[[Any, str], str]
) -> None:
    function.faults["/model"] = [Fault(sleep=8)]
    page = open_page(function.url)
    expect(page.locator("#status")).to_have_attribute("data-kind", "waking")
    page.wait_for_function("() => document.querySelector('#seconds').textContent === '2 s'")  # looks at each frame
    assert recovers(page, "waking up") == "5"
    assert len(function.readings()) == 1, "nothing is sent to a function that can't answer yet"


def test_waking_is_not_mentioned_in_the_moment_that_an_awake_function_needs(page: Any) -> None:
    visible = """async (status) => {
      status.dataset.kind = "waking";
      status.hidden = false;
      const seen = [getComputedStyle(status).visibility];
      await Promise.all(status.getAnimations().map(({ finished }) => finished));
      return [...seen, getComputedStyle(status).visibility];
    }"""
    assert page.locator("#status").evaluate(visible) == ["hidden", "visible"]


def test_503_is_retried_when_the_function_says_so(open_page: Open, function: FakeFunction) -> None:
    asleep = Fault(status=503, headers=(("Retry-After", "2"),))
    function.faults["/model"] = [asleep, asleep]
    page = open_page(function.url)
    draw(page, SEVEN)
    expect(page.locator("#sentence")).to_contain_text("waking up")
    expect(page.locator("#digit")).to_have_text("5", timeout=15_000)
    pauses = page.evaluate(
        """() => {
          const asked = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/model"));
          return asked.slice(1).map(({ startTime }, before) => (startTime - asked[before].responseEnd) / 1000);
        }"""
    )
    assert [1.9 < pause < 3.5 for pause in pauses] == [True, True]


def test_a_reading_answered_with_503_waits_for_the_function_and_is_read(
    page: Any, function: FakeFunction, recovers: Callable[[Any, str], str]
) -> None:
    expect(page.locator("#status")).to_have_attribute("data-kind", "quiet")
    function.faults["/"] = [Fault(status=503, headers=(("Retry-After", "1"),))] * MANY
    assert recovers(page, "waking up") == "5"


def test_a_slow_reading_is_said_to_take_long(
    page: Any, function: FakeFunction, recovers: Callable[[Any, str], str]
) -> None:
    function.faults["/"] = [Fault(sleep=2.5)] * MANY
    assert recovers(page, "Reading…") == "5"


def test_a_dropped_connection_is_tried_again(
    page: Any, function: FakeFunction, recovers: Callable[[Any, str], str]
) -> None:
    function.faults["/"] = [Fault(drop=True)] * MANY
    assert recovers(page, "connection broke off") == "5"


def test_a_server_error_is_tried_again(page: Any, function: FakeFunction, recovers: Callable[[Any, str], str]) -> None:
    function.faults["/"] = [Fault(status=500)] * MANY
    assert recovers(page, "stumbled") == "5"


def test_rubbish_is_no_answer_and_is_tried_again(
    page: Any, function: FakeFunction, recovers: Callable[[Any, str], str]
) -> None:
    function.faults["/"] = RUBBISH * MANY
    assert recovers(page, "no answer") == "5"


def test_an_origin_that_is_not_allowed_is_told_apart_from_a_dead_server(
    open_page: Open, function: FakeFunction
) -> None:
    for path in ("/model", "/health"):
        function.faults[path] = [Fault(cors=False)] * MANY
    page = open_page(function.url, watched=False)
    expect(page.locator("#sentence")).to_contain_text("doesn’t accept questions from this page’s address")


def test_a_server_that_is_not_there_is_looked_for_until_it_is(open_page: Open) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        page = open_page(address)
        expect(page.locator("#sentence")).to_contain_text("can’t be reached")
        expect(page.locator("#seconds")).to_contain_text("Trying again in")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_trying_again_by_hand_asks_at_once(page: Any, function: FakeFunction) -> None:
    function.faults["/"] = [Fault(status=500, headers=(("Retry-After", "60"),))]
    pick(page)
    expect(page.locator("#seconds")).to_contain_text("Trying again in")
    page.get_by_role("button", name="Try again").click()
    expect(settled(page).locator("#digit")).to_have_text("5")


def test_the_next_stroke_is_read_without_waiting_for_a_retry(page: Any, function: FakeFunction) -> None:
    function.faults["/"] = [Fault(status=500, headers=(("Retry-After", "60"),))]
    pick(page)
    expect(page.locator("#seconds")).to_contain_text("Trying again in")
    draw(page, SEVEN)
    expect(settled(page).locator("#digit")).to_have_text("5")
    expect(page.locator("#status")).to_have_attribute("data-kind", "quiet")


def test_a_picture_that_the_function_refuses_is_not_sent_again(page: Any, function: FakeFunction) -> None:
    page.clock.install()
    function.faults["/"] = [Fault(status=422, body=b'{"code": "no-ink", "detail": "expected a drawing, got none"}')]
    pick(page)
    expect(page.locator("#sentence")).to_have_text("Nothing is drawn on this picture, or too faintly.")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    asked = watch_questions(page)
    page.clock.fast_forward(120_000)  # longer than any wait
    assert asked() == []


def test_a_refused_picture_leaves_no_older_answer_to_show_save_or_correct(page: Any, function: FakeFunction) -> None:
    draw(page, SEVEN)
    expect(settled(page).locator("#wrong")).to_be_visible()
    page.set_input_files("#file", {"name": "blank.png", "mimeType": "image/png", "buffer": blank_paper()})
    expect(page.locator("#status")).to_have_attribute("data-kind", "trouble")
    expect(page.locator("#verdict")).to_have_text("No answer for this picture.")
    expect(page.locator("#digit")).to_have_text("")
    expect(page.locator("#wrong")).to_be_hidden()
    page.locator("#bars button").nth(5).dispatch_event("click")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "drawing.png"
    assert not corrections(function)


def test_an_answer_steps_back_while_a_newer_drawing_cannot_be_read(page: Any, function: FakeFunction) -> None:
    draw(page, SEVEN)
    expect(settled(page).locator("#wrong")).to_be_visible()
    function.faults["/"] = [Fault(status=500)] * MANY
    pick(page)
    expect(page.locator("#answer")).to_have_attribute("data-state", "stale")
    expect(page.locator("#answer")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#verdict")).to_have_text("Read before your last change.")
    expect(page.locator("#spoken")).to_have_text("")
    expect(page.locator("#wrong")).to_be_hidden()
    page.locator("#bars button").nth(5).dispatch_event("click")
    function.faults["/"] = []
    expect(settled(page).locator("#answer")).to_have_attribute("data-state", "sure")
    expect(page.locator("#wrong")).to_be_visible()
    assert not corrections(function)


def test_what_the_page_says_covers_no_example(page: Any, function: FakeFunction) -> None:
    function.faults["/"] = [Fault(status=500)] * MANY
    pick(page)
    expect(page.locator("#status")).to_have_attribute("data-kind", "trouble")
    for width, height in [(1280, 800), (1440, 900), (1024, 768)]:
        resize(page, width, height)
        shelf = page.locator("#examples").bounding_box()
        assert page.locator("#status").bounding_box()["x"] > shelf["x"] + shelf["width"]


def test_clearing_the_pad_ends_the_trouble_with_its_drawing(page: Any, function: FakeFunction) -> None:
    function.faults["/"] = [Fault(status=500)] * MANY
    pick(page)
    expect(page.locator("#status")).to_have_attribute("data-kind", "trouble")
    page.keyboard.press("Escape")
    expect(page.locator("#status")).to_have_attribute("data-kind", "quiet")


def test_offline_is_said_and_the_drawing_is_read_once_back(page: Any) -> None:
    page.context.set_offline(True)
    draw(page, SEVEN)
    before = ink(page)
    expect(page.locator("#sentence")).to_contain_text("You are offline")
    page.context.set_offline(False)
    expect(settled(page).locator("#digit")).to_have_text("5")
    assert ink(page) == before


def test_a_reading_that_never_comes_is_given_up_and_tried_again(open_page: Open, function: FakeFunction) -> None:
    with page_of(function.url) as url:
        page = open_page(function.url, url="about:blank", watched=False)
        page.clock.install()
        page.goto(url)
        page.clock.run_for(1000)
        until(page, lambda: {"/model", "/"} <= {one.path for one in function.received})
        expect(page.locator("#status")).to_have_attribute("data-kind", "quiet")
        function.faults["/"] = [Fault(sleep=5)]
        pick(page)
        while not function.readings():
            page.clock.run_for(100)
        page.clock.fast_forward(31_000)
        expect(page.locator("#sentence")).to_contain_text("took too long")
        page.clock.fast_forward(2_000)
        expect(page.locator("#digit")).to_have_text("5")


def pick(page: Any) -> None:
    """Puts a drawing on the pad at one stroke: it is read once."""
    page.get_by_role("button", name="Try a seven").click()


def blank_paper() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (100, 100), "white").save(file, "PNG")
    return file.getvalue()


def corrections(function: FakeFunction) -> list[Received]:
    return [one for one in function.received if one.path == "/feedback"]
