"""One row a weights format: its names, its files, and the release in it that ships with the code."""

from dataclasses import dataclass
from pathlib import Path

from function.errors import BadSettings

_WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True, eq=False)
class Format:
    """Weights whose name ends in `suffix`.

    files    what is added to the name for each object that one set of weights is, in the order of publication
    bundled  what a function falls back on: what is installed may run no other format
    twin     the suffix of the format that is published beside, so that a function on either runtime answers alike
    """

    suffix: str
    files: tuple[str, ...]
    bundled: Path
    twin: str = ""

    def twin_of(self, url: str) -> str:
        """Where the twin of the weights at `url` lies: beside them. Empty where there is none."""
        return url.removesuffix(self.suffix) + self.twin if self.twin else ""


LITE = Format(".tflite", ("",), _WEIGHTS / "digits.tflite")
KERAS = Format(".weights.h5", ("",), _WEIGHTS / "digits.weights.h5", twin=LITE.suffix)
# The prefix of a TensorFlow checkpoint: any other name. The index completes a publication.
CHECKPOINT = Format("", (".data-00000-of-00001", ".index"), KERAS.bundled)
FORMATS = (KERAS, LITE, CHECKPOINT)

BUNDLED, BUNDLED_LITE = KERAS.bundled, LITE.bundled
_FOREIGN = (  # what people have, or name by mistake, and no row here reads
    *(".h5", ".keras", ".hdf5", ".pb", ".onnx", ".pt", ".pth", ".safetensors", ".pkl", ".npz", ".npy", ".index"),
    *(".data-00000-of-00001", ".zip", ".gz", ".tar", ".json", ".txt", ".md", ".csv", ".html", ".py"),
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"),
)


def format_of(name: str) -> Format:
    """The format of weights with this name or URL. Raises BadSettings for one that is known and not read here."""
    found = next(row for row in FORMATS if name.endswith(row.suffix))
    if found is CHECKPOINT and name.lower().endswith(_FOREIGN):
        raise BadSettings(f"{name!r} isn't {KERAS.suffix}, {LITE.suffix} or a checkpoint's prefix")
    return found
