"""What is written, on the wire: every native answer tells it, and no other client's answer is any different for it."""

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from openapi_schema_validator import OAS31Validator
from PIL import Image

from tests.support.bodies import CSV, multipart
from tests.support.drawings import encode
from tests.support.exploding import exploding
from tests.support.function_server import FunctionServer, function_server
from tests.support.weights import write_knowing
from tests.support.written import number, written

READING = {"kind", "text", "confidence", "parts"}
PART = {"digit", "confidence", "box"}


@pytest.fixture(scope="module")
def knowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    """A server whose weights tell digits from others."""
    folder = tmp_path_factory.mktemp("written")
    weights = write_knowing(folder / "digits.weights.h5")
    with function_server(folder / "log", WEIGHTS_URL=str(weights)) as server:
        yield server


@pytest.fixture(scope="module")
def answers(knowing: FunctionServer) -> list[dict[str, Any]]:
    """Of several kinds of requests, with what was seen of the last ones."""
    pictures = [base64.b64encode(number(*lines)).decode() for lines in (["7"], ["42"], ["42", "42"], ["90210"])]
    found: list[dict[str, Any]] = [
        knowing.read(CSV),
        knowing.read(pictures[1]),
        knowing.ask("/", number("2026"), {"Content-Type": "image/png"}).json,
        *(knowing.ask("/?seen=1", json.dumps({"image": picture}).encode()).json for picture in pictures),
    ]
    assert [answer["reading"]["text"] for answer in found] == ["7", "42", "2026", "7", "42", "", "90210"]
    return found


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_every_answer_tells_kind_text_confidence_and_parts(answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        reading = answer["reading"]
        assert set(reading) == READING
        assert reading["kind"] == {0: "unknown", 1: "digit"}.get(len(reading["text"]), "number")
        assert 0 <= reading["confidence"] <= 1
        assert "".join(part["digit"] for part in reading["parts"]) == reading["text"]
        assert all(0 <= part["confidence"] <= 1 for part in reading["parts"])


def test_boxes_lie_side_by_side_inside_the_picture_where_the_digits_stand(answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        boxes = np.array([part["box"] for part in answer["reading"]["parts"]]).reshape(-1, 4)
        left, top, width, height = boxes.T
        assert (boxes > 0).all() and (left + width < 1).all() and (top + height < 1).all()
        if len(boxes) > 1:  # each in a part of the picture that is as wide as the others
            middles = (left + width / 2) * len(boxes)
            assert np.abs(middles - np.arange(len(boxes)) - 0.5).max() < 0.1


def test_seen_is_told_of_each_part_where_it_was_asked_for(answers: list[dict[str, Any]]) -> None:
    for answer in answers:
        parts = answer["reading"]["parts"]
        assert all(set(part) == PART | ({"seen"} if "seen" in answer else set()) for part in parts)
        for shown in [answer["seen"], *(part["seen"] for part in parts)] if "seen" in answer else []:
            with Image.open(io.BytesIO(base64.b64decode(shown.removeprefix("data:image/png;base64,")))) as digit:
                assert (digit.size, digit.mode, np.asarray(digit).max()) == ((28, 28), "L", 255)
        if "seen" in answer and len(parts) == 1:
            assert parts[0]["seen"] == answer["seen"]


def test_several_pictures_are_read_in_their_order(knowing: FunctionServer) -> None:
    texts = ["42", "7", "301", "9", "000", "12"] * 12  # more than are looked at together
    pictures = [b64(number(text)) for text in texts[:6]] * 12
    alone = [knowing.read(picture)["reading"] for picture in pictures[:6]]
    body = json.dumps({"images": [*pictures, b64(number("1", "1"))]}).encode()
    told = [answer["reading"] for answer in knowing.ask("/", body).json["predictions"]]
    assert [reading["text"] for reading in told] == [*texts, ""]
    for reading, lone in zip(told, alone * 12, strict=False):
        assert reading["parts"] == [
            {**part, "confidence": pytest.approx(part["confidence"], abs=1e-5)} for part in lone["parts"]
        ]


def test_prediction_is_of_the_whole_drawing_whatever_is_written(knowing: FunctionServer) -> None:
    """As it has been for old clients: with weights that know numbers, and with those that call everything a digit."""
    for picture in (CSV, b64(number("42")), b64(number("42", "17"))):
        answer = knowing.read(picture)
        assert answer["prediction"] == str(np.argmax(answer["probabilities"]))
        assert answer["confidence"] == max(answer["probabilities"])
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)


def test_what_is_no_digit_has_no_text_and_no_parts(knowing: FunctionServer) -> None:
    scribble = dict(exploding())["a scribble of 400 lines"]
    answer = knowing.ask("/?seen=1", encode(scribble), {"Content-Type": "image/png"}).json
    reading = answer["reading"]
    assert (reading["kind"], reading["text"], reading["parts"]) == ("unknown", "", [])
    assert 0.5 < reading["confidence"] <= 1
    assert answer["prediction"] in "0123456789" and answer["seen"].startswith("data:image/png")


def test_each_answer_is_one_that_openapi_documents(knowing: FunctionServer, answers: list[dict[str, Any]]) -> None:
    document = knowing.ask("/openapi.json").json
    response = document["paths"]["/"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    validator = OAS31Validator({**response, "components": document["components"]})
    native = next(option for option in response["anyOf"] if "reading" in option.get("properties", {}))
    for answer in answers:
        validator.validate(answer)
        OAS31Validator({**native, "components": document["components"]}).validate(answer)
    spoiled = {**answers[0], "reading": {**answers[0]["reading"], "kind": "letter"}}
    assert not OAS31Validator({**native, "components": document["components"]}).is_valid(spoiled)


@pytest.mark.parametrize("text", ["7", "42"])
def test_other_clients_are_answered_to_the_byte_as_ever(text: str, knowing: FunctionServer) -> None:
    png = number(text)
    native = knowing.read(b64(png))
    row = native["probabilities"]
    first, second = (int(digit) for digit in np.argsort(-np.array(row), kind="stable")[:2])
    assert compact(knowing, "/", {"instances": [{"b64": b64(png)}]}) == {"predictions": [row]}
    several = compact(knowing, "/v1/models/m:predict", {"instances": [b64(png)] * 2})
    assert several == {"predictions": [pytest.approx(row, abs=2e-6)] * 2}  # a batch is summed in another order
    upload = knowing.ask("/curl-api", *multipart(("myfile", "x.png", png)))
    assert upload.body.strip() == b'{"prediction":%d}' % first
    created = knowing.ask("/api/digits/", *multipart(("image", "x.png", png))).json
    assert list(created) == ["id", "result1", "score1", "result2", "score2"]
    assert (created["result1"], created["result2"]) == (first, second)
    assert created["score1"] == pytest.approx(row[first], abs=1e-4)
    small = 1 - np.asarray(written(text).resize((28, 28)), float) / 255
    tensor = compact(knowing, "/", {"tensor": small.ravel().round(3).tolist()})
    assert list(tensor) == ["prediction"] and len(tensor["prediction"]) == 10
    pixels = encode(small.astype(np.float32))
    assert np.argmax(tensor["prediction"]) == int(knowing.read(b64(pixels))["prediction"])


def compact(server: FunctionServer, path: str, value: Any) -> Any:
    """The answer, of which no byte is any other than its own JSON without spaces."""
    body = server.ask(path, json.dumps(value).encode()).body
    found = json.loads(body)
    assert body.strip() == json.dumps(found, separators=(",", ":")).encode()
    return found
