"""Whoever's client: each sends to the letter what public clients of other servers send, and reads what they read."""

import base64
import json
import urllib.parse
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.support.bodies import multipart
from tests.support.drawings import encode, paint, seven
from tests.support.function_server import Answer, FunctionServer, assert_problem

LEVELS = np.rint(seven(28, 0.75, 0.1, 0.125, 0.125) * 255).astype(np.uint8)  # light on dark, as in MNIST
ROWS = LEVELS.tolist()
FLAT = LEVELS.ravel().tolist()
PNG = encode(paint(seven()))
B64 = base64.b64encode(PNG).decode()
DATA_URL = f"data:image/png;base64,{B64}"
CANVAS = np.rint(paint(seven(500)) * 255).astype(np.uint8)

Body = tuple[bytes, dict[str, str]]
JQUERY = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "Accept": "*/*"}
AXIOS = {"Content-Type": "application/json", "Accept": "application/json, text/plain, */*"}
FETCH = {"Content-Type": "application/json", "Accept": "*/*"}


def as_json(value: Any, headers: dict[str, str] = FETCH) -> Body:
    return json.dumps(value, separators=(",", ":")).encode(), headers


def as_form(**fields: str) -> Body:
    return urllib.parse.urlencode(fields).encode(), JQUERY


def as_file(name: str) -> Body:
    return multipart((name, "image.png", PNG))


# What each sends, where to, and what it then shows.
CLIENTS: dict[str, tuple[str, Body, Callable[[Answer], Any]]] = {
    "a canvas as a data URL, text back": ("/predict/", (DATA_URL.encode(), JQUERY), lambda got: got.body.decode()),
    "the same, JSON back": ("/predict/", (DATA_URL.encode(), AXIOS), lambda got: got.json["prediction"]),
    "the same, its own word back": ("/as/data/predict", (DATA_URL.encode(), JQUERY), lambda got: str(got.json["data"])),
    "a data URL in JSON, text back": ("/as/text/hook", as_json({"image": DATA_URL}), lambda got: got.body.decode()),
    "digit": ("/predict", as_json({"image": DATA_URL}), lambda got: str(got.json["digit"])),
    "digit and confidence of a file": (
        "/predict",
        as_file("file"),
        lambda got: str(got.json["digit"]) if 0.5 < got.json["confidence"] <= 1 else None,
    ),
    "label": ("/v1/mnist", (json.dumps({"image": ROWS}).encode(), {}), lambda got: got.json["label"]),
    "rows on white paper under data": (
        "/predict",
        as_json({"data": (1 - LEVELS / 255).tolist()}),
        lambda got: got.json["prediction"],
    ),
    "rows under data, text back": ("/as/text/recognize", as_json({"data": ROWS}), lambda got: got.body.decode()),
    "a form's imageBase64, guess back": (
        "/as/guess/upload",
        as_form(imageBase64=DATA_URL),
        lambda got: str(got.json["guess"]),
    ),
    "a form's imgBase64": ("/predict", as_form(imgBase64=DATA_URL), lambda got: got.json["prediction"]),
    "a canvas of 250,000 numbers": (
        "/as/predicted_number/api",
        as_json({"new_data": CANVAS.ravel().tolist()}),
        lambda got: str(got.json["predicted_number"]),
    ),
    "a typed array as JSON.stringify writes it": (
        "/",
        as_json({"data": {str(place): level for place, level in enumerate(FLAT)}}),
        lambda got: got.json["prediction"],
    ),
    "a file, output back": ("/as/output", as_file("file"), lambda got: str(got.json["output"])),
    "a file, predicted_digit back": (
        "/as/predicted_digit/p",
        as_file("f"),
        lambda got: str(got.json["predicted_digit"]),
    ),
    "bare rows, digit back": ("/predict", as_json(ROWS), lambda got: str(got.json["digit"])),
    "a bare list, two results back": (
        "/api/mnist",
        as_json((255 - LEVELS).ravel().tolist()),
        lambda got: "".join(str(np.argmax(row)) for row in got.json["results"] if len(row) == 10).removesuffix("7"),
    ),
    "array": ("/", as_json({"array": FLAT}), lambda got: got.json["prediction"][0]),
    "Gradio's list of one": ("/run/predict", as_json({"data": [DATA_URL]}), lambda got: got.json["prediction"]),
    "Seldon's nested array": (
        "/as/digit/api/v0.1/predictions",
        as_json({"data": {"ndarray": [FLAT]}}),
        lambda got: str(got.json["digit"]),
    ),
    "requests of one": ("/", as_json({"requests": [{"image": B64}]}), lambda got: got.json["prediction"]),
    "its picture among other things": (
        "/predict",
        as_json({"width": 28, "height": 28, "pixels": FLAT, "name": "seven", "ids": [1, 2, 3]}),
        lambda got: got.json["prediction"],
    ),
    "torchvision's normalized numbers": (
        "/",
        as_json({"image": ((LEVELS / 255 - 0.1307) / 0.3081).tolist()}),
        lambda got: got.json["prediction"],
    ),
    "numbers from -1 to 1 as instances": (
        "/v1/models/m:predict",
        as_json({"instances": [(LEVELS / 127.5 - 1).tolist()]}),
        lambda got: str(np.argmax(got.json["predictions"][0])),
    ),
    "784 bytes": (
        "/predict",
        (LEVELS.tobytes(), {"Content-Type": "application/octet-stream"}),
        lambda got: got.json["prediction"],
    ),
    "784 bytes as curl names them": ("/", (LEVELS.tobytes(), JQUERY), lambda got: got.json["prediction"]),
    "784 bytes as a file": ("/", multipart(("image", "7.bin", LEVELS.tobytes())), lambda got: got.json["prediction"]),
    "a file in TorchServe's multipart": ("/predictions/mnist", as_file("data"), lambda got: got.body.decode()),
    "SageMaker's instances": (
        "/invocations",
        as_json({"instances": [ROWS]}),
        lambda got: str(np.argmax(got.json["predictions"][0])),
    ),
    "MLflow's inputs": (
        "/invocations",
        as_json({"inputs": [FLAT]}),
        lambda got: str(np.argmax(got.json["predictions"][0])),
    ),
    "MLflow's inputs by name": (
        "/invocations",
        as_json({"inputs": {"digits": [ROWS]}}),
        lambda got: str(np.argmax(got.json["predictions"][0])),
    ),
    "MLflow's table": (
        "/invocations",
        as_json({"dataframe_split": {"columns": [*range(784)], "data": [FLAT]}}),
        lambda got: str(np.argmax(got.json["predictions"][0])),
    ),
    "SageMaker's file": (
        "/invocations",
        (PNG, {"Content-Type": "application/x-image"}),
        lambda got: str(np.argmax(got.json["predictions"][0])),
    ),
}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_is_read_and_shows_a_seven(server: FunctionServer, name: str) -> None:
    path, (body, headers), shown = CLIENTS[name]
    answer = server.ask(path, body, headers)
    assert answer.status == 200, answer.body
    assert shown(answer) == "7"


