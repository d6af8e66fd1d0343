"""Pictures → inks → digits → probabilities → readings: the line that everything else here stands beside.

Whoever reads a picture reads it here: requests, corrections, the evaluation and the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from function.arrays import Digit, Digits, Ink, Pixels, Probabilities
from function.digit.normalize import FRAME, normalize
from function.errors import CallerError, NoNetwork
from function.ink.find import find_ink
from function.ink.plain import find_plain_inks
from function.network.network import Network
from function.picture.border import inside
from function.picture.limits import Allowance
from function.picture.picture import Picture

CHUNK = 64  # small pictures whose ink is found together: numpy takes them in as many calls as one, in its cache
RETRY_SECONDS = 60  # until other weights may have come
BATCH = 512  # digits that a network reads at once where there are thousands: more gain nothing, and cost memory


@dataclass(frozen=True, eq=False)
class Reading:
    """What one picture says.

    digit          (28, 28) float32: what the network was given
    probabilities  (10,) float32, sum 1
    """

    digit: Digit
    probabilities: Probabilities

    @property
    def best(self) -> int:
        """The most probable digit, 0..9."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """Its probability."""
        return float(self.probabilities.max())


def ink_of(picture: Picture) -> Ink:
    """What is drawn on one picture: (H, W) float32, 0 = paper, 1 = ink. Raises CallerErrors."""
    return picture.ink() if picture.is_ink else find_ink(inside(picture.pixels(Allowance())))


def see(pictures: Sequence[Picture]) -> Digits:
    """What is drawn on each picture, (n, 28, 28), in the frame that a network reads.

    In their order: of several bad pictures the first is told of, and none is decoded after it.
    Raises CallerErrors, which name the picture where there are several.
    """
    digits = np.empty((len(pictures), FRAME, FRAME), np.float32)
    allowance, waiting = Allowance(), dict[int, Pixels]()
    for index, picture in enumerate(pictures):
        try:
            if picture.is_ink:
                ink = picture.ink()
            elif (pixels := picture.pixels(allowance)).shape == (FRAME, FRAME) and len(pictures) > 1:
                waiting[index] = pixels
                if len(waiting) == CHUNK:
                    _see_together(waiting, digits)
                continue
            else:
                _see_together(waiting, digits)
                ink = find_ink(inside(pixels))
            digits[index] = normalize(ink)
        except CallerError as error:
            _see_together(waiting, digits)
            raise error.of(index if len(pictures) > 1 else None) from error.__cause__
    _see_together(waiting, digits)
    return digits


def _see_together(waiting: dict[int, Pixels], digits: Digits) -> None:
    """Puts what is drawn on (28, 28) pictures, by their index, into its place; then none of them waits any more."""
    if not waiting:
        return
    inks, is_certain = find_plain_inks(np.stack([*waiting.values()]))
    for (index, pixels), ink, certain in zip([*waiting.items()], inks, is_certain, strict=True):
        del waiting[index]
        try:
            digits[index] = normalize(ink if certain else find_ink(inside(pixels)))
        except CallerError as error:
            waiting.clear()
            raise error.of(index) from error.__cause__


def read(digits: Digits, network: Network) -> list[Reading]:
    """What `network` reads in (n, 28, 28) digits, one reading each. Raises NoNetwork for one that answers nan."""
    rows = probabilities_of(digits, network)
    if not np.isfinite(rows).all():  # weights that pass their examination may still fail elsewhere
        raise NoNetwork(f"{network.architecture} answers no numbers", RETRY_SECONDS)
    return [Reading(digit, row) for digit, row in zip(digits, rows, strict=True)]


def probabilities_of(digits: Digits, network: Network) -> Probabilities:
    """(n, 28, 28) digits, thousands of them too → (n, 10)."""
    if len(digits) <= BATCH:
        return network.probabilities(digits)
    parts = [network.probabilities(digits[start : start + BATCH]) for start in range(0, len(digits), BATCH)]
    return np.concatenate(parts)
