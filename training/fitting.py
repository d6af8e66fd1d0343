"""What the command `fit` does: data, and corrections with verdicts, → weights, and what the corrections were worth.

It stands above the rooms because it needs three of them.
"""

from dataclasses import replace
from pathlib import Path

from function.formats import BUNDLED
from function.network.keras import load_keras
from training.corrections.gathered import gather
from training.corrections.lessons import lessons, reviewed
from training.corrections.verdicts import read_verdicts
from training.data.sets import Lessons, NoData, load_mnist, load_pens
from training.learning.fit import fit, gentle, tune
from training.learning.profiles import PROFILES
from training.learning.weights_file import WEIGHTS
from training.measuring.comparison import compare, record, table


def run(
    name: str,
    seed: int,
    data: Path | None,
    out: Path | None,
    *,
    resume: bool,
    start: Path | None,
    feedback: str | None,
    verdicts: Path,
    unreviewed: bool,
) -> None:
    """Trains by the profile called `name` and prints what came of it. Corrections are compared before and after.

    Raises NoData for data, a profile or corrections that aren't there, and for a folder that holds another run.

    out         the run's folder; None = runs/PROFILE-SEED
    start       weights to tune; None = begin with random ones
    feedback    where corrections are kept, as FEEDBACK_URL names it; None = learn from none
    unreviewed  take corrections without a verdict at their word
    """
    learned = kept(feedback, verdicts, unreviewed) if feedback else None
    train(name, seed, data, out, resume=resume, start=start, learned=learned)


def train(
    name: str,
    seed: int,
    data: Path | None,
    out: Path | None,
    *,
    resume: bool,
    start: Path | None,
    learned: Lessons | None,
) -> None:
    """Does as `run` does, with corrections that were read already."""
    if name not in PROFILES:
        raise NoData(f"no profile {name!r}; there are {', '.join(PROFILES)}")
    profile = replace(PROFILES[name], seed=seed)
    folder = out or Path("runs") / f"{profile.name}-{profile.seed}"
    if start:
        profile = gentle(profile, load_keras(start).architecture)
    mnist, pens = load_mnist(data), load_pens(data)
    if start:
        last = tune(profile, mnist, pens, folder, resume, start=start, lessons=learned)
    else:
        last = fit(profile, mnist, pens, folder, resume, lessons=learned)
    print(f"epoch {last['epoch']} on validation digits: MNIST {last['mnist']:.2%}, pens {last['pens']:.2%}")
    if learned is not None:
        rows = compare(load_keras(start or BUNDLED), load_keras(folder / WEIGHTS), mnist, pens, learned)
        record(folder / WEIGHTS, rows)
        print(table(rows))
    print(folder / WEIGHTS)


def kept(feedback: str, verdicts: Path, unreviewed: bool) -> Lessons:
    """What is to be learned from the corrections at `feedback`. Raises NoData where the verdicts leave none."""
    corrections = gather(feedback).corrections
    chosen = reviewed(corrections, read_verdicts(verdicts), unreviewed)
    if not chosen:
        raise NoData(f"none of {len(corrections)} corrections is kept by {verdicts}: review them first")
    learned = lessons(chosen)
    print(f"{len(corrections)} corrections: {len(learned.train)} to learn from, {len(learned.validation)} to check")
    return learned
