"""The page in a real browser, on another origin than the function: drawing, and everything around it."""

import io
import json
import re
import shutil
import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from scripts.site import WEB, WRITTEN
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
    painted,
    placer,
    press,
    resize,
    send_touch,
    settled,
    touch,
    until,
    watch_questions,
)
from tests.support.page_server import FakeFunction, Fault, page_of, running

BUDGET = 56 * 1024  # bytes that a first visit asks for before its first paint, headers included and fonts left out


def test_a_drawing_is_sent_and_its_answer_shown(page: Any, function: FakeFunction) -> None:
    draw(page, SEVEN)
    settled(page)
    expect(page.locator("#digit")).to_have_text("5")
    expect(page.locator("#runner")).to_have_text("")
    expect(page.locator("#verdict")).to_have_text("98% sure.")
    expect(page.locator("#spoken")).to_have_text("It is a 5, 98% sure.")
    expect(page.locator("#bars .percent")).to_have_text([""] * 5 + ["98%"] + [""] * 4)
    expect(page.locator("#facts")).to_have_text(re.compile(r"Read in (\d+ ms|\d+\.\d s), version fake-1"))
    expect(page.locator("#more")).to_have_text("3 ms in the function · ruler · version fake-1")
    for side in ("naturalWidth", "naturalHeight"):
        expect(page.locator("#seen")).to_have_js_property(side, 28)
    assert function.readings()[-1].picture.size == (280, 280)


