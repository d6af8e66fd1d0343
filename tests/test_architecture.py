"""docs/architecture.md tells of the modules that there are, in the order that the imports are held to.

`python -m tests.test_architecture` writes its tables of rooms anew.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.support.layers import MODULES, ROOMS, ROOT, used_by

PAGE = ROOT / "docs" / "architecture.md"
TEXT = PAGE.read_text("utf-8")
PICTURE = (ROOT / "web" / "screenshots" / "architecture.svg").read_text("utf-8")


def table(house: str) -> str:
    """One row per room, from the ground up: its docstring's first line, its files, and the rooms it imports."""
    rows = ["| room | in its own words | files | imports |", "| --- | --- | --- | --- |"]
    for room in ROOMS[house]:
        path = MODULES[f"{house}.{room}"]
        words = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]
        inside = [name for name in MODULES if name.startswith(f"{house}.{room}.")]
        files = ", ".join(name.rpartition(".")[2] for name in inside) or "–"
        used = used_by(house, room)
        listed = ", ".join(other for other in ROOMS[house] if other in used) or "–"
        shown = f"../{house}/{room}" + ("" if inside else ".py")
        rows.append(f"| [{room}]({shown}) | {words} | {files} | {listed} |")
    return "\n".join(rows) + "\n"


def marks(house: str) -> tuple[str, str]:
    """Between which its table stands."""
    return f"<!-- rooms of {house} -->\n", f"<!-- /rooms of {house} -->"


@pytest.mark.parametrize("house", ROOMS)
def test_the_table_of_rooms_is_what_the_code_says(house: str) -> None:
    begin, end = marks(house)
    written = TEXT.partition(begin)[2].partition(end)[0]
    assert written == table(house), "python -m tests.test_architecture brings it up to date"


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
    """The page with its tables of rooms as the code has them."""
    for house in ROOMS:
        begin, end = marks(house)
        before, _, rest = page.read_text("utf-8").partition(begin)
        page.write_text(before + begin + table(house) + end + rest.partition(end)[2], "utf-8")


if __name__ == "__main__":
    update()
