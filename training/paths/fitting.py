"""Items → the weights of paths, of their odds, and the confidence from which a number is told."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from function.digit.fitted import Fitted, Odds, Scores
from function.digit.path import MAX_DIGITS, best_walk, evidence
from training.data.sets import NoData
from training.paths.lattices import Floats, Lattice, Lattices
from training.paths.seen import Item, View
from training.paths.shown import KINDS, OTHERS
from training.paths.solving import highest, log_odds

START = Scores(1, 1, 0, 0, -1, -1, -3, -3, 0)  # a first guess: what nothing speaks against stays there
HOLD = 1e-2  # how strongly: half of it, times the squared distance, against the mean log likelihood; 2e-3 reads alike
SURPRISE = 0.02  # added to each probability: what hopeless ink shows costs little more than what is only hard
# What each kind counts among what is no number: as much together as the numbers, which count alike.
SHARES = {"words": 0.5, "letters": 0.3, "doodles": 0.2}
PASS = 0.005  # of the words may be read as digits; twice as many let half as many more letters and doodles pass, too
MOST_SURE = 0.5  # a number more probable than not is told, whatever that costs
DECIMALS = 2  # of all weights: further ones change nothing


class Sure(NamedTuple):
    """How sure a number is, whether that is right, and what it counts."""

    kind: str
    confidence: float
    right: bool
    share: float


def fit(items: Sequence[Item], title: str) -> Fitted:
    """Weights for numbers like these, with no least confidence yet. Raises NoData where nothing is read."""
    scores = fit_scores(items, title)
    return Fitted(scores, fit_odds(items, scores), 0.0)


def fit_scores(items: Sequence[Item], title: str = "paths") -> Scores:
    """Those that make the texts of all digits and numbers among the items most likely."""
    found = [lattice_of(view, item.text) for item in items if item.text for view in item.views]
    if not found:
        raise NoData("there is no number to fit paths to: these are too few pictures")
    start = np.array(START, np.float64)
    possible = np.isfinite(Lattices(found).likelihoods(start))
    if not possible.any():
        raise NoData("there is no number that any path reads: these are too few pictures")
    lattices = Lattices([one for one, is_possible in zip(found, possible, strict=True) if is_possible])
    count = int(possible.sum())

    def worth(weights: Floats) -> float:
        likely = np.exp(lattices.likelihoods(weights))
        return float(np.log(likely + SURPRISE).mean() - HOLD / 2 * ((weights - start) ** 2).sum())

    def slope(weights: Floats) -> Floats:
        likely = np.exp(lattices.likelihoods(weights))
        return lattices.gradient(weights, likely / (likely + SURPRISE)) / count - HOLD * (weights - start)

    return Scores(*np.round(highest(worth, slope, start, title), DECIMALS).tolist())


def lattice_of(view: View, text: str) -> Lattice:
    return Lattice(text, view.parts.windows, view.table, view.logs, view.parts.pieces.is_mark)


def fit_odds(items: Sequence[Item], scores: Scores) -> Odds:
    """Those that tell best which of the numbers that these scores read, in any view, are right."""
    kinds, columns, right = [], [], []
    for item in items:
        for view in item.views:
            walk = best_walk(view.parts, view.table, view.logs, scores)
            if 1 < len(walk) <= MAX_DIGITS:
                kinds.append(item.kind)
                columns.append(evidence(view.parts, view.table, view.logs, walk))
                right.append("".join(map(str, view.logs[walk].argmax(axis=1).tolist())) == item.text)
    if not kinds:
        raise NoData("nothing is read as a number: these are too few pictures, or weights that know none")
    weights = log_odds(np.stack(columns), np.array(right, np.bool_), _shares(kinds))
    return Odds(*np.round(weights, DECIMALS).tolist())


def sureness(items: Sequence[Item], fitted: Fitted) -> list[Sure]:
    """Of all that could be told as a number, were none too unsure."""
    told = [(item, path) for item in items if (path := item.path(fitted._replace(least_sure=0.0)))]
    told = [(item, path) for item, path in told if len(path.windows) > 1]
    shares = _shares([item.kind for item, _ in told])
    return [
        Sure(item.kind, path.confidence, "".join(map(str, path.digits)) == item.text, float(share))
        for (item, path), share in zip(told, shares, strict=True)
    ]


def _shares(kinds: Sequence[str]) -> Floats:
    """What each counts: numbers half, everything else half, as far as both are there. Single digits count nothing."""
    whole = {kind: 1 / len(KINDS) for kind in KINDS} | {kind: SHARES[kind] for kind in OTHERS}
    return np.array([whole.get(kind, 0.0) / kinds.count(kind) for kind in kinds])


def least_sure(levels: Floats) -> float:
    """The lowest confidence, up to MOST_SURE, from which no more words are read as digits than PASS allows.

    levels  (n,): Item.level of words
    """
    for value in np.round(np.arange(0.01, MOST_SURE, 0.01), DECIMALS).tolist():
        if np.mean(levels >= value) <= PASS:
            return float(value)
    return MOST_SURE
