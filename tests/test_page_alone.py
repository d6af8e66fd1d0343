"""The page while its function is gone: it reads by itself, leaves what it can't tell, and says so in one quiet word."""

import io
import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import h5py
import pytest
from PIL import Image
from playwright.sync_api import expect

from function.formats import BUNDLED
from function.network.about import digest
from tests.support.function_server import FunctionServer, function_server
from tests.support.page_browser import (
    SEVEN,
    Open,
    Strokes,
    arrived,
    await_resource,
    correct,
    draw,
    painted,
    settled,
    until,
)
from tests.support.page_server import FakeFunction, Fault, page_of
from tests.support.walks import Walk, plain, read_alone

MANY = 99  # faults: more than the page can meet within a test
GONE = Fault(drop=True)
FOUR_AND_TWO: Strokes = [
    [(270, 250), (240, 340), (205, 440), (180, 540), (240, 545), (320, 540), (420, 535)],
    [(360, 400), (355, 520), (350, 640), (345, 760)],
    [(560, 350), (590, 290), (650, 260), (720, 275), (755, 400), (650, 570), (550, 740), (620, 738), (800, 742)],
]
BARE_FIVE: Strokes = [  # its bar stands apart
    [(420, 330), (400, 470), (520, 450), (610, 530), (600, 680), (500, 760), (390, 730)],
    [(500, 250), (560, 246), (650, 240)],
]


@pytest.fixture
def gone(function: FakeFunction) -> FakeFunction:
    """A function that hangs up on everybody, until its faults are taken back."""
    for path in ("/", "/model", "/health"):
        function.faults[path] = [GONE] * MANY
    return function


def helped(page: Any) -> Any:
    """The page, once it reads by itself: a drawing of it has been read."""
    draw(page, SEVEN)
    expect(page.locator("#facts")).to_contain_text("Read here", timeout=30_000)
    page.keyboard.press("Escape")
    return page


def test_all_ten_digits_are_read_in_every_browser(start: Walk, gone: FakeFunction) -> None:
    with ExitStack() as stack:
        walker = start(stack.enter_context(page_of(gone.url, reads=True)))
        stack.callback(walker.close)
        assert read_alone(walker) == "0123456789"
    assert gone.readings() == []


def test_it_reads_while_the_pen_is_down(open_page: Open, gone: FakeFunction) -> None:
    page = helped(open_page(gone.url, reads=True))
    draw(page, plain("1"), release=False)
    expect(page.locator("#digit")).to_have_text("1")
    expect(page.locator("#answer")).to_have_attribute("data-state", "pencil")


def test_a_number_is_left_to_the_function_and_the_page_says_so(open_page: Open, gone: FakeFunction) -> None:
    page = helped(open_page(gone.url, reads=True))
    draw(page, FOUR_AND_TWO)
    expect(page.locator("#verdict")).to_have_text("Alone, this page reads one drawn digit. This waits for the reader.")
    expect(page.locator("#status")).to_have_attribute("data-kind", "trouble")
    expect(page.locator("#wrong")).to_be_hidden()
    gone.kind, gone.text = "number", "42"
    gone.faults.clear()
    expect(page.locator("#digit")).to_have_text("42", timeout=20_000)  # it asks again by itself
    expect(page.locator("#facts")).to_contain_text("version fake-1")


def test_a_photograph_is_left_to_the_function_and_the_page_says_so(open_page: Open, gone: FakeFunction) -> None:
    page = helped(open_page(gone.url, reads=True))
    picture = io.BytesIO()
    Image.new("L", (300, 200), 200).save(picture, "PNG")
    page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()})
    expect(page.locator("#verdict")).to_contain_text("This waits for the reader")


def test_a_digit_in_two_pieces_is_read_as_one_and_called_that(open_page: Open, gone: FakeFunction) -> None:
    page = helped(open_page(gone.url, reads=True))
    draw(page, BARE_FIVE)
    expect(settled(page).locator("#digit")).to_have_text("5")
    expect(page.locator("#facts")).to_contain_text("Read here, as one digit")


def test_the_function_s_answer_counts_once_it_has_read_this_drawing(open_page: Open, function: FakeFunction) -> None:
    read = threading.Event()
    page = arrived(open_page(function.url, reads=True))
    function.faults["/"] = [Fault(until=read)] * MANY
    draw(page, SEVEN)
    expect(settled(page).locator("#digit")).to_have_text("7")
    expect(page.locator("#facts")).to_contain_text("Read here")
    read.set()
    expect(page.locator("#digit")).to_have_text("5")  # as the fake one reads
    expect(page.locator("#facts")).to_have_text(re.compile(r"Read in .*, version fake-1"))


