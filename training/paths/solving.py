"""The two ways that weights are found: uphill along a gradient, and a line of log odds by Newton's method."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

Floats = NDArray[np.float64]
STEPS = 60  # uphill; nine weights have settled after thirty
LEAST_GAIN = 1e-6  # of a step: smaller ones move no weight's second digit
RISE = 1e-4  # of what the gradient promises: a step that gains less is too long. Source: Armijo (1966)
SHORTEST = 1e-6  # of a step: there is no way up
NEWTON = 50  # steps; it has settled after ten
RIDGE = 1e-5  # on weights of columns with a spread of 1: keeps them finite where nothing overlaps
MOST = 30.0  # log odds either way


def highest(worth: Callable[[Floats], float], slope: Callable[[Floats], Floats], start: Floats, title: str) -> Floats:
    """Where `worth` is highest, uphill from `start`. Source: BFGS, as in Nocedal & Wright, "Numerical Optimization"."""
    place, value, gradient = start, worth(start), slope(start)
    curve = np.eye(len(start))
    for _ in tqdm(range(STEPS), desc=title, unit="step", leave=False):
        way = curve @ gradient
        size = min(1.0, 1.0 / float(np.abs(way).max() + 1e-12))  # no weight moves by more than 1 at once
        while not (gained := worth(place + size * way) - value) >= RISE * size * float(way @ gradient):
            size /= 2
            if size < SHORTEST:
                return place
        moved, before = size * way, gradient
        place, value = place + moved, value + gained
        gradient = slope(place)
        turned = before - gradient
        if gained < LEAST_GAIN:
            break
        if (bend := float(moved @ turned)) > 1e-12:
            side = np.eye(len(start)) - np.outer(moved, turned) / bend
            curve = side @ curve @ side.T + np.outer(moved, moved) / bend
    return place


def log_odds(columns: Floats, truth: NDArray[np.bool_], share: Floats) -> Floats:
    """(k,): the weights of (n, k) columns, the first of which is 1, that make the truth most likely.

    share  (n,): what each row counts

    Source: Cox, "The regression analysis of binary sequences" (1958).
    """
    center, spread = columns.mean(axis=0), columns.std(axis=0)
    center[0], spread[spread == 0] = 0, 1
    scaled = (columns - center) / spread
    part = share / share.sum()
    ridge = np.diag([0.0, *[RIDGE] * (columns.shape[1] - 1)]) + 1e-9 * np.eye(columns.shape[1])
    weights = np.zeros(columns.shape[1])
    for _ in range(NEWTON):
        likely = 1 / (1 + np.exp(-np.clip(scaled @ weights, -MOST, MOST)))
        gradient = scaled.T @ (part * (truth - likely)) - ridge @ weights
        curve = scaled.T @ (scaled * (part * likely * (1 - likely))[:, None]) + ridge
        step = np.linalg.solve(curve, gradient)
        weights = weights + step * min(1.0, 3.0 / float(np.abs(step).max() + 1e-12))  # far away, it overshoots
    weights /= spread
    weights[0] -= weights[1:] @ center[1:]
    return weights
