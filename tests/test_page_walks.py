"""Walks through the page in Chromium and in Firefox: what a visitor does, from the first line to a correction."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.support.page_browser import SEVEN
from tests.support.page_server import FakeFunction, Received, page_of
from tests.support.walker import Walker
from tests.support.walks import Walk


@pytest.fixture
def walk(start: Walk, function: FakeFunction) -> Iterator[Walk]:
    """Opens the page, or a link to it; afterwards none of them may have met an error."""
    walkers: list[Walker] = []
    with ExitStack() as stack:
        url = stack.enter_context(page_of(function.url))

        def walk(link: str = url) -> Walker:
            walker = start(link)
            stack.callback(walker.close)
            walkers.append(walker)
            return walker

        yield walk
        assert [error for walker in walkers for error in walker.errors()] == []


def test_a_line_is_drawn_where_the_pointer_goes_and_is_sent(walk: Walk, function: FakeFunction) -> None:
    page = walk()
    blank = page.ink()
    page.draw(SEVEN)
    page.settle()
    assert page.ink() != blank
    picture = function.readings()[-1].picture
    rows, columns = np.nonzero(np.asarray(picture.convert("L")) < 128)
    edges = (columns.min(), rows.min(), columns.max(), rows.max())
    expected = (240, 222, 726, 800)  # of the seven, in thousandths, to half the pen's width and a rounded pixel
    assert picture.size == (280, 280)
    assert edges == pytest.approx([edge * 0.28 for edge in expected], abs=10)


def test_the_answer_is_shown_whole(walk: Walk) -> None:
    page = walk()
    page.draw(SEVEN)
    page.settle()
    assert page.text("#digit") == "5"
    assert page.text("#verdict") == "98% sure."
    page.wait("document.querySelector('#spoken').textContent === 'It is a 5, 98% sure.'")
    assert page.evaluate("[...document.querySelectorAll('.percent')].map((one) => one.textContent)") == [
        *[""] * 5,
        "98%",
        *[""] * 4,
    ]
    page.wait("document.querySelector('#seen').naturalWidth === 28")
    assert "ruler · version fake-1" in page.text("#more")


def test_a_number_is_shown_with_its_digits_and_corrected_to_none(walk: Walk, function: FakeFunction) -> None:
    function.kind, function.text = "number", "42"
    page = walk()
    page.draw(SEVEN)
    page.settle()
    assert (page.text("#digit"), page.text("#verdict")) == ("42", "97% sure.")
    page.wait("document.querySelector('#spoken').textContent === 'It is the number 42, 97% sure.'")
    assert page.value("#boxes", "hidden") is False
    assert page.evaluate("document.querySelectorAll('#boxes i').length") == 2
    page.wait("[...document.querySelectorAll('#strip img')].map((one) => one.naturalWidth).join() === '28,28'")
    page.wait("!document.querySelector('#wrong').hidden")
    page.click("#wrong")
    page.wait("!document.querySelector('#none').hidden")
    page.click("#none")
    page.wait("document.querySelector('#stored').textContent.includes('Stored as no digit')")


def test_undo_and_redo_go_back_and_forth(walk: Walk) -> None:
    page = walk()
    looks = [page.ink()]
    for stroke in SEVEN:
        page.draw([stroke])
        looks.append(page.ink())
    blank, one, both = looks
    assert len({blank, one, both}) == 3
    for button, look in [("undo", one), ("undo", blank), ("redo", one), ("redo", both)]:
        page.click(f"#{button}")
        assert page.ink() == look
    page.settle()
    assert page.text("#digit") == "5"
    assert [page.value(f"#{button}", "ariaDisabled") for button in ("undo", "redo")] == ["false", "true"]


def whole(readings: Sequence[Received]) -> Received:
    """The one of the whole drawing: a question that was taken back may arrive after it, on a busy machine."""

    def drawn(reading: Received) -> int:
        pixels = np.asarray(reading.picture)
        return int(np.count_nonzero((pixels != pixels[0, 0]).any(axis=-1)))

    return max(readings, key=drawn)


def test_a_click_on_the_right_digit_sends_a_correction(walk: Walk, function: FakeFunction) -> None:
    page = walk()
    page.draw(SEVEN)
    page.settle()
    page.wait("!document.querySelector('#wrong').hidden")
    page.click("#wrong")
    page.wait("!document.querySelector('#bars button').hidden")
    page.click("#bars button[value='7']")
    page.wait("document.querySelector('#stored').textContent.includes('Stored as a 7')")
    [sent] = [json.loads(one.body) for one in function.received if one.path == "/feedback"]
    assert sent.pop("time").endswith("Z")
    image = json.loads(whole(function.readings()).body)["image"]
    assert sent == {"image": image, "label": "7", "prediction": "5", "consent": True}


def test_a_link_shows_the_drawing_in_another_window(walk: Walk, function: FakeFunction) -> None:
    page = walk()
    page.draw(SEVEN)
    page.settle()
    page.click("#share")
    page.wait("location.hash.length > 1 && document.querySelector('#note').textContent !== ''")
    look = page.ink()
    sent = np.asarray(whole(function.readings()).picture)  # the pixels: Firefox puts a key of its visitor into the file
    readings = len(function.readings())
    other = walk(page.evaluate("location.href"))
    other.settle()
    assert len(function.readings()) > readings
    assert np.array_equal(np.asarray(whole(function.readings()[readings:]).picture), sent)
    assert other.ink() == look


def test_a_picture_that_is_chosen_is_read(walk: Walk, function: FakeFunction, tmp_path: Path) -> None:
    image = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(image).rectangle((180, 100, 220, 500), fill="black")
    image.save(tmp_path / "bar.png")
    page = walk()
    blank = page.ink()
    page.set_files("#file", tmp_path / "bar.png")
    page.settle()
    assert page.text("#digit") == "2"
    assert page.ink() != blank
    assert function.readings()[-1].picture.size == (640, 480)


def test_a_reload_brings_no_eraser_over_a_blank_pad(walk: Walk) -> None:
    page = walk()
    page.click(".brushes label:last-of-type")
    page.wait("document.querySelector('input[value=eraser]').checked")
    page.reload()
    page.wait("document.querySelector('#answer').ariaBusy === 'false'")
    assert page.evaluate("document.querySelector('input[name=brush]:checked').value") == "48"


def test_who_chooses_french_is_spoken_to_in_french(walk: Walk) -> None:
    page = walk()
    page.draw(SEVEN)
    page.settle()
    page.click("#languages button[value=fr]")
    page.wait("document.querySelector('#verdict').textContent.startsWith('Sûr à 98')")
    assert page.evaluate("document.documentElement.lang") == "fr"
