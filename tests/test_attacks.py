"""The function as a public endpoint, attacked beside somebody who uses it: what fell once, and thousands of mutants.

    ./scripts/test tests/test_attacks.py            two minutes; SOAK=1 before it makes that half an hour

prints counts such as docs/reliability.md shows.
"""

import base64
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

from function.formats import BUNDLED_LITE
from function.settings import Settings
from tests.support.attacked import READERS, smallest, surviving
from tests.support.bodies import CSV, multipart
from tests.support.bombs import LARGE_BODIES, PERCENT_SIGNS, texts
from tests.support.drawings import encode, paint, seven
from tests.support.function_server import FunctionServer
from tests.support.wire import Memory, Reply, good_client, pss_mebibytes, send, stalled

Say = Callable[[str], None]

SOAKING = bool(os.environ.get("SOAK"))
MUTANTS = 5000  # at least
SECONDS = 900 if SOAKING else 0  # of mutants, at least
GOOD = json.dumps({"image": CSV}).encode()
PICTURE = encode(paint(seven(64)))
DATA_URL = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
TENSOR = b'{"id":"1","inputs":[{"name":"x","shape":[1,784],"datatype":"UINT8","data":[%s]}]}' % CSV.encode()
BINARY = b'{"inputs":[{"name":"x","shape":[1,784],"datatype":"UINT8","parameters":{"binary_data_size":784}}]}' + bytes(
    784
)


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(path: str, body: bytes) -> bytes:
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + chunks


