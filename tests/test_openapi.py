"""The surface is what /openapi.json says, and whatever is sent to it, the answer is one that it documents."""

import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from tests.support.function_server import FunctionServer, assert_problem, function_server


def test_the_document_is_valid_openapi(server: FunctionServer) -> None:
    document = server.ask("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_route_of_the_front_page_is_documented(server: FunctionServer) -> None:
    paths = server.ask("/openapi.json").json["paths"]
    for route in server.ask("/").json["routes"]:
        method, path = route.split()
        assert method.lower() in paths[path], route


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
