"""The page's "Why?": which stroke decided, in color, by hand, by keys and to the ear, and a sentence that is a fact."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.function_server import FunctionServer
from tests.support.page_browser import SEVEN, Open, Strokes, draw, ink, placer, settled
from tests.support.page_server import FakeFunction, Fault

STEM: Strokes = [[(560, 200), (510, 480), (460, 780)]]
BAR: Strokes = [[(250, 206), (560, 200)]]
LEFT_OUT = "Without this stroke I read 1."


@pytest.fixture
def page(open_page: Open, function: FakeFunction) -> Any:
    """A page that reads by itself, and a seven on it whose bar makes it one; the function is gone."""
    for path in ("/", "/model", "/health"):
        function.faults[path] = [Fault(drop=True)] * 99
    page = open_page(function.url, reads=True, reduced_motion="reduce")
    draw(page, [*STEM, *BAR])
    expect(page.locator("#why")).to_be_visible(timeout=30_000)
    expect(settled(page).locator("#digit")).to_have_text("7")
    return page


def number(page: Any, stroke: int) -> Any:
    return page.locator("#strokes button").nth(stroke - 1)


def test_the_stroke_that_decided_is_told_first_and_the_others_on_focus(page: Any) -> None:
    page.locator("#why").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reason")).to_have_text(LEFT_OUT)
    expect(number(page, 2)).to_be_focused()
    expect(number(page, 2)).to_have_attribute("aria-label", f"Stroke 2. {LEFT_OUT}")
    expect(page.locator("#why")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Shift+Tab")
    expect(number(page, 1)).to_be_focused()
    expect(number(page, 1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#reason")).to_have_text("Without this stroke, one look can’t tell what is left.")


def test_a_stroke_is_explained_where_the_mouse_hovers_over_it(page: Any) -> None:
    page.locator("#why").click()
    expect(page.locator("#reason")).to_have_text(LEFT_OUT)
    page.mouse.move(*placer(page)((485, 640)))
    expect(number(page, 1)).to_have_attribute("aria-pressed", "true")
    page.mouse.move(*placer(page)((400, 203)))
    expect(number(page, 2)).to_have_attribute("aria-pressed", "true")


def test_what_decided_stands_out_in_color(page: Any) -> None:
    page.locator("#why").click()
    expect(page.locator("#reason")).to_have_text(LEFT_OUT)
    colors = page.locator("#tint").evaluate(
        """(canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [[400, 203], [485, 640]].map((point) => {
            const [x, y] = point.map((each) => Math.floor((each * canvas.width) / 1000));
            return [...data.slice(4 * (y * canvas.width + x), 4 * (y * canvas.width + x) + 4)];
          });
        }"""
    )
    (red, _, blue, alpha), (_, _, _, pale) = colors
    assert blue > red + 60
    assert alpha == 255 > pale > 0


def test_escape_ends_the_explanation_and_leaves_the_drawing(page: Any) -> None:
    before = ink(page)
    page.locator("#why").click()
    expect(page.locator("#strokes")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#strokes")).to_be_hidden()
    expect(page.locator("#why")).to_be_focused()
    assert ink(page) == before
    expect(page.locator("#digit")).to_have_text("7")


def test_the_pad_is_drawn_on_while_it_explains_and_that_ends_it(page: Any) -> None:
    page.locator("#why").click()
    expect(page.locator("#strokes")).to_be_visible()
    draw(page, [[(420, 500), (600, 500)]])
    expect(page.locator("#strokes")).to_be_hidden()
    expect(page.locator("#ink")).to_be_visible()
    expect(settled(page).locator("#digit")).to_have_text("7")
    page.locator("#why").click()
    expect(page.locator("#strokes button")).to_have_text(["1", "2", "3"])


@pytest.mark.parametrize("drawing", [STEM, [[(x, 300), (x + 30, 500)] for x in range(200, 740, 90)]])
def test_of_one_stroke_or_of_many_nothing_is_asked(drawing: Strokes, page: Any) -> None:
    page.keyboard.press("Escape")
    draw(page, drawing)
    expect(page.locator("#verdict")).not_to_have_text("")  # of what the page has read, or leaves to the function
    expect(page.locator("#why")).to_be_hidden()


def test_it_is_explained_in_the_language_of_the_page(page: Any) -> None:
    page.locator("#why").click()
    expect(page.locator("#reason")).to_have_text(LEFT_OUT)
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("#reason")).to_have_text("Ohne diesen Strich lese ich 1.")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("#why")).to_have_text("Pourquoi ?")
    expect(number(page, 2)).to_have_attribute("aria-label", "Trait 2. Sans ce trait, je lis 1.")


def test_what_one_look_cannot_tell_the_function_is_asked(open_page: Open, server: FunctionServer) -> None:
    page = open_page(server.url, reads=True)
    draw(page, SEVEN)
    expect(page.locator("#why")).to_be_visible(timeout=30_000)
    expect(settled(page).locator("#facts")).not_to_contain_text("here")
    page.locator("#why").click()
    number(page, 1).focus()  # what is left is a bar, too wide for a digit at one look
    expect(page.locator("#reason")).to_have_text(re.compile(r"Without this stroke I (know no digit|read [0-9]+)\."))
