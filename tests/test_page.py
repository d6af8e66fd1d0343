"""The page in a real browser, on another origin than the function."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.page_server import FakeFunction, fake_function, page_of

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect

SEVEN = [
    [(250, 240), (400, 252), (560, 246), (720, 226), (690, 330), (600, 500), (520, 660), (480, 800)],
    [(380, 540), (520, 520), (660, 520)],
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("no chromium is installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def function() -> Iterator[FakeFunction]:
    with fake_function() as function:
        yield function


@pytest.fixture
def page(browser: Any, function: FakeFunction) -> Iterator[Any]:
    with page_of(function.url) as url, browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto(url)
        yield page


def draw(page: Any, strokes: list[list[tuple[int, int]]]) -> None:
    box = page.locator("#pad").bounding_box()
    for stroke in strokes:
        for index, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"] / 1000, box["y"] + y * box["height"] / 1000)
            if index == 0:
                page.mouse.down()
        page.mouse.up()


def test_a_drawing_is_sent_and_its_answer_shown(page: Any, function: FakeFunction) -> None:
    draw(page, SEVEN)
    expect(page.locator("#digit")).to_have_text("5")
    assert function.readings()[-1].picture.size == (280, 280)
    expect(page.locator("#bars .percent")).to_have_text(["0%"] * 5 + ["98%"] + ["0%"] * 4)
    assert page.locator("#seen").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [28, 28]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#digit")).to_have_text("")