def test_the_answer_appears_while_the_pen_is_still_down(page: Any) -> None:
    draw(page, ONE, release=False)
    expect(page.locator("#digit")).to_have_text("5")
    expect(page.locator("#answer")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#answer")).to_have_attribute("data-state", "pencil")
    for said in ("#spoken", "#verdict", "#runner"):
        expect(page.locator(said)).to_have_text("")


def test_while_drawing_one_request_is_in_flight_and_five_start_in_a_second(page: Any, function: FakeFunction) -> None:
    asked = watch_questions(page)
    function.faults["/"] = [Fault(sleep=0.3)] * 4
    scribble(page, lambda: len(asked()) >= 11)
    assert function.at_once == 1
    times = asked()
    assert all(later - earlier > 0.95 for earlier, later in zip(times, times[5:], strict=False))


def test_lifting_the_pen_asks_at_once_and_takes_the_older_question_back(page: Any, function: FakeFunction) -> None:
    function.faults["/"] = [Fault(until=threading.Event())]  # never answered
    asked = watch_questions(page)
    page.evaluate("addEventListener('pointerup', () => (window.lifted = performance.now() / 1000), true)")
    draw(page, ONE, release=False)
    until(page, function.readings)
    page.mouse.up()
    settled(page)
    assert len(function.readings()) == 2
    _, second = asked()
    assert second - page.evaluate("window.lifted") < 0.3


def test_hasty_strokes_stay_within_five_requests_a_second(page: Any) -> None:
    asked = watch_questions(page)
    for x in range(100, 900, 60):
        draw(page, [[(x, 300), (x, 500)]])
    settled(page)
    times = asked()
    assert len(times) >= 5
    assert all(later - earlier > 0.95 for earlier, later in zip(times, times[5:], strict=False))


def test_a_blank_pad_is_never_sent(page: Any, function: FakeFunction) -> None:
    page.get_by_role("radio", name="Eraser").check()
    draw(page, ONE)
    page.keyboard.press("Escape")  # and the pen is in the hand again
    draw(page, ONE)
    settled(page)
    assert [reading for reading in function.readings() if np.asarray(reading.picture).min() == 255] == []


def test_a_drawing_that_was_rubbed_out_is_not_sent(page: Any, function: FakeFunction) -> None:
    page.get_by_role("radio", name="Fine pen").check()
    draw(page, [[(500, 400), (500, 480)]])
    settled(page)
    page.get_by_role("radio", name="Eraser").check()
    draw(page, [[(500, 360), (500, 440), (500, 520)]])
    expect(page.locator("#answer")).to_have_attribute("data-state", "empty")
    expect(page.locator("#verdict")).to_have_text("Draw a digit, or a number.")
    assert all(np.asarray(reading.picture).min() < 255 for reading in function.readings())


def test_clear_undo_and_redo_work_by_button_and_by_key(page: Any, function: FakeFunction) -> None:
    blank = ink(page)
    draw(page, SEVEN[:1])
    one = ink(page)
    draw(page, SEVEN[1:])
    both = ink(page)
    assert len({blank, one, both}) == 3
    page.get_by_role("button", name="Undo").click()
    assert ink(page) == one
    page.get_by_role("button", name="Redo").click()
    assert ink(page) == both
    page.get_by_role("button", name="Clear").click()
    assert ink(page) == blank
    expect(page.locator("#digit")).to_have_text("")
    for key, expected in [
        ("Control+z", both),
        ("Control+z", one),
        ("Control+Shift+z", both),
        ("Meta+z", one),
        ("Control+y", both),
        ("Escape", blank),
    ]:
        page.keyboard.press(key)
        assert ink(page) == expected, key
    settled(page)


def test_undo_takes_back_a_line_that_is_still_being_drawn(page: Any) -> None:
    blank = ink(page)
    draw(page, ONE, release=False)
    assert ink(page) != blank
    page.keyboard.press("Control+z")
    assert ink(page) == blank
    page.mouse.up()
    assert ink(page) == blank


def test_the_eraser_takes_ink_away_and_the_thick_pen_lays_more(page: Any, function: FakeFunction) -> None:
    amounts = []
    for pen in ("Fine pen", "Medium pen", "Thick pen"):
        page.get_by_role("radio", name=pen).check()
        page.keyboard.press("Escape")
        draw(page, ONE)
        amounts.append(sent_ink(settled(page), function))
    assert amounts == sorted(amounts)
    assert amounts[2] > 2 * amounts[0]
    page.get_by_role("radio", name="Eraser").check()
    draw(page, [[(300, 500), (700, 500)]])
    assert sent_ink(settled(page), function) < amounts[2]


def test_a_pen_draws_wider_the_harder_it_presses(page: Any, function: FakeFunction) -> None:
    amounts = []
    for force in (0.1, 0.5, 0.9):
        page.keyboard.press("Escape")
        press(page, ONE, force)
        amounts.append(sent_ink(settled(page), function))
    assert amounts[0] < 0.8 * amounts[1] < 0.8 * 0.8 * amounts[2]


def test_the_points_between_two_frames_are_not_lost(page: Any, function: FakeFunction) -> None:
    draw(page, [[(200, 200), (210, 200)]], release=False)
    x, y = placer(page)((500, 800))
    page.locator("#pad").evaluate(
        """(pad, [x, y]) => {
          const at = (clientX, clientY, coalescedEvents) =>
            new PointerEvent("pointermove", { pointerId: 1, clientX, clientY, coalescedEvents });
          pad.dispatchEvent(at(x, 200, [at(x, y), at(x, 200)]));
        }""",
        [x, y],
    )
    page.mouse.up()
    settled(page)
    rows = np.flatnonzero(np.asarray(function.readings()[-1].picture.convert("L")).min(axis=1) < 128)
    assert rows.max() > 0.55 * 280  # the curve bends towards the point and away again


def test_the_same_drawing_sends_the_same_bytes_on_every_screen(open_page: Open, function: FakeFunction) -> None:
    sent = set()
    for options in ({}, {"device_scale_factor": 2}, {"device_scale_factor": 3, "color_scheme": "dark"}):
        page = open_page(function.url, **options)
        draw(page, SEVEN)
        settled(page)
        sent.add(function.readings()[-1].body)
    assert len(sent) == 1


def test_an_unsure_answer_is_shown_as_doubt(page: Any, function: FakeFunction) -> None:
    function.doubt = True
    draw(page, SEVEN)
    settled(page)
    expect(page.locator("#digit")).to_have_text("5?")
    expect(page.locator("#runner")).to_have_text("or 6")
    expect(page.locator("#verdict")).to_have_text("Not sure: 55% against 43%.")
    expect(page.locator("#spoken")).to_have_text("Maybe a 5, 55%, or a 6, 43%.")


def test_a_runner_up_is_named_from_one_percent_on(page: Any, function: FakeFunction) -> None:
    function.rest = 0.011
    draw(page, SEVEN)
    settled(page)
    expect(page.locator("#runner")).to_have_text("then 0")


def test_a_dot_is_not_sent_and_the_page_says_why(page: Any, function: FakeFunction) -> None:
    draw(page, [[(500, 500)]])
    expect(page.locator("#verdict")).to_have_text("Draw a digit; a dot is too little.")
    expect(page.locator("#spoken")).to_have_text("Draw a digit; a dot is too little.")
    expect(page.locator("#status")).to_have_attribute("data-kind", "quiet")
    assert function.readings() == []
    draw(page, ONE)
    expect(settled(page).locator("#answer")).to_have_attribute("data-state", "sure")


def test_pixels_that_the_browser_hides_are_not_sent_until_it_gives_them(page: Any, function: FakeFunction) -> None:
    page.evaluate(
        """() => {
          const { getImageData } = CanvasRenderingContext2D.prototype;
          CanvasRenderingContext2D.prototype.getImageData = function (...place) {
            const pixels = getImageData.apply(this, place);
            if (!window.allowed) crypto.getRandomValues(pixels.data.subarray(0, 60_000));
            return pixels;
          };
        }"""
    )
    draw(page, SEVEN[:1])
    expect(page.locator("#verdict")).to_contain_text("Your browser hides your drawing")
    expect(page.locator("#spoken")).to_contain_text("Your browser hides your drawing")
    assert function.readings() == []
    page.evaluate("window.allowed = true")
    draw(page, SEVEN[1:])
    expect(settled(page).locator("#digit")).to_have_text("5")


def test_the_keyboard_alone_draws_reads_corrects_and_clears(page: Any, function: FakeFunction) -> None:
    focus(page, "#pad")
    for key in ["Space", *["ArrowDown"] * 7, "Space"]:
        page.keyboard.press(key)
    settled(page)
    expect(page.locator("#keys")).to_have_text("Pen up, row 12, column 9 of 16.")
    expect(page.locator("#digit")).to_have_text("5")
    columns = np.flatnonzero(np.asarray(function.readings()[-1].picture.convert("L")).min(axis=0) < 128)
    assert np.ptp(columns) < 20
    focus(page, "#wrong")
    page.keyboard.press("Enter")
    focus(page, "#bars button[value='1']")
    page.keyboard.press("Enter")
    expect(page.locator("#stored")).to_have_text("Stored as a 1. Thank you.")
    focus(page, "#clear")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_have_attribute("data-state", "empty")
    focus(page, "#examples button:nth-child(3)")
    page.keyboard.press("Space")
    settled(page)
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")


def test_the_keyboard_draws_slanted_lines_and_leaves_the_pad_with_the_pen_up(page: Any) -> None:
    blank = ink(page)
    focus(page, "#pad")
    for key in ["Space", "End", "End", "PageDown", "ArrowUp"]:
        page.keyboard.press(key)
    expect(page.locator("#keys")).to_have_text("Drawing, row 7, column 8 of 16.")
    page.keyboard.press("Tab")
    expect(page.locator("#undo")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("Control+z")
    assert ink(page) == blank


def test_a_finger_draws_on_a_phone_without_scrolling_it(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, **PHONE)
    box = page.locator("#pad").bounding_box()
    assert box["width"] == box["height"] > 0.9 * 390
    touch(page, SEVEN)
    settled(page)
    expect(page.locator("#digit")).to_have_text("5")
    assert page.evaluate("scrollY") == 0
    expect(page.locator("#digit")).to_be_in_viewport(ratio=1)
    for name in ("Undo", "Redo", "Clear"):
        page.get_by_role("button", name=name).tap()
    expect(page.locator("#answer")).to_have_attribute("data-state", "empty")
    page.get_by_role("button", name="Try a fat eight").tap()
    settled(page)
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")


def test_a_finger_draws_where_the_browser_rolls_no_moves_into_one(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, **PHONE)
    page.add_init_script("delete PointerEvent.prototype.getCoalescedEvents")
    page.reload()
    begun(page)
    assert page.evaluate("'getCoalescedEvents' in PointerEvent.prototype") is False
    touch(page, SEVEN)
    expect(settled(page).locator("#digit")).to_have_text("5")
    rows, columns = np.nonzero(np.asarray(function.readings()[-1].picture.convert("L")) < 128)
    assert np.ptp(rows) > 0.55 * 280
    assert np.ptp(columns) > 0.45 * 280


def test_a_second_finger_does_not_join_a_line_that_has_come_far(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, **PHONE)
    place, session = placer(page), page.context.new_cdp_session(page)
    palm = place((100, 900))
    send_touch(session, "touchStart", [place((500, 200))])
    send_touch(session, "touchMove", [place((500, 400))])
    send_touch(session, "touchStart", [place((500, 400)), palm])
    send_touch(session, "touchMove", [place((500, 800)), palm])
    send_touch(session, "touchEnd", [])
    settled(page)
    columns = np.flatnonzero(np.asarray(function.readings()[-1].picture.convert("L")).min(axis=0) < 128)
    assert columns.min() > 120


@pytest.mark.parametrize("way", ["choose", "drop", "paste"])
def test_a_picture_comes_in_as_a_file_a_drop_or_a_paste(way: str, page: Any, function: FakeFunction) -> None:
    picture = bar_at(0.25)
    if way == "choose":
        page.set_input_files("#file", {"name": "bar.png", "mimeType": "image/png", "buffer": picture})
    else:
        bring(page, way, picture, "image/png")
    settled(page)
    expect(page.locator("#digit")).to_have_text("2")
    assert function.readings()[-1].picture.size == (640, 480)
    draw(page, SEVEN)
    settled(page)
    expect(page.locator("#digit")).to_have_text("5")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    settled(page)
    expect(page.locator("#digit")).to_have_text("2")


def test_a_photograph_is_sent_upright_and_as_a_jpeg(page: Any, function: FakeFunction) -> None:
    upright = Image.open(io.BytesIO(bar_at(0.25)))
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned a quarter to the right
    photograph = io.BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(photograph, "JPEG", exif=exif)
    page.set_input_files("#photo", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph.getvalue()})
    page.get_by_role("button", name="All of it").click()
    settled(page)
    expect(page.locator("#digit")).to_have_text("2")
    assert function.readings()[-1].picture.format == "JPEG"


def test_a_part_of_a_photograph_is_read_and_the_whole_is_an_undo_away(page: Any, function: FakeFunction) -> None:
    photograph = io.BytesIO()
    Image.open(io.BytesIO(bar_at(0.25))).save(photograph, "JPEG", quality=95)
    file = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph.getvalue()}
    page.set_input_files("#photo", file)
    expect(page.locator("#frame")).to_be_focused()
    left, top, width, height = page.locator("#frame").evaluate(
        "({ style }) => [style.left, style.top, style.width, style.height].map(parseFloat)"
    )
    assert left < 22 < 28 < left + width < 50, "the bar is framed, and little else"
    assert top < 17 < 83 < top + height
    page.keyboard.press("Escape")
    assert function.readings() == []
    page.set_input_files("#photo", file)
    expect(page.locator("#frame")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="This part").click()
    expect(settled(page).locator("#answer")).to_have_attribute("data-state", "sure")
    assert [reading.picture.size[0] < 400 for reading in function.readings()] == [True], "the rest isn't sent"
    page.keyboard.press("Control+z")
    expect(settled(page).locator("#digit")).to_have_text("2")
    assert function.readings()[-1].picture.size == (640, 480)


