"""What the command `improve` does: corrected drawings → better weights in service, with a question after each step.

It stands above the rooms because it needs all of them. What was made stays, and an improvement that was begun goes on:
its folder is named for what it learns, so the same drawings, verdicts and weights are never learned twice.
"""

import hashlib
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from function.errors import BadSettings, WeightsMissing
from function.formats import KERAS, format_of
from function.store.weights import open_store
from training.corrections import review
from training.corrections.verdicts import VERDICTS
from training.data.sets import Lessons
from training.fitting import kept, train
from training.learning.run import STATE
from training.learning.weights_file import WEIGHTS
from training.measuring import report
from training.measuring.comparison import recorded
from training.releasing.publish import announce, release


@dataclass(frozen=True)
class Plan:
    """
    feedback  where the corrections are: the function's FEEDBACK_URL
    url       where the function reads its weights: its WEIGHTS_URL
    function  the function's address, to wait until it answers with the new weights; None = don't wait
    start     weights to begin with, every time: nothing drifts from one improvement to the next
    profile   the name of a training profile
    data      folder of the data sets
    review    folder for the sheet and the verdicts
    out       folder for the run and its report; None = one in runs/
    few       evaluate on only so many pictures of each set; None = on all
    yes       answer every question with yes
    """

    feedback: str
    url: str
    function: str | None
    start: Path
    profile: str
    data: Path | None
    review: Path
    out: Path | None
    few: int | None
    yes: bool


def improve(plan: Plan) -> None:
    """Reviews, learns, evaluates and publishes. Raises what each of them raises, and SystemExit for an answer of no."""
    if format_of(plan.url) is not KERAS:
        raise BadSettings(f"expected a URL that ends in {KERAS.suffix}, got {plan.url}: its twin is published with it")
    with suppress(WeightsMissing):
        open_store(plan.url).version()  # fails now rather than after the training
    review.run(plan.feedback, plan.start, plan.review)
    verdicts = plan.review / VERDICTS
    ask(f"Give your verdicts in {verdicts}. Then: learn from the drawings it keeps?", plan.yes)
    learned = kept(plan.feedback, verdicts, unreviewed=False)
    folder = plan.out or Path("runs") / f"improve-{_fingerprint(learned, plan)}"
    weights = folder / WEIGHTS
    if weights.exists() and recorded(weights):
        print(f"{weights} has learned them already.")
    else:
        resume = (folder / STATE).exists()
        train(plan.profile, 0, plan.data, folder, resume=resume, start=plan.start, learned=learned)
    ask("Is it worth it? Then: evaluate?", plan.yes)
    report.run(weights, plan.data, folder / "report", plan.few)
    ask(f"Publish to {plan.url}?", plan.yes)
    announce(release(weights, plan.url, plan.data), plan.function)


def ask(question: str, yes: bool) -> None:
    """Goes on after a yes; ends the program after anything else, which leaves everything as it is."""
    print(f"\n{question} [y/N] ", end="", flush=True)
    answer = "y" if yes else sys.stdin.readline().strip()
    if yes:
        print(answer)
    if answer.lower() not in ("y", "yes"):
        sys.exit("Stopped; what was made so far stays. Run this again to go on.")


def _fingerprint(learned: Lessons, plan: Plan) -> str:
    """Eight characters that change with what is learned, from where and how."""
    parts = [plan.profile.encode(), plan.start.read_bytes()]
    parts += [array.tobytes() for part in (learned.train, learned.validation) for array in (part.digits, part.labels)]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:8]
