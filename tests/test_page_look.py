"""The page in a real browser, as it looks: flat and narrow screens, large text, forced colors, contrast, paper."""

import io
import json
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from scripts.site import WEB
from tests.support.page_browser import PHONE, SEVEN, Open, draw, painted, resize, settled, still
from tests.support.page_server import FakeFunction, Fault

FLAT = [(640, 360), (667, 375), (740, 360), (844, 390), (915, 412), (640, 400)]  # the last is 1280 × 800 at 200 %


def test_on_a_flat_screen_digit_tools_and_bars_are_in_sight_while_one_draws(page: Any) -> None:
    draw(page, SEVEN)
    settled(page)
    for width, height in FLAT:
        resize(page, width, height)
        for seen in ("#digit", "#verdict", "#pad", "#undo", "#clear", "#bars li:last-child"):
            box = page.locator(seen).bounding_box()
            assert box["y"] >= 0, (seen, width)
            assert box["y"] + box["height"] <= height, (seen, width, height)
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_smallest_phone_shows_the_digit_below_its_pad(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, **{**PHONE, "viewport": {"width": 320, "height": 568}})
    draw(page, SEVEN)
    expect(settled(page).locator("#digit")).to_be_in_viewport(ratio=0.95)
    assert page.locator("h1").evaluate("one => one.getClientRects().length") == 1
    assert page.locator("header").bounding_box()["height"] < 60


def test_text_twice_as_large_fits_a_phone(page: Any) -> None:
    resize(page, 390, 844)
    draw(page, SEVEN)
    settled(page)
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("#bars .best i").bounding_box()["width"] > 40
    brushes = page.locator(".brushes label").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert all(one["right"] <= other["left"] + 1 for one, other in pairwise(brushes))
    assert page.locator(".brushes").bounding_box()["width"] + page.locator("#undo").bounding_box()["width"] * 3 <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colors_show_every_pen_button_and_bar(scheme: str, open_page: Open, function: FakeFunction) -> None:
    function.doubt = True
    page = open_page(function.url, forced_colors="active", color_scheme=scheme)
    draw(page, SEVEN)
    settled(page)
    still(page)
    inks = [marks(page, f".brushes label:nth-of-type({index})") for index in (1, 2, 3, 4)]
    assert inks[0] > 4
    assert inks == sorted([*inks[:3]]) + inks[3:]
    assert min(inks) > 4
    for edged in ("#clear", "#upload", "#wrong", "#examples button", "#ten > *"):
        style = page.locator(edged).first.evaluate("one => getComputedStyle(one).borderTopStyle")
        assert style == "solid", edged
    best, second = (page.locator(f"#bars li:nth-child({row}) i") for row in (6, 7))
    fill = "one => getComputedStyle(one, '::before').backgroundColor"
    assert len({best.evaluate(fill), second.evaluate(fill), page.evaluate(f"({fill})(document.body)")}) == 3


def test_who_asks_for_more_contrast_gets_it(open_page: Open, function: FakeFunction) -> None:
    for scheme in ("light", "dark"):
        ratios = {}
        for contrast in ("no-preference", "more"):
            page = open_page(function.url, contrast=contrast, color_scheme=scheme)
            ratios[contrast] = [page.evaluate(CONTRAST, token) for token in ("--soft", "--edge", "--accent", "--doubt")]
        assert all(more > usual for more, usual in zip(ratios["more"], ratios["no-preference"], strict=True))
        assert ratios["more"][0] >= 7
        assert ratios["more"][1] >= 4.5
        assert ratios["no-preference"][1] >= 3, "a bar on paper"


def test_a_sheet_of_paper_holds_the_drawing_and_its_answer(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, color_scheme="dark")
    draw(page, SEVEN)
    settled(page)
    page.emulate_media(media="print")
    for gone in (".tools", ".doors", ".shelf", "footer", "#line", ".kept"):
        expect(page.locator(gone)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('#digit')).color") == "rgb(0, 0, 0)"
    painted(page)
    pixels = np.asarray(Image.open(io.BytesIO(page.locator("#pad").screenshot())).convert("L"))
    assert (pixels < 60).mean() > 0.01, "dark ink"
    assert (pixels > 200).mean() > 0.8, "on light paper"
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(print_background=True))) == 1


