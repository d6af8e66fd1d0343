"""The Open Inference Protocol, byte for byte as tritonclient 2.73.0 sends it: a transcript, because it brings twelve
packages that nothing else here needs. It read these answers, binary tensors and the reasons of problems included.
"""

import base64
import json
import struct
from typing import Any

import numpy as np
import pytest

from tests.support.drawings import encode, paint, seven
from tests.support.function_server import Answer, FunctionServer, assert_problem

INFER = "/v2/models/digits/infer"
UNIT = (np.rint(seven(28, 0.75, 0.1, 0.125, 0.125) * 100) / 100).astype(np.float32)
LEVELS = np.rint(UNIT * 255).astype(np.uint8)
ONE = np.zeros((28, 28), np.float32)
ONE[4:24, 13:16] = 1
PNG = encode(paint(seven()))
ELEMENT = struct.pack("<I", len(PNG)) + PNG


def listed(values: Any) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()


# (JSON, binary tensors behind it, digits)
SENT: dict[str, tuple[bytes, bytes, list[str]]] = {
    "FP32 as JSON": (
        b'{"id":"one","inputs":[{"name":"digits","shape":[1,28,28],"datatype":"FP32","data":'
        + listed(UNIT.ravel().astype(float).tolist())
        + b"}]}",
        b"",
        ["7"],
    ),
    "FP32 in binary": (
        b'{"inputs":[{"name":"digits","shape":[2,28,28],"datatype":"FP32","parameters":{"binary_data_size":6272}}],'
        b'"parameters":{"binary_data_output":true}}',
        UNIT.tobytes() + ONE.tobytes(),
        ["7", "1"],
    ),
    "UINT8 as JSON": (
        b'{"inputs":[{"name":"digits","shape":[1,784],"datatype":"UINT8","data":'
        + listed(LEVELS.ravel().tolist())
        + b"}]}",
        b"",
        ["7"],
    ),
    "UINT8 in binary": (
        b'{"inputs":[{"name":"digits","shape":[1,1,28,28],"datatype":"UINT8","parameters":{"binary_data_size":784}}],'
        b'"parameters":{"binary_data_output":true}}',
        LEVELS.tobytes(),
        ["7"],
    ),
    "BYTES as JSON": (
        b'{"inputs":[{"name":"digits","shape":[1],"datatype":"BYTES","data":'
        + listed([base64.b64encode(PNG).decode()])
        + b"}]}",
        b"",
        ["7"],
    ),
    "BYTES in binary": (
        b'{"inputs":[{"name":"digits","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":%d}}],'
        b'"parameters":{"binary_data_output":true}}' % (2 * len(ELEMENT)),
        ELEMENT * 2,
        ["7", "7"],
    ),
}


def infer(server: FunctionServer, head: bytes, tail: bytes = b"", path: str = INFER) -> Answer:
    """As tritonclient does: without a Content-Type, and with the length of the JSON where tensors follow it."""
    headers = {"User-Agent": "python/gevent-http-client-2.6.1", "Content-Type": ""}
    return server.ask(
        path, head + tail, headers | ({"Inference-Header-Content-Length": str(len(head))} if tail else {})
    )


def asking(shape: Any, data: Any, datatype: Any = "FP32", **more: Any) -> bytes:
    return listed({"inputs": [{"name": "x", "shape": shape, "datatype": datatype, "data": data}], **more})


