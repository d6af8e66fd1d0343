"""Each front end sends what it always sent, and reads what it always read."""

import base64
import json
import urllib.parse
from typing import Any

import numpy as np
import pytest

from tests.support.bodies import multipart
from tests.support.drawings import encode, paint, seven
from tests.support.function_server import Answer, FunctionServer, assert_problem

LEVELS = np.rint(seven(28, 0.75, 0.1, 0.125, 0.125) * 255).astype(np.uint8)
UNIT = (LEVELS / 255).tolist()
PNG = encode(paint(seven()))
DATA_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()
ONE = np.zeros((28, 28), int)
ONE[4:24, 13:16] = 1


def post(server: FunctionServer, path: str, value: Any, content_type: str | None = "application/json") -> Answer:
    return server.ask(path, json.dumps(value).encode(), {"Content-Type": content_type} if content_type else {})


def digit_of(probabilities: list[float]) -> int:
    assert len(probabilities) == 10
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)
    return int(np.argmax(probabilities))


def test_the_first_client_reads_prediction_as_text(server: FunctionServer) -> None:
    csv = ",".join(str(level) for level in LEVELS.ravel())
    assert post(server, "/", {"image": csv}).json["prediction"] == "7"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain;charset=UTF-8"])
def test_a_tensor_client_reads_ten_numbers(server: FunctionServer, content_type: str) -> None:
    answer = post(server, "/predict", {"tensor": np.ravel(UNIT).tolist()}, content_type)
    assert list(answer.json) == ["prediction"]
    assert digit_of(answer.json["prediction"]) == 7


def test_an_empty_tensor_is_answered_so_that_its_page_can_clear_and_no_other_empty_picture_is(
    server: FunctionServer,
) -> None:
    answer = post(server, "/predict", {"tensor": [0] * 784})
    assert (answer.status, answer.json) == (200, {"prediction": [0.1] * 10})
    for body in ({"image": [0] * 784}, {"instances": [[0] * 784]}, {"data": [0] * 784}, [0] * 784):
        assert_problem(post(server, "/", body), 422, "no-ink")


def test_a_tensor_is_never_inverted(server: FunctionServer) -> None:
    inverted = (1 - np.ravel(UNIT)).tolist()
    assert post(server, "/", {"tensor": inverted}).json != post(server, "/", {"tensor": np.ravel(UNIT).tolist()}).json


@pytest.mark.parametrize("tensor", [[2.0] * 784, ["1,2"], "0,1", None, [[255] * 28] * 28])
def test_a_tensor_that_is_none_is_a_problem(server: FunctionServer, tensor: Any) -> None:
    assert_problem(post(server, "/", {"tensor": tensor}), 400, "malformed")


B64 = {"b64": base64.b64encode(PNG).decode()}
INSTANCES: dict[str, tuple[Any, list[int]]] = {
    "a list of one 28×28": ([UNIT], [7]),
    "two of 28×28×1": ([np.array(UNIT)[:, :, None].tolist(), ONE[:, :, None].tolist()], [7, 1]),
    "two of 784": ([np.ravel(UNIT).tolist(), ONE.ravel().tolist()], [7, 1]),
    "a bare 28×28": (UNIT, [7]),
    "a bare 28×28 of zeros and ones": (ONE.tolist(), [1]),
    "a bare 28×28×1": (np.array(UNIT)[:, :, None].tolist(), [7]),
    "784 bare numbers": (LEVELS.ravel().tolist(), [7]),
    "base64 objects": ([B64, B64], [7, 7]),
    "a named input": ([{"input_1": UNIT}, {"image_bytes": B64}], [7, 7]),
    "text": ([DATA_URL], [7]),
}


@pytest.mark.parametrize("name", INSTANCES)
@pytest.mark.parametrize("path", ["/v1/models/mnist:predict", "/v1/models/mnist/versions/3:predict", "/"])
def test_serving_clients_read_a_list_of_lists(server: FunctionServer, name: str, path: str) -> None:
    instances, digits = INSTANCES[name]
    answer = post(server, path, {"signature_name": "serving_default", "instances": instances}, None).json
    assert list(answer) == ["predictions"]
    assert [digit_of(row) for row in answer["predictions"]] == digits


@pytest.mark.parametrize(
    "body",
    [{"instances": []}, {"instances": "x"}, {"instances": [{}]}, {"inputs": {"a": 1, "b": 2}}, {"image": UNIT}, UNIT],
)
def test_what_serving_clients_get_wrong_is_a_problem_whose_reason_they_read(server: FunctionServer, body: Any) -> None:
    assert_problem(post(server, "/v1/models/mnist:predict", body), 400, "malformed", also="error")


