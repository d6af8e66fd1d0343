"""Corrections are kept: what the network saw and what its author says it is, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.function_server import Answer, FunctionServer, function_server
from tests.test_server import CSV, assert_problem


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corrections") / "kept"


@pytest.fixture(scope="module")
def keeping(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    """A server that takes corrections."""
    with function_server(tmp_path_factory.mktemp("log") / "log", FEEDBACK_URL=str(folder)) as server:
        yield server


def correct(server: FunctionServer, **correction: Any) -> Answer:
    return server.ask("/feedback", json.dumps(correction).encode())


def test_a_correction_is_kept_as_the_picture_that_the_network_saw(keeping: FunctionServer, folder: Path) -> None:
    answer = correct(keeping, image=CSV, label="1", prediction="7")
    assert answer.status == 201
    name = answer.json["stored"]
    assert name.startswith("1-7-")
    with Image.open(folder / name) as image:
        kept = np.asarray(image)
    assert (kept.shape, kept.max()) == ((28, 28), 255)
    seen = keeping.ask("/?seen=1", json.dumps({"images": [kept.tolist(), CSV]}).encode()).json["predictions"]
    assert seen[0]["seen"] == seen[1]["seen"]


def test_the_same_correction_twice_is_kept_once(keeping: FunctionServer, folder: Path) -> None:
    names = {correct(keeping, image=CSV, label=4).json["stored"] for _ in range(3)}
    assert len(names) == 1
    assert [path.name for path in folder.glob("4-x-*")] == [*names]


@pytest.mark.parametrize(
    "correction",
    [
        {"image": CSV},
        {"label": "7"},
        {"image": CSV, "label": "10"},
        {"image": CSV, "label": 10},
        {"image": CSV, "label": -1},
        {"image": CSV, "label": True},
        {"image": CSV, "label": 7.0},
        {"image": CSV, "label": None},
        {"image": CSV, "label": ""},
        {"image": CSV, "label": "７"},
        {"image": CSV, "label": "../7"},
        {"image": CSV, "label": "7", "prediction": "x"},
        {"image": "0,0", "label": "7"},
        {"image": 7, "label": "7"},
    ],
)
def test_what_is_no_correction_is_refused_and_nothing_kept(
    keeping: FunctionServer, folder: Path, correction: dict[str, Any]
) -> None:
    before = sorted(folder.glob("*"))
    assert_problem(correct(keeping, **correction), 400, "malformed")
    assert sorted(folder.glob("*")) == before


def test_the_front_page_tells_whether_corrections_are_taken(keeping: FunctionServer, server: FunctionServer) -> None:
    assert keeping.ask("/").json["feedback"] is True
    assert server.ask("/").json["feedback"] is False


def test_without_a_place_for_them_corrections_are_not_found(server: FunctionServer) -> None:
    assert_problem(correct(server, image=CSV, label="7"), 404, "not-found")


def test_a_place_out_of_reach_is_told_as_such_and_without_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with function_server(tmp_path / "log", FEEDBACK_URL=str(tmp_path / "file" / "secret-name")) as server:
        answer = correct(server, image=CSV, label="7")
        assert_problem(answer, 503, "store-unreachable")
        assert int(answer.headers["Retry-After"]) > 0
        assert b"secret-name" not in answer.body