def test_phones_offer_the_camera_and_others_do_not(open_page: Open, function: FakeFunction, page: Any) -> None:
    expect(page.get_by_role("button", name="Camera")).to_be_hidden()
    phone = open_page(function.url, **PHONE)
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Camera").tap()
    assert chooser.value.element.get_attribute("capture") == "environment"


def test_a_file_that_is_no_picture_leaves_the_drawing_alone(page: Any) -> None:
    draw(page, ONE)
    before = ink(page)
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.locator("#note")).to_contain_text("not a picture")
    assert ink(page) == before


def test_a_link_holds_the_drawing_and_opens_it_again(open_page: Open, function: FakeFunction) -> None:
    with page_of(function.url) as url:
        page = open_page(function.url, url=url, permissions=["clipboard-read", "clipboard-write"])
        draw(page, SEVEN)
        settled(page)
        page.get_by_role("button", name="Link").click()
        expect(page.locator("#note")).to_contain_text("Link copied")
        link = page.evaluate("navigator.clipboard.readText()")
        assert len(link) < 300
        sent, before = function.readings()[-1].body, len(function.readings())
        other = open_page(function.url, url=link)
        settled(other)
        assert [reading.body for reading in function.readings()[before:]] == [sent]
        assert ink(other) == ink(page)
        draw(other, ONE)
        expect(other).not_to_have_url(re.compile("#"))  # the browser tells of a new address a moment later


