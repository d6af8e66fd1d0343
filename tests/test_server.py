"""The real server reads a picture in every form, refuses what is none, and goes on."""

import base64
import urllib.parse
from pathlib import Path

import numpy as np
import pytest

from tests.support.bodies import CSV, PIXELS, PNG, TEXT, as_json, multipart
from tests.support.drawings import encode, paint, seven
from tests.support.function_server import Answer, FunctionServer, assert_problem


def forms_of(pixels: np.ndarray) -> dict[str, tuple[bytes, dict[str, str]]]:
    """The same picture as every request that means it."""
    png = encode(pixels)
    text = base64.b64encode(png).decode()
    csv = ",".join(map(str, pixels.ravel()))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return {
        "numbers as JSON": as_json({"image": csv}),
        "numbers as JSON called a form, as curl -d does": as_json({"image": csv}, form["Content-Type"]),
        "numbers as JSON called text, which needs no preflight": as_json({"image": csv}, "text/plain"),
        "base64": as_json({"image": text}),
        "URL-safe base64": as_json({"image": text.replace("+", "-").replace("/", "_")}),
        "data URL": as_json({"image": f"data:image/png;base64,{text}"}),
        "list": as_json({"image": pixels.ravel().tolist()}),
        "list of text": as_json({"image": [str(level) for level in pixels.ravel()]}),
        "nested list": as_json({"image": pixels.tolist()}),
        "28×28×1": as_json({"image": pixels[:, :, None].tolist()}),
        "1×28×28": as_json({"image": pixels[None].tolist()}),
        "bare list": as_json(pixels.tolist()),
        "inverted": as_json({"image": (255 - pixels).tolist()}),
        "one of a list": as_json({"images": [csv]}),
        "raw PNG": (png, {"Content-Type": "image/png"}),
        "raw PNG called a form": (png, form),
        "numbers as text": (csv.encode(), {"Content-Type": "text/plain"}),
        "numbers as text called a form, as curl -d does": (csv.encode(), form),
        "base64 as text": (text.encode(), {"Content-Type": "text/plain"}),
        "form field": (urllib.parse.urlencode({"image": text}).encode(), form),
        "form field with bare plus signs": (f"image={text}".encode(), form),
        "form field of numbers": (urllib.parse.urlencode({"image": csv}).encode(), form),
        "multipart field": multipart(("image", None, csv.encode())),
        "multipart file": multipart(("whatever", "seven.png", png)),
    }


def ask(server: FunctionServer, form: tuple[bytes, dict[str, str]], path: str = "/") -> Answer:
    return server.ask(path, *form)


