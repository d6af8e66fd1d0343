"""Pictures that are made to explode into parts cost about as much as any others, and are no numbers."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.attacked import READERS, smallest, surviving
from tests.support.bodies import CSV
from tests.support.drawings import encode
from tests.support.exploding import Levels, exploding
from tests.support.function_server import FunctionServer
from tests.support.weights import write_knowing
from tests.support.wire import Memory, good_client
from training.releasing.export import export

Say = Callable[[str], None]

PICTURES = dict(exploding())
PNG = {"Content-Type": "image/png"}
BLANK = {"gray noise"}  # paper, whose grain is no ink
AS_ONE = {"a grid of 12 × 12 digits"}  # a blurred 0 in 28 × 28, to weights that never learned what is no digit
SECONDS = 2  # for one picture on a busy machine; most take a twentieth
MANY_SECONDS = 45  # for 256 pictures of a request on a busy machine; a caller waits 60
MOST = 256  # pictures in a request
SMALLER = 362  # pixels: the side of the largest square of which as many as MOST are taken


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionServer]:
    """The smallest deployment, with weights that know what is no digit."""
    folder = tmp_path_factory.mktemp("exploding")
    weights = folder / "digits.tflite"
    weights.write_bytes(export(write_knowing(folder / "digits.weights.h5")))
    with smallest(folder, weights) as server:
        yield server


@pytest.fixture
def attacked(lite: FunctionServer) -> Iterator[Memory]:
    with surviving(lite) as memory:
        yield memory


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_countless_parts_is_read_in_time_as_no_number(
    name: str, lite: FunctionServer, attacked: Memory, say: Say
) -> None:
    body = encode(PICTURES[name])
    started = time.monotonic()
    answer = lite.ask("/", body, PNG)
    seconds = time.monotonic() - started
    say(f"{name}: {answer.status} after {seconds:.2f} s, +{attacked.growth:.0f} MiB")
    assert answer.status == (422 if name in BLANK else 200), answer.body
    assert seconds < SECONDS
    if answer.status == 200 and name not in AS_ONE:
        reading = answer.json["reading"]
        assert (reading["kind"], reading["text"], reading["parts"]) == ("unknown", "", [])


@pytest.mark.parametrize("name", ["all", "upright lines apart", "32 bars apart", "two lines of twelve digits"])
def test_256_pictures_of_countless_parts_in_a_request_are_read_in_time(
    name: str, lite: FunctionServer, attacked: Memory, say: Say
) -> None:
    chosen = [name] if name in PICTURES else [each for each in PICTURES if each not in BLANK | {"a row of dots"}]
    pictures = [base64.b64encode(encode(smaller(PICTURES[each]))).decode() for each in chosen]
    body = json.dumps({"images": [pictures[index % len(pictures)] for index in range(MOST)]}).encode()
    started = time.monotonic()
    answer = lite.ask("/", body)
    seconds = time.monotonic() - started
    say(f"{name}: {answer.status} after {seconds:.1f} s, +{attacked.growth:.0f} MiB")
    assert answer.status == 200, answer.body
    assert len(answer.json["predictions"]) == MOST
    assert seconds < MANY_SECONDS


def smaller(levels: Levels) -> Levels:
    """Of no more pixels than each of so many pictures may have."""
    return levels[:SMALLER, :SMALLER] if levels.size > SMALLER**2 else levels


def test_all_of_them_at_once_leave_the_good_client_its_answers(
    lite: FunctionServer, attacked: Memory, say: Say
) -> None:
    bodies = [encode(picture) for name, picture in PICTURES.items() if name not in BLANK]
    with good_client(lite, json.dumps({"image": CSV}).encode()) as read, ThreadPoolExecutor(READERS) as pool:
        statuses = list(pool.map(lambda body: lite.ask("/", body, PNG).status, bodies * 2))
    slowest = max(seconds for _, seconds in read)
    say(f"{len(statuses)} of them: {set(statuses)}, +{attacked.growth:.0f} MiB; good ones in at most {slowest:.2f} s")
    assert set(statuses) == {200}
    assert {digit for digit, _ in read} == {"7"}
    assert slowest < 2 * SECONDS
