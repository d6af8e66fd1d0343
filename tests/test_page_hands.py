"""The page in a real browser: who draws, of pens, palms, fingers, erasers and keys, and what becomes of a drawing."""

import base64
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.page_browser import (
    ONE,
    PHONE,
    SEVEN,
    Open,
    arrived,
    begun,
    correct,
    draw,
    ink,
    placer,
    press,
    send_touch,
    settled,
    touch,
)
from tests.support.page_server import FakeFunction, Fault

TABLET: dict[str, Any] = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 6">
  <path fill="#fff" d="M0 0h8v6H0z"/><path fill="#000" d="M1.8 1h.4v4h-.4z"/>
</svg>"""


def test_a_resting_palm_does_not_keep_the_pen_from_drawing(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, **TABLET)
    session = page.context.new_cdp_session(page)
    send_touch(session, "touchStart", [placer(page)((900, 900))])
    press(page, SEVEN, 0.5)
    expect(settled(page).locator("#digit")).to_have_text("5")
    by_pen = function.readings()[-1].body
    send_touch(session, "touchEnd", [])
    before = ink(page)
    touch(page, ONE)
    assert ink(page) == before, "once a pen was seen, touches don't draw"
    page.keyboard.press("Escape")
    press(page, SEVEN, 0.5)
    settled(page)
    assert function.readings()[-1].body == by_pen, "the palm left no ink"


def test_two_fingers_that_land_together_leave_no_line(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, **PHONE)
    blank, place, session = ink(page), placer(page), page.context.new_cdp_session(page)
    send_touch(session, "touchStart", [place((400, 400))])
    send_touch(session, "touchStart", [place((400, 400)), place((600, 600))])
    send_touch(session, "touchMove", [place((200, 200)), place((800, 800))])
    send_touch(session, "touchEnd", [])
    assert ink(page) == blank
    expect(page.locator("#undo")).to_have_attribute("aria-disabled", "true")
    touch(page, SEVEN)
    expect(settled(page).locator("#digit")).to_have_text("5")


def test_clear_puts_the_last_pen_back_into_the_hand(page: Any) -> None:
    page.get_by_role("radio", name="Thick pen").check()
    draw(page, ONE)
    page.get_by_role("radio", name="Eraser").check()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("radio", name="Thick pen")).to_be_checked()


def test_an_eraser_changes_nothing_where_no_ink_is_and_says_so_over_a_picture(page: Any) -> None:
    page.get_by_role("radio", name="Eraser").check()
    draw(page, ONE)
    expect(page.locator("#hint")).to_be_visible()
    expect(page.locator("#undo")).to_have_attribute("aria-disabled", "true")
    page.set_input_files("#file", {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": SVG})
    expect(page.locator("#answer")).not_to_have_attribute("data-state", "empty")
    shown = ink(settled(page))
    draw(page, ONE)
    expect(page.locator("#note")).to_have_text("The eraser takes ink away, not pictures.")
    assert ink(settled(page)) == shown


def test_an_svg_file_is_a_picture_too(page: Any, function: FakeFunction) -> None:
    page.set_input_files("#file", {"name": "bar.svg", "mimeType": "image/svg+xml", "buffer": SVG})
    expect(settled(page).locator("#digit")).to_have_text("2")
    assert function.readings()[-1].picture.size == (640, 480)


def test_a_line_over_an_opened_picture_says_where_the_picture_went(page: Any) -> None:
    page.set_input_files("#file", {"name": "bar.svg", "mimeType": "image/svg+xml", "buffer": SVG})
    expect(settled(page).locator("#digit")).to_have_text("2")
    expect(page.locator("#share")).to_have_attribute("title", "A link holds drawings only, not pictures")
    shown = ink(page)
    draw(page, ONE[:1], release=False)
    expect(page.locator("#answer")).not_to_have_attribute("data-state", "sure")
    page.mouse.up()
    expect(page.locator("#note")).to_have_text("Your picture is one Undo away.")
    page.get_by_role("button", name="Undo").click()
    assert ink(page) == shown
    page.reload()
    begun(page)
    expect(settled(page).locator("#digit")).to_have_text("2")


def test_a_drawing_is_stored_under_one_label_whatever_is_undone(page: Any, function: FakeFunction) -> None:
    draw(page, SEVEN)
    settled(page).locator("#wrong").click()
    expect(page.get_by_role("button", name="It is a 5")).to_be_hidden()
    page.locator("#cancel").click()
    correct(page, "It is an 8")
    expect(page.locator("#stored")).to_have_text("Stored as an 8. Thank you.")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    expect(settled(page).locator("#stored")).to_have_text("Stored as an 8. Thank you.")
    expect(page.locator("#wrong")).to_be_hidden()
    assert [one.path for one in function.received].count("/feedback") == 1


def test_escape_leaves_the_choice_of_a_digit_and_not_the_drawing(page: Any) -> None:
    draw(page, SEVEN)
    before = ink(settled(page))
    page.locator("#wrong").click()
    expect(page.locator("#bars button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#wrong")).to_be_focused()
    assert ink(page) == before


def test_nothing_stays_shaded_after_a_tap(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, **PHONE)
    touch(page, ONE)
    page.get_by_role("button", name="Clear").tap()
    expect(page.locator("#clear")).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_every_change_and_the_keyboards_pen_are_told_to_the_ear(page: Any) -> None:
    spoken = page.locator("#spoken")
    page.evaluate(
        """() => {
          window.busy = [];
          new MutationObserver(() => window.busy.push(document.querySelector("#spoken").closest("[aria-busy='true']")))
            .observe(document.querySelector("#spoken"), { childList: true, characterData: true, subtree: true });
        }"""
    )
    draw(page, SEVEN)
    expect(spoken).to_have_text("It is a 5, 98% sure.")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(spoken).to_have_text("Undone.")
    page.get_by_role("button", name="Redo").click()
    expect(spoken).to_have_text(re.compile("Redone|It is a"))
    page.get_by_role("button", name="Clear").click()
    expect(spoken).to_have_text("Cleared.")
    page.locator("#pad").focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Escape"):
        page.keyboard.press(key)
    expect(page.locator("#keys")).to_have_text("Pen up, row 7, column 9 of 16.")
    assert page.evaluate("window.busy.length > 3 && window.busy.every((one) => one === null)")


def test_a_keyboard_on_the_pad_moves_nothing_and_is_told_all_its_keys(page: Any) -> None:
    before = page.locator(".tools").bounding_box()
    page.locator("#pad").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pad-help")).to_be_visible()
    assert page.locator(".tools").bounding_box() == before
    for key in ("Home", "End", "Page Up", "Page Down", "Space", "Ctrl+Z", "Escape"):
        expect(page.locator("#pad-help")).to_contain_text(key)


def test_a_visitor_s_own_strokes_make_no_wait_longer(page: Any, function: FakeFunction) -> None:
    expect(page.locator("#status")).to_have_attribute("data-kind", "quiet")
    function.faults["/"] = [Fault(status=500)] * 99
    for x in range(200, 800, 100):
        draw(page, [[(x, 300), (x, 600)]])
    expect(page.locator("#seconds")).to_have_text(re.compile(r"Trying again in [1-5] s\."))
    function.faults["/"] = []
    expect(settled(page).locator("#answer")).to_have_attribute("data-state", "sure", timeout=8_000)


def test_too_many_questions_are_explained_in_a_visitor_s_words(page: Any, function: FakeFunction) -> None:
    function.faults["/"] = [Fault(status=429, headers=(("Retry-After", "60"),))]
    page.get_by_role("button", name="Try a fat eight").click()
    expect(page.locator("#sentence")).to_have_text("Many people are drawing just now. Your drawing is safe.")
    page.get_by_role("button", name="Try again").click()
    expect(settled(page).locator("#answer")).to_have_attribute("data-state", "sure")


def test_pencil_is_of_one_size_and_no_color_and_ink_follows_the_pen_s_end(page: Any, function: FakeFunction) -> None:
    function.doubt = True
    numeral = page.locator("#digit")
    look = "one => [getComputedStyle(one).fontSize, getComputedStyle(one).color]"
    draw(page, ONE, release=False)
    expect(numeral).to_have_text("5")
    size, color = numeral.evaluate(look)
    expect(page.locator("#bars .percent").filter(has_text="%")).to_have_count(0)
    page.mouse.up()
    expect(settled(page).locator("#digit")).to_have_text("5?")
    doubtful = numeral.evaluate(look)
    assert doubtful[0] == size
    assert doubtful[1] != color
    expect(page.locator("#wrong")).to_have_text("5 or 6?")


def test_a_first_visitor_of_a_sleeping_function_draws_before_it_wakes(open_page: Open, function: FakeFunction) -> None:
    woken = threading.Event()
    function.faults["/model"] = [Fault(until=woken)]
    page = open_page(function.url)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    expect(page.locator("#hint")).to_be_visible()
    assert page.locator("#pad").evaluate("pad => document.elementFromPoint(640 / 2, 400).closest('#pad') === pad")
    blank = ink(page)
    draw(page, SEVEN[:1])
    assert ink(page) != blank
    expect(page.locator("#hint")).to_be_hidden()
    expect(page.locator("#status")).to_have_attribute("data-kind", "waking")
    woken.set()
    expect(settled(page).locator("#digit")).to_have_text("5")


def test_ten_digits_of_one_s_own_fill_a_sheet_and_earlier_drawings_come_back(page: Any) -> None:
    for digit in range(10):
        middle = 50 + 100 * digit
        draw(page, [[(middle, 300), (middle, 700)]])
        expect(settled(page).locator("#digit")).to_have_text(str(digit))
        if digit == 0:
            expect(page.locator("#left")).to_have_text("9 digits to go.")
            expect(page.locator("#sheet")).to_be_hidden()
        page.keyboard.press("Escape")
    expect(page.locator("#ten button")).to_have_count(10)
    expect(page.locator("#recent button")).to_have_count(6)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the sheet").click()
    assert download.value.suggested_filename == "0123456789.png"
    page.get_by_role("button", name="Your last drawing").click()
    expect(settled(page).locator("#digit")).to_have_text("9")
    page.get_by_role("button", name="Your 3").click()
    expect(settled(page).locator("#digit")).to_have_text("3")
    page.reload()
    begun(page)
    expect(page.locator("#ten button")).to_have_count(10)


def test_the_page_speaks_the_browser_s_language_and_any_that_is_picked(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, locale="de-AT")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    draw(page, SEVEN)
    expect(settled(page).locator("#verdict")).to_have_text("Zu 98 % sicher.")
    expect(page.locator("#spoken")).to_have_text("Es ist eine 5, zu 98 % sicher.")
    expect(page.locator("#wrong")).to_have_text("Keine 5?")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("#verdict")).to_have_text("Sûr à 98 %.")
    expect(page.get_by_role("button", name="Effacer")).to_be_visible()
    page.reload()
    begun(page)
    expect(page).to_have_title("Dessinez un chiffre")


def test_only_the_words_that_are_spoken_are_asked_for(open_page: Open, function: FakeFunction) -> None:
    page = arrived(open_page(function.url, locale="de-AT"))
    assert languages_asked(page) == ["de"]
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert languages_asked(page) == ["de", "fr"]


def test_where_a_language_s_words_do_not_come_the_page_goes_on_in_the_one_at_hand(
    open_page: Open, function: FakeFunction
) -> None:
    page = open_page(function.url)
    page.context.route(re.compile("/sentences/(de|fr).js"), lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Français").click()
    draw(page, SEVEN)
    expect(settled(page).locator("#verdict")).to_have_text("98% sure.")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.evaluate("localStorage.setItem('digits-language', 'de')")
    page.reload()
    expect(settled(begun(page)).locator("#verdict")).to_have_text("98% sure.")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def languages_asked(page: Any) -> list[str]:
    names = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    return [Path(name).stem for name in names if "/sentences/" in name]


def test_ink_flies_to_its_pixels_unless_motion_is_unwanted(open_page: Open, function: FakeFunction) -> None:
    for motion, flights in (("no-preference", 1), ("reduce", 0)):
        page = arrived(open_page(function.url, reduced_motion=motion))
        page.evaluate(
            """() => {
              window.flights = 0;
              new MutationObserver(() => (window.flights += document.querySelectorAll(".flight").length))
                .observe(document.body, { childList: true });
            }"""
        )
        draw(page, SEVEN)
        settled(page)
        assert min(1, page.evaluate("window.flights")) == flights
        expect(page.locator(".flight")).to_have_count(0)
        expect(page.locator("#seen")).to_have_attribute("src", re.compile("^data:image/png"))


def test_the_sheet_is_a_picture_of_all_ten(page: Any) -> None:
    picture = page.evaluate(
        """async () => {
          const { sheetOf } = await import("./js/sheet.js");
          const line = [{ tool: "pen", width: 48, points: [[500, 200, 50], [500, 800, 50]] }];
          return sheetOf(Array.from({ length: 10 }, () => line), "in your hand");
        }"""
    )
    header = base64.b64decode(picture.partition(",")[2])[:24]
    assert header[1:4] == b"PNG"
    assert (int.from_bytes(header[16:20]), int.from_bytes(header[20:24])) == (1500, 710)
