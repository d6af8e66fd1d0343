"""Which tone of a photograph is the paper's, the lighter or the darker one."""

import numpy as np
from numpy.typing import NDArray

from function.arrays import Levels
from function.ink.morphology import closing, odd, side_of, smooth
from function.ink.threshold import count, split

LOOK = 128  # pixels of the longer side: enough to tell which tone is the paper's
NARROW = 0.3  # of the shorter side: no stroke is wider, …
WIDE = 0.1  # … and where no more of one of two tones is so, it is strokes, whatever the light
DECIDED = 0.15  # of the edges and of the area, together, more than half: then the other tone is the paper's
MARGIN = 0.05  # of a side: what stands there may be ruled lines, and says nothing of which tone is the paper's
AROUND = 0.5  # of the shorter side: more paper than writing lies within
BRIGHT = 0.2  # of the light around it: no fold of the paper is lit so much more, and whatever writes in light is
NOISE = 3.0  # times as far from what is around it as half of all pixels are


def sketch(tone: Levels) -> tuple[Levels, int]:
    """(H, W) levels by their means at few places, and how many pixels those are apart."""
    factor = max(1, max(tone.shape) // LOOK)
    return np.ascontiguousarray(smooth(tone).astype(np.uint8)[factor // 2 :: factor, factor // 2 :: factor]), factor


def is_on_light_paper(small: Levels) -> bool:
    """Whether a sketch of levels shows dark ink on light paper."""
    found = _by_two_tones(small)
    around = _mean_around(small)
    away = small - around
    if float((away / np.maximum(around, 1)).max()) < BRIGHT:
        return True
    return _by_extremes(away) if found is None else found


def _by_two_tones(small: Levels) -> bool | None:
    """Paper has more of the edges and of the area, together; None where the rest of it isn't narrow, as a shadow is."""
    is_light = small > split(count(small))
    edges = np.concatenate((is_light[0], is_light[-1], is_light[:, 0], is_light[:, -1]))
    balance = float(edges.mean() + is_light.mean()) - 1
    ink = ~is_light if balance > 0 else is_light
    is_wide = ~closing(~ink, odd(NARROW * side_of(small.shape)))
    is_decided = abs(balance) > DECIDED and np.count_nonzero(is_wide) <= WIDE * np.count_nonzero(ink)
    return balance > 0 if is_decided else None


def _by_extremes(away: NDArray[np.float64]) -> bool:
    """Whether what is far `away` from the mean of all around it is darker, rather than lighter, the margins left out.

    A shadow's edge has as much on either side, and ink covers less than paper does.
    """
    y, x = (int(MARGIN * side) for side in away.shape)
    away = away[y : len(away) - y, x : away.shape[1] - x]
    far = np.abs(away)
    far = np.maximum(far - NOISE * np.median(far), 0)
    return float((np.sign(away) * far**3).sum()) <= 0


def _mean_around(small: Levels) -> NDArray[np.float64]:
    """(H, W): the mean over a square window around each pixel."""
    span = odd(AROUND * min(small.shape))
    padded = np.pad(small, (span // 2 + 1, span // 2), mode="edge").astype(np.float64)
    sums = padded.cumsum(axis=0).cumsum(axis=1)
    found: NDArray[np.float64] = sums[span:, span:] - sums[:-span, span:] - sums[span:, :-span] + sums[:-span, :-span]
    return found / span**2