FORM_BODY, FORM_HEADER = multipart(("image", "seven.png", PICTURE))
SEEDS = [  # good requests, to be spoiled
    request("GET", "/"),
    request("GET", "/model"),
    request("HEAD", "/health"),
    request("OPTIONS", "/", b"", "Origin: https://a.example", "Access-Control-Request-Method: POST"),
    request("POST", "/?seen=1", GOOD),
    request("POST", "/", PICTURE, "Content-Type: image/png"),
    request("POST", "/", FORM_BODY, *(f"{name}: {value}" for name, value in FORM_HEADER.items())),
    request("POST", "/", b"image=0%2C1%2C2", "Content-Type: application/x-www-form-urlencoded"),
    request("POST", "/feedback", b'{"image": "AAAA", "label": 7, "consent": true}'),
    request("POST", "/v1/models/digits:predict", b'{"instances": [[0, 1]]}'),
    request("GET", "http://x/v1/models/digits"),
    request("POST", "/v2/models/digits/infer", TENSOR),
    request("POST", "/v2/models/digits/infer", BINARY, f"Inference-Header-Content-Length: {BINARY.index(b'}}]}') + 4}"),
    request("PUT", "/predictions/digits", PICTURE),
    request(
        "POST",
        "/as/guess/predict",
        b"imageBase64=" + quote(DATA_URL).encode(),
        "Content-Type: application/x-www-form-urlencoded",
    ),
    request("POST", "/as/text", GOOD),
    request("POST", "/", DATA_URL.encode(), "Accept: */*, application/json;q=0.5"),
    request("POST", "/invocations", b'{"inputs": {"digits": [[0, 1]]}}'),
    request("POST", "/api/mnist", f"[{CSV}]".encode()),
    request("PUT", "/api/digits/1", b"x"),
    chunked("/", GOOD),
    chunked("/curl-api", FORM_BODY),
]
TOKENS = [
    *(b"\r\n", b"\n", b"\r", b"\0", b"\xff", b"%", b"%ff", b" ", b"\t", b":", b";", b",", b"{", b"[" * 500),
    *(b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip, chunked\r\n", b"Transfer-Encoding : chunked\r\n"),
    *(b"Content-Length: 5\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999999999999\r\n"),
    *(b"Expect: 100-continue\r\n", b"Connection: close\r\n", b"Upgrade: h2c\r\n", b"HTTP/0.9", b"x" * 9000),
    *(b"Content-Encoding: gzip\r\n", b"Content-Type: multipart/form-data\r\n", b"X-HTTP-Method-Override: PUT\r\n"),
    *(b"ffffffffffffffff\r\n", b"0\r\n\r\n", b"-5\r\n", b"5;a=b\r\n", b"../..", b"//", b"?seen=1&", b"#", b"@"),
]  # fmt: skip


def mutant(rng: random.Random) -> bytes:
    """A good request with one to four things wrong."""
    data = bytearray(rng.choice(SEEDS))
    for _ in range(rng.randint(1, 4)):
        # Where the request line and the headers are, more often than in the body.
        at = rng.randrange(min(len(data), rng.choice([60, 200, len(data)])) or 1) if data else 0
        length = rng.choice([1, 1, 2, 5, 40])
        match rng.randrange(7):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del data[at : at + length]
            case 2 | 3:
                data[at:at] = rng.choice(TOKENS)
            case 4:
                data[at:at] = data[at : at + length] * rng.choice([1, 2, 50])
            case 5:
                del data[at:]
            case 6:
                data += rng.choice(SEEDS)
    return bytes(data)


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    """The smallest deployment, taking corrections."""
    folder = tmp_path_factory.mktemp("attacked")
    with smallest(folder, BUNDLED_LITE, FEEDBACK_URL=str(folder / "kept")) as server:
        yield server


@pytest.fixture
def attacked(lite: FunctionServer) -> Iterator[Memory]:
    with surviving(lite) as memory:
        yield memory


def fate(reply: Reply) -> str:
    """What came of a request. Ours are JSON that any page may read, and never an error of ours."""
    assert b"Traceback" not in reply.body and b"X-Google-Status" not in reply.head, reply
    if reply.status == 0:
        return "hung up"
    if reply.status == 100:
        return "told to go on"
    if reply.status == 204 or reply.is_ours:
        assert reply.status < 500, reply
        assert b"access-control-allow-origin: *" in reply.head.lower(), reply
        return f"ours, {reply.status // 100}xx"
    # Refused by the HTTP server, before it came to us: no HTTP, or something that it doesn't speak.
    assert reply.status in (400, 413, 414, 417, 431, 501), reply
    return f"the HTTP server's {reply.status}"


def test_mutated_requests_are_answered_and_disturb_nobody(lite: FunctionServer, attacked: Memory, say: Say) -> None:
    fates: Counter[str] = Counter()
    started = time.monotonic()
    seed = time.time_ns() if SOAKING else 7

    def attack(number: int) -> None:
        rng = random.Random(seed + number)
        while sum(fates.values()) < MUTANTS or time.monotonic() < started + SECONDS:
            data = mutant(rng)
            try:
                fates[fate(send(lite, data, patience=10))] += 1
            except AssertionError as error:
                raise AssertionError(f"after {data!r}") from error

    with good_client(lite, GOOD) as read, ThreadPoolExecutor(4) as pool:
        for attacker in [pool.submit(attack, number) for number in range(4)]:
            attacker.result()
    listed = ", ".join(f"{count} {name}" for name, count in fates.most_common())
    slowest = max(seconds for _, seconds in read)
    say(f"{sum(fates.values())} mutants: {listed}")
    say(f"meanwhile {len(read)} good requests, all answered, the slowest in {slowest:.2f} s; {told(attacked)}")
    assert sum(fates.values()) >= MUTANTS
    assert {digit for digit, _ in read} == {"7"}


def test_a_crowd_that_stalls_everywhere_leaves_the_good_client_its_answers(
    lite: FunctionServer, attacked: Memory, say: Say
) -> None:
    targets = [("GET", "/"), ("GET", "/health"), ("OPTIONS", "/"), ("PUT", "/x"), ("POST", "/"), ("POST", "/feedback")]
    with good_client(lite, GOOD, pause=0.2) as read:
        until = time.monotonic() + (300 if SOAKING else 10)
        while time.monotonic() < until:
            with stalled(lite, 30, *targets):
                time.sleep(2)
    slowest = max(seconds for _, seconds in read)
    say(f"30 stalled sockets, anew every 2 s: {len(read)} good requests, all answered, the slowest in {slowest:.1f} s")
    assert {digit for digit, _ in read} == {"7"}


@pytest.mark.parametrize("name", LARGE_BODIES)
def test_large_bodies_at_once_stay_within_the_instance(
    lite: FunctionServer, attacked: Memory, name: str, say: Say
) -> None:
    """Of a body that is read, READERS may be there at a time, and one is worked on."""
    body, headers = LARGE_BODIES[name]
    assert len(body) <= Settings.max_body_bytes
    with ThreadPoolExecutor(READERS) as pool:
        statuses = list(pool.map(lambda _: lite.ask("/", body, headers).status, range(2 * READERS)))
    say(f"{2 * READERS} × {len(body) / 2**20:.1f} MiB: {set(statuses)}, {told(attacked)}")
    assert set(statuses) <= {200, 400, 413, 415, 422}
    assert attacked.growth < READERS * Settings.max_body_bytes / 2**20 + 160


def test_texts_beside_pictures_are_not_unpacked(lite: FunctionServer, attacked: Memory, say: Say) -> None:
    with ThreadPoolExecutor(READERS) as pool:
        statuses = list(pool.map(lambda _: lite.ask("/", texts(62)).status, range(2 * READERS)))
    say(f"{2 * READERS} × {len(texts(62)) / 2**10:.0f} kB of 62 MB of text: {set(statuses)}, {told(attacked)}")
    assert set(statuses) == {415}
    assert attacked.growth < 160


def test_large_pictures_at_once_stay_within_the_instance(lite: FunctionServer, attacked: Memory, say: Say) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (799, 799, 4), np.uint8)
    bodies = [encode(noise, "WEBP"), encode(np.zeros((4096, 4096, 4), np.uint8), "WEBP"), texts(1), CSV.encode()]
    with ThreadPoolExecutor(READERS) as pool:
        statuses = list(pool.map(lambda number: lite.ask("/", bodies[number % 4]).status, range(8 * READERS)))
    say(f"{8 * READERS} large pictures and small ones: {set(statuses)}, {told(attacked)}")
    assert set(statuses) <= {200, 413, 415, 422}