@pytest.mark.parametrize("text", ["AQBbroken", "AQ", "AQFuAQoK"], ids=["broken", "no strokes", "only an eraser's"])
def test_a_link_without_a_drawing_says_so(text: str, open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, fragment=f"/#{text}")
    expect(page.locator("#note")).to_have_text("This link holds no drawing.")
    expect(page.locator("#answer")).to_have_attribute("data-state", "empty")
    expect(page).not_to_have_url(re.compile("#"))


def test_the_drawing_is_there_again_after_a_reload_and_after_coming_back(page: Any) -> None:
    url = page.url
    draw(page, SEVEN)
    before = ink(settled(page))
    page.reload()
    expect(settled(page).locator("#digit")).to_have_text("5")
    assert ink(page) == before
    page.goto("about:blank")
    page.go_back()
    expect(settled(page).locator("#digit")).to_have_text("5")
    assert ink(page) == before
    page.goto("about:blank")
    page.goto(url)
    begun(page)
    expect(page.locator("#answer")).to_have_attribute("data-state", "empty")


def test_a_photograph_is_saved_as_png_and_larger_than_it_is_sent(page: Any, function: FakeFunction) -> None:
    photograph = io.BytesIO()
    Image.open(io.BytesIO(bar_at(0.25))).resize((1200, 900)).save(photograph, "JPEG")
    page.set_input_files("#file", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph.getvalue()})
    page.get_by_role("button", name="All of it").click()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    with Image.open(download.value.path()) as picture:
        assert (picture.format, picture.size) == ("PNG", (840, 630))