def test_the_bad_instance_is_named(server: FunctionServer) -> None:
    answer = post(server, "/v1/models/mnist:predict", {"instances": [UNIT, np.zeros((28, 28)).tolist()]})
    assert_problem(answer, 422, "no-ink", also="error")
    assert answer.json["detail"].startswith("picture 1: ")


COLUMNS: dict[str, tuple[Any, list[int]]] = {
    "a list of 784 numbers each": ([np.ravel(UNIT).tolist(), ONE.ravel().tolist()], [7, 1]),
    "by the input's name": ({"digits": [UNIT, ONE.tolist()]}, [7, 1]),
    "base64 objects by name": ({"image_bytes": [B64, B64]}, [7, 7]),
    "n×1×28×28": ([[UNIT], [ONE.tolist()]], [7, 1]),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_serving_clients_that_send_columns_read_outputs(server: FunctionServer, name: str) -> None:
    inputs, digits = COLUMNS[name]
    answer = post(server, "/v1/models/mnist:predict", {"signature_name": "serving_default", "inputs": inputs}).json
    assert list(answer) == ["outputs"]
    assert [digit_of(row) for row in answer["outputs"]] == digits


@pytest.mark.parametrize(
    "instance", [{"data": B64["b64"], "target": 0}, {"image_bytes": B64, "key": "1"}, {"id": 5, "pixels": UNIT}]
)
def test_of_an_instance_with_several_keys_the_picture_is_read(server: FunctionServer, instance: Any) -> None:
    answer = post(server, "/v1/models/mnist:predict", {"instances": [instance, instance]})
    assert [digit_of(row) for row in answer.json["predictions"]] == [7, 7]


def test_serving_tells_of_the_model_in_both_vocabularies(server: FunctionServer) -> None:
    status = server.ask("/v1/models/mnist").json
    version = server.ask("/model").json["version"]
    assert status["model_version_status"] == [
        {"version": version, "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    ]
    assert (status["name"], status["ready"]) == ("mnist", True)
    metadata = server.ask("/v1/models/mnist/metadata").json
    assert metadata["model_spec"] == {"name": "mnist", "signature_name": "", "version": version}
    signature = metadata["metadata"]["signature_def"]["signature_def"]["serving_default"]
    assert [side["size"] for side in signature["inputs"]["digits"]["tensor_shape"]["dim"]] == ["-1", "28", "28"]


def test_the_upload_client_reads_a_number(server: FunctionServer) -> None:
    answer = server.ask("/curl-api", *multipart(("myfile", "seven.png", PNG)))
    assert answer.json == {"prediction": 7}


@pytest.mark.parametrize("parts", [[("file", "a.png", PNG)], [("myfile", "a.png", PNG)] * 2, [("myfile", None, b"x")]])
def test_an_upload_without_its_one_file_is_a_problem(server: FunctionServer, parts: list[Any]) -> None:
    assert_problem(server.ask("/curl-api", *multipart(*parts)), 400, "malformed")


REST = ["result1", "score1", "result2", "score2"]


@pytest.mark.parametrize("path", ["/api/digits/", "/api/digits"])
def test_the_rest_client_creates_a_result_and_fetches_it_again(server: FunctionServer, path: str) -> None:
    created = server.ask(path, *multipart(("image", None, DATA_URL.encode())))
    assert created.status == 201
    result = created.json
    assert list(result) == ["id", *REST]
    assert result["result1"] == 7
    assert 0 <= result["score2"] <= result["score1"] <= 1
    assert result["id"] < 2**53  # JavaScript's numbers are exact up to here
    for again in (f"/api/digits/{result['id']}", f"/api/digits/{result['id']}/"):
        assert server.ask(again).json == result


def test_the_rest_client_may_send_a_url_encoded_form(server: FunctionServer) -> None:
    body = urllib.parse.urlencode({"image": DATA_URL}).encode()
    answer = server.ask("/api/digits/", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.json["result1"] == 7


@pytest.mark.parametrize(
    "identifier", ["1", "x", "779999900001", "011000010000", "701000010001", "99999999999999", "７" * 12]
)
def test_an_id_that_no_answer_had_is_not_found(server: FunctionServer, identifier: str) -> None:
    assert_problem(server.ask(f"/api/digits/{urllib.parse.quote(identifier)}"), 404, "not-found")


def test_a_zero_read_first_keeps_its_id(server: FunctionServer) -> None:
    y, x = np.mgrid[-1:1:100j, -1:1:100j]
    ring = (np.abs(np.hypot(x / 0.5, y / 0.8) - 1) < 0.15).astype(np.float32)
    result = server.ask("/api/digits/", *multipart(("image", "0.png", encode(paint(ring))))).json
    assert result["result1"] == 0
    assert server.ask(f"/api/digits/{result['id']}").json == result