def test_a_passing_word_covers_nothing_and_goes_with_the_next_change(page: Any) -> None:
    draw(page, SEVEN)
    settled(page)
    page.get_by_role("button", name="Link").click()
    note = page.locator("#note")
    expect(note).to_be_visible()
    said = note.bounding_box()
    for other in ("#digit", "#verdict", "#bars", "#seen", "#pad"):
        box = page.locator(other).bounding_box()
        apart_x = said["x"] + said["width"] <= box["x"] or box["x"] + box["width"] <= said["x"]
        apart_y = said["y"] + said["height"] <= box["y"] + 1 or box["y"] + box["height"] <= said["y"] + 1
        assert apart_x or apart_y, other
    expect(page.locator("#wrong")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(note).to_be_hidden()


def test_trouble_takes_one_line_and_covers_no_bar_on_a_phone(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, **PHONE)
    function.faults["/"] = [Fault(status=500, headers=(("Retry-After", "60"),))] * 99  # more than it asks
    page.get_by_role("button", name="Try a fat eight").tap()
    expect(page.locator("#status")).to_be_visible()
    status, bars = page.locator("#status").bounding_box(), page.locator("#bars").bounding_box()
    assert status["y"] + status["height"] <= bars["y"] + 1


def test_what_was_read_is_told_in_one_short_line_on_every_screen(page: Any) -> None:
    draw(page, SEVEN)
    settled(page)
    for width in (320, 390, 1280, 2560):
        resize(page, width, 900)
        lines = (
            "one => { const range = new Range(); range.selectNodeContents(one); return range.getClientRects().length; }"
        )
        assert page.locator("#facts").evaluate(lines) == 1


def test_the_panel_is_as_tall_as_the_pad_with_an_answer_and_without(page: Any) -> None:
    heights = [page.locator("#answer").bounding_box()["height"]]
    bars = [page.locator("#bars li").last.bounding_box()["y"]]
    draw(page, SEVEN)
    settled(page)
    heights.append(page.locator("#answer").bounding_box()["height"])
    bars.append(page.locator("#bars li").last.bounding_box()["y"])
    pad = page.locator("#pad").bounding_box()
    assert heights == pytest.approx([pad["height"]] * 2, abs=1)
    assert bars[0] == pytest.approx(bars[1], abs=1), "nothing jumps"


def test_the_page_says_what_is_kept_and_what_to_show_where_it_is_shared(page: Any) -> None:
    expect(page.locator(".privacy")).to_contain_text("read, not kept")
    shadow = page.locator("#pad").evaluate("pad => getComputedStyle(pad).boxShadow")
    assert "0px 0px 0px 1px" in shadow
    assert shadow.count("px") == 4, "none that soils what lies below"
    head = (WEB / "index.html").read_text()
    card = re.search(r'property="og:image" content="([^"]+)"', head)
    icon = re.search(r'rel="apple-touch-icon" href="([^"]+)"', head)
    assert card is not None
    assert icon is not None
    with Image.open(WEB / card[1]) as picture:
        assert picture.size == (1200, 630)
    with Image.open(WEB / icon[1]) as picture:
        assert picture.size == (180, 180)
    manifest = json.loads((WEB / "site.webmanifest").read_text())
    assert {manifest["background_color"], manifest["theme_color"]} <= set(re.findall(r'content="(#\w+)"', head))
    assert all((WEB / one["src"]).is_file() for one in manifest["icons"])


def test_no_language_makes_the_page_wider_than_its_screen(open_page: Open, function: FakeFunction) -> None:
    for locale in ("de", "fr"):
        page = open_page(function.url, locale=locale)
        draw(page, SEVEN)
        settled(page)
        for width, height in [(320, 568), (640, 360), (1280, 800)]:
            resize(page, width, height)
            assert page.evaluate("document.documentElement.scrollWidth") == width, (locale, width)


CONTRAST = """(token) => {
  const style = getComputedStyle(document.documentElement);
  const paper = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const canvas = paper.getContext("2d", { willReadFrequently: true });
  const light = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const linear = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((level) => {
      const share = level / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const [one, other] = [token, "--paper"].map((name) => light(style.getPropertyValue(name)));
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}"""


def marks(page: Any, selector: str) -> int:
    """How many pixels in the middle of an element differ from its corner's neighbor: what is drawn on it."""
    pixels = np.asarray(Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB")).astype(int)
    height, width = pixels.shape[:2]
    middle = pixels[height // 4 : -height // 4, width // 4 : -width // 4]
    return int((np.abs(middle - middle[0, 0]).sum(axis=2) > 60).sum())