def test_the_drawing_is_saved_as_png_and_reads_the_same_when_opened(page: Any, function: FakeFunction) -> None:
    draw(page, SEVEN)
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "digit-5.png"
    saved = Path(download.value.path())
    with Image.open(saved) as picture:
        assert (picture.format, picture.size) == ("PNG", (840, 840))
    page.keyboard.press("Escape")
    expect(page.locator("#digit")).to_have_text("")
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": saved.read_bytes()})
    expect(page.locator("#digit")).to_have_text("5")


def test_a_correction_is_posted_once_with_what_was_read(page: Any, function: FakeFunction) -> None:
    expect(page.locator("#wrong")).to_be_hidden()
    draw(page, SEVEN)
    expect(settled(page).locator("#wrong")).to_have_text("Not a 5?")
    expect(page.locator("#consent")).to_be_hidden()
    page.locator("#wrong").click()
    expect(page.locator("#consent")).to_contain_text("nothing about you")
    page.get_by_role("button", name="It is a 7").click()
    expect(page.locator("#stored")).to_have_text("Stored as a 7. Thank you.")
    asked = watch_questions(page)
    for label in ("7", "8"):
        page.locator(f"#bars button[value='{label}']").dispatch_event("click")
    painted(page)
    assert asked() == []
    posted = [json.loads(one.body) for one in function.received if one.path == "/feedback"]
    assert [(one["label"], one["prediction"]) for one in posted] == [("7", "5")]
    assert posted[0]["image"] == json.loads(function.readings()[-1].body)["image"]
    assert posted[0]["consent"] is True


