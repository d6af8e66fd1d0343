"""The page in a real browser: a number with its digits, and what is neither a digit nor a number."""

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageStat
from playwright.sync_api import expect

from tests.support.page_browser import ONE, PHONE, SEVEN, Open, Strokes, draw, ink, painted, resize, settled
from tests.support.page_server import FakeFunction

TWO_LINES: Strokes = [[(200, 300), (200, 700)], [(800, 300), (800, 700)]]
TWELVE = "907856341280"  # the longest that is read


def test_a_number_is_shown_with_a_box_and_a_view_of_each_digit(page: Any, function: FakeFunction) -> None:
    function.kind, function.text = "number", "42"
    draw(page, TWO_LINES)
    settled(page)
    expect(page.locator("#digit")).to_have_text("42")
    expect(page.locator("#runner")).to_have_text("")
    expect(page.locator("#verdict")).to_have_text("97% sure.")
    expect(page.locator("#spoken")).to_have_text("It is the number 42, 97% sure.")
    expect(page.locator("#seen")).to_be_hidden()
    expect(page.locator("#bars")).to_be_hidden()
    expect(page.locator("#strip img")).to_have_count(2)
    for view in page.locator("#strip img").all():
        for side in ("naturalWidth", "naturalHeight"):
            expect(view).to_have_js_property(side, 28)
    first, second = boxes(page)
    thickness = 24  # half of the medium pen's width, to which the line reaches beyond its points
    assert first == pytest.approx([200 - thickness, 300 - thickness, 500, 700 + thickness], abs=8)
    assert second == pytest.approx([500, 300 - thickness, 800 + thickness, 700 + thickness], abs=8)


