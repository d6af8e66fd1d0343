"""LitServe as its README has it: one class with the steps of a request, which runs in a worker process."""

import os
from typing import Any

import litserve as ls

from scripts.benchmark.peers.reader import Reader


class DigitAPI(ls.LitAPI):
    def setup(self, device: str) -> None:
        self.reader = Reader()

    def decode_request(self, request: dict[str, Any]) -> list[float]:
        image: list[float] = request["image"]
        return image

    def predict(self, image: list[float]) -> list[float]:
        return self.reader.probabilities(image)

    def encode_response(self, probabilities: list[float]) -> dict[str, Any]:
        return {"prediction": probabilities.index(max(probabilities)), "probabilities": probabilities}


if __name__ == "__main__":
    server = ls.LitServer(DigitAPI(), accelerator="auto")
    server.run(host="127.0.0.1", port=int(os.environ["PORT"]), generate_client_file=False)
