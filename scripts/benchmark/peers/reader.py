"""What all peers share: the network of ours by the same runtime, asked by somebody who only divides by 255."""

import os
import threading
from collections.abc import Sequence

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

SIDE = 28


class Reader:
    """Reads one picture at a time, from any thread."""

    def __init__(self, path: str | None = None) -> None:
        """Of the .tflite file at `path`; None = the one that MODEL_FILE names."""
        self._network = Interpreter(path or os.environ["MODEL_FILE"], num_threads=1)
        self._network.allocate_tensors()
        self._entry = self._network.get_input_details()[0]["index"]
        self._exit = self._network.get_output_details()[0]["index"]
        self._turn = threading.Lock()  # an interpreter serves one thread at a time

    def probabilities(self, pixels: Sequence[float] | NDArray[np.generic]) -> list[float]:
        """Ten, of 784 numbers 0..255, 255 = ink. Raises ValueError for another count."""
        digit = np.asarray(pixels, np.float32).reshape(1, SIDE, SIDE) / 255
        with self._turn:
            self._network.set_tensor(self._entry, digit)
            self._network.invoke()
            outputs: NDArray[np.float32] = self._network.get_tensor(self._exit)
        return [float(each) for each in outputs[0, :10]]  # the eleventh says whether it is a digit at all
