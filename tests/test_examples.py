"""What the pages tell to type does what they say, as it stands: curl, Python and a page's JavaScript."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.function_server import ROOT, FunctionServer, function_server
from tests.support.page_browser import Open

README = (ROOT / "README.md").read_text("utf-8")
HERE = "localhost:8080"
CLIENTS = re.findall(  # (what is sent, how, what comes back)
    r"(?m)^\| [^|]*\| ([^|]+) \| `(curl [^|]+)` \| `([^|]+)` \|$", (ROOT / "docs" / "clients.md").read_text("utf-8")
)
CURLS = re.findall(rf"(?m)^(?:\$ |\| [^|]+\| `)?(curl '?{HERE}.*?)(?: +#.*|`.*)?$", README)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    folder = tmp_path_factory.mktemp("examples")
    with function_server(folder / "log", FEEDBACK_URL=str(folder / "corrections")) as server:
        yield server


def snippet(language: str) -> str:
    (found,) = re.findall(rf"(?ms)^```{language}\n(.*?)^```$", README)
    return str(found)


@pytest.mark.parametrize("line", CURLS)
def test_every_curl_line_works_as_it_stands(line: str, server: FunctionServer) -> None:
    command = line.replace(HERE, server.url.removeprefix("http://"))
    done = subprocess.run(["sh", "-c", f"{command} -sS --fail-with-body"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    if "feedback" in line:
        assert answer["id"].startswith("7-")
        return
    first = answer.get("predictions", [answer])[0]
    read = first if isinstance(first, list) else first.get("prediction", first.get("result1"))
    assert str(max(range(10), key=read.__getitem__) if isinstance(read, list) else read) == "7"


@pytest.mark.parametrize(("line", "answer"), [row[1:] for row in CLIENTS])
def test_every_client_of_the_table_reads_what_stands_there(line: str, answer: str, server: FunctionServer) -> None:
    command = line.replace(HERE, server.url.removeprefix("http://"))
    done = subprocess.run(["sh", "-c", f"{command} -sS --fail-with-body"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    expected = answer.replace("[10 numbers]", '"ten"').replace(" n,", ' "number",').replace(" n}", ' "number"}')
    assert_alike(json.loads(done.stdout), json.loads(expected.replace(", …}", ', "…": 0}')))


def assert_alike(value: Any, expected: Any) -> None:
    """Whether it is what a row says: "ten" stands for numbers of which the eighth is largest, "…" for more keys."""
    match expected:
        case "ten":
            assert len(value) == 10
            assert max(range(10), key=value.__getitem__) == 7
        case "number":
            assert isinstance(value, (int, float))
        case {"…": _, **known}:
            assert known.keys() < value.keys()
            assert_alike({key: value[key] for key in known}, known)
        case dict():
            assert list(value) == list(expected)
            for key, inner in expected.items():
                assert_alike(value[key], inner)
        case list():
            assert len(value) == len(expected)
            for one, inner in zip(value, expected, strict=True):
                assert_alike(one, inner)
        case _:
            assert (type(value), value) == (type(expected), expected)


def test_the_table_of_clients_and_the_front_page_list_the_same(server: FunctionServer) -> None:
    assert [sent for sent, _, _ in CLIENTS] == server.ask("/").json["request"]
    assert len(CLIENTS) >= 18


def test_there_is_a_curl_line_for_each_way_of_asking() -> None:
    assert len(CURLS) >= 11
    for word in ("-F image=", "--data-binary", "images", "seen=1", "tensor", "instances", "/curl-api", "/api/digits"):
        assert any(word in line for line in CURLS), word


def test_the_python_works_as_it_stands(server: FunctionServer) -> None:
    program = snippet("python").replace(f"http://{HERE}", server.url)
    assert len(program.strip().splitlines()) <= 6
    done = subprocess.run([sys.executable, "-I", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"7 0\.9\d+\n", done.stdout)


def test_the_javascript_works_as_it_stands_on_a_page_elsewhere(server: FunctionServer, open_page: Open) -> None:
    program = snippet("js").replace(f"http://{HERE}", server.url)
    page: Any = open_page(server.url)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(
        f"""async () => {{
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = 280;
            const pen = canvas.getContext("2d");
            pen.fillStyle = "white";
            pen.fillRect(0, 0, 280, 280);
            pen.lineWidth = 20;
            for (const [x, y] of [[60, 60], [210, 60], [120, 230]]) pen.lineTo(x, y);
            pen.stroke();
            {program}
        }}"""
    )
    assert re.fullmatch(r"7 0\.9\d*", said[-1])


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md", "docs/clients.md"])
def test_no_line_to_type_has_a_gap_to_fill(page: str) -> None:
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```$", (ROOT / page).read_text("utf-8"))
    lines = [line.partition("#")[0] for block in blocks for line in block.splitlines() if "gs://" not in line]
    assert [line for line in lines if "…" in line] == []


def test_the_example_in_numbers_is_what_is_drawn_for_it(tmp_path: Path) -> None:
    from training.data.examples import write_pictures

    write_pictures(tmp_path)
    assert (tmp_path / "7.txt").read_text() == (ROOT / "tests" / "digits" / "7.txt").read_text()
