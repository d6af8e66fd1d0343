"""What the command `fit` does: data, and corrections with verdicts, → weights, and what the corrections were worth.

It stands above the rooms because it needs three of them.
"""

from dataclasses import replace
from pathlib import Path

from function.formats import BUNDLED
from function.network.architectures import ARCHITECTURES
from function.network.keras import import_keras, load_keras
from training.corrections.gathered import gather
from training.corrections.lessons import lessons, reviewed
from training.corrections.verdicts import read_verdicts
from training.data.doodles import DOODLES
from training.data.drawings import OTHERS
from training.data.others.sides import Others, load_others
from training.data.sets import Lessons, NoData, load_mnist, pens_or_none
from training.learning.fit import fit, gentle, tune
from training.learning.profiles import PROFILES, Profile
from training.learning.validation import REJECTED, SETS
from training.learning.weights_file import WEIGHTS, is_normalized, released_as
from training.measuring.comparison import compare, record, table

# Measured: profile quick, seed 0, evaluated on all data. The shipped weights read 99.55 % and 100 %.
WITHOUT_PENS = (
    "This run learns from MNIST alone, which costs accuracy on what people draw: "
    "profile quick then reads 98.5 % of held-out pens and 87 % of rare forms."
)


def run(
    name: str,
    seed: int,
    data: Path | None,
    out: Path | None,
    *,
    architecture: str | None,
    resume: bool,
    start: Path | None,
    feedback: str | None,
    verdicts: Path,
    unreviewed: bool,
) -> None:
    """Trains by the profile called `name` and prints what came of it. Corrections are compared before and after.

    Without pen strokes it learns from MNIST alone, and says so.

    Raises NoData for MNIST, a profile, an architecture or corrections that aren't there, and for a folder that holds
    another run.

    out           the run's folder; None = runs/PROFILE-SEED, with the architecture in between if it isn't the profile's
    architecture  a name in ARCHITECTURES; None = the profile's, or that of `start`
    start         weights to tune; None = begin with random ones
    feedback      where corrections are kept, as FEEDBACK_URL names it; None = learn from none
    unreviewed    take corrections without a verdict at their word
    """
    learned = kept(feedback, verdicts, unreviewed) if feedback else None
    train(name, seed, data, out, architecture=architecture, resume=resume, start=start, learned=learned)


def train(
    name: str,
    seed: int,
    data: Path | None,
    out: Path | None,
    *,
    architecture: str | None = None,
    resume: bool,
    start: Path | None,
    learned: Lessons | None,
) -> None:
    """Does as `run` does, with corrections that were read already."""
    profile = replace(_profile(name, architecture, start), seed=seed)
    another = "" if start or profile.architecture == PROFILES[name].architecture else f"-{profile.architecture}"
    folder = out or Path("runs") / f"{profile.name}{another}-{profile.seed}"
    pens = pens_or_none(data, WITHOUT_PENS)
    mnist = load_mnist(data)
    others = load_others(data)
    _tell_missing(others)
    _tell_release(profile.architecture)
    if start:
        last = tune(profile, mnist, pens, folder, resume, start=start, lessons=learned, others=others)
    else:
        last = fit(profile, mnist, pens, folder, resume, lessons=learned, others=others)
    told = {**SETS, REJECTED: "no digits turned away"}
    scores = ", ".join(f"{title} {last[key]:.2%}" for key, title in told.items() if key in last)
    print(f"epoch {last['epoch']} on validation digits: {scores}")
    if learned is not None:
        rows = compare(load_keras(start or BUNDLED), load_keras(folder / WEIGHTS), mnist, pens, learned)
        record(folder / WEIGHTS, rows)
        print(table(rows))
    print(folder / WEIGHTS)


def _profile(name: str, architecture: str | None, start: Path | None) -> Profile:
    """The profile called `name` for that architecture, or for the weights in `start`. Raises NoData."""
    if name not in PROFILES:
        raise NoData(f"no profile {name!r}; there are {', '.join(PROFILES)}")
    if architecture is not None and architecture not in ARCHITECTURES:
        raise NoData(f"no architecture {architecture!r}; there are {', '.join(ARCHITECTURES)}")
    if start is None:
        return replace(PROFILES[name], architecture=architecture or PROFILES[name].architecture)
    found = load_keras(start).architecture
    if architecture not in (None, found):
        raise NoData(f"{start} holds weights of {found}, not of {architecture}: with --start they decide")
    return gentle(PROFILES[name], found)


def _tell_missing(others: Others) -> None:
    """Prints what the drawings of no digit will lack."""
    missing = [name for name, found in ((OTHERS, others.writings), (DOODLES, others.doodles)) if not found]
    if missing:
        print(f"Without {' and '.join(missing)}, less is learned of what is no digit.", flush=True)


def _tell_release(architecture: str) -> None:
    """Prints what its author should know of an architecture that is released as slowly as it is trained."""
    _, keras = import_keras()
    model = ARCHITECTURES[architecture](keras)
    if is_normalized(model, keras) and released_as(model, keras, architecture) == architecture:
        print(
            f"{architecture} holds batch normalization, and FOLDED in function/network/architectures.py names no twin "
            "without it. Its weights are released as they are: they answer right, only later than need be.",
            flush=True,
        )


def kept(feedback: str, verdicts: Path, unreviewed: bool) -> Lessons:
    """What is to be learned from the corrections at `feedback`. Raises NoData where the verdicts leave none."""
    corrections = gather(feedback).corrections
    chosen = reviewed(corrections, read_verdicts(verdicts), unreviewed)
    if not chosen:
        raise NoData(f"none of {len(corrections)} corrections is kept by {verdicts}: review them first")
    learned = lessons(chosen)
    print(f"{len(corrections)} corrections: {len(learned.train)} to learn from, {len(learned.validation)} to check")
    return learned