def outputs(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.body
    return {one["name"]: one for one in answer.json["outputs"]}


@pytest.mark.parametrize("name", SENT)
def test_a_real_client_s_tensors_are_read(server: FunctionServer, name: str) -> None:
    head, tail, digits = SENT[name]
    answer = infer(server, head, tail)
    first, second = answer.json["outputs"]
    count = len(digits)
    assert (first["name"], first["datatype"], first["shape"]) == ("probabilities", "FP32", [count, 10])
    rows = np.array(first["data"]).reshape(count, 10)
    assert rows.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert [str(row.argmax()) for row in rows] == digits
    assert second == {"name": "prediction", "datatype": "BYTES", "shape": [count], "data": digits}
    assert answer.json["model_name"] == "digits"
    assert answer.json["model_version"] == server.ask("/model").json["version"]


def test_an_id_comes_back_and_none_that_was_not_sent(server: FunctionServer) -> None:
    assert infer(server, SENT["FP32 as JSON"][0]).json["id"] == "one"
    assert "id" not in infer(server, SENT["UINT8 as JSON"][0]).json


def test_outputs_are_those_that_are_asked_for_in_their_order(server: FunctionServer) -> None:
    number = np.hstack([seven(100), seven(100)]).round(2)
    wanted = [{"name": "text", "parameters": {"binary_data": False}}, {"name": "kind"}]
    answer = infer(server, asking([1, *number.shape], number.tolist(), outputs=wanted))
    assert answer.json["outputs"] == [
        {"name": "text", "datatype": "BYTES", "shape": [1], "data": ["77"]},
        {"name": "kind", "datatype": "BYTES", "shape": [1], "data": ["number"]},
    ]


SHAPES: dict[str, list[Any]] = {
    "784": [784],
    "28×28": [28, 28],
    "28×28×1": [28, 28, 1],
    "1×784": [1, 784],
    "1×28×28": [1, 28, 28],
    "1×1×28×28": [1, 1, 28, 28],
    "1×28×28×1": [1, 28, 28, 1],
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("nested", [True, False])
def test_one_picture_may_have_any_of_its_usual_shapes(server: FunctionServer, shape: list[int], nested: bool) -> None:
    data = (UNIT.reshape(shape) if nested else UNIT.ravel()).astype(float).tolist()
    told = outputs(infer(server, asking(shape, data)))
    assert told["probabilities"]["data"] == outputs(infer(server, SENT["FP32 as JSON"][0]))["probabilities"]["data"]


@pytest.mark.parametrize("shape", [[28, 784], [28, 28, 28], [28, 1, 28, 28], [28, 28, 28, 1]])
def test_a_batch_of_as_many_pictures_as_they_have_rows_is_one(server: FunctionServer, shape: list[int]) -> None:
    told = outputs(infer(server, asking(shape, np.tile(LEVELS.ravel(), 28).tolist(), "UINT8")))
    assert told["prediction"]["data"] == ["7"] * 28


def test_large_squares_may_be_flat(server: FunctionServer) -> None:
    large = np.rint(seven(100) * 255).astype(int).ravel().tolist()
    assert outputs(infer(server, asking([2, 10_000], large * 2, "INT32")))["prediction"]["data"] == ["7", "7"]


NOUGHT = [0.0] * 784
WRONG: dict[str, tuple[bytes, bytes, int, str]] = {
    "no inputs": (b"{}", b"", 400, "malformed"),
    "two inputs": (listed({"inputs": [{}, {}]}), b"", 400, "malformed"),
    "an input that is text": (listed({"inputs": ["x"]}), b"", 400, "malformed"),
    "an unknown datatype": (asking([1, 784], NOUGHT, "FP8"), b"", 400, "malformed"),
    "a datatype that is a list": (asking([1, 784], NOUGHT, ["FP32"]), b"", 400, "malformed"),
    "fewer values than the shape says": (asking([2, 784], NOUGHT), b"", 400, "malformed"),
    "values nested unlike": (asking([1, 784], [[0.0], 1]), b"", 400, "malformed"),
    "three colors": (asking([1, 3, 28, 28], NOUGHT * 3), b"", 400, "malformed"),
    "five sides": (asking([1, 1, 1, 28, 28], NOUGHT), b"", 400, "malformed"),
    "a negative side": (asking([-1, 784], NOUGHT), b"", 400, "malformed"),
    "no side": (asking([], NOUGHT), b"", 400, "malformed"),
    "a side that is true": (asking([True, 784], NOUGHT), b"", 400, "malformed"),
    "a shape of millions": (asking([10**9, 10**9], [1]), b"", 413, "too-large"),
    "too many pictures": (asking([300, 100], [0] * 30_000, "BYTES"), b"", 413, "too-large"),
    "257 pictures": (asking([257, 784], NOUGHT * 257), b"", 413, "too-large"),
    "an unknown output": (asking([1, 784], NOUGHT, outputs=[{"name": "x"}]), b"", 400, "malformed"),
    "outputs that are text": (asking([1, 784], NOUGHT, outputs="x"), b"", 400, "malformed"),
    "an id that is a number": (asking([1, 784], NOUGHT, id=7), b"", 400, "malformed"),
    "nothing drawn": (asking([1, 784], NOUGHT), b"", 422, "no-ink"),
    "BYTES of no picture": (asking([1], ["AAAA"], "BYTES"), b"", 415, "not-a-picture"),
    "no JSON": (b"{", b"", 400, "malformed"),
    "fewer bytes than announced": (SENT["FP32 in binary"][0], UNIT.tobytes(), 400, "malformed"),
    "an element longer than the rest": (
        SENT["BYTES in binary"][0],
        b"\xff\xff\xff\xff" + (ELEMENT * 2)[4:],
        400,
        "malformed",
    ),
    "nan": (
        SENT["FP32 in binary"][0],
        np.full(1568, np.nan, np.float32).tobytes(),
        400,
        "malformed",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_where_such_clients_read_it(server: FunctionServer, name: str) -> None:
    head, tail, status, code = WRONG[name]
    assert_problem(infer(server, head, tail), status, code, also="error")


@pytest.mark.parametrize("length", ["0", "-1", "x", "9999", "99999999999999999999", "1_0", "７"])
def test_a_length_of_the_json_that_cannot_be_is_a_problem(server: FunctionServer, length: str) -> None:
    headers = {"Inference-Header-Content-Length": length.encode().decode("latin-1")}
    assert_problem(server.ask(INFER, b"{}   ", headers), 400, "malformed", also="error")


def test_a_binary_tensor_elsewhere_is_refused_and_not_overlooked(server: FunctionServer) -> None:
    head, tail, _ = SENT["FP32 in binary"]
    assert_problem(infer(server, head, tail, "/"), 400, "malformed")


def test_the_server_and_its_model_are_live_and_ready_and_tell_their_tensors(server: FunctionServer) -> None:
    version = server.ask("/model").json["version"]
    assert server.ask("/v2").json == {
        "name": "handwritten-digits",
        "version": "1",
        "extensions": ["binary_tensor_data"],
    }
    assert server.ask("/v2/health/live").json == {"live": True}
    assert server.ask("/v2/health/ready").json == {"ready": True}
    assert server.ask("/v2/models/digits/ready").json == {"name": "digits", "ready": True}
    assert server.ask("/v2/models/digits/versions/1/ready").json == {"name": "digits", "ready": True}
    assert server.ask("/v2/models/digits").json == {
        "name": "digits",
        "versions": [version],
        "platform": "handwritten-digits",
        "inputs": [{"name": "digits", "datatype": "FP32", "shape": [-1, 28, 28]}],
        "outputs": [
            {"name": "probabilities", "datatype": "FP32", "shape": [-1, 10]},
            {"name": "prediction", "datatype": "BYTES", "shape": [-1]},
            {"name": "kind", "datatype": "BYTES", "shape": [-1]},
            {"name": "text", "datatype": "BYTES", "shape": [-1]},
        ],
    }


@pytest.mark.parametrize("path", ["/v2/models", "/v2/nowhere", "/v1/models/m/nowhere"])
def test_a_page_that_is_not_there_is_told_in_the_protocol_s_words(server: FunctionServer, path: str) -> None:
    assert_problem(server.ask(path), 404, "not-found", also="error")
    assert_problem(server.ask("/nowhere"), 404, "not-found")
