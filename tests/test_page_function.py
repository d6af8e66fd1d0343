"""The page and the real function, each on its own origin: what is drawn is what is read."""

import base64
import gzip
import io
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.support.function_server import FunctionServer
from tests.support.page_browser import PHONE, SEVEN, Open, Strokes, draw, placer, settled, still, touch
from training.data.strokes import Placement
from training.data.strokes import draw as ink_of

HELD_OUT = {"imp", "tos"}  # sources of pen strokes that no training run sees
REPLAYED = 100
FOUR: Strokes = [
    [(270, 250), (240, 340), (205, 440), (180, 540), (240, 545), (320, 540), (420, 535)],
    [(360, 400), (355, 520), (350, 640), (345, 760)],
]
TWO: Strokes = [
    [
        *((560, 350), (590, 290), (650, 260), (720, 275), (760, 330), (755, 400), (710, 480)),
        *((650, 570), (590, 660), (550, 740), (620, 738), (700, 740), (800, 742)),
    ]
]
APART: Strokes = [  # its second stroke stands beside the first
    [(400, 220), (360, 340), (320, 450), (290, 540), (370, 545), (460, 540), (540, 536)],
    [(620, 380), (615, 500), (610, 640), (604, 800)],
]
A: Strokes = [[(500, 200), (420, 430), (350, 620), (280, 800)], [(500, 200), (580, 430), (650, 620), (720, 800)]]
A = [*A, [(370, 580), (500, 576), (640, 580)]]
TURN = np.linspace(0, 2 * np.pi, 33)
SMILEY: Strokes = [
    [(500 + 320 * x, 500 + 320 * y) for x, y in zip(np.sin(TURN).tolist(), (-np.cos(TURN)).tolist(), strict=True)],
    [(400, 380), (400, 430)],
    [(600, 380), (600, 430)],
    [(350, 590), (420, 660), (500, 685), (580, 660), (650, 590)],
]


def test_a_seven_drawn_with_the_mouse_is_read_as_a_seven(open_page: Open, server: FunctionServer) -> None:
    page = open_page(server.url)
    draw(page, SEVEN)
    expect(settled(page).locator("#digit")).to_have_text("7")
    expect(page.locator("#answer")).to_have_attribute("data-state", "sure")
    expect(page.locator("#facts")).to_contain_text("version")
    with Image.open(io.BytesIO(seen(page))) as digit:
        assert digit.size == (28, 28)
        assert np.asarray(digit).max() == 255


def test_a_seven_drawn_with_a_finger_is_read_as_a_seven(open_page: Open, server: FunctionServer) -> None:
    page = open_page(server.url, **PHONE)
    touch(page, SEVEN)
    expect(settled(page).locator("#digit")).to_have_text("7")


def test_a_seven_that_the_camera_took_on_ruled_paper_is_framed_and_read(
    open_page: Open, server: FunctionServer
) -> None:
    page = open_page(server.url, **PHONE)
    strokes = tuple(np.array(stroke, np.float32) for stroke in SEVEN)
    light = np.linspace(0.85, 0.65, 1600) * np.ones((1200, 1)) + np.random.default_rng(0).normal(0, 0.01, (1200, 1600))
    light[100::180] *= 0.7
    light[300:800, 500:1000] *= 1 - 0.7 * ink_of(strokes, Placement(500, 360, 30, 70, 70))
    photograph = io.BytesIO()
    Image.fromarray((255 * light.clip(0, 1)).astype(np.uint8)).save(photograph, "JPEG")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Camera").tap()
    chooser.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photograph.getvalue()})
    page.get_by_role("button", name="This part").tap()
    expect(settled(page).locator("#digit")).to_have_text("7")
    page.get_by_role("button", name="Undo").tap()
    expect(settled(page).locator("#digit")).to_have_text("7")


def test_a_one_drawn_with_the_keyboard_is_read_as_a_one(open_page: Open, server: FunctionServer) -> None:
    page = open_page(server.url)
    page.locator("#pad").focus()
    for key in ["Space", *["ArrowDown"] * 9, "Space"]:
        page.keyboard.press(key)
    expect(settled(page).locator("#digit")).to_have_text("1")


def test_five_examples_are_read_right_and_the_sixth_is_a_question(open_page: Open, server: FunctionServer) -> None:
    page = open_page(server.url)
    page.evaluate("import('./js/examples.js').then(({ EXAMPLES }) => { window.examples = EXAMPLES; })")
    page.wait_for_function("() => window.examples")
    read, digits = [], page.evaluate("window.examples.map(({ digit }) => String(digit))")
    buttons = page.locator("#examples button")
    expect(buttons).to_have_count(len(digits))  # the shelves are filled a moment after the modules arrive
    for button in buttons.all():
        button.click()
        read.append(settled(page).locator("#digit").inner_text())
    assert read[:5] == digits[:5]
    assert read[5][0] in "17"


def test_a_number_is_read_off_the_page_with_its_boxes(open_page: Open, server: FunctionServer) -> None:
    page = open_page(server.url)
    draw(page, [*FOUR, *TWO])
    expect(settled(page).locator("#digit")).to_have_text("42")
    expect(page.locator("#verdict")).to_contain_text("sure")
    expect(page.locator("#strip img")).to_have_count(2)
    expect(page.locator("#boxes i")).to_have_count(2)
    left, right = page.locator("#boxes i").evaluate_all("all => all.map((one) => one.getBoundingClientRect().x)")
    assert left < right


