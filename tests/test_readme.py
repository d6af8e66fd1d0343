"""The README's numbers are those of the shipped release, and its words are true."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.support.bodies import multipart
from tests.support.function_server import FunctionServer

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
WEIGHTS = ROOT / "function" / "weights" / "digits.weights.h5"
REPORT = json.loads((ROOT / "training" / "report.json").read_text("utf-8"))


def test_the_report_is_of_the_shipped_weights() -> None:
    assert REPORT["version"] == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:16]


def test_the_literal_answer_is_what_the_server_answers(server: FunctionServer) -> None:
    shown = json.loads(README.partition("7-crossed.png localhost:8080\n")[2].partition("\n```")[0])
    with (ROOT / "tests" / "digits" / "7-crossed.png").open("rb") as file:
        answer = server.ask("/", *multipart(("image", "7-crossed.png", file.read()))).json
    assert (shown["prediction"], shown["model"]) == (answer["prediction"], answer["model"])
    assert shown["probabilities"] == pytest.approx(answer["probabilities"], abs=1e-5)
    assert list(shown) == list(answer)
    assert {**shown["reading"], "confidence": 0, "parts": 0} == {**answer["reading"], "confidence": 0, "parts": 0}
    (part,), (told,) = shown["reading"]["parts"], answer["reading"]["parts"]
    assert (part["digit"], part["box"]) == (told["digit"], pytest.approx(told["box"], abs=1e-3))
    assert shown["reading"]["confidence"] == pytest.approx(answer["reading"]["confidence"], abs=1e-3)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name
)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    for path in re.findall(r"\]\((?!http)([^)#]+)\)|src=\"(?!http)([^\"]+)\"", page.read_text("utf-8")):
        assert (page.parent / (path[0] or path[1])).exists(), path


def test_the_readme_is_short_and_leads_to_every_page_of_the_docs() -> None:
    assert len(README.splitlines()) <= 180
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in README, page.name


def test_every_setting_is_in_the_readme() -> None:
    source = (ROOT / "function" / "settings.py").read_text("utf-8")
    for name in re.findall(r'"([A-Z_]{5,})"', source):
        assert f"`{name}`" in README, name
