"""A public endpoint gets everything thrown at it: it answers each with a problem, quickly, and goes on."""

import base64
import io
import itertools
import json
import math
import random
import time
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from function.formats import BUNDLED_LITE
from tests.support.bodies import CSV, multipart
from tests.support.bombs import FORM, PERCENT_SIGNS, chunk, many_odd_tags, png
from tests.support.drawings import encode, paint, seven
from tests.support.function_server import Answer, FunctionServer, function_server
from tests.support.targets import POSTED
from tests.support.wire import send, watched

Say = Callable[[str], None]

SEED = random.Random(5)
PICTURES = {form: encode(paint(seven(64)), form) for form in ("PNG", "JPEG", "GIF", "WEBP", "BMP")}
JSON = {"Content-Type": "application/json"}


def text_bomb() -> bytes:
    """A PNG with a compressed text that would unpack to 100 MB."""
    packed = zlib.compress(bytes(100_000_000), 9)
    start = png(28, 28, bytes(29 * 28))
    return start[:33] + chunk(b"zTXt", b"a\0\0" + packed) + start[33:]


def bad_bytes() -> Iterator[bytes]:
    """Some 250 bodies that hold no picture."""
    for data in PICTURES.values():
        for part in range(1, 21):
            yield data[: len(data) * part // 24 // 2 + 1]
        yield data[:12] + bytes(SEED.randrange(256) for _ in range(300))
        yield data[:8]
        yield data[:100] + b"\0" * 100
    for width, height in itertools.product([0, 1, 2**31 - 1, 9400, 4097], [0, 1, 2**31 - 1, 9400]):
        yield png(width, height)
    for depth, color in itertools.product([0, 3, 16, 99], [1, 5, 99]):
        yield png(28, 28, b"\0" * 29 * 28, depth, color)
    for length in (1, 2, 3, 7, 50, 500, 5000):
        yield bytes(SEED.randrange(128, 256) for _ in range(length))
        yield bytes(SEED.randrange(256) for _ in range(length)) + b"\xff"
    for start in (
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"RIFF\xff\xff\xff\xffWEBP",
        b"BM",
        b"II*\0",
        b"%PDF-1.7",
        b"<svg/>",
    ):
        yield start
        yield start + b"\xff" * 64
    yield text_bomb()
    yield encode(np.ones((28, 28), np.float32))
    yield encode(np.zeros((9400, 9400), bool))
    yield io.BytesIO(b"P5 28 28 255\n" + bytes(784)).getvalue()


def bad_texts() -> Iterator[str]:
    """Some 100 texts that hold no picture."""
    zeros = ["0"] * 784
    for number in (
        "nan",
        "inf",
        "-inf",
        "1e400",
        "-1",
        "256",
        "1_0",
        "0x10",
        "７",
        "1.2.3",
        "--1",
        "1e",
        " ",
        "",
        "None",
        "1;1",
    ):
        for place in (0, 400, 783):
            yield ",".join([*zeros[:place], number, *zeros[place + 1 :]])
    for count in (2, 28, 783, 785, 1568, 100_000):
        yield ",".join(["1"] * count)
    yield from (
        ",",
        ",,,",
        ",".join([""] * 784),
        ",".join(zeros),
        "\0" * 50,
        "=" * 50,
        "!" * 50,
        "A",
        "AAAAA",
        "🙂" * 20,
    )
    yield from (
        "data:",
        "data:,",
        "data:image/png;base64,",
        "data:image/png,abc",
        "data:;base64,AAAA",
        "data:" + "x" * 5000,
    )
    yield from (base64.b64encode(data[:20]).decode() for data in PICTURES.values())
    yield from (
        "javascript:alert(1)",
        "../../etc/passwd",
        "gs://bucket/name",
        "' OR 1=1 --",
        "{{7*7}}",
        "%00",
        "\ud800",
    )


def bad_json() -> Iterator[Any]:
    """Some 60 JSON values that hold no picture."""
    yield from (
        None,
        True,
        False,
        0,
        -1,
        1e308,
        "",
        "7",
        [],
        {},
        [[]],
        [{}],
        {"image": {}},
        {"images": {}},
        {"images": [[]]},
    )
    value: Any
    for key, value in itertools.product(
        ("image", "images", "tensor", "instances"),
        (None, True, 5, "", [], [0] * 783, [None] * 784, [[0] * 28] * 27 + [[0]], {"a": {}}, [[[[0]]]], "x" * 1000),
    ):
        yield {key: value}
    yield {"image": [10**400] + [0] * 783}
    yield {"image": CSV, "images": [CSV]}
    yield {"Image": CSV, "Picture": CSV}


def broken_json() -> Iterator[bytes]:
    yield from (
        b"{",
        b"[",
        b'{"image"',
        b'{"image":}',
        b'{"image": NaN}',
        b'{"image": [Infinity]}',
        b'{"a":1}}',
        b'["',
        b'{"\xff": 1}',
    )
    yield from (b"[" * 100_000, b'{"image":' * 50_000, b"[" * 500 + b"]" * 500, b'{"image": ' + b"1" * 5000 + b"}")


def corpus() -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """(what, body, headers): every bad picture as each kind of body that can hold it."""
    for index, data in enumerate(bad_bytes()):
        text = base64.b64encode(data).decode()
        yield f"bytes {index} raw", data, {"Content-Type": "image/png"}
        yield f"bytes {index} as JSON", json.dumps({"image": text}).encode(), JSON
        yield f"bytes {index} as a form", urllib.parse.urlencode({"image": text}).encode(), FORM
        yield f"bytes {index} as a file", *multipart(("image", "x.png", data))
        yield f"bytes {index} as text", text.encode(), {"Content-Type": "text/plain"}
    for index, text in enumerate(bad_texts()):
        data = text.encode("utf-8", "surrogatepass")
        yield f"text {index} raw", data, {"Content-Type": "image/png"}
        yield f"text {index} as JSON", json.dumps({"image": text}).encode(), JSON
        yield f"text {index} as a form", b"image=" + urllib.parse.quote_from_bytes(data).encode(), FORM
        yield f"text {index} as a field", *multipart(("image", None, data))
        yield f"text {index} as text", data, {"Content-Type": "text/plain"}
    for index, data in enumerate([*(json.dumps(value).encode() for value in bad_json()), *broken_json()]):
        yield f"JSON {index}", data, JSON
        yield f"JSON {index} as text", data, {"Content-Type": "text/plain"}
        yield f"JSON {index} without a type", data, {}
        yield f"JSON {index} as an image", data, {"Content-Type": "image/png"}
        yield f"JSON {index} as a field", *multipart(("image", None, data))


def serpentine() -> np.ndarray:
    """One line that winds through the whole picture, and a dot: the longest component that pixels can make."""
    pixels = np.zeros((798, 798), bool)
    pixels[:, :-20:2] = True
    for index, column in enumerate(range(1, 777, 2)):
        pixels[0 if index % 2 else -1, column] = True
    pixels[400, -1] = True
    return pixels


def many_scans() -> bytes:
    """A progressive JPEG whose last scan comes a thousand times."""
    data = encode(np.ones((990, 990), np.float32), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 1000 + data[-2:]


EXPENSIVE: dict[str, tuple[bytes, dict[str, str]]] = {
    "a line through 256 pictures": (
        json.dumps({"images": [base64.b64encode(encode(serpentine())).decode()] * 256}).encode(),
        JSON,
    ),
    "a JPEG of a thousand scans": (many_scans(), {}),
    "a million empty objects": (b'{"image":[' + b"{}," * 1_600_000 + b"{}]}", JSON),
    "a million empty lists": (b'{"image":[' + b"[]," * 1_600_000 + b"[]]}", JSON),
    "a million form fields": (b"image=1&" + b"a&" * 2_500_000, FORM),
    "a million form fields without a picture": (b"a&" * 2_500_000, FORM),
    "noise": (encode(np.random.default_rng(1).random((2000, 2000)) < 0.4), {}),
}


@pytest.mark.parametrize("name", EXPENSIVE)
def test_a_small_request_cannot_buy_much_work(server: FunctionServer, name: str, say: Say) -> None:
    started = time.monotonic()
    answer = server.ask("/", *EXPENSIVE[name])
    say(f"{len(EXPENSIVE[name][0])} bytes: {answer.status} after {time.monotonic() - started:.2f} s")
    assert answer.status in (200, 400, 413, 415, 422)
    assert server.read(CSV)["prediction"] == "7"


def test_a_corpus_of_bad_pictures_in_five_kinds_of_body_gets_problems(server: FunctionServer, say: Say) -> None:
    server.read(CSV)
    workers = server.workers()
    asked = 0
    slowest = 0.0
    for what, body, headers in corpus():
        started = time.monotonic()
        answer = server.ask("/", body, headers)
        slowest = max(slowest, time.monotonic() - started)
        assert 400 <= answer.status < 500, (what, answer.status, answer.body)
        assert answer.headers["Content-Type"] == "application/problem+json", what
        assert answer.headers["Access-Control-Allow-Origin"] == "*", what
        assert answer.json["status"] == answer.status, what
        asked += 1
        if asked % 50 == 0:
            assert server.read(CSV)["prediction"] == "7"
    assert server.workers() == workers
    say(f"{asked} bad requests, the slowest answered in {slowest:.2f} s")
    assert asked >= 5 * 300


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
RAW = {
    "a wrong chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n",
    "a negative chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n0\r\n\r\n",
    "a chunk cut short": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\nabc",
    "a length that lies": HEAD + b"Content-Length: 1000\r\n\r\nabc",
    "a length of letters": HEAD + b"Content-Length: abc\r\n\r\nabc",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\nabc",
    "length and chunks": HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "half a request line": b"POST / HT",
    "no request line": b"\r\n\r\n\r\n",
    "binary": bytes(range(256)),
    "a very long path": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a zero byte in the path": b"GET /%00\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "an unknown method": b"FROB / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("name", RAW)
def test_broken_http_leaves_the_server_well(server: FunctionServer, name: str) -> None:
    server.read(CSV)
    workers = server.workers()
    reply = send(server, RAW[name])
    assert reply.status < 500, reply
    assert b"Traceback" not in reply.body
    assert server.read(CSV)["prediction"] == "7"
    assert server.workers() == workers


def test_an_oversized_chunked_body_is_refused_and_not_truncated(server: FunctionServer) -> None:
    piece = b"10000\r\n" + b"1" * 65536 + b"\r\n"
    reply = send(server, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + piece * 100 + b"0\r\n\r\n")
    assert reply.status == 413
    assert b"too-large" in reply.body


@pytest.mark.parametrize("name", PERCENT_SIGNS)
def test_percent_signs_do_not_buy_memory(server: FunctionServer, name: str, say: Say) -> None:
    server.read(CSV)
    (worker,) = server.workers()
    started = time.monotonic()
    with watched(worker) as memory:
        answer = server.ask("/", PERCENT_SIGNS[name], FORM)
    say(f"{answer.status} after {time.monotonic() - started:.2f} s, +{memory.growth:.0f} MiB")
    assert answer.status == 413
    assert answer.json["detail"] == "expected a form of at most 250000 escapes, got more"
    assert memory.growth < 60


def test_a_long_query_is_not_parsed(server: FunctionServer) -> None:
    (worker,) = server.workers()
    with watched(worker) as memory:
        reply = send(server, b"GET /health?seen=1&" + b"%ff" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        body = json.dumps({"image": CSV}).encode()
        padded = server.ask("/?seen=1&" + "%ff" * 3000, body)
    assert reply.status == 200
    assert "seen" not in padded.json
    assert "seen" in server.ask("/?seen=1&more=2", body).json
    assert memory.growth < 60


@pytest.mark.parametrize("name", ["image", "", None])
def test_a_part_without_a_name_is_no_field(server: FunctionServer, name: str | None) -> None:
    shown = "" if name is None else f'; name="{name}"'
    body = f"--q\r\nContent-Disposition: form-data{shown}\r\n\r\nx\r\n--q--\r\n".encode()
    answer = server.ask("/", body, {"Content-Type": "multipart/form-data; boundary=q"})
    assert answer.status == 400
    assert answer.json["code"] == "malformed"


def test_a_picture_with_a_flaw_in_each_of_its_tags_is_read_and_fills_no_log(tmp_path: Path) -> None:
    with function_server(tmp_path / "log", WEIGHTS_URL=str(BUNDLED_LITE)) as server:
        server.read(CSV)
        lines = len(server.log.read_text().splitlines())
        assert server.ask("/", many_odd_tags()).json["prediction"] == "7"
        assert len(server.log.read_text().splitlines()) == lines + 1


@pytest.mark.parametrize("target", [b"http://x", b"http://x/", b"http://x/health", b"//health", b"/static/x"])
@pytest.mark.parametrize("method", [b"GET", b"OPTIONS"])
def test_odd_targets_are_answered_by_us(server: FunctionServer, method: bytes, target: bytes) -> None:
    reply = send(server, method + b" " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert reply.status == 204 if method == b"OPTIONS" else reply.is_ours
    assert reply.status < 300 or reply.status == 404
    assert b"Access-Control-Allow-Origin: *" in reply.head


def test_large_bodies_and_bombs_leave_the_memory_near_idle(tmp_path: Path, say: Say) -> None:
    with function_server(tmp_path / "log") as server:
        server.read(CSV)
        server.read(base64.b64encode(PICTURES["PNG"]).decode())
        (worker,) = server.workers()
        huge = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n" + bytes(100_000_000)
        chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + (b"100000\r\n" + bytes(2**20) + b"\r\n") * 100
        with watched(worker) as memory:
            for data in (huge, chunked):
                assert send(server, data).status in (0, 413)  # cut off while sending: refused as well
            for bomb in (encode(np.zeros((9400, 9400), bool)), png(2**31 - 1, 2**31 - 1), text_bomb()):
                assert server.ask("/", bomb).status in (413, 415, 422)
        assert server.workers() == [worker]
        assert server.read(CSV)["prediction"] == "7"
    say(f"{memory.idle:.0f} MiB idle, {memory.peak:.0f} MiB at most")
    assert memory.growth < 60


def test_eight_threads_get_bit_for_bit_the_answers_of_one(server: FunctionServer) -> None:
    rng = np.random.default_rng(3)
    ink = seven(28, 0.75, 0.1, 0.125, 0.125)
    pictures = [np.clip(ink + (rng.random(ink.shape) < 0.1) * ink, 0, 1) for _ in range(10)]
    pictures += [np.roll(ink, shift, axis=1) * rng.uniform(0.5, 1, ink.shape) for shift in range(-5, 85)]
    bodies = [json.dumps({"image": picture.tolist()}).encode() for picture in pictures]

    def probabilities(body: bytes) -> list[float]:
        found: list[float] = server.ask("/", body).json["probabilities"]
        return found

    alone = [probabilities(body) for body in bodies]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(probabilities, bodies * 3)) == alone * 3


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=30)
        | st.dictionaries(
            st.sampled_from(["image", "images", "tensor", "instances", "inputs", "data", "b64"]) | st.text(max_size=5),
            inner,
            max_size=3,
        )
    ),
    max_leaves=40,
)


tensors = st.fixed_dictionaries(
    {
        "inputs": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "name": json_values,
                    "shape": st.lists(st.integers(-1, 30) | json_values, max_size=5) | json_values,
                    "datatype": st.sampled_from(["FP32", "UINT8", "BYTES"]) | json_values,
                    "data": json_values,
                    "parameters": st.fixed_dictionaries({"binary_data_size": json_values}) | json_values,
                },
            ),
            max_size=2,
        )
    },
    optional={"id": json_values, "outputs": json_values},
)


