"""The parts of finding ink that can be told in a sentence, held against the slow way of doing them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from function.ink import find_ink
from function.normalize import normalize
from function.threshold import count, split


@given(arrays(np.uint8, st.integers(2, 60)))
def test_no_other_level_parts_a_histogram_better(levels: NDArray[np.uint8]) -> None:
    def variance(border: float) -> float:
        below, above = levels[levels <= border].astype(float), levels[levels > border].astype(float)
        return len(below) * len(above) * (below.mean() - above.mean()) ** 2 if len(below) and len(above) else 0.0

    best = max(map(variance, range(255)))
    found = split(count(levels))
    if variance(found) < best * (1 - 1e-9):  # between two that are equally good, and this far from either
        equal = [border for border in range(255) if variance(border) >= best * (1 - 1e-9)]
        assert found == (equal[0] + equal[-1]) / 2
    assert 0 <= found <= 255


@pytest.mark.parametrize("paper", [40, 200])
def test_what_lies_beyond_the_paper_is_no_ink(paper: int) -> None:
    """Spots lighter than the paper of a dark drawing, or darker than that of a light one."""
    dark = paper > 127
    pixels = np.full((60, 60), paper, np.uint8)
    pixels[10:50, 20:24] = 5 if dark else 250
    plain = normalize(find_ink(pixels))
    pixels[10:50, 40:44] = paper + 30 if dark else paper - 30
    assert np.array_equal(normalize(find_ink(pixels)), plain)
