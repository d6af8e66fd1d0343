"""The written site works as any static host serves it: no rewriting, its own policy, a function on another origin."""

import argparse
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from scripts.folders import LIST, NotOurs
from scripts.site import PAGES, WEB, WORKER, function_url, site_url, write
from tests.support.function_server import ROOT, FunctionServer, function_server
from tests.support.page_browser import SEVEN, Open, draw, settled
from tests.support.page_server import Host, running


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A static host's origin and the folder it serves."""
    folder = tmp_path_factory.mktemp("site")
    with running(partial(Host, directory=str(folder))) as url:
        yield url, folder


@pytest.fixture(scope="module")
def published(host: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    """A function that lets pages of that host's origin call, and no others; the site asks it."""
    origin, folder = host
    weights = ROOT / "function" / "weights" / "digits.tflite"
    log = tmp_path_factory.mktemp("function") / "log"
    with function_server(log, ALLOWED_ORIGINS=origin, WEIGHTS_URL=str(weights)) as function:
        write(folder, function.url)
        yield function


def test_a_digit_drawn_on_the_published_page_is_read(
    host: tuple[str, Path], published: FunctionServer, open_page: Open
) -> None:
    page = open_page(published.url, url=f"{host[0]}/index.html")
    draw(page, SEVEN)
    expect(settled(page).locator("#digit")).to_have_text("7")
    expect(page.locator("#facts")).to_contain_text("version")
    page.wait_for_function("() => [...document.fonts].some((font) => font.status === 'loaded')")


def test_its_policy_lets_it_ask_the_function_and_its_own_host_and_nobody_else(
    host: tuple[str, Path], published: FunctionServer, open_page: Open
) -> None:
    """Its own host has the weights by which it reads itself."""
    page = open_page(published.url, url=f"{host[0]}/index.html", watched=False)
    asks = "url => fetch(url, { mode: 'no-cors' }).then(() => 'answered', () => 'refused')"
    assert page.evaluate(asks, f"{published.url}/health") == "answered"
    assert page.evaluate(asks, f"{host[0]}/index.html") == "answered"
    assert page.evaluate(asks, host[0].replace("127.0.0.1", "localhost")) == "refused"


def test_the_page_reads_with_the_weights_beside_it_while_its_function_is_gone(
    host: tuple[str, Path], open_page: Open, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{probe.getsockname()[1]}"
    write(host[1] / "alone", gone)
    page = open_page(gone, url=f"{host[0]}/alone/index.html", watched=False)
    draw(page, SEVEN)
    expect(page.locator("#facts")).to_contain_text("Read here", timeout=20_000)
    expect(page.locator("#digit")).to_have_text("7")


def test_the_function_answers_no_page_of_another_origin(
    host: tuple[str, Path], published: FunctionServer, open_page: Open
) -> None:
    elsewhere = host[0].replace("127.0.0.1", "localhost")
    page = open_page(published.url, url=f"{elsewhere}/index.html", watched=False)
    draw(page, SEVEN)
    expect(page.locator("#status")).to_have_attribute("data-kind", "trouble", timeout=20_000)


def test_everything_but_the_page_lies_under_a_name_that_changes_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "one" / "index.html"
    first = write(tmp_path / "one", "https://one.example")
    assert write(tmp_path / "two", "https://two.example").name == first.name
    files = {path.relative_to(first).as_posix() for path in first.rglob("*") if path.is_file()}
    web = {path.relative_to(WEB).as_posix() for path in WEB.rglob("*") if path.is_file()}
    assert files == {name for name in web if not name.startswith("screenshots/")} - {*PAGES, WORKER}
    named = re.findall(r'(?:href|src)="(?!#|data:)([^"]+)"', page.read_text())
    assert len(named) > 15
    assert all((tmp_path / "one" / name).is_file() for name in named)
    changed = tmp_path / "web"
    changed.mkdir()
    for name in PAGES:
        (changed / name).write_text("<!doctype html>")
    (changed / "style.css").write_text("p{}")
    monkeypatch.setattr("scripts.site.WEB", changed)
    assert write(tmp_path / "three", "https://one.example").name != first.name


def test_writing_again_leaves_nothing_of_the_site_before_and_all_that_is_not_ours(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / ".git").mkdir(parents=True)
    (site / ".git" / "HEAD").write_text("ref: refs/heads/main")
    (site / "CNAME").write_text("digits.example.org")
    old = write(site, "https://one.example")
    stale = old.with_name("0" * 16)
    old.rename(stale)
    (site / LIST).write_text((site / LIST).read_text().replace(old.name, stale.name))
    (site / "robots.txt").write_text("mine")
    new = write(site, "https://two.example")
    assert {path.name for path in site.iterdir()} == {".git", "CNAME", "robots.txt", *PAGES, "assets", LIST}
    assert [path.name for path in (site / "assets").iterdir()] == [new.name]
    assert (site / ".git" / "HEAD").read_text() == "ref: refs/heads/main"
    assert "one.example" not in (site / "index.html").read_text()


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("command", ["scripts.site --write", "scripts.stage"])
@pytest.mark.parametrize("target", ["", " ", ".", "project", "above", "files", "page", "file"])
def test_no_folder_of_somebody_s_is_written_to(tmp_path: Path, command: str, target: str) -> None:
    """`--write ""` was the present folder, and erased it."""
    copy = tmp_path / "above" / "project"
    shutil.copytree(ROOT / "scripts", copy / "scripts")
    shutil.copytree(WEB, copy / "web")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "thesis.tex").write_text("ten years")
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text("<!doctype html><title>Mine</title>")
    (tmp_path / "file").write_text("a file")
    named = {"project": copy, "above": copy.parent}.get(target, tmp_path / target)
    argument = target if target in ("", " ", ".") else str(named)
    before = tree(tmp_path)
    done = subprocess.run(
        [sys.executable, "-B", "-m", *command.split(), argument], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert re.search("empty|project|no folder", done.stderr)
    assert tree(tmp_path) == before


def test_what_somebody_put_where_a_new_file_should_stand_is_not_overwritten(tmp_path: Path) -> None:
    write(tmp_path / "site", "https://one.example")
    listed = (tmp_path / "site" / LIST).read_text().replace("index.html\n", "")
    (tmp_path / "site" / LIST).write_text(listed)
    with pytest.raises(NotOurs, match=r"index\.html is there"):
        write(tmp_path / "site", "https://two.example")
    assert "one.example" in (tmp_path / "site" / "index.html").read_text()


def test_a_list_that_names_files_outside_deletes_none_of_them(tmp_path: Path) -> None:
    write(tmp_path / "site", "https://one.example")
    (tmp_path / "precious").write_text("kept")
    with (tmp_path / "site" / LIST).open("a") as lines:
        lines.write(f"../precious\n{tmp_path}/precious\n..\n.\n\n")
    write(tmp_path / "site", "https://two.example")
    assert (tmp_path / "precious").read_text() == "kept"


@pytest.mark.parametrize("url", ["https://a.run.app/", "http://[::1]:8080", "https://a.example/digits/v1/"])
def test_an_address_is_written_without_a_slash_at_its_end(url: str) -> None:
    assert function_url(url) == url.rstrip("/")


@pytest.mark.parametrize("url", ["a.run.app", "https://a b", 'https://a"', "https://a; script-src *", "ftp://a", ""])
def test_what_would_break_the_page_or_its_policy_is_no_address(url: Any) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        function_url(url)


@pytest.mark.parametrize("text", ["https://a.example/pad/", "gs://a-bucket/pad", ""])
def test_a_shared_link_shows_a_picture_whose_address_is_whole(text: str, tmp_path: Path) -> None:
    assets = write(tmp_path / "site", "https://digits.example.org", at=site_url(text))
    (shown,) = re.findall(
        'property="og:image" content="([^"]*)"', (tmp_path / "site" / "index.html").read_text("utf-8")
    )
    at = {"https://a.example/pad/": "https://a.example/pad/", "": ""}.get(
        text, "https://storage.googleapis.com/a-bucket/pad/"
    )
    assert shown == f"{at}assets/{assets.name}/card.png"


def test_a_site_lies_nowhere_that_has_no_address() -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        site_url('https://a.example"><script>')
