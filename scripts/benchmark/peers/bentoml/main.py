"""BentoML as its README has it: a class of endpoints, whose types say what arrives."""

from typing import Any

import bentoml
from PIL.Image import Image

from scripts.benchmark.peers.drawing import shrunk
from scripts.benchmark.peers.reader import Reader


@bentoml.service
class Digits:
    def __init__(self) -> None:
        self.reader = Reader()

    @bentoml.api
    def predict(self, image: list[float]) -> dict[str, Any]:
        return answer(self.reader.probabilities(image))

    @bentoml.api
    def upload(self, image: Image) -> dict[str, Any]:
        return answer(self.reader.probabilities(shrunk(image)))


def answer(probabilities: list[float]) -> dict[str, Any]:
    return {"prediction": probabilities.index(max(probabilities)), "probabilities": probabilities}
