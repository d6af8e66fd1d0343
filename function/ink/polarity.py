"""Which tone of a photograph is the paper's, the lighter or the darker one."""

from math import log

import numpy as np

from function.arrays import Levels
from function.ink.morphology import closing, odd, side_of, smooth
from function.ink.threshold import count, split

LOOK = 128  # pixels of the longer side: enough to tell which tone is the paper's
NARROW = 0.3  # of the shorter side: no stroke is wider, …
WIDE = 0.1  # … and where no more of one of two tones is so, it is strokes, whatever the light
MARGIN = 0.05  # of a side: what stands there may be ruled lines, and says nothing of which tone is the paper's
STROKES = (0.03, 0.06, 0.1, 0.2)  # of the shorter side: from slim strokes to those of thick pens
PRIOR = 1.0  # in such logs: most people write dark on light


def is_on_light_paper(tone: Levels) -> bool:
    """Whether (H, W) levels show dark ink on light paper."""
    factor = max(1, max(tone.shape) // LOOK)
    small = np.ascontiguousarray(smooth(tone).astype(np.uint8)[factor // 2 :: factor, factor // 2 :: factor])
    found = _by_two_tones(small)
    return _by_strokes(small) if found is None else found


def _by_two_tones(small: Levels) -> bool | None:
    """Paper has more of the edges and of the area, together; None where the rest of it isn't narrow, as a shadow is."""
    is_light = small > split(count(small))
    edges = np.concatenate((is_light[0], is_light[-1], is_light[:, 0], is_light[:, -1]))
    is_paper = bool(edges.mean() + is_light.mean() > 1)
    ink = ~is_light if is_paper else is_light
    is_wide = ~closing(~ink, odd(NARROW * side_of(small.shape)))
    return is_paper if np.count_nonzero(is_wide) <= WIDE * np.count_nonzero(ink) else None


def _by_strokes(small: Levels) -> bool:
    """Whether more is darker than all around it than is lighter, the margins left out.

    Neither shadows nor a lamp change that, for they are wider than strokes. What stands close together, or beside a
    line, encloses much paper: hence slim strokes are asked, too.
    """
    y, x = (int(MARGIN * side) for side in small.shape)
    inner = small[y : len(small) - y, x : small.shape[1] - x]
    evidence = 0.0
    for stroke in STROKES:
        span = odd(stroke * min(small.shape))
        dark = closing(inner, span) - inner
        light = closing(255 - inner, span) - (255 - inner)
        noise = min(255, 3 * max(int(np.median(dark)), int(np.median(light))))
        darker, lighter = (float(np.square(np.maximum(hat, noise) - np.float32(noise)).sum()) for hat in (dark, light))
        evidence += log((darker + 1) / (lighter + 1))
    return evidence >= -PRIOR