@pytest.mark.parametrize("accept", ["*/*", "", "text/plain, */*;q=0.1", "text/html,application/json;q=0.5,text/plain"])
def test_a_bare_data_url_is_answered_with_the_digit_as_text(server: FunctionServer, accept: str) -> None:
    answer = server.ask("/", DATA_URL.encode(), {"Accept": accept, "Content-Type": "text/plain"})
    assert (answer.status, answer.body) == (200, b"7")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("accept", ["application/json", "application/json, text/javascript, */*; q=0.01"])
def test_a_bare_data_url_is_answered_in_json_where_that_is_asked_for(server: FunctionServer, accept: str) -> None:
    answer = server.ask("/", DATA_URL.encode(), {"Accept": accept}).json
    told = server.read(DATA_URL)
    assert {**answer, "timing_ms": 0} == {**told, "timing_ms": 0}


def test_the_native_answer_says_the_digit_as_number_and_as_text_beside_the_prediction(server: FunctionServer) -> None:
    answer = server.read(FLAT)
    assert (answer["prediction"], answer["digit"], answer["label"]) == ("7", 7, "7")
    assert list(answer)[:4] == ["prediction", "digit", "label", "confidence"]


def test_the_address_names_the_digit_whatever_is_sent_and_whatever_follows(server: FunctionServer) -> None:
    tensor = {"name": "x", "shape": [1, 784], "datatype": "UINT8", "data": FLAT}
    for path, body in (
        ("", {"tensor": (LEVELS / 255).ravel().tolist()}),
        ("/", {"instances": [ROWS]}),
        ("/api/v1/predict", {"image": ROWS}),
        ("/v1/models/m:predict", {"inputs": [ROWS]}),
        ("/v2/models/m/infer", {"inputs": [tensor]}),
        ("/as/other", FLAT),
    ):
        answer = server.ask("/as/guess" + path, *as_json(body))
        assert (answer.status, answer.json) == (200, {"guess": 7}), path
        assert server.ask("/as/text" + path, *as_json(body)).body == b"7"


def test_several_pictures_are_a_list_and_a_line_each(server: FunctionServer) -> None:
    body = as_json({"images": [ROWS, DATA_URL]})
    assert server.ask("/as/guess", *body).json == {"guess": [7, 7]}
    assert server.ask("/as/text", *body).body == b"7\n7"


