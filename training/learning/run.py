"""A run: a profile, what it looks at, and the folder where it leaves weights and history, and what resuming needs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from function.network.keras import import_keras
from function.store.folder import write_whole
from training.data.others.sides import NO_OTHERS, Others
from training.data.sets import Lessons, Mnist, NoData, Pens
from training.learning.learner import Learner
from training.learning.profiles import Profile
from training.learning.samples import Samples, ahead, batches_of, prepare, steps_of
from training.learning.validation import REJECTED, SETS, calibrate, validate
from training.learning.weights_file import WEIGHTS, fold, released_as, version_of, write_weights

STATE, HISTORY = "state.npz", "history.json"
# What says most about a run, and how it is called; where one of them differs, it explains what else does.
TOLD = {"name": "the profile", "architecture": "the architecture", "start": "--start", "seed": "--seed"}

Entry = dict[str, float]  # what the history tells of an epoch: its number, its loss, and what `validate` found


@dataclass(frozen=True)
class Run:
    """What `fit` and `tune` have in common.

    start   the weights it begins with; None = random ones
    others  what its drawings of no digit are made of, beside digits, figures and fonts
    """

    profile: Profile
    folder: Path
    samples: Samples
    start: Path | None = None
    others: Others = NO_OTHERS

    def learner(self) -> Learner:
        """One that has taken no step yet."""
        return Learner(self.profile, steps_of(self.samples, self.profile), self.start)

    def resumed(self, learner: Learner) -> list[Entry]:
        """The epochs that are done, none in a new folder; `learner` then knows what it knew after them."""
        if not (self.folder / STATE).is_file():
            return []
        learner.restore(self.folder / STATE)
        epochs: list[Entry] = json.loads((self.folder / HISTORY).read_text())["epochs"]
        return epochs

    def epochs(self, learner: Learner, done: int) -> Iterator[Entry]:
        """Trains the epochs after the first `done` ones and yields the entry of each.

        The scores are printed when the next entry is asked for, so after the caller has written what it keeps.
        """
        for epoch in range(done, self.profile.epochs):
            loss = self._epoch(learner, epoch)
            learner.settle(batches_of(self.samples, self.profile, epoch))
            entry = {"epoch": epoch + 1, "loss": loss, **validate(learner.average, self.samples)}
            yield entry
            told = {**SETS, REJECTED: "no digits turned away"}
            scores = "  ".join(f"{name} {entry[key]:.2%}" for key, name in told.items() if key in entry)
            tqdm.write(f"epoch {epoch + 1:2d}  loss {loss:.4f}  validation: {scores}")

    def _epoch(self, learner: Learner, epoch: int) -> float:
        """One pass over the samples; returns the mean loss."""
        total, steps = 0.0, steps_of(self.samples, self.profile)
        batches = ahead(batches_of(self.samples, self.profile, epoch))
        title = f"epoch {epoch + 1}/{self.profile.epochs} (Ctrl-C stops, --resume continues)"
        with tqdm(batches, total=steps, desc=title, unit="batch", leave=False) as bar:
            for count, (digits, labels) in enumerate(bar, start=1):
                total += learner.learn(digits, labels)
                if count % 20 == 0:
                    bar.set_postfix(loss=f"{total / count:.4f}")
        return total / steps

    def keep(self, learner: Learner, history: Sequence[Entry]) -> None:
        """Writes what resuming needs."""
        learner.save(self.folder / STATE)
        self.write_history(history)

    def write_history(self, history: Sequence[Entry]) -> None:
        """history.json: what the run is, how many digits of each kind it learns from, and the epochs."""
        samples = self.samples
        learned = {
            "mnist": samples.mnist,
            "pens": samples.pens,
            "corrected": samples.corrected,
            "windows": samples.windows,
        }
        content = {
            **identity(self.profile, self.start),
            "digits": {name: len(digits) for name, digits in learned.items()},
            "others": {**material_of(self.others), **self.samples.others.counts()},
            "epochs": history,
        }
        write_whole(self.folder / HISTORY, (json.dumps(content, indent=1) + "\n").encode())

    def release(self, model: Any, history: Sequence[Entry]) -> None:
        """Writes the weights of `model`, folded if its architecture can be, with the last entry's scores."""
        found = calibrate(model, self.samples)
        names = [name for name in (*SETS, REJECTED) if name in history[-1]]
        scores = {f"validation_{name}": round(100 * history[-1][name], 3) for name in names}
        scores["validation_calibration_error"] = round(100 * found.error, 3)
        if found.known is not None:
            scores["validation_known_error"] = round(100 * found.known_error, 3)
        # What was turned away of each kind stays in history.json: a file's attributes have little room.
        rounded = [
            {name: round(number, 5) for name, number in past.items() if not name.startswith(f"{REJECTED} ")}
            for past in history
        ]
        _, keras = import_keras()
        architecture = released_as(model, keras, self.profile.architecture)
        if architecture != self.profile.architecture:
            model = fold(model, keras, architecture)
        write_weights(model, self.folder / WEIGHTS, architecture, found.temperature, scores, rounded, known=found.known)


