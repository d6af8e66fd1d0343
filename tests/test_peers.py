"""Each peer of the bench is asked the same as ours, reads it by the same network, and says what it doesn't do."""

import asyncio
import importlib.util
import io
import json
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from function.network.golden import golden_digits
from function.network.lite import load_lite
from scripts import environment, lock
from scripts.benchmark import questions
from scripts.benchmark.contender import Contender, infers_it, reads_it
from scripts.benchmark.contenders import HERE, LITE_WEIGHTS, contenders
from scripts.benchmark.environments import make_environments
from scripts.benchmark.peers.drawing import shrunk
from scripts.benchmark.peers.reader import Reader
from scripts.benchmark.server import running

PEERS = [one for one in contenders() if one.is_peer]
GOLDEN = np.rint(golden_digits() * 255)
by_name = pytest.mark.parametrize("peer", PEERS, ids=[one.name for one in PEERS])


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(str(LITE_WEIGHTS))


def test_peers_read_by_the_network_of_ours(reader: Reader) -> None:
    ours = load_lite(LITE_WEIGHTS).probabilities((GOLDEN / 255).astype(np.float32))
    for digit, pixels in enumerate(GOLDEN):
        found = reader.probabilities(pixels.ravel().tolist())
        assert len(found) == 10 and found.index(max(found)) == digit
        assert found == pytest.approx(ours[digit], abs=1e-5)


def test_a_picture_of_another_size_is_an_error(reader: Reader) -> None:
    with pytest.raises(ValueError, match="783"):
        reader.probabilities([0.0] * 783)


def test_a_drawing_is_only_made_small_and_turned_to_ink() -> None:
    white = shrunk(Image.new("RGB", (280, 280), "white"))
    assert white.shape == (28, 28) and not white.any()
    assert shrunk(Image.new("RGBA", (99, 30), (0, 0, 0, 255))).min() == 255


def test_the_same_numbers_are_asked_of_all_each_in_its_own_words() -> None:
    text = json.loads(questions.pixels().body)["image"]
    numbers = [int(number) for number in text.split(",")]
    assert json.loads(questions.listed().body) == {"image": numbers}
    assert json.loads(questions.inferred().body)["inputs"][0]["data"] == numbers
    assert numbers == GOLDEN[int(questions.DIGIT)].ravel().tolist()


def test_the_same_drawing_is_uploaded_as_is_asked_in_base64() -> None:
    question = questions.uploaded()
    builder = EnvironBuilder(method="POST", data=question.body, content_type=question.kind)
    with Request(builder.get_environ()) as request:
        assert request.files["image"].read() == questions.DRAWING.read_bytes()


@by_name
def test_a_peer_has_a_file_requirements_and_a_line_that_says_what_it_does_not(peer: Contender) -> None:
    assert (peer.source / "main.py").exists()
    assert peer.requirements in lock.peers() and peer.requirements in environment.NEEDS
    assert "no rejection, no normalization" in peer.does


def test_a_peer_that_cannot_be_installed_is_skipped_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where Python is too new for it."""
    home = environment.ROOT / ".bench" / "never-made"
    peer = replace(PEERS[0], home=home)
    monkeypatch.setitem(environment.NEEDS, peer.requirements, environment.Need((3, 10), 0.1, 0.3))
    monkeypatch.setenv("PATH", "/nowhere")
    version = sys.version.split()[0]
    assert make_environments([peer]) == {
        peer.name: f"Needs Python 3.11 to 3.10; this is {version} and PATH holds no other."
    }
    assert not home.exists()


@by_name
def test_a_peer_reads_what_it_is_asked_where_the_bench_has_installed_it(peer: Contender) -> None:
    if not any(peer.home.glob("*.installed")):
        pytest.skip(f"optional: `./scripts/bench --quick {peer.name}` installs it")
    with running(peer) as server:
        assert server.first_answer(peer.pixels()) > 0


def main_of(name: str, monkeypatch: pytest.MonkeyPatch, **stand_ins: Any) -> ModuleType:
    """A peer's file, with little in place of its framework: only its own steps are looked at."""
    for stood_for, content in stand_ins.items():
        monkeypatch.setitem(sys.modules, stood_for.replace("_", "."), SimpleNamespace(**content))
    monkeypatch.setenv("MODEL_FILE", str(LITE_WEIGHTS))
    spec = importlib.util.spec_from_file_location(f"{name}_main", HERE / "peers" / name / "main.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def awaited(steps: Coroutine[Any, Any, Any]) -> Any:
    """What they return. In a thread of their own: a browser's driver may keep a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, steps).result()


def same(anything: Any) -> Any:
    return anything


def test_the_steps_of_fastapi_lead_to_the_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    routes: list[str] = []

    def post(path: str) -> Callable[[Any], Any]:
        routes.append(path)
        return same

    stand_in = {"FastAPI": lambda: SimpleNamespace(post=post), "UploadFile": SimpleNamespace}
    main = main_of("fastapi", monkeypatch, fastapi=stand_in)
    question = questions.listed()
    answer = awaited(main.predict(main.Picture.model_validate_json(question.body)))
    assert reads_it(question.body, question.digit, answer.model_dump_json().encode())
    uploaded = SimpleNamespace(file=io.BytesIO(questions.DRAWING.read_bytes()))
    assert len(awaited(main.upload(uploaded)).probabilities) == 10
    assert routes == [question.path, questions.uploaded().path]


def test_the_steps_of_litserve_lead_to_the_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    api = main_of("litserve", monkeypatch, litserve={"LitAPI": object}).DigitAPI()
    api.setup("cpu")
    question = questions.listed()
    answer = api.encode_response(api.predict(api.decode_request(json.loads(question.body))))
    assert reads_it(question.body, question.digit, json.dumps(answer).encode())


def test_the_steps_of_bentoml_lead_to_the_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = main_of("bentoml", monkeypatch, bentoml={"service": same, "api": same}).Digits()
    question = questions.listed()
    answer = digits.predict(json.loads(question.body)["image"])
    assert reads_it(question.body, question.digit, json.dumps(answer).encode())
    with Image.open(questions.DRAWING) as drawing:
        assert len(digits.upload(drawing)["probabilities"]) == 10


def test_the_steps_of_mlserver_lead_to_the_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    codec = SimpleNamespace(
        decode_input=lambda each: np.array(each["data"]).reshape(each["shape"]),
        encode_output=lambda name, values: {"name": name, "data": values.ravel().tolist()},
    )
    types = {"InferenceRequest": dict, "InferenceResponse": dict}
    stand_ins = {"mlserver": {"MLModel": object}, "mlserver_codecs": {"NumpyCodec": codec}, "mlserver_types": types}
    model = main_of("mlserver", monkeypatch, **stand_ins).Digits()
    model.name = "digits"
    assert awaited(model.load())
    question = questions.inferred()
    answer = awaited(model.predict(SimpleNamespace(**json.loads(question.body))))
    assert infers_it(question.body, question.digit, json.dumps(answer).encode())