def assert_answer_or_problem(answer: Answer) -> None:
    assert answer.status < 500, answer.body
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if answer.headers["Content-Type"].startswith("text/plain"):
        assert answer.body.isdigit()
        return
    value = answer.json
    assert not any(isinstance(number, float) and not math.isfinite(number) for number in value.values())


@given(
    st.binary(max_size=300),
    st.sampled_from(
        ["", "image/png", "text/plain", "application/json", "multipart/form-data; boundary=a", FORM["Content-Type"]]
    ),
)
@settings(max_examples=150)
def test_any_bytes_get_an_answer_or_a_problem(server: FunctionServer, body: bytes, content_type: str) -> None:
    assert_answer_or_problem(server.ask("/", body, {"Content-Type": content_type}))


@given(json_values | tensors, st.sampled_from(POSTED))
@settings(max_examples=300)
def test_any_json_gets_an_answer_or_a_problem(server: FunctionServer, value: Any, path: str) -> None:
    assert_answer_or_problem(server.ask(path, json.dumps(value).encode()))


@given(st.binary(max_size=2000), st.binary(max_size=100), st.integers(-1, 2000))
@settings(max_examples=100)
def test_any_bytes_behind_json_get_an_answer_or_a_problem(
    server: FunctionServer, tail: bytes, head: bytes, length: int
) -> None:
    tensor = {"name": "x", "shape": [1, 1 + len(tail) // 4], "datatype": "FP32"}
    known = json.dumps({"inputs": [{**tensor, "parameters": {"binary_data_size": len(tail)}}]}).encode()
    for body, size in ((known + tail, len(known)), (b"{" + head + tail, length)):
        headers = {"Inference-Header-Content-Length": str(size)}
        for path in ("/v2/models/m/infer", "/as/text/v2/models/m/infer", "/"):
            assert_answer_or_problem(server.ask(path, body, headers))


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=100)
def test_any_path_and_query_get_an_answer_or_a_problem(server: FunctionServer, path: str, query: str) -> None:
    quoted = (
        "/" + urllib.parse.quote(path, errors="replace") + "?" + urllib.parse.quote(query, safe="=&", errors="replace")
    )
    assert_answer_or_problem(server.ask(quoted))
    assert_answer_or_problem(server.ask(quoted, CSV.encode()))
