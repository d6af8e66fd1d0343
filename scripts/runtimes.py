"""The two ways to run the function, and all that a deployment must know of their difference.

Standard library only, of Python 3.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Runtime:
    """
    name          what serves any weights of its format
    answers       what answers tell in model.runtime: NumPy serves most weights of Keras
    requirements  the file that is deployed as requirements.txt
    weights       the name of its weights file, in the bucket and in function/weights
    memory        what Cloud Run grants an instance
    """

    name: str
    answers: tuple[str, ...]
    requirements: str
    weights: str
    memory: str

    @property
    def bundled(self) -> Path:
        """Its weights that ship with the code."""
        return Path(__file__).resolve().parent.parent / "function" / "weights" / self.weights


RUNTIMES = {
    runtime.name: runtime
    for runtime in (
        Runtime(
            "keras", ("numpy", "keras"), "requirements.txt", "digits.weights.h5", "2Gi"
        ),  # TensorFlow alone takes 560 MB
        Runtime(
            "lite", ("lite",), "requirements/lite.txt", "digits.tflite", "512Mi"
        ),  # the least that comes with a whole CPU
    )
}