@pytest.mark.parametrize("form", forms_of(PIXELS))
def test_every_form_of_a_picture_gets_the_same_answer(server: FunctionServer, form: str) -> None:
    answer = ask(server, forms_of(PIXELS)[form]).json
    (result,) = answer.get("predictions", [answer])
    expected = server.read(CSV)
    assert expected["prediction"] == "7"
    assert result["prediction"] == "7"
    assert result["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-5)


def test_mnist_test_image_0_is_a_seven_in_every_form(server: FunctionServer, data: Path) -> None:
    with np.load(data / "mnist.npz") as mnist:
        pixels = mnist["x_test"][0]
    for name, form in forms_of(pixels).items():
        answer = ask(server, form).json
        assert answer.get("predictions", [answer])[0]["prediction"] == "7", name


def test_two_hundred_digits_get_the_same_probabilities_in_every_form(server: FunctionServer, data: Path) -> None:
    with np.load(data / "mnist.npz") as mnist:
        digits = mnist["x_train"][:200]
    csv = [",".join(map(str, digit.ravel())) for digit in digits]
    first = ask(server, as_json({"images": csv})).json["predictions"]
    forms = {
        "lists": [digit.tolist() for digit in digits],
        "flat": [digit.ravel().tolist() for digit in digits],
        "PNG": [base64.b64encode(encode(digit)).decode() for digit in digits],
        "BMP": [base64.b64encode(encode(digit, "BMP")).decode() for digit in digits],
        "data URL": ["data:image/gif;base64," + base64.b64encode(encode(digit, "GIF")).decode() for digit in digits],
        "WebP": [base64.b64encode(encode(digit, "WEBP", lossless=True)).decode() for digit in digits],
    }
    for name, pictures in forms.items():
        other = ask(server, as_json({"images": pictures})).json["predictions"]
        for one, two in zip(first, other, strict=True):
            assert one["probabilities"] == pytest.approx(two["probabilities"], abs=1e-5), name


def test_an_answer_says_what_when_by_whom_and_how_long(server: FunctionServer) -> None:
    answer = server.read(CSV)
    assert answer["prediction"] == "7"
    assert answer["confidence"] == max(answer["probabilities"])
    assert len(answer["probabilities"]) == 10
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert set(answer["model"]) == {"version", "architecture", "runtime", "source"}
    assert answer["model"]["source"] == "bundled"
    assert set(answer["timing_ms"]) == {"read", "load", "network", "total"}
    assert "seen" not in answer


def test_seen_is_a_png_of_the_digit_that_the_network_was_given(server: FunctionServer) -> None:
    answer = server.ask("/?seen=1", *as_json({"image": CSV})).json
    assert answer["seen"].startswith("data:image/png;base64,")
    again = server.ask("/?seen=1", *as_json({"image": answer["seen"]})).json
    assert again["seen"] == answer["seen"]


def test_a_list_is_answered_in_order(server: FunctionServer) -> None:
    blank = paint(np.zeros((28, 28), np.float32))
    blank[4:24, 13:15] = 0  # a one
    pictures = [CSV, base64.b64encode(encode(blank)).decode(), CSV]
    answers = server.ask("/?seen=1", *as_json({"images": pictures})).json["predictions"]
    assert [answer["prediction"] for answer in answers] == ["7", "1", "7"]
    assert answers[0]["seen"] == answers[2]["seen"] != answers[1]["seen"]


def test_several_files_are_answered_as_a_list(server: FunctionServer) -> None:
    form = multipart(("a", "1.png", PNG), ("b", "2.png", PNG))
    assert [answer["prediction"] for answer in ask(server, form).json["predictions"]] == ["7", "7"]


def test_another_form_field_beside_the_picture_is_ignored(server: FunctionServer) -> None:
    form = multipart(("csrfmiddlewaretoken", None, b"x"), ("image", None, TEXT.encode()))
    assert ask(server, form).json["prediction"] == "7"


LARGEST = base64.b64encode(encode(np.pad(seven(100) > 0.5, (0, 3996)))).decode()  # 4096×4096 in a few kilobytes

BAD: dict[str, tuple[tuple[bytes, dict[str, str]], int, str]] = {
    "no body": ((b"", {}), 400, "malformed"),
    "a number too few": (as_json({"image": "0," * 782 + "0"}), 400, "malformed"),
    "nan": (as_json({"image": "nan," * 783 + "nan"}), 400, "malformed"),
    "NaN in JSON": ((b'{"image": [NaN]}', {}), 400, "malformed"),
    "broken JSON": ((b'{"image": ', {}), 400, "malformed"),
    "deep JSON": ((b"[" * 100_000, {}), 400, "malformed"),
    "JSON without a picture": (as_json({"picture": "seven"}), 400, "malformed"),
    "JSON with two pictures": (as_json({"one": CSV, "two": CSV}), 400, "malformed"),
    "two kinds at once": (as_json({"image": CSV, "tensor": []}), 400, "malformed"),
    "no pictures": (as_json({"images": []}), 400, "malformed"),
    "too many pictures": (as_json({"images": ["0"] * 257}), 413, "too-large"),
    "a broken PNG": ((PNG[:60], {"Content-Type": "image/png"}), 415, "not-a-picture"),
    "a PNG without its line breaks, as curl -d sends it": (
        (PNG.replace(b"\r", b"").replace(b"\n", b""), {"Content-Type": "application/x-www-form-urlencoded"}),
        415,
        "not-a-picture",
    ),
    "text as an image": ((b"hello", {"Content-Type": "image/png"}), 415, "not-a-picture"),
    "a pixel bomb": ((encode(np.zeros((9400, 9400), bool)), {}), 413, "too-large"),
    "three of the largest pictures": (as_json({"images": [LARGEST] * 3}), 413, "too-large"),
    "an empty canvas": ((encode(np.ones((280, 280), np.float32)), {}), 422, "no-ink"),
    "a body of 6 MiB": ((b"0" * 6 * 2**20, {}), 413, "too-large"),
    "other bytes": ((b"\x00\x01\xfe", {}), 400, "malformed"),
    "a form without a picture": (multipart(("x", None, b"y")), 400, "malformed"),
    "a form without a boundary": ((b"--x", {"Content-Type": "multipart/form-data"}), 400, "malformed"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_gets_a_problem_and_the_next_picture_its_answer(server: FunctionServer, name: str) -> None:
    form, status, code = BAD[name]
    workers = server.workers()
    assert_problem(ask(server, form), status, code)
    assert server.read(CSV)["prediction"] == "7"
    assert server.workers() == workers


def test_the_largest_picture_is_read(server: FunctionServer) -> None:
    assert server.read(LARGEST)["prediction"] == "7"


def test_the_bad_picture_of_a_list_is_named(server: FunctionServer) -> None:
    answer = server.ask("/", *as_json({"images": [CSV, CSV, "0,0"]}))
    assert_problem(answer, 400, "malformed")
    assert answer.json["detail"].startswith("picture 2: ")


def test_an_unknown_path_is_a_problem(server: FunctionServer) -> None:
    assert_problem(server.ask("/nowhere"), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/health", "GET, HEAD, OPTIONS"),
        ("GET", "/feedback", "OPTIONS, POST"),
        ("PUT", "/", "GET, HEAD, OPTIONS, POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(server: FunctionServer, method: str, path: str, allow: str) -> None:
    answer = server.ask(path, b"" if method != "GET" else None, method=method)
    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == allow


def test_a_preflight_is_answered_without_the_network(server: FunctionServer) -> None:
    answer = server.ask("/", method="OPTIONS", headers={"Origin": "https://a.example"})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Max-Age"] == "7200"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ["/", "/health", "/model", "/nowhere"])
def test_every_answer_carries_the_headers_of_safety(server: FunctionServer, path: str) -> None:
    headers = server.ask(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_front_page_names_the_inputs_and_routes(server: FunctionServer) -> None:
    page = server.ask("/").json
    assert page["feedback"] is False
    assert page["limits"] == {"body_bytes": 5 * 2**20, "pictures": 256, "min_side": 10, "max_side": 4096}
    assert "GET /model" in page["routes"]


def test_the_model_page_tells_what_answers(server: FunctionServer) -> None:
    page = server.ask("/model").json
    assert page["version"] == server.read(CSV)["model"]["version"]
    assert page["scores"]
    assert page["refresh"] == {"code": None, "title": None, "refused": None, "reason": None}
