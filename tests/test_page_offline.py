"""The page without any line: kept on an origin of its own, read and drawn on, and never older than what is deployed."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from scripts.site import PAGES, WEB, WORKER, write
from tests.support.page_browser import Open, await_resource, begun, until
from tests.support.page_server import FakeFunction, Fault, Host, fake_function, running
from tests.support.walks import Walk, read_alone

CONTROLLED = "navigator.serviceWorker.controller !== null"
NOTED = """
  window.installed = [];
  ServiceWorkerContainer.prototype.register = async (url) => void window.installed.push(String(url));
"""
KEPT = """(async () => {
  const caches_ = await caches.keys();
  return [(await navigator.serviceWorker.getRegistrations()).length, caches_.length];
})()"""


@pytest.fixture
def site(tmp_path: Path, function: FakeFunction) -> Iterator[tuple[str, Path]]:
    """A host's URL, and the folder that it serves: the site, as it may be kept."""
    folder = tmp_path / "site"
    write(folder, function.url, installable=True)
    with running(partial(Host, directory=str(folder))) as url:
        yield url, folder


def test_after_two_visits_all_ten_digits_are_read_without_a_line(start: Walk, tmp_path: Path) -> None:
    with ExitStack() as servers, ExitStack() as stack:
        function = servers.enter_context(fake_function())
        write(tmp_path / "site", function.url, installable=True)
        walker = start(servers.enter_context(running(partial(Host, directory=str(tmp_path / "site")))) + "/")
        stack.callback(walker.close)
        walker.wait(CONTROLLED)
        walker.reload()
        walker.wait(CONTROLLED)
        for path in ("/", "/model", "/health"):
            function.faults[path] = [Fault(drop=True)] * 99  # connections that are open end, too
        servers.close()
        walker.reload()
        assert read_alone(walker) == "0123456789"


def controlled(open_page: Open, function: FakeFunction, url: str) -> Any:
    page = open_page(function.url, url=f"{url}/", watched=False)
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    begun(page)
    page.wait_for_function(f"() => {CONTROLLED}")
    return page


def test_a_deployment_reaches_the_next_visit_and_nothing_old_stays(
    site: tuple[str, Path], open_page: Open, function: FakeFunction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, folder = site
    page = controlled(open_page, function, url)
    before = page.evaluate("caches.keys()")
    changed = tmp_path / "web"
    shutil.copytree(WEB, changed)
    (changed / "style.css").write_text((WEB / "style.css").read_text() + "#digit { color: red; }\n")
    html = (changed / "index.html").read_text()
    (changed / "index.html").write_text(html.replace("<noscript>", '<p id="newer">Newer</p>\n<noscript>'))
    monkeypatch.setattr("scripts.site.WEB", changed)
    write(folder, function.url, installable=True)
    page.reload()
    expect(page.locator("#newer")).to_have_text("Newer")
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    until(page, lambda: [name for name in page.evaluate("caches.keys()") if name not in before] != [])
    until(page, lambda: len(page.evaluate("caches.keys()")) == 1)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#newer")).to_have_text("Newer")
    expect(page.locator("#digit")).to_have_css("color", "rgb(255, 0, 0)")


def test_a_site_that_is_no_longer_installable_takes_itself_out_of_its_visitors_browsers(
    site: tuple[str, Path], open_page: Open, function: FakeFunction
) -> None:
    url, folder = site
    page = controlled(open_page, function, url)
    page.evaluate("caches.open('of another page')")
    assert page.evaluate(KEPT) == [1, 2]
    write(folder, function.url)
    assert not (folder / WORKER).exists()
    page.reload()
    until(page, lambda: page.evaluate("caches.keys()") == ["of another page"])
    until(page, lambda: page.evaluate(KEPT) == [0, 1])


def test_on_a_shared_origin_nothing_is_installed(open_page: Open, function: FakeFunction, tmp_path: Path) -> None:
    write(tmp_path / "site", function.url)
    with running(partial(Host, directory=str(tmp_path / "site"))) as url:
        page = open_page(function.url, url="about:blank", watched=False)
        page.add_init_script(NOTED)
        page.goto(f"{url}/")
        await_resource(page, "/js/offline.js")
        page.evaluate(
            """async () => {
              const names = performance.getEntriesByType("resource").map(({ name }) => name);
              await import(names.find((name) => name.endsWith("/js/offline.js"))); // by then, what follows has begun
            }"""
        )
        assert page.evaluate("window.installed") == []
        assert page.evaluate(KEPT) == [0, 0]


def test_what_is_kept_is_all_that_a_page_may_ask_for(site: tuple[str, Path]) -> None:
    _, folder = site
    worker = (folder / WORKER).read_text()
    (assets,) = (folder / "assets").iterdir()
    for path in assets.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix in (".js", ".css", ".woff2", ".safetensors", ".svg"):
            assert f'"{name}"' in worker, name
    assert 'name="digits-installable"' in (folder / "index.html").read_text()
    assert [name for name in PAGES if "digits-installable" in (folder / name).read_text()] == ["index.html"]