def test_of_a_number_and_of_what_is_no_digit_the_address_names_the_nearest(server: FunctionServer) -> None:
    number = encode(paint(np.hstack([seven(200), seven(200)])))
    grid = np.zeros((200, 200), np.float32)
    grid[40:160, [50, 100, 150]] = grid[[50, 100, 150], 40:160] = 1
    for picture in (number, encode(paint(grid))):
        told = server.ask("/", picture, {"Content-Type": "image/png"}).json
        assert told["reading"]["kind"] != "digit"
        named = server.ask("/as/guess", picture, {"Content-Type": "image/png"}).json
        assert named == {"guess": int(told["prediction"])}


@pytest.mark.parametrize(
    "path", ["/as", "/as/", "/as/Guess", "/as/7", "/as/_x", "/as/a-b", "/as/" + "a" * 41, "/as/%C3%A9"]
)
def test_an_address_that_names_nothing_is_not_found(server: FunctionServer, path: str) -> None:
    assert_problem(server.ask(path, *as_json({"image": FLAT})), 404, "not-found")


def test_a_name_has_up_to_forty_letters(server: FunctionServer) -> None:
    name = "a" + "_b" * 19 + "c"
    assert server.ask(f"/as/{name}", *as_json({"image": FLAT})).json == {name: 7}


@pytest.mark.parametrize(
    "body",
    [
        as_json({"before": FLAT, "after": ROWS}),
        as_json({"before": DATA_URL, "after": {"image": B64}}),
        as_form(before=DATA_URL, after=B64),
    ],
    ids=["numbers", "texts", "a form"],
)
def test_two_pictures_under_unknown_keys_are_a_problem_that_names_both(server: FunctionServer, body: Body) -> None:
    answer = server.ask("/", *body)
    assert_problem(answer, 400, "malformed")
    assert "under after and before" in answer.json["detail"]


@pytest.mark.parametrize(
    "value",
    [
        {"data": [1, 2, 3]},
        {"data": [0.5] * 99},
        {"data": [0.5] * 101},
        {"strokes": [[1, 2]] * 60},
        {"data": "hello"},
        {"data": "data:text/plain;base64,aGVsbG8="},
        {"data": [True] * 784},
        {"a": {"b": FLAT, "c": 1}},
        {"a": {}, "b": []},
        {},
    ],
)
def test_where_nothing_looks_like_a_picture_the_problem_names_the_keys(server: FunctionServer, value: Any) -> None:
    answer = server.ask("/", *as_json(value))
    assert_problem(answer, 400, "malformed")
    assert all(name in answer.json["detail"] for name in value)


def test_more_keys_than_a_form_may_have_are_not_looked_through(server: FunctionServer) -> None:
    assert_problem(
        server.ask("/", *as_json({**{f"key{number}": 0 for number in range(1000)}, "x": FLAT})), 413, "too-large"
    )


def test_a_known_key_comes_before_others_that_look_like_pictures(server: FunctionServer) -> None:
    answer = server.ask("/", *as_json({"before": np.zeros((28, 28)).tolist(), "image": ROWS, "thumbnail": B64}))
    assert answer.json["prediction"] == "7"


def test_a_path_decides_before_a_key_does(server: FunctionServer) -> None:
    body = as_json({"inputs": [FLAT]})
    assert list(server.ask("/v1/models/m:predict", *body).json) == ["outputs"]
    assert list(server.ask("/invocations", *body).json) == ["predictions"]
    assert server.ask("/v2/models/m/infer", *body).status == 400
    assert server.ask("/elsewhere", *body).json["prediction"] == "7"
    tensor = as_json({"tensor": (LEVELS / 255).ravel().tolist(), "instances": [ROWS]})
    assert list(server.ask("/v1/models/m:predict", *tensor).json) == ["predictions"]
    assert_problem(server.ask("/", *tensor), 400, "malformed")


@pytest.mark.parametrize("path", ["/predictions/mnist", "/predictions/mnist/1.0"])
def test_torchserve_s_curl_puts_a_file_and_reads_the_bare_digit(server: FunctionServer, path: str) -> None:
    answer = server.ask(path, PNG, {"Content-Type": ""}, method="PUT")
    assert (answer.status, answer.body) == (200, b"7")


def test_health_is_where_torchserve_and_sagemaker_have_it(server: FunctionServer) -> None:
    assert server.ask("/ping").json == {"status": "Healthy"}


@pytest.mark.parametrize("path", ["/predictions/mnist", "/api/mnist"])
def test_an_answer_with_one_place_takes_one_picture(server: FunctionServer, path: str) -> None:
    assert_problem(server.ask(path, *as_json({"images": [ROWS, ROWS]})), 400, "malformed")
