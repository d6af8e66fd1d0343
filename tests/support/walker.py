"""A page in any browser, through the few things that a walk through it needs."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.page_browser import DESKTOP, PATIENCE, Strokes

Point = tuple[float, float]  # CSS pixels from the left and the top of what is in sight

# In JavaScript, of an element; of a canvas.
BOX = """(one) => {
  one.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { x, y, width, height } = one.getBoundingClientRect();
  return [x, y, width, height];
}"""
DIGEST = """async (ink) => {
  const { width, height } = ink;
  const copy = Object.assign(document.createElement("canvas"), { width, height });
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(ink, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).join();
}"""


class Walker(ABC):
    """Walks through one page, which its browser keeps apart from all others."""

    @abstractmethod
    def drag(self, points: Sequence[Point]) -> None:
        """Presses the mouse's button at the first point, moves along the others, and lets go at the last."""

    @abstractmethod
    def set_files(self, selector: str, *files: Path) -> None:
        """Chooses files as if in the dialog of that input."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The value of JavaScript, as JSON has it; a promise is waited for."""

    @abstractmethod
    def errors(self) -> list[str]:
        """What nobody caught, and what the page or its browser complained of."""

    @abstractmethod
    def load_anew(self) -> None:
        """Has the browser load the page once more."""

    @abstractmethod
    def close(self) -> None:
        """Leaves the page."""

    def begin(self) -> None:
        """Until the page's code runs and it has painted: what a hand does before, nobody hears."""
        self.wait(f"{_one('#answer')}.ariaBusy !== null")
        self._paint()

    def reload(self) -> None:
        """Loads the page anew, as its visitor may."""
        self.load_anew()
        self.begin()

    def draw(self, strokes: Strokes) -> None:
        left, top, width, height = self._box("#pad")
        for stroke in strokes:
            self.drag([(left + x * width / 1000, top + y * height / 1000) for x, y in stroke])

    def click(self, selector: str) -> None:
        left, top, width, height = self._box(selector)
        self.drag([(left + width / 2, top + height / 2)])

    def text(self, selector: str) -> str:
        return str(self.value(selector, "textContent"))

    def value(self, selector: str, name: str) -> Any:
        """A property of an element."""
        return self.evaluate(f"{_one(selector)}.{name}")

    def wait(self, condition: str) -> None:
        """Until that JavaScript is true of the page."""
        came = self.evaluate(
            f"""new Promise((done) => {{
              const end = performance.now() + {PATIENCE};
              const look = () => {{
                if ({condition}) done(true);
                else if (performance.now() > end) done(false);
                else setTimeout(look, 20);
              }};
              look();
            }})"""
        )
        assert came, f"it never came true that {condition}"

    def settle(self) -> None:
        """Until the answer is of the drawing that the page shows."""
        self._paint()  # else it may not yet have heard of the last stroke
        self.wait(f"{_one('#answer')}.ariaBusy === 'false' && {_one('#answer')}.dataset.state !== 'empty'")

    def ink(self) -> str:
        """A digest of the pixels on the pad, to compare."""
        self._paint()
        return str(self.evaluate(f"({DIGEST})({_one('#ink')})"))

    def _paint(self) -> None:
        """Until the page has shown what it is now."""
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def _box(self, selector: str) -> tuple[float, float, float, float]:
        """Where the element is, once it is in sight: left, top, width, height."""
        left, top, width, height = self.evaluate(f"({BOX})({_one(selector)})")
        return left, top, width, height


class ChromiumWalker(Walker):
    def __init__(self, browser: Any, url: str) -> None:
        """browser  Playwright's"""
        self._context = browser.new_context(**DESKTOP)
        self._page = self._context.new_page()
        self._errors: list[str] = []
        self._page.on("pageerror", lambda error: self._errors.append(str(error)))
        self._page.on("console", self._hear)
        self._page.goto(url)
        self.begin()

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and "Failed to load" not in message.text:  # a host keeps no weights
            self._errors.append(message.text)

    def drag(self, points: Sequence[Point]) -> None:
        mouse = self._page.mouse
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point)
        mouse.up()

    def set_files(self, selector: str, *files: Path) -> None:
        self._page.set_input_files(selector, files)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(f"async () => ({expression})")

    def errors(self) -> list[str]:
        self.evaluate("true")  # what happened before has been told by then
        return self._errors

    def load_anew(self) -> None:
        self._page.reload()

    def close(self) -> None:
        self._context.close()


def _one(selector: str) -> str:
    """The JavaScript for that element."""
    return f"document.querySelector({json.dumps(selector)})"
