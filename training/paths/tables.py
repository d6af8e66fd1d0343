"""What the command `paths` prints: how numbers are read by the weights that were and by those that are fitted."""

from collections.abc import Mapping, Sequence

import numpy as np

from function.digit.fitted import Fitted
from training.learning.calibration import binned, expected_error
from training.paths.crossed import levels
from training.paths.fitting import PASS, Sure, sureness
from training.paths.seen import Item
from training.paths.shown import KINDS, OTHERS, SINGLES

VALUES = (0.1, 0.2, 0.3, 0.35, 0.4, 0.5)  # least confidences that are shown beside the chosen one


def compared(items: Sequence[Item], old: Fitted, crossed: tuple[Fitted, Fitted]) -> str:
    """A table: what is right of each kind, and the errors of confidence, before and after."""
    lines = [
        f"{'':12}{'pictures':>9}{'old':>20}{'new':>20}",
        f"{'':21}{'  exact   length':>20}{'  exact   length':>20}",
    ]
    for kind in (*KINDS, SINGLES, *OTHERS):
        some = [item for item in items if item.kind == kind]
        if some:
            pairs = [(item, fitted[item.half]) for fitted in ((old, old), crossed) for item in some]
            said = [(item.said(fitted), item.text) for item, fitted in pairs]
            cells = ""
            for part in (said[: len(some)], said[len(some) :]):
                exact = 100 * np.mean([one == text for one, text in part])
                length = 100 * np.mean([len(one) == len(text) for one, text in part])
                cells += f"{exact:10.1f} %{length:6.1f} %"
            lines.append(f"{kind:12}{len(some):9,}{cells}")
    for title, both in (("old", (old, old)), ("new", crossed)):
        for half in (0, 1):
            error = _error(sureness([item for item in items if item.half == half], both[half]))
            lines.append(f"confidence, {title}, {('first', 'second')[half]} half: off by {100 * error:.1f} %")
    return "\n".join([*lines, "New ones read each half by what was fitted to the other."])


def _error(sure: Sequence[Sure]) -> float:
    """Expected calibration error in 0..1, every kind counting what it did in the fit."""
    counted = [each for each in sure if each.share > 0]
    confidence, right, share = (
        np.array([each.confidence for each in counted]),
        np.array([each.right for each in counted], np.bool_),
        np.array([each.share for each in counted]),
    )
    return expected_error(binned(confidence, right, share)) if counted else 0.0


def trade_off(items: Sequence[Item], old: Fitted, crossed: tuple[Fitted, Fitted], chosen: float) -> str:
    """A table: what each least confidence costs, and what it keeps out; the last row is the old one's."""
    lines = [f"least sure{'numbers exact':>16}" + "".join(f"{kind:>10}" for kind in OTHERS)]
    rows = [(value, crossed, "") for value in sorted({*VALUES, chosen})] + [(old.least_sure, (old, old), "  ← old")]
    for value, pair, note in rows:
        said = [(item.kind, item.said(pair[item.half]._replace(least_sure=value)) == item.text) for item in items]
        exact = [np.mean([float(right) for each, right in said if each == kind] or [0]) for kind in KINDS]
        read = [100 * float(np.mean(levels(items, pair, kind) >= value)) for kind in OTHERS]
        cells = f"{100 * np.mean(exact):14.1f} %" + "".join(f"{each:8.2f} %" for each in read)
        reason = f"  ← at most {100 * PASS:g} % of words" if value == chosen and not note else note
        lines.append(f"{value:10.2f}{cells}{reason}")
    return "\n".join(lines)


def constants(old: Fitted, new: Fitted) -> str:
    """A line for each."""
    before, after = _flat(old), _flat(new)
    return "\n".join(f"{name:20}{value:8.2f} → {after[name]:6.2f}" for name, value in before.items())


def _flat(fitted: Fitted) -> Mapping[str, float]:
    scores = {f"scores.{name}": value for name, value in fitted.scores._asdict().items()}
    odds = {f"odds.{name}": value for name, value in fitted.odds._asdict().items()}
    return {**scores, **odds, "least_sure": fitted.least_sure}