def test_corrections_are_absent_where_the_function_takes_none(open_page: Open, function: FakeFunction) -> None:
    function.feedback = False
    page = arrived(open_page(function.url))
    draw(page, SEVEN)
    settled(page)
    expect(page.locator("#wrong")).to_be_hidden()


def test_a_correction_that_comes_at_a_busy_moment_is_sent_again_by_itself(page: Any, function: FakeFunction) -> None:
    function.faults["/feedback"] = [Fault(status=503, headers=(("Retry-After", "1"),))] * 2
    draw(page, SEVEN)
    settled(page)
    correct(page, "It is a 7")
    expect(page.locator("#stored")).to_have_text("Stored as a 7. Thank you.", timeout=20_000)


def test_a_page_in_a_frame_shows_a_way_out_and_nothing_to_click(open_page: Open, function: FakeFunction) -> None:
    with page_of(function.url) as host:
        host += "/"
        page = open_page(function.url, url="about:blank", watched=False)
        page.set_content(f'<iframe src="{host}" width="900" height="700"></iframe>')
        assert page.frames[1].url != host  # the header of our own server
        page.route(host, lambda route: unframed(route))
        page.set_content(f'<iframe src="{host}" width="900" height="700"></iframe>')
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("link", name="This page works only by itself")).to_have_attribute("href", host)
        expect(frame.locator("button")).to_have_count(0)
    assert function.received == []


def unframed(route: Any) -> None:
    """The page as from a host that sends no headers of its own."""
    answer = route.fetch()
    allowed = {"x-frame-options", "content-security-policy"}
    route.fulfill(
        response=answer, headers={name: value for name, value in answer.headers.items() if name not in allowed}
    )


def test_a_correction_that_fails_can_be_tried_again(page: Any, function: FakeFunction) -> None:
    function.faults["/feedback"] = [Fault(status=500)]
    draw(page, SEVEN)
    settled(page)
    correct(page, "It is a 7")
    expect(page.locator("#note")).to_contain_text("could not be stored")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")  # what is said in passing goes with the next change
    settled(page)
    correct(page, "It is a 7")
    expect(page.locator("#stored")).to_have_text("Stored as a 7. Thank you.")


def test_every_screen_holds_the_page_and_a_large_pad(page: Any, function: FakeFunction) -> None:
    function.doubt = True  # the widest answer
    draw(page, SEVEN)
    settled(page)
    for width, height in [(320, 568), (390, 844), (844, 390), (820, 1180), (1280, 800), (1920, 1080), (3840, 2160)]:
        resize(page, width, height)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        box = page.locator("#pad").bounding_box()
        assert box["width"] == pytest.approx(box["height"], abs=0.5)
        assert box["width"] >= min(0.88 * width, 0.62 * height, 640)


def test_near_certainty_fits_its_bar_on_the_narrowest_screen(page: Any, function: FakeFunction) -> None:
    function.rest = 0
    resize(page, 320, 568)
    draw(page, SEVEN)
    expect(settled(page).locator("#bars .best .percent")).to_have_text("99.9%")
    heights = page.locator("#bars li").evaluate_all("rows => rows.map((row) => row.offsetHeight)")
    assert len(set(heights)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_page_moves_little_for_those_who_ask_it_to(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, reduced_motion="reduce")
    style = "row => getComputedStyle(row, '::before').transitionDuration"
    assert page.locator("#bars i").first.evaluate(style) == "0s"


@pytest.mark.parametrize("locale", ["en-US", "de-AT", "fr-FR"])
def test_a_first_visit_asks_for_less_than_its_budget_before_it_paints(
    locale: str, open_page: Open, function: FakeFunction, say: Callable[[str], None]
) -> None:
    names: dict[str, str] = {}
    sizes: dict[str, float] = {}
    asked: dict[str, float] = {}
    with page_of(function.url) as url:
        page = open_page(function.url, url="about:blank", watched=False, locale=locale)
        session = page.context.new_cdp_session(page)
        session.on(
            "Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]})
        )
        session.on(
            "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]})
        )
        session.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["wallTime"]}))
        session.send("Network.enable")
        page.goto(url)
        expect(page.locator("#examples button")).to_have_count(6)  # of what comes after the first paint
        page.wait_for_load_state("networkidle")
        painted_at = page.evaluate(
            "(performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime) / 1000"
        )
    own = {name.removeprefix(url): sizes[request] for request, name in names.items() if name.startswith(url)}
    late = {names.get(request, "").removeprefix(url) for request, at in asked.items() if at > painted_at}
    assert "/js/shelves.js" in late
    late |= {"/icon.svg"}  # the browser asks for it when it likes
    # The words that it shows count whenever they are asked for.
    own = {name: size for name, size in own.items() if name not in late or name.startswith("/js/sentences/")}
    fonts = sum(size for name, size in own.items() if name.startswith("/fonts/"))
    assert len(own) > 15
    assert 0 < fonts < 8 * 1024
    say(f"{sum(own.values()) - fonts:,.0f} bytes")
    assert sum(own.values()) - fonts < BUDGET


