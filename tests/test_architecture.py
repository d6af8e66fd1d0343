"""ARCHITECTURE.md tells of the modules that there are, in the order that the imports are held to.

`python -m tests.test_architecture` writes its table of rooms anew.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.test_layers import FUNCTION, LAYERS, ROOMS, imports_of

ROOT = FUNCTION.parent
PAGE = ROOT / "ARCHITECTURE.md"
FOLDERS = ("function", "training", "tests", ".")  # whose modules are called by their bare names
BEGIN, END = "<!-- rooms -->\n", "<!-- /rooms -->"
TEXT = PAGE.read_text("utf-8")
PICTURE = (ROOT / "web" / "screenshots" / "architecture.svg").read_text("utf-8")


def table() -> str:
    """One row per room, layer by layer: its module docstring's first line, and the rooms it imports."""
    rows = ["| layer | room | in its own words | imports |", "| ---: | --- | --- | --- |"]
    for number, layer in enumerate(LAYERS, 1):
        for room in layer:
            path = FUNCTION / f"{room}.py"
            words = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]
            used = {parts[1] for name in imports_of(path) if (parts := name.split("."))[0] == "function" and parts[1:]}
            listed = ", ".join(other for layer in LAYERS for other in layer if other in used) or "–"
            rows.append(f"| {number} | [{room}](function/{room}.py) | {words} | {listed} |")
    return "\n".join(rows) + "\n"


def test_every_room_has_a_layer() -> None:
    assert sorted(room for layer in LAYERS for room in layer) == [path.stem for path in ROOMS]


def test_the_table_of_rooms_is_what_the_code_says() -> None:
    written = TEXT.partition(BEGIN)[2].partition(END)[0]
    assert written == table(), "python -m tests.test_architecture brings it up to date"


@pytest.mark.parametrize("text", [TEXT, PICTURE], ids=["page", "picture"])
def test_every_module_that_is_named_exists(text: str) -> None:
    named = set(re.findall(r"\b(\w+\.py)\b", text))
    assert len(named) > 10
    assert {name for name in named if not any((ROOT / folder / name).exists() for folder in FOLDERS)} == set()


def test_every_link_of_the_page_leads_somewhere() -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (ROOT / link).exists(), link


def test_the_picture_s_line_is_the_five_words_in_their_order() -> None:
    words = re.findall(r'class="word"[^>]*>(\w+)<', PICTURE)
    assert words == ["picture", "ink", "digit", "probabilities", "answer"]
    assert re.findall(r"\*(\w+)\*", TEXT.partition("![")[0]) == words


def update(page: Path = PAGE) -> None:
    """The page with its table of rooms as the code has it."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    page.write_text(before + BEGIN + table() + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    update()
