"""Ink → the lines along its middle, as strokes.

Source: Zhang, Suen, "A fast parallel algorithm for thinning digital patterns" (1984).
"""

import numpy as np
from numpy.typing import NDArray

from training.data.drawings import Strokes

LARGEST = 72  # pixels: more are thinned by every second row and column


def skeleton(ink: NDArray[np.bool_]) -> Strokes:
    """Strokes of two points each between neighbors on the middle lines, and dots where one has no neighbor; pixels."""
    while max(ink.shape) > LARGEST:
        ink = ink[::2, ::2]
    thin = np.pad(ink, 1)
    changed = True
    while changed:
        changed = False
        for step in (0, 1):
            gone = _removable(thin, step)
            if gone.any():
                thin &= ~gone
                changed = True
    return _segments(thin)


def _around(ink: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The eight neighbors of each pixel, clockwise from the one above."""
    shifts = ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
    return [np.roll(ink, shift, (0, 1)) for shift in shifts]


def _removable(ink: NDArray[np.bool_], step: int) -> NDArray[np.bool_]:
    near = _around(ink)
    count = np.sum(near, axis=0)
    entries = np.sum([~one & other for one, other in zip(near, [*near[1:], near[0]], strict=True)], axis=0)
    above, right, below, left = near[0], near[2], near[4], near[6]
    first, second = (
        (above & right & below, right & below & left) if step == 0 else (above & right & left, above & below & left)
    )
    result: NDArray[np.bool_] = ink & (count >= 2) & (count <= 6) & (entries == 1) & ~first & ~second
    return result


def _segments(thin: NDArray[np.bool_]) -> Strokes:
    strokes: list[NDArray[np.float32]] = []
    rows, columns = np.nonzero(thin)
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        has = thin[rows + down, columns + right]  # the padding is paper, so that nothing is beyond
        if down and right:  # a corner has its way around already
            has &= ~thin[rows, columns + right] & ~thin[rows + down, columns]
        for y, x in zip(rows[has], columns[has], strict=True):
            strokes.append(np.array([[x, y], [x + right, y + down]], np.float32))
    alone = ~np.any([each[rows, columns] for each in _around(thin)], axis=0)
    strokes += [np.array([[x, y]], np.float32) for y, x in zip(rows[alone], columns[alone], strict=True)]
    return _chained(strokes)


def _chained(segments: list[NDArray[np.float32]]) -> Strokes:
    """Segments joined end to end where just two meet: fewer strokes, which shake and bend as one."""
    ends: dict[tuple[float, float], list[int]] = {}
    for index, segment in enumerate(segments):
        for point in {tuple(segment[0].tolist()), tuple(segment[-1].tolist())}:
            ends.setdefault(point, []).append(index)
    left = set(range(len(segments)))
    chains = []
    while left:
        index = min(left)
        left.discard(index)
        way = [tuple(point) for point in segments[index].tolist()]
        for reverse in (False, True):
            if reverse:
                way.reverse()
            while True:
                following = [each for each in ends[way[-1]] if each in left]
                if len(ends[way[-1]]) != 2 or len(following) != 1:
                    break
                index = following[0]
                left.discard(index)
                first, last = (tuple(point) for point in segments[index].tolist())
                way.append(last if first == way[-1] else first)
        chains.append(np.array(way, np.float32))
    return tuple(chains)
