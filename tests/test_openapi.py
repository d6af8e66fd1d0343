"""The surface is what /openapi.json says, and whatever is sent to it, the answer is one that it documents."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openapi_spec_validator import validate

from function import openapi
from function.dialects.table import DIALECTS
from function.network.golden import golden_digits
from tests.support.function_server import FunctionServer, assert_problem, function_server

DRAWN = {str(label): ",".join(f"{level:.3f}" for level in digit.ravel()) for label, digit in enumerate(golden_digits())}


def test_the_document_is_valid_openapi(server: FunctionServer) -> None:
    document = server.ask("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_example_can_be_sent_as_it_stands_and_is_read_as_a_seven(server: FunctionServer) -> None:
    content = server.ask("/openapi.json").json["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]
    assert set(content["examples"]) == {dialect.name for dialect in DIALECTS if dialect.keys}
    for name, example in content["examples"].items():
        answer = server.ask("/", json.dumps(example["value"]).encode()).json
        assert any(is_seven(value) for value in answer.values()), name


def is_seven(value: Any) -> bool:
    """Whether it is a digit, ten probabilities, or a list that begins with such."""
    if isinstance(value, list) and len(value) == 10:
        return int(np.argmax(value)) == 7
    return is_seven(value[0]) if isinstance(value, list) and value else value in ("7", 7)


def test_every_route_of_the_front_page_is_documented(server: FunctionServer) -> None:
    paths = server.ask("/openapi.json").json["paths"]
    for route in server.ask("/").json["routes"]:
        method, path = route.split()
        assert method.lower() in paths[path], route


def test_every_path_of_a_dialect_is_documented_with_each_of_its_methods() -> None:
    documented = openapi.document()["paths"]
    samples = {path.replace("{name}", "a").replace("{id}", "1"): set(item) for path, item in documented.items()}
    for dialect in DIALECTS:
        wanted = [(dialect.path, {method.lower() for method in dialect.methods})] if dialect.path else []
        for pattern, methods in [*wanted, *((page.path, {"get"}) for page in dialect.pages)]:
            assert any(pattern.fullmatch(path) and methods <= found for path, found in samples.items()), pattern


def test_schemathesis_finds_nothing(server: FunctionServer, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{server.url}/openapi.json"]
    # Not every text is a picture: a schema can't say which are, so valid requests may be refused.
    options = [
        "--exclude-checks=positive_data_acceptance",
        "--max-examples=15",
        "--seed=1",
        "--no-color",
        "--request-timeout=60",
    ]
    done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.parametrize("path", ["/%0A", "//v1//x", "/favicon.ico", "/robots.txt", "/%00", "/" + "x" * 5000])
def test_paths_that_the_framework_cannot_route_get_our_answer(server: FunctionServer, path: str) -> None:
    assert_problem(server.ask(path), 404, "not-found")


def test_origins_may_be_listed(tmp_path: Path) -> None:
    with function_server(tmp_path / "log", ALLOWED_ORIGINS="https://a.example,https://b.example") as server:
        allowed = server.ask("/health", headers={"Origin": "https://b.example"}).headers
        assert (allowed["Access-Control-Allow-Origin"], allowed["Vary"]) == ("https://b.example", "Origin")
        refused = server.ask("/nowhere", headers={"Origin": "https://c.example"}).headers
        assert (refused["Access-Control-Allow-Origin"], refused["Vary"]) == (None, "Origin")


def test_a_log_line_tells_what_was_read_and_how_sure_the_network_was(tmp_path: Path) -> None:
    with function_server(tmp_path / "log") as server:
        one = server.read(DRAWN["7"])
        server.ask("/", json.dumps({"images": [DRAWN["7"], DRAWN["3"]]}).encode())
        first, second = (line for line in server.lines() if "dialect" in line)
    assert (first["prediction"], first["confidence"]) == ("7", round(one["confidence"], 4))
    assert (second["prediction"], second["pictures"]) == ("73", 2)
    assert 0.5 < second["confidence"] <= 1
    assert DRAWN["7"][:40] not in (tmp_path / "log").read_text()


def test_each_request_is_one_log_line_with_its_trace_and_never_the_picture(tmp_path: Path) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    with function_server(tmp_path / "log", GOOGLE_CLOUD_PROJECT="p") as server:
        server.ask("/", b"secret,picture", {"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
        server.ask("/health", headers={"X-Cloud-Trace-Context": f"{trace}/1;o=1"})
        lines = [line for line in server.lines() if line.get("logging.googleapis.com/trace")]
    assert [line["httpRequest"]["status"] for line in lines] == [400, 200]
    assert [line["severity"] for line in lines] == ["NOTICE", "INFO"]
    assert {line["logging.googleapis.com/trace"] for line in lines} == {f"projects/p/traces/{trace}"}
    assert "secret" not in (tmp_path / "log").read_text()