def test_boxes_are_hidden_from_the_moment_that_the_drawing_changes(page: Any, function: FakeFunction) -> None:
    function.kind, function.text = "number", "42"
    draw(page, TWO_LINES)
    expect(settled(page).locator("#boxes")).to_be_visible()
    with page.expect_response(lambda response: response.request.method == "POST"):  # an answer while the pen is down
        draw(page, [[(500, 300), (500, 400)]], release=False)
        expect(page.locator("#boxes")).to_be_hidden()
    painted(page)
    expect(page.locator("#boxes")).to_be_hidden()
    page.mouse.up()
    expect(settled(page).locator("#boxes")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    assert boxes(page) == []


def test_boxes_are_no_part_of_what_is_sent_compared_or_saved(page: Any, function: FakeFunction) -> None:
    def both_lines(start: int) -> bytes:
        """The body with most ink: one that was sent before the pen went up may arrive after it."""
        darkest = min(function.readings()[start:], key=lambda one: ImageStat.Stat(one.picture.convert("L")).sum)
        return darkest.body

    draw(page, TWO_LINES)
    plain, sent, before = ink(settled(page)), both_lines(0), len(function.readings())
    page.keyboard.press("Escape")
    function.kind, function.text = "number", "42"
    draw(page, TWO_LINES)
    assert ink(settled(page)) == plain
    assert both_lines(before) == sent
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "number-42.png"
    with Image.open(download.value.path()) as picture:
        assert np.ptp(np.asarray(picture.convert("RGB")), axis=2).max() == 0  # boxes have a color


def test_boxes_lie_over_an_upload_where_the_pad_shows_it(page: Any, function: FakeFunction) -> None:
    function.kind, function.text = "number", "11"
    image = Image.new("RGB", (800, 400), "white")
    for left in (80, 680):
        ImageDraw.Draw(image).rectangle((left, 100, left + 39, 299), fill="black")
    file = io.BytesIO()
    image.save(file, "PNG")
    page.set_input_files("#file", {"name": "11.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(page.locator("#digit")).to_have_text("11")
    settled(page)
    first, second = boxes(page)
    assert first == pytest.approx([100, 250 + 125, 500, 250 + 375], abs=4)
    assert second == pytest.approx([500, 250 + 125, 900, 250 + 375], abs=4)


def test_what_is_unknown_is_never_sure_and_names_the_nearest_digit(page: Any, function: FakeFunction) -> None:
    function.kind = "unknown"
    draw(page, SEVEN)
    settled(page)
    expect(page.locator("#answer")).to_have_attribute("data-state", "unknown")
    expect(page.locator("#digit")).to_have_text("")
    expect(page.locator("#verdict")).to_have_text("No digit I know. Nearest: 5.")
    expect(page.locator("#spoken")).to_have_text("No digit I know. Nearest: 5.")
    assert "%" not in page.locator("#answer").inner_text()
    expect(page.locator("#seen")).to_be_visible()
    assert boxes(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "drawing.png"


@pytest.mark.parametrize("kind", ["number", "unknown"])
def test_a_digit_after_anything_else_is_shown_as_ever(kind: str, page: Any, function: FakeFunction) -> None:
    function.kind, function.text = kind, "42"
    draw(page, ONE)
    expect(settled(page).locator("#bars")).to_be_visible(visible=kind == "unknown")
    function.kind = "digit"
    page.keyboard.press("Escape")
    expect(page.locator("#bars")).to_be_visible()
    draw(page, SEVEN)
    settled(page)
    expect(page.locator("#digit")).to_have_text("5")
    expect(page.locator("#verdict")).to_have_text("98% sure.")
    expect(page.locator("#bars .best .percent")).to_have_text("98%")
    expect(page.locator("#strip")).to_be_hidden()
    assert boxes(page) == []


def test_an_unsure_number_is_a_question(page: Any, function: FakeFunction) -> None:
    function.kind, function.text, function.sure = "number", "42", 0.61
    draw(page, TWO_LINES)
    settled(page)
    expect(page.locator("#digit")).to_have_text("42?")
    expect(page.locator("#verdict")).to_have_text("Not sure: 61%.")
    expect(page.locator("#spoken")).to_have_text("Maybe the number 42, 61%.")


def test_a_function_that_reads_only_digits_is_shown_as_ever(page: Any, function: FakeFunction) -> None:
    function.kind = ""
    draw(page, SEVEN)
    settled(page)
    expect(page.locator("#digit")).to_have_text("5")
    expect(page.locator("#verdict")).to_have_text("98% sure.")
    expect(page.locator("#bars .best .percent")).to_have_text("98%")


@pytest.mark.parametrize("text", ["42", "42195", TWELVE])
@pytest.mark.parametrize("sure", [0.97, 0.5])
def test_the_longest_number_fits_the_narrowest_screen_and_text_twice_as_large(
    text: str, sure: float, page: Any, function: FakeFunction
) -> None:
    function.kind, function.text, function.sure = "number", text, sure
    draw(page, TWO_LINES)
    settled(page)
    for width, scale in [(320, 1), (390, 2), (1280, 2), (1280, 1), (3840, 1)]:
        resize(page, width, 800)
        page.evaluate("scale => { document.documentElement.style.fontSize = scale === 1 ? '' : '200%'; }", scale)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for part in ("#digit", "#verdict", "#strip", "#line"):
            inside, outside = (page.locator(one).bounding_box() for one in (part, "#answer"))
            assert inside["x"] >= outside["x"] - 0.5
            assert inside["x"] + inside["width"] <= outside["x"] + outside["width"] + 0.5, (part, width, scale)


@pytest.mark.parametrize("kind", ["digit", "number", "unknown"])
def test_no_digit_is_a_correction_of_whatever_was_read(kind: str, page: Any, function: FakeFunction) -> None:
    function.kind, function.text = kind, "42"
    draw(page, SEVEN)
    settled(page).locator("#wrong").click()
    expect(page.locator("#consent")).to_contain_text("nothing about you")
    assert ("Numbers aren’t kept" in page.locator("#consent").inner_text()) == (kind == "number")
    page.get_by_role("button", name="No digit").click()
    expect(page.locator("#stored")).to_have_text("Stored as no digit. Thank you.")
    [posted] = [json.loads(one.body) for one in function.received if one.path == "/feedback"]
    assert (posted["label"], posted["prediction"], posted["consent"]) == ("none", "5", True)


@pytest.mark.parametrize("kind", ["number", "unknown"])
def test_all_of_the_answer_is_in_sight_above_the_fold_of_a_phone(
    kind: str, open_page: Open, function: FakeFunction
) -> None:
    function.kind, function.text = kind, TWELVE
    page = open_page(function.url, **PHONE)
    draw(page, TWO_LINES)
    expect(settled(page).locator("#verdict")).to_be_in_viewport(ratio=1)


def boxes(page: Any) -> list[list[float]]:
    """Left, top, right, bottom of each, in thousandths of the pad's side."""
    found: list[list[float]] = page.locator("#pad").evaluate(
        """(pad) => {
          const { left, top, width } = pad.getBoundingClientRect();
          return [...pad.querySelectorAll("#boxes i")].map((box) => {
            const { x, y, right, bottom } = box.getBoundingClientRect();
            return [x - left, y - top, right - left, bottom - top].map((side) => (1000 * side) / width);
          });
        }"""
    )
    return found
