"""A run: f(profile, data, folder) → digits.weights.h5 and history.json. Stops cleanly, resumes exactly where it was."""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from function.network.architectures import ARCHITECTURES, FOLDED
from function.network.keras import import_keras
from function.store.folder import write_whole
from training.data.renderings import keep, normalized, render, vary
from training.data.sets import LabeledDigits, Lessons, Mnist, NoData, Pens
from training.learning.augmentation import Batch, augment
from training.learning.calibration import best_temperature, calibration_error, softmax
from training.learning.profiles import Profile
from training.learning.weights_file import WEIGHTS, fold, write_weights

AHEAD = 4  # batches prepared while the network works on one: evens out, costs 3 MB
SETTLING = 24  # batches: 6,000 digits hold the statistics of 100 channels to 2 %
VALIDATION_COPIES = 3  # renderings of each validation pen digit: pens and sizes differ, writers are few
RESCALED = 0.25  # of MNIST's digits, as if sent smaller: without them, half the size costs 0.4 points
CORRECTED_PART = 0.05  # of an epoch, for corrections: enough to be learned, and the rest keeps what was known
MOST_REPEATS = 20  # of a correction in an epoch, each changed in its own way: more would be learned by heart
GENTLE = 0.1  # of a profile's learning rate, for weights that read already: they are to be moved, not made anew
# How far a run that had a start goes from there to what it learned: the part that validation likes best. A straight
# line between the two keeps most of what either knows: with sixty corrections of one odd seven, three quarters of the
# way read all of them at −0.04 points on MNIST, the whole way at −0.22. Source: Wortsman et al., "Robust fine-tuning
# of zero-shot models" (2022).
PARTS = (0.25, 0.5, 0.625, 0.75, 0.875, 1.0)
SETS = {"mnist": "MNIST", "pens": "pens", "corrected": "corrected"}  # what validation is made of, with its name
NONE = LabeledDigits(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


@dataclass(frozen=True)
class Samples:
    """Everything a run looks at, as normalized digits. `pens` holds copy after copy of `pen_digits` digits.

    `rescaled` are `mnist`'s digits as if sent smaller; an epoch takes RESCALED of them instead of the others.

    `corrected` and its validation are drawings that people corrected; an epoch takes each `repeats` times.
    """

    mnist: LabeledDigits
    rescaled: LabeledDigits
    pens: LabeledDigits
    pen_digits: int
    mnist_validation: LabeledDigits
    pen_validation: LabeledDigits
    corrected: LabeledDigits = NONE
    corrected_validation: LabeledDigits = NONE
    repeats: int = 0


def fit(
    profile: Profile,
    mnist: Mnist,
    pens: Pens,
    folder: Path,
    resume: bool = False,
    *,
    start: Path | None = None,
    lessons: Lessons | None = None,
) -> dict[str, Any]:
    """Trains, writes `folder`, and returns the last history entry.

    The weights are the moving average after the last epoch, when the learning rate has come down to 0. An earlier
    epoch that validates better does so by chance: in three runs the last one read 20,000 rescaled validation digits
    better each time, and on balance other renderings of the pens as well. KeyboardInterrupt leaves a folder that
    `resume` continues.

    Raises NoData for a folder that holds a run, unless it is to be resumed.

    start    weights of the profile's architecture to begin with, instead of random ones: the result then lies between
             these and that moving average, where the mean of accuracy on all validation digits is highest
    lessons  corrected drawings to learn from beside MNIST and the pens
    """
    taken = [name for name in ("state.npz", "history.json", WEIGHTS) if (folder / name).exists()]
    if resume and taken and not {"state.npz", "history.json"} <= {*taken}:
        raise NoData(f"{folder} holds {taken[0]} and no run that could be resumed; --out names another folder")
    if taken and not resume:
        raise NoData(f"{folder} holds a run already ({taken[0]}): --resume continues it, --out names another folder")
    folder.mkdir(parents=True, exist_ok=True)
    _, keras = import_keras()
    keras.utils.set_random_seed(profile.seed)
    samples = prepare(profile, mnist, pens, folder, lessons)
    count = len(samples.mnist) + samples.pen_digits * profile.pens_per_epoch + samples.repeats * len(samples.corrected)
    steps = math.ceil(count / profile.batch)
    learner = Learner(profile, steps)
    if start is not None:
        learner.begin(start)
    history: list[dict[str, float]] = []
    state = folder / "state.npz"
    if resume and state.is_file():
        learner.restore(state)
        history = json.loads((folder / "history.json").read_text())["epochs"]
    for epoch in range(len(history), profile.epochs):
        loss = _run_epoch(learner, samples, profile, epoch, steps)
        learner.settle(batches_of(samples, profile, epoch))
        entry = {"epoch": epoch + 1, "loss": loss, **_validate(learner, samples)}
        history.append(entry)
        if start is None:
            _release(learner, samples, profile, folder, history)
        learner.save(state)
        _write_json(folder / "history.json", {"profile": asdict(profile), "epochs": history})
        scores = "  ".join(f"{name} {entry[key]:.2%}" for key, name in SETS.items() if key in entry)
        tqdm.write(f"epoch {epoch + 1:2d}  loss {loss:.4f}  validation: {scores}")
    if start is not None:
        history[-1] |= _stop_between(learner, samples)
        _release(learner, samples, profile, folder, history)
    return history[-1]


def gentle(profile: Profile, architecture: str) -> Profile:
    """`profile` for weights of `architecture` that read already."""
    return replace(profile, architecture=architecture, rate=profile.rate * GENTLE)


def prepare(profile: Profile, mnist: Mnist, pens: Pens, folder: Path, lessons: Lessons | None = None) -> Samples:
    """Digits for `profile`, pens drawn once and cached in `folder`. Held-out pens and MNIST's test set stay outside."""
    few = slice(profile.mnist)
    train = pens.train
    if profile.pens is not None:
        order = np.random.default_rng(profile.seed).permutation(len(train))[: profile.pens]
        train = tuple(train[index] for index in order)
    validation = pens.validation[: profile.pens]
    lessons = lessons or Lessons(NONE, NONE)
    others = len(mnist.train.take(few)) + len(train) * profile.pens_per_epoch
    repeats = round(CORRECTED_PART * others / max(1, len(lessons.train)))
    return Samples(
        mnist=normalized(mnist.train.take(few), "normalizing MNIST"),
        rescaled=normalized(mnist.train.take(few), "rescaling MNIST", profile.seed),
        pens=render(train, profile.renderings, profile.seed, vary, folder / "pens.npz", "drawing the pen strokes"),
        pen_digits=len(train),
        mnist_validation=normalized(mnist.validation.take(few)),
        # 1: validation drawings are the same for every seed
        pen_validation=render(validation, VALIDATION_COPIES, 1, keep, folder / "validation.npz", "… for validation"),
        corrected=lessons.train,
        corrected_validation=lessons.validation,
        repeats=min(max(1, repeats), MOST_REPEATS),
    )


class Learner:
    """The network in training, its moving average, and the optimizer: what must be remembered between steps."""

    def __init__(self, profile: Profile, steps: int) -> None:
        self.tensorflow, self.keras = import_keras()
        build = ARCHITECTURES[profile.architecture]
        self.model = build(self.keras)
        self.average = build(self.keras)
        self.average.set_weights(self.model.get_weights())
        self.shown = self.average  # what is validated and released
        total = steps * profile.epochs
        schedule = self.keras.optimizers.schedules.CosineDecay(
            0.0,
            max(1, total - round(total * profile.warmup)),
            warmup_target=profile.rate,
            warmup_steps=max(1, round(total * profile.warmup)),
        )
        self.optimizer = self.keras.optimizers.AdamW(schedule, weight_decay=profile.decay)
        # scales and offsets have nothing to gain from being small
        self.optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self.optimizer.build(self.model.trainable_variables)
        self._step = self._traced(profile.averaging)

    def begin(self, path: Path) -> None:
        """Takes the weights in `path` as those to move."""
        self.model.load_weights(path)
        self.begun = self.model.get_weights()
        self.average.set_weights(self.begun)

    def stop_at(self, part: float) -> None:
        """Shows the weights that lie `part` of the way from the first ones to the moving average."""
        if self.shown is self.average:
            self.shown = self.keras.models.clone_model(self.average)
        ends = zip(self.begun, self.average.get_weights(), strict=True)
        self.shown.set_weights([first + part * (last - first) for first, last in ends])

    def _traced(self, averaging: float) -> Any:
        tf, model, average, optimizer = self.tensorflow, self.model, self.average, self.optimizer
        loss_of = self.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        pairs = list(zip(average.variables, model.variables, strict=True))

        @tf.function  # type: ignore[untyped-decorator]
        def step(digits: Any, labels: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = loss_of(labels, model(digits, training=True))
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            # Averaging over few steps at first: the start has nothing worth remembering.
            count = tf.cast(optimizer.iterations, tf.float32)
            share = tf.maximum(1 - averaging, 1 / (1 + 0.5 * count))
            for mean, value in pairs:
                if mean.dtype == "float32":
                    mean.assign_add(share * (value - mean))
            return loss

        return step

    def learn(self, digits: Batch, labels: NDArray[np.uint8]) -> float:
        """One step on a batch; returns its loss."""
        return float(self._step(digits, labels.astype(np.int32)))

    def settle(self, batches: Iterator[tuple[Batch, NDArray[np.uint8]]]) -> None:
        """Measures the averaged network's own batch statistics on SETTLING batches.

        Averaged weights leave smaller activations than the weights they come from; with those weights' statistics the
        averaged network misreads half of everything while the learning rate is high.
        """
        layers = [each for each in self.average.layers if isinstance(each, self.keras.layers.BatchNormalization)]
        for count, (digits, _) in enumerate(islice(batches, SETTLING)):
            for layer in layers:
                layer.momentum = count / (count + 1)  # the plain mean over all batches
            self.average(digits, training=True)

    def logits(self, digits: LabeledDigits) -> NDArray[np.float32]:
        """The shown network's logits, (n, 10)."""
        parts = [
            np.asarray(self.shown(batch.astype(np.float32) / np.float32(255), training=False))
            for batch in np.array_split(digits.digits, max(1, len(digits) // 500))
        ]
        return np.concatenate(parts)

    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self.average.variables, *self.optimizer.variables]

    def save(self, path: Path) -> None:
        partial = path.with_name(f"partial-{path.name}")
        np.savez(partial, *[np.asarray(variable) for variable in self._variables()])
        partial.replace(path)

    def restore(self, path: Path) -> None:
        with np.load(path) as file:
            for variable, name in zip(self._variables(), file.files, strict=True):
                variable.assign(file[name])


def _run_epoch(learner: Learner, samples: Samples, profile: Profile, epoch: int, steps: int) -> float:
    """One pass; returns the mean loss."""
    total = 0.0
    batches = _ahead(batches_of(samples, profile, epoch))
    title = f"epoch {epoch + 1}/{profile.epochs} (Ctrl-C stops, --resume continues)"
    with tqdm(batches, total=steps, desc=title, unit="batch", leave=False) as bar:
        for count, (digits, labels) in enumerate(bar, start=1):
            total += learner.learn(digits, labels)
            if count % 20 == 0:
                bar.set_postfix(loss=f"{total / count:.4f}")
    return total / steps


def batches_of(samples: Samples, profile: Profile, epoch: int) -> Iterator[tuple[Batch, NDArray[np.uint8]]]:
    """The epoch's augmented batches in random order. They depend on seed and epoch alone: resuming repeats them."""
    rng = np.random.default_rng((profile.seed, epoch))
    copies = (epoch * profile.pens_per_epoch + np.arange(profile.pens_per_epoch)) % profile.renderings
    pens = (copies[:, None] * samples.pen_digits + np.arange(samples.pen_digits)).ravel()
    corrected = np.tile(np.arange(len(samples.corrected)), samples.repeats)
    is_rescaled = rng.random((len(samples.mnist), 1, 1)) < RESCALED
    mnist = np.where(is_rescaled, samples.rescaled.digits, samples.mnist.digits)
    digits = np.concatenate([mnist, samples.pens.digits[pens], samples.corrected.digits[corrected]])
    labels = np.concatenate([samples.mnist.labels, samples.pens.labels[pens], samples.corrected.labels[corrected]])
    order = rng.permutation(len(labels))
    for start in range(0, len(order), profile.batch):
        index = order[start : start + profile.batch]
        batch = digits[index].astype(np.float32) / np.float32(255)
        yield augment(batch, rng, profile.strength), labels[index]


def _ahead(items: Iterator[tuple[Batch, NDArray[np.uint8]]]) -> Iterator[tuple[Batch, NDArray[np.uint8]]]:
    """`items`, made in a thread up to AHEAD before they are needed; an error there is raised here."""
    queue: Queue[Any] = Queue(AHEAD)

    def produce() -> None:
        try:
            for item in items:
                queue.put(item)
            queue.put(None)
        except BaseException as error:  # noqa: BLE001  raised again where somebody waits
            queue.put(error)

    Thread(target=produce, daemon=True).start()  # daemon: a stopped run need not finish its epoch
    while (item := queue.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        yield item


def _validate(learner: Learner, samples: Samples) -> dict[str, float]:
    scores = {}
    corrected = samples.corrected_validation if len(samples.corrected_validation) else samples.corrected
    parts = (samples.mnist_validation, samples.pen_validation, corrected)
    found = [(name, digits) for name, digits in zip(SETS, parts, strict=True) if len(digits)]
    for name, digits in found:
        probabilities = softmax(learner.logits(digits))
        scores[name] = float((probabilities.argmax(axis=1) == digits.labels).mean())
        right = probabilities[np.arange(len(digits)), digits.labels]
        scores[f"{name}_loss"] = float(-np.log(np.maximum(right, 1e-12)).mean())
    return {**scores, "score": sum(scores[name] for name, _ in found) / len(found)}


def _stop_between(learner: Learner, samples: Samples) -> dict[str, float]:
    """Shows the best of PARTS on validation digits; its scores, and the part. Of equals, the surer ones are better."""
    tried = []
    for part in PARTS:
        learner.stop_at(part)
        tried.append({"part": part, **_validate(learner, samples)})
    best = max(tried, key=lambda each: (each["score"], -sum(each.get(f"{name}_loss", 0.0) for name in SETS)))
    learner.stop_at(best["part"])
    return best


def _release(
    learner: Learner, samples: Samples, profile: Profile, folder: Path, history: list[dict[str, float]]
) -> None:
    """Writes the shown network with the temperature that suits validation digits of both kinds equally."""
    logits = np.concatenate([learner.logits(samples.mnist_validation), learner.logits(samples.pen_validation)])
    labels = np.concatenate([samples.mnist_validation.labels, samples.pen_validation.labels])
    temperature = best_temperature(logits, labels)
    scores = {
        "validation_mnist": round(100 * history[-1]["mnist"], 3),
        "validation_pens": round(100 * history[-1]["pens"], 3),
        **({"validation_corrected": round(100 * history[-1]["corrected"], 3)} if "corrected" in history[-1] else {}),
        "validation_calibration_error": round(100 * calibration_error(softmax(logits, temperature), labels), 3),
    }
    rounded = [{name: round(number, 5) for name, number in past.items()} for past in history]
    model, architecture = learner.shown, profile.architecture
    if architecture in FOLDED:
        architecture = FOLDED[architecture]
        model = fold(model, learner.keras, architecture)
    write_weights(model, folder / WEIGHTS, architecture, temperature, scores, rounded)


def _write_json(path: Path, content: Any) -> None:
    write_whole(path, (json.dumps(content, indent=1) + "\n").encode())