def open_run(
    profile: Profile,
    mnist: Mnist,
    pens: Pens,
    folder: Path,
    resume: bool = False,
    lessons: Lessons | None = None,
    start: Path | None = None,
    others: Others = NO_OTHERS,
) -> Run:
    """A run in `folder`, which is made. The profile's seed decides all that is random.

    Raises NoData when the folder holds a run and `resume` is False, or it is True and there are only parts of a run, or
    one that differs in more than its epochs.
    """
    taken = [name for name in (STATE, HISTORY, WEIGHTS) if (folder / name).exists()]
    if resume and taken and not {STATE, HISTORY} <= {*taken}:
        raise NoData(f"{folder} holds {taken[0]} and no run that could be resumed; --out names another folder")
    if taken and not resume:
        raise NoData(f"{folder} holds a run already ({taken[0]}): --resume continues it, --out names another folder")
    if taken:
        _check_same(folder, profile, start, bool(pens.train), others)
    folder.mkdir(parents=True, exist_ok=True)
    _, keras = import_keras()
    keras.utils.set_random_seed(profile.seed)
    return Run(profile, folder, prepare(profile, mnist, pens, folder, lessons, others), start, others)


def material_of(others: Others) -> dict[str, int]:
    """How much there is of what a folder of data may lack."""
    return {"writings": len(others.writings), "pictures": sum(map(len, others.doodles.values()))}


def identity(profile: Profile, start: Path | None) -> dict[str, Any]:
    """What makes one run another than the next, as history.json keeps it."""
    return {"profile": asdict(profile), "start": version_of(start) if start else None}


def _check_same(folder: Path, profile: Profile, start: Path | None, has_pens: bool, others: Others) -> None:
    """Raises NoData when the run in `folder` was begun otherwise: what it knows would then be continued as another."""
    try:
        kept = json.loads((folder / HISTORY).read_text())
        begun = {**kept["profile"], **({"start": kept["start"] or "none"} if "start" in kept else {})}
        digits = kept.get("digits", {})
        material = kept.get("others", {})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoData(f"{folder / HISTORY} is no run's history; --out names another folder") from error
    now = identity(profile, start)
    present = {**now["profile"], "start": now["start"] or "none"}
    changed = [name for name, old in begun.items() if present.get(name) != old]
    differ = [
        f"{TOLD.get(name, name)} {begun[name]}, not {present.get(name)}"
        for name in [name for name in TOLD if name in changed] or changed
    ]
    if digits and bool(digits.get("pens")) != has_pens:
        differ.append("no pen strokes, not with them" if has_pens else "pen strokes, not without them")
    for name, count in material_of(others).items():
        if material and bool(material.get(name)) != bool(count):
            differ.append(f"no {name}, not with them" if count else f"{name}, not without them")
    if differ:
        raise NoData(
            f"{folder} holds a run that was begun with {'; '.join(differ)}. "
            "--resume continues it as it was begun; --out names another folder"
        )
