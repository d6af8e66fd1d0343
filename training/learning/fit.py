"""The two ways to weights: `fit` from random ones, `tune` from good ones. Both stop cleanly and resume exactly."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.data.others.sides import NO_OTHERS, Others
from training.data.sets import Lessons, Mnist, Pens
from training.learning.learner import Learner
from training.learning.profiles import Profile
from training.learning.run import Entry, open_run
from training.learning.samples import Samples
from training.learning.validation import costs_too_much, total_loss, validate

GENTLE = 0.1  # of a profile's learning rate, for weights that read already: they are to be moved, not made anew
# How far `tune` goes from its start to what it learned: the part that validation likes best. A straight line between
# the two keeps most of what either knows: with sixty corrections of one odd seven, three quarters of the way read all
# of them at −0.04 points on MNIST, the whole way at −0.22. Source: Wortsman et al., "Robust fine-tuning of zero-shot
# models" (2022).
PARTS = (0.25, 0.5, 0.625, 0.75, 0.875, 1.0)


def fit(
    profile: Profile,
    mnist: Mnist,
    pens: Pens,
    folder: Path,
    resume: bool = False,
    *,
    lessons: Lessons | None = None,
    others: Others = NO_OTHERS,
) -> Entry:
    """Trains from random weights, writes `folder`, and returns the last history entry.

    The weights are the moving average after the last epoch, when the learning rate has come down to 0. An earlier
    epoch that validates better does so by chance: in three runs the last one read 20,000 rescaled validation digits
    better each time, and on balance other renderings of the pens as well. KeyboardInterrupt leaves a folder that
    `resume` continues.

    Raises NoData for a folder that holds a run, unless it is to be resumed and is the same.

    lessons  corrected drawings to learn from beside MNIST and the pens
    others   what drawings of no digit are made of, beside what needs no data
    """
    run = open_run(profile, mnist, pens, folder, resume, lessons, others=others)
    learner = run.learner()
    history = run.resumed(learner) if resume else []
    for entry in run.epochs(learner, len(history)):
        history.append(entry)
        run.release(learner.average, history)
        run.keep(learner, history)
    return history[-1]


def tune(
    profile: Profile,
    mnist: Mnist,
    pens: Pens,
    folder: Path,
    resume: bool = False,
    *,
    start: Path,
    lessons: Lessons | None = None,
    others: Others = NO_OTHERS,
) -> Entry:
    """Does as `fit` does, but begins with the weights in `start`, which have the profile's architecture.

    The result lies between these and the moving average, where the score on validation digits is highest and no set of
    them loses more than MOST_LOSS. The last history entry tells at which `part` of the way that is, and what is read
    there.
    """
    run = open_run(profile, mnist, pens, folder, resume, lessons, start, others)
    learner = run.learner()
    first = learner.model.get_weights()
    history = run.resumed(learner) if resume else []
    for entry in run.epochs(learner, len(history)):
        history.append(entry)
        run.keep(learner, history)
    model, chosen = _stop_between(first, learner, run.samples)
    history[-1] |= chosen
    run.release(model, history)
    run.write_history(history)
    return history[-1]


def gentle(profile: Profile, architecture: str) -> Profile:
    """`profile` for weights of `architecture` that read already."""
    return replace(profile, architecture=architecture, rate=profile.rate * GENTLE)


def _stop_between(first: Sequence[Any], learner: Learner, samples: Samples) -> tuple[Any, Entry]:
    """The model at the best of PARTS of the way from the weights `first` to the moving average; its part and scores.

    Of those that cost no more than they may, the best has the highest score on validation digits; of several with that
    score, the least loss. Where all cost more, it is the first.
    """
    model = learner.keras.models.clone_model(learner.average)
    last = learner.average.get_weights()

    def move(part: float) -> None:
        model.set_weights([begin + part * (end - begin) for begin, end in zip(first, last, strict=True)])

    tried = []
    for part in (0.0, *PARTS):
        move(part)
        tried.append({"part": part, **validate(model, samples)})
    before, *tried = tried
    allowed = [each for each in tried if not costs_too_much(before, each)] or tried[:1]
    best = max(allowed, key=lambda each: (each["score"], -total_loss(each)))
    move(best["part"])
    return model, best