@pytest.mark.parametrize("name", ["an A", "a smiley"])
def test_what_is_no_digit_is_told_as_such_off_the_page(name: str, open_page: Open, server: FunctionServer) -> None:
    page = open_page(server.url)
    draw(page, {"an A": A, "a smiley": SMILEY}[name])
    expect(settled(page).locator("#verdict")).to_have_text(re.compile(r"No digit I know\. Nearest: [0-9]\."))
    expect(page.locator("#answer")).to_have_attribute("data-state", "unknown")
    expect(page.locator("#digit")).to_have_text("")
    expect(page.locator("#spoken")).to_have_text(re.compile(r"^No digit I know\. Nearest: [0-9]\.$"))


def test_a_four_in_two_strokes_that_stand_apart_is_one_digit(open_page: Open, server: FunctionServer) -> None:
    page = open_page(server.url)
    draw(page, APART)
    expect(settled(page).locator("#answer")).to_have_attribute("data-kind", "digit")
    expect(page.locator("#digit")).to_have_text(re.compile("^4"))
    expect(page.locator("#boxes i")).to_have_count(0)


@pytest.mark.parametrize("name", ["desktop", "phone", "dark", "card"])
def test_the_pictures_of_this_page_show_it(name: str, open_page: Open, server: FunctionServer, tmp_path: Path) -> None:
    """Those of the README, and the card that a shared address shows. With PAGE_PICTURES=web, they are kept there."""
    options: dict[str, Any] = {
        "desktop": {},
        "phone": {**PHONE, "device_scale_factor": 1.5},
        "dark": {"color_scheme": "dark"},
        "card": {"viewport": {"width": 1200, "height": 630}},
    }[name]
    page = open_page(server.url, reduced_motion="reduce", **options)
    drawing = {"desktop": [*FOUR, *TWO], "phone": SEVEN, "dark": SMILEY, "card": SEVEN}[name]
    expected = {"desktop": "42", "phone": "7", "dark": "", "card": "7"}[name]
    draw(page, drawing)
    expect(settled(page).locator("#digit")).to_have_text(expected)
    page.mouse.move(0, 0)
    expect(page.locator("#ring")).to_be_hidden()
    still(page)
    file = tmp_path / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as picture:
        assert len(picture.getcolors(2**20) or ()) > 50
        picture.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(file, optimize=True)  # in everyone's clone
    if "PAGE_PICTURES" in os.environ:
        folder = Path(os.environ["PAGE_PICTURES"])
        shutil.copy(file, folder if name == "card" else folder / "screenshots")


def test_pen_strokes_drawn_on_the_page_are_read_as_well_as_posted_ones(
    open_page: Open, server: FunctionServer, data: Path
) -> None:
    page = open_page(server.url)
    on_page = posted = 0
    for label, strokes in held_out_strokes(data):
        page.keyboard.press("Escape")
        replay(page, [[(150 + 0.7 * x, 150 + 0.7 * y) for x, y in stroke] for stroke in strokes])
        on_page += settled(page).locator("#digit").inner_text()[:1] == label
        posted += server.read(drawn(strokes))["prediction"] == label
    assert min(on_page, posted) > 0.9 * REPLAYED
    assert abs(on_page - posted) <= REPLAYED / 100


def held_out_strokes(data: Path) -> list[tuple[str, list[list[tuple[float, float]]]]]:
    """REPLAYED digits of the held-out sources, ten of each kind."""
    with gzip.open(data / "pen-digits.jsonl.gz", "rt") as lines:
        drawings = [drawing for drawing in map(json.loads, lines) if drawing["source"] in HELD_OUT]
    rng = np.random.default_rng(1)
    chosen = []
    for label in range(10):
        of_label = [drawing for drawing in drawings if int(drawing["label"]) == label]
        for index in rng.permutation(len(of_label))[: REPLAYED // 10]:
            chosen.append((str(label), [[tuple(point) for point in stroke] for stroke in of_label[index]["strokes"]]))
    return chosen


def replay(page: Any, strokes: Strokes) -> None:
    """The mouse goes down and up as in `draw`; between, the page gets its moves in one go: a round trip for each of
    some 5,000 points would take minutes."""
    place = placer(page)
    for stroke in strokes:
        page.mouse.move(*place(stroke[0]))
        page.mouse.down()
        page.locator("#pad").evaluate(
            """(pad, points) => {
              for (const [clientX, clientY] of points) {
                pad.dispatchEvent(new PointerEvent("pointermove", { pointerId: 1, clientX, clientY }));
              }
            }""",
            [place(point) for point in stroke],
        )
        page.mouse.up()


def drawn(strokes: list[list[tuple[float, float]]]) -> str:
    """The same strokes as a data URL, drawn by training's own pen, as large and as thick as on the page."""
    width = 280 * 0.048  # of the page's medium pen, in pixels of its picture
    placement = Placement(
        side=280, size=280 * 0.7 + width, pen=width, x=280 * 0.15 - width / 2, y=280 * 0.15 - width / 2
    )
    ink = ink_of(tuple(np.array(stroke, np.float32) for stroke in strokes), placement)
    file = io.BytesIO()
    Image.fromarray(np.uint8(255 - np.round(255 * ink))).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def seen(page: Any) -> bytes:
    return base64.b64decode(page.locator("#seen").get_attribute("src").partition(",")[2])