def test_the_page_works_from_any_folder_of_any_static_host(
    open_page: Open, function: FakeFunction, tmp_path: Path
) -> None:
    folder = tmp_path / "some" / "where"
    shutil.copytree(WEB, folder)
    html = folder / "index.html"
    html.write_text(html.read_text().replace(WRITTEN, function.url))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with running(partial(Quiet, directory=str(tmp_path))) as url:
        page = open_page(function.url, url=f"{url}/some/where/")
        draw(page, SEVEN)
        expect(settled(page).locator("#digit")).to_have_text("5")


def test_the_function_may_live_under_a_path(open_page: Open, function: FakeFunction) -> None:
    function.folder = "/digits"
    with page_of(f"{function.url}/digits") as url:
        page = open_page(function.url, url=url)
        draw(page, SEVEN)
        expect(settled(page).locator("#digit")).to_have_text("5")
    assert len(function.readings()) > 0


def test_the_address_of_the_function_stands_in_two_adjacent_lines() -> None:
    lines = (WEB / "index.html").read_text().splitlines()
    first, second = [number for number, line in enumerate(lines) for _ in range(line.count(WRITTEN))]
    assert (first < 10, second) == (True, first + 1)


def test_the_policy_refuses_scripts_and_requests_that_are_not_ours(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, watched=False)
    page.evaluate(
        """async () => {
          const refused = (window.refused = []);
          addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
          await fetch("https://example.org/").catch(() => {});
          const image = new Image();
          image.src = "https://example.org/a.png";
          const style = document.createElement("style");
          style.textContent = "body { color: red }";
          document.head.append(style);
          try { document.body.innerHTML = "<p>"; } catch { refused.push("trusted types"); }
        }"""
    )
    policies = {"connect-src", "img-src", "style-src-elem", "trusted types"}
    until(page, lambda: policies <= set(page.evaluate("window.refused")))  # the browser tells a moment later
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    assert page.locator("#pad").count() == 1


def focus(page: Any, selector: str) -> None:
    """Gets there as a keyboard does."""
    expect(page.locator(selector)).to_be_visible()
    for _ in range(60):
        if page.locator(selector).evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the Tab key never reaches {selector}")


def scribble(page: Any, enough: Callable[[], bool]) -> None:
    place, steps = placer(page), count()
    page.mouse.move(*place((500, 500)))
    page.mouse.down()

    def moved() -> bool:
        step = next(steps)
        page.mouse.move(*place((300 + 37 * step % 400, 300 + 53 * step % 400)))
        return enough()

    until(page, moved)


def sent_ink(page: Any, function: FakeFunction) -> float:
    return float((255 - np.asarray(function.readings()[-1].picture.convert("L"), dtype=float)).sum())


def bar_at(middle: float) -> bytes:
    """A PNG of 800 × 600 with an upright bar at `middle` of its width."""
    image = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(image).rectangle((800 * middle - 20, 100, 800 * middle + 20, 500), fill="black")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def bring(page: Any, way: str, content: bytes, kind: str) -> None:
    page.evaluate(
        """([way, bytes, type]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], "picture", { type }));
          const event = way === "drop"
            ? new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true });
          document.body.dispatchEvent(event);
        }""",
        [way, list(content), kind],
    )
