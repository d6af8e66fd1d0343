"""docs/architecture.md tells of the modules that there are, in the order that the imports are held to.

`python -m tests.test_architecture` writes its table of rooms anew.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.support.layers import FUNCTION, MODULES, ROOMS, USED, room_of

ROOT = FUNCTION.parent
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- rooms -->\n", "<!-- /rooms -->"
TEXT = PAGE.read_text("utf-8")
PICTURE = (ROOT / "web" / "screenshots" / "architecture.svg").read_text("utf-8")


def table() -> str:
    """One row per room, from the ground up: its docstring's first line, its files, and the rooms it imports."""
    rows = ["| room | in its own words | files | imports |", "| --- | --- | --- | --- |"]
    for room in ROOMS:
        path = MODULES[f"function.{room}"]
        words = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]
        inside = [name for name in MODULES if name.startswith(f"function.{room}.")]
        files = ", ".join(name.rpartition(".")[2] for name in inside) or "–"
        used = {room_of(other) for name in (f"function.{room}", *inside) for other in USED[name]} - {room, ""}
        listed = ", ".join(other for other in ROOMS if other in used) or "–"
        shown = f"../function/{room}" + ("" if inside else ".py")
        rows.append(f"| [{room}]({shown}) | {words} | {files} | {listed} |")
    return "\n".join(rows) + "\n"


def test_the_table_of_rooms_is_what_the_code_says() -> None:
    written = TEXT.partition(BEGIN)[2].partition(END)[0]
    assert written == table(), "python -m tests.test_architecture brings it up to date"


@pytest.mark.parametrize("text", [TEXT, PICTURE], ids=["page", "picture"])
def test_every_module_that_is_named_exists(text: str) -> None:
    """By its bare name; a folder's ends with a slash."""
    tops = ("function", "training", "scripts", "tests", "web")
    there = {path.name for top in tops for path in (ROOT / top).rglob("*")} | {path.name for path in ROOT.iterdir()}
    named = set(re.findall(r"\b(\w+\.py)\b", text)) | set(re.findall(r"[>\[`](\w+)/[\]`<,]", text))
    assert len(named) > 10
    assert named - there == set()


def test_every_link_of_the_page_leads_somewhere() -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (PAGE.parent / link).exists(), link


def test_the_picture_s_line_is_the_six_words_in_their_order() -> None:
    words = re.findall(r'class="word"[^>]*>(\w+)<', PICTURE)
    assert words == ["picture", "ink", "digit", "probabilities", "reading", "answer"]
    assert re.findall(r"\*(\w+)\*", TEXT.partition("![")[0]) == words


def update(page: Path = PAGE) -> None:
    """The page with its table of rooms as the code has it."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    page.write_text(before + BEGIN + table() + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    update()