def test_what_attacks_took_is_given_back(lite: FunctionServer, attacked: Memory, say: Say) -> None:
    (worker,) = lite.workers()
    say(f"{pss_mebibytes(worker):.0f} MiB after all of it")
    assert pss_mebibytes(worker) < 150


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "PUT", "POST"])
def test_floods_that_nobody_reads_cost_little(lite: FunctionServer, attacked: Memory, method: str, say: Say) -> None:
    piece = b"100000\r\n" + bytes(2**20) + b"\r\n"
    path = "/health" if method == "POST" else "/"
    flood = f"{method} {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + piece * 100
    with good_client(lite, GOOD) as read, ThreadPoolExecutor(READERS) as pool:
        list(pool.map(lambda _: send(lite, flood), range(READERS)))
    say(f"{READERS} × 100 MiB on {method} {path}: {told(attacked)}; {len(read)} good requests answered meanwhile")
    assert {digit for digit, _ in read} == {"7"}
    assert attacked.growth < 60


def test_percent_signs_at_once_cost_little(lite: FunctionServer, attacked: Memory, say: Say) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with ThreadPoolExecutor(READERS) as pool:
        statuses = list(pool.map(lambda body: lite.ask("/", body, form).status, [*PERCENT_SIGNS.values()] * 4))
    say(f"{len(statuses)} forms of percent signs: {set(statuses)}, {told(attacked)}")
    assert set(statuses) == {413}


def told(memory: Memory) -> str:
    return f"{memory.idle:.0f} MiB before, {memory.peak:.0f} at most"


def test_the_log_of_all_that_has_no_error(lite: FunctionServer, say: Say) -> None:
    lines = lite.lines()
    assert not [line for line in lines if line["severity"] == "ERROR"]
    say(f"{len(lines)} lines in the log, no error among them")
    assert Path(lite.log).stat().st_size / len(lines) < 1000
