"""What tools say of the page: axe of its states, html-validate of its HTML, TypeScript of its types; its unit tests."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from scripts.site import PAGES, WEB
from tests.support.page_browser import PHONE, SEVEN, Open, draw, settled, still
from tests.support.page_server import FakeFunction, Fault

HERE = Path(__file__).parent / "web"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
INSTALL_SECONDS = 240


@pytest.fixture(scope="session")
def node() -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    return node


@pytest.fixture(scope="session")
def tools(node: str) -> Path:
    """The folder with the checkers that tests/web/package-lock.json names, installed when it isn't there yet."""
    folder = HERE / "node_modules"
    lock, installed = HERE / "package-lock.json", folder / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed")
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
        if result.returncode:
            pytest.skip(f"npm could not install the checkers: {result.stderr.strip()[-300:]}")
    return folder


def test_the_pure_modules_pass_their_own_tests(node: str) -> None:
    files = sorted(str(file) for file in HERE.glob("*.test.js"))
    assert len(files) >= 8
    assert complaints([node, "--test", *files]) == ""


def test_the_types_of_the_modules_agree(tools: Path) -> None:
    assert complaints([str(tools / ".bin" / "tsc"), "-p", str(HERE)]) == ""


def test_the_html_is_valid(tools: Path) -> None:
    pages = [str(WEB / name) for name in PAGES]
    assert complaints([str(tools / ".bin" / "html-validate"), "--preset", "standard,a11y", *pages]) == ""


@pytest.mark.parametrize(
    ("state", "look"),
    [
        *(
            (state, "light")
            for state in ("empty", "waking", "answered", "doubtful", "number", "unknown", "trouble", "stale")
        ),
        *((state, "dark") for state in ("answered", "doubtful", "number", "unknown", "trouble", "stale")),
        *((state, "phone") for state in ("empty", "answered", "number")),
        *((state, look) for state in ("choosing", "why") for look in ("light", "dark", "contrast", "forced")),
        *((state, look) for state in ("answered", "doubtful") for look in ("contrast", "forced")),
    ],
)
def test_axe_finds_nothing(state: str, look: str, open_page: Open, function: FakeFunction, tools: Path) -> None:
    function.doubt = state == "doubtful"
    function.kind, function.text = (state, "42") if state in ("number", "unknown") else ("digit", "")
    function.faults["/model"] = [Fault(sleep=20)] if state == "waking" else []
    function.faults["/"] = [Fault(status=500)] * 20 if state == "trouble" else []
    options: dict[str, Any] = {
        "light": {"color_scheme": "light"},
        "dark": {"color_scheme": "dark"},
        "phone": PHONE,
        "contrast": {"contrast": "more"},
        "forced": {"forced_colors": "active"},
    }[look]
    page = open_page(function.url, reads=state == "why", reduced_motion="reduce", **options)
    if state not in ("empty", "waking"):
        draw(page, SEVEN)
    if state == "stale":
        settled(page)
        function.faults["/"] = [Fault(status=500)] * 20
        draw(page, SEVEN)
        expect(page.locator("#answer")).to_have_attribute("data-state", "stale")
    kind = {"waking": "waking", "trouble": "trouble", "stale": "trouble"}.get(state, "quiet")
    expect(page.locator("#status")).to_have_attribute("data-kind", kind)
    if state in ("answered", "doubtful", "number", "unknown", "choosing"):
        settled(page)
        expect(page.locator("#wrong")).to_be_visible()
    if state == "choosing":
        page.locator("#wrong").click()
        expect(page.locator("#consent")).to_be_visible()
    if state == "why":
        page.locator("#why").click(timeout=30_000)
        expect(page.locator("#reason")).to_contain_text("Without this stroke")
    still(page)  # what fades in is there
    page.evaluate((tools / "axe-core" / "axe.min.js").read_text())
    result: dict[str, Any] = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    found = [(one["id"], [node["target"] for node in one["nodes"]], one["help"]) for one in result["violations"]]
    assert found == []
    assert len(result["passes"]) > 20


def complaints(command: list[str]) -> str:
    """What a checker prints where it isn't content."""
    result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=120, check=False)
    return (result.stdout + result.stderr or "nothing, and fails") if result.returncode else ""
