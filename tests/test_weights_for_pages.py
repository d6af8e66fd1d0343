"""GET /weights/<version>: the weights in service as float16, whatever runs them, for a page that reads by itself."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from function.formats import BUNDLED, BUNDLED_LITE
from function.network.about import about_of, digest
from function.network.float16 import MOST_BYTES, packed
from function.network.golden import golden_digits
from function.network.loading import build
from function.network.network import Known, Network, Parameters
from tests.support import weights
from tests.support.function_server import ROOT, FunctionServer, assert_problem, function_server
from training.learning.weights_file import write_about
from training.releasing.export import export


def header_of(content: bytes) -> dict[str, Any]:
    """The header of a safetensors file, whose arrays are found to fill it without a gap."""
    length = int.from_bytes(content[:8], "little")
    header: dict[str, Any] = json.loads(content[8 : 8 + length])
    arrays = [array for name, array in header.items() if name != "__metadata__"]
    ends = [0, *(array["data_offsets"][1] for array in arrays)]
    assert [array["data_offsets"][0] for array in arrays] == ends[:-1]
    assert ends[-1] == len(content) - 8 - length
    assert all(array["dtype"] == "F16" for array in arrays)
    return header


def version_of(server: FunctionServer) -> str:
    return str(server.ask("/model").json["version"])


def test_the_version_in_service_is_given_for_ever_to_any_origin(server: FunctionServer) -> None:
    answer = server.ask(f"/weights/{version_of(server)}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"public", "immutable", "max-age=31536000"} == set(answer.headers["Cache-Control"].split(", "))
    assert len(answer.body) <= MOST_BYTES
    told = header_of(answer.body)["__metadata__"]
    assert (told["format"], told["version"]) == ("1", version_of(server))
    assert 0 < json.loads(told["known"])["threshold"] < 1


def test_who_has_these_weights_under_any_version_gets_them_no_second_time(server: FunctionServer) -> None:
    path = f"/weights/{version_of(server)}"
    again = server.ask(path, headers={"If-None-Match": server.ask(path).headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    told = server.ask(path, method="HEAD")  # as the page asks, which may read it there
    assert (told.status, told.body) == (200, b"")
    assert told.headers["ETag"] == again.headers["ETag"]
    assert "ETag" in told.headers["Access-Control-Expose-Headers"]
    assert server.ask(path, headers={"If-None-Match": 'W/"another"'}).status == 200


@pytest.mark.parametrize("name", ["another", "0", "x" * 64, "x" * 65, "..", "%00", "a/b", ""])
def test_any_other_version_is_a_problem_that_is_not_kept(server: FunctionServer, name: str) -> None:
    answer = server.ask(f"/weights/{name}")
    assert_problem(answer, 404, "not-found")
    assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_is_posted_there(server: FunctionServer) -> None:
    answer = server.ask(f"/weights/{version_of(server)}", b"{}")
    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_what_makes_them_is_imported_when_they_are_asked_for(tmp_path: Path) -> None:
    script = (
        "import sys; from function.network.loading import build; from pathlib import Path; "
        f"build(Path({str(BUNDLED_LITE)!r})); import main; "
        "print('function.network.float16' in sys.modules, 'ai_edge_litert.schema_py_generated' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_function_on_litert_gives_the_same_weights(server: FunctionServer, tmp_path: Path) -> None:
    theirs = server.ask(f"/weights/{version_of(server)}")
    with function_server(tmp_path / "log", WEIGHTS_URL=str(BUNDLED_LITE)) as lite:
        ours = lite.ask(f"/weights/{version_of(lite)}")
        assert ours.status == 200
        one, other = header_of(ours.body), header_of(theirs.body)
        assert one["__metadata__"]["version"] != other["__metadata__"]["version"]
        assert one["__metadata__"]["digest"] == other["__metadata__"]["digest"]
        known = lite.ask(f"/weights/{version_of(lite)}", headers={"If-None-Match": theirs.headers["ETag"]})
        assert known.status == 304


def test_keras_gives_its_weights_where_a_page_can_run_their_layers(tmp_path: Path) -> None:
    found = packed(build(weights.write_checkpoint(tmp_path / "digits")), "1")
    assert found is not None
    assert header_of(found.content)["__metadata__"]["known"] == "null"
    unfolded = build(weights.write_unfolded(tmp_path / "unfolded.weights.h5"))
    assert unfolded.runtime == "keras"
    assert packed(unfolded, "1") is None


def write_large(path: Path) -> Path:
    """The bundled weights, their first layer's a million times as large and the next one's as small: the same answers,
    and numbers that float16 doesn't have."""
    path.write_bytes(BUNDLED.read_bytes())
    with h5py.File(path, "a") as file:
        for name, scale in {"conv2d/vars/0": 1e6, "conv2d/vars/1": 1e6, "conv2d_1/vars/0": 1e-6}.items():
            file[f"layers/{name}"][...] *= scale
        file.attrs["digest"] = digest(file)
    return path


def test_a_page_gets_none_where_it_can_run_none(tmp_path: Path) -> None:
    path = write_large(tmp_path / "digits.weights.h5")
    with function_server(tmp_path / "log", WEIGHTS_URL=str(path)) as server:
        answer = server.ask(f"/weights/{version_of(server)}")
        assert_problem(answer, 404, "not-found")
        assert "a page can't run" in answer.json["detail"]
        assert server.ask("/model").json["source"] == "folder"


def altered(scale: float = 1.0, temperature: float | None = None) -> Network:
    """The bundled network, which tells other parameters than those that it answers with."""
    network = build(BUNDLED)
    told = network.parameters()
    assert told is not None
    arrays = {name: array * np.float32(scale) for name, array in told.arrays.items()}
    other = Parameters(told.layers, arrays, temperature or told.temperature, told.known)
    return Network(network.architecture, "numpy", network.outputs, {}, network.threshold, lambda: other)


def test_weights_that_float16_or_a_runtime_changes_are_not_given() -> None:
    assert packed(altered(), "1") is not None
    assert packed(altered(temperature=3.0), "1") is None
    assert packed(altered(scale=1e6), "1") is None  # beyond the largest number of float16


def test_the_same_weights_have_the_same_digest_and_others_another() -> None:
    network = build(BUNDLED)
    first, second = packed(network, "1"), packed(network, "2")
    slightly = packed(altered(scale=1.002), "1")
    assert first is not None and second is not None and slightly is not None
    assert first.digest == second.digest != slightly.digest
    assert first.content != second.content


@pytest.mark.parametrize("form", ["weights.h5", "tflite"])
def test_litert_s_constants_are_the_parameters_of_the_file_that_it_was_made_from(form: str, tmp_path: Path) -> None:
    """By energy alone, at another temperature, on dense layers."""
    path = tmp_path / "digits.weights.h5"
    weights.write_good(path)
    write_about(path, replace(about_of(path), temperature=1.7, known=Known(0.25, 0.5, -2.5)))
    (tmp_path / "digits.tflite").write_bytes(export(path))
    network = build(tmp_path / f"digits.{form}")
    found = packed(network, "1")
    assert found is not None
    told = header_of(found.content)["__metadata__"]
    assert float(told["temperature"]) == pytest.approx(1.7, rel=1e-5)
    assert json.loads(told["known"]) == pytest.approx({"threshold": 0.25, "slope": 0.5, "offset": -2.5}, rel=1e-5)
    assert network.outputs(golden_digits()).shape == (10, 11)