def test_nothing_moves_when_the_function_says_the_same(open_page: Open, server: FunctionServer) -> None:
    page = open_page(server.url, reads=True)
    helped_or_read(page)
    page.evaluate(
        """() => {
          window.shown = [];
          for (const id of ["digit", "verdict", "runner", "spoken", "wrong"]) {
            const told = { characterData: true, childList: true, subtree: true };
            new MutationObserver(() => window.shown.push(`${id}: ${document.getElementById(id).textContent}`))
              .observe(document.getElementById(id), told);
          }
        }"""
    )
    draw(page, SEVEN[:1])  # one stroke: of the first of two, a slow hand would be told what is read
    expect(settled(page).locator("#facts")).to_have_text(re.compile("^Read in "))
    shown = [each for each in page.evaluate("window.shown") if each.split(": ", 1)[1] not in ("", "7", "1")]
    assert len(shown) == len(set(shown)), shown


def helped_or_read(page: Any) -> None:
    """Waits until both read: the function has answered, and the page has its network."""
    draw(page, SEVEN)
    expect(settled(page).locator("#facts")).to_contain_text("Read in")
    expect(page.locator("#why")).to_be_visible(timeout=30_000)  # which asks the page's own network
    page.keyboard.press("Escape")


@pytest.fixture
def released(tmp_path: Path) -> Iterator[tuple[FunctionServer, Path]]:
    """A function that looks for new weights all the time, and the file that it looks at."""
    path = tmp_path / "digits.weights.h5"
    shutil.copy(BUNDLED, path)
    with function_server(tmp_path / "log", WEIGHTS_URL=str(path), REFRESH_SECONDS="1") as server:
        yield server, path


def release_others(path: Path) -> None:
    """The bundled weights, a little changed: other weights, which read the same digits."""
    new = path.with_suffix(".new")
    shutil.copy(BUNDLED, new)
    with h5py.File(new, "a") as file:
        file["layers/dense/vars/0"][...] *= 1.01
        file.attrs["digest"] = digest(file)
    new.replace(path)


def test_a_released_version_reaches_an_open_page(
    open_page: Open, released: tuple[FunctionServer, Path], tmp_path: Path
) -> None:
    server, path = released
    page = open_page(server.url, reads=True)
    helped_or_read(page)
    before = server.ask("/model").json["version"]
    release_others(path)
    until(page, lambda: server.ask("/model").json["version"] != before)
    version = server.ask("/model").json["version"]
    draw(page, SEVEN)
    expect(settled(page).locator("#more")).to_contain_text(version)
    page.route(lambda url: "/weights/" not in url, lambda route: route.abort())  # which may still be on their way
    page.keyboard.press("Escape")
    draw(page, SEVEN)
    expect(settled(page).locator("#facts")).to_contain_text("Read here")
    expect(page.locator("#more")).to_contain_text(version)


def test_the_embedded_pad_reads_by_itself_too(open_page: Open, gone: FakeFunction) -> None:
    with page_of(gone.url, reads=True) as url:
        page = open_page(gone.url, url=f"{url}/embed.html")
        draw(page, SEVEN)
        expect(settled(page).locator("#digit")).to_have_text("7")


def test_who_saves_data_is_sent_no_network(open_page: Open, function: FakeFunction) -> None:
    with page_of(function.url, reads=True) as url:
        page = open_page(function.url, url="about:blank", watched=False)
        page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        await_resource(page, "/js/offline.js")  # beside which the page would begin to read by itself
        painted(page)
    assert any(name.endswith("/js/shelves.js") for name in asked)
    assert not any(".safetensors" in name or "/network/" in name for name in asked)


def test_a_correction_without_a_line_waits_in_the_tab_and_is_sent_once(open_page: Open, function: FakeFunction) -> None:
    page = open_page(function.url, reads=True)
    draw(page, SEVEN)
    expect(page.locator("#why")).to_be_visible(timeout=30_000)  # it reads, and knows that corrections are welcome
    expect(page.locator("#wrong")).to_be_visible()
    expect(settled(page).locator("#facts")).to_contain_text("fake-1")
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    draw(page, plain("1"))
    expect(settled(page).locator("#digit")).to_have_text("1")
    correct(page, "It is a 7")
    expect(page.locator("#note")).to_contain_text("waits in this tab")
    page.context.set_offline(False)
    expect(page.locator("#stored")).to_have_text("Stored as a 7. Thank you.")
    page.keyboard.press("Escape")
    draw(page, SEVEN)
    expect(settled(page).locator("#facts")).to_contain_text("fake-1")  # what still waits would have been sent by now
    sent = [json.loads(one.body) for one in function.received if one.path == "/feedback"]
    assert [(one["label"], one["prediction"], one["consent"]) for one in sent] == [("7", "1", True)]
