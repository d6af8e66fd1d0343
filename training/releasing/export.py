"""A weights file → the same network as a .tflite file, and the proof that it is the same."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from function.arrays import Digits
from function.errors import WeightsRefused
from function.network.about import about_of
from function.network.golden import golden_digits
from function.network.keras import Model, import_keras, load_model, trace
from function.network.lite import load_lite, pack
from function.network.network import Network
from training.learning.augmentation import Strength, augment

AGREEMENT = 1e-4  # the largest difference of any output: float32 arithmetic in another order leaves 1e-6
PROBES = 1000  # digits that both are asked


def export(path: Path) -> bytes:
    """The content of a .tflite file that answers as the `.weights.h5` file at `path` does.

    Raises WeightsRefused when the file is damaged, or the two differ by more than AGREEMENT on any of PROBES digits.
    """
    _, keras = import_keras()
    # Layers are numbered from 1 again. Their names are in the file, so the same weights make the same file.
    keras.utils.clear_session()
    model = load_model(path)
    about: dict[str, Any] = {
        "architecture": model.architecture,
        "scores": dict(model.scores),
        "digest": about_of(path).digest,
    }
    if model.known is not None:
        about["threshold"] = model.known.threshold
    data = pack(_convert(model), about)
    with tempfile.TemporaryDirectory() as folder:
        lite = Path(folder) / "digits.tflite"
        lite.write_bytes(data)
        check_agreement(model, load_lite(lite))
    return data


def check_agreement(model: Model, other: Network) -> None:
    """Raises WeightsRefused unless `other` answers as `model` does."""
    tensorflow, _ = import_keras()
    digits = probes()
    difference = float(
        np.abs(trace(tensorflow, model)(tensorflow.constant(digits)).numpy() - other.outputs(digits)).max()
    )
    if not difference <= AGREEMENT:  # nan included
        raise WeightsRefused(f"Keras and LiteRT differ by {difference:.1e} on a digit, more than {AGREEMENT:.0e}")


def probes() -> Digits:
    """(1000, 28, 28) digits: the golden ones, each changed in a hundred ways, always the same."""
    golden = golden_digits()
    repeated = np.repeat(golden, PROBES // len(golden), axis=0)
    return augment(repeated, np.random.default_rng(0), Strength())


def _convert(model: Model) -> bytes:
    tensorflow, _ = import_keras()
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    # Keras's variables are not TensorFlow's: the converter alone would leave them out of the file.
    frozen = convert_variables_to_constants_v2(trace(tensorflow, model))
    converter = tensorflow.lite.TFLiteConverter.from_concrete_functions([frozen], tensorflow.Module())
    converted: bytes = converter.convert()
    return converted
