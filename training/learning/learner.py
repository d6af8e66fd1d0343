"""The network in training, its moving average, and the optimizer: what must be remembered between steps."""

import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from function.network.architectures import ARCHITECTURES
from function.network.keras import import_keras
from function.store.folder import write_whole
from training.learning.augmentation import Batch
from training.learning.loss import loss_of
from training.learning.profiles import Profile
from training.learning.samples import LabeledBatch

SETTLING = 24  # batches: 6,000 digits hold the statistics of 100 channels to 2 %


class Learner:
    """`model` learns; `average`, its moving average, is what reads: it is validated and released.

    steps  how many batches an epoch has: the learning rate falls over all of them
    start  a file of weights to begin with, of the profile's architecture; None = random ones
    """

    def __init__(self, profile: Profile, steps: int, start: Path | None = None) -> None:
        self.tensorflow, self.keras = import_keras()
        build = ARCHITECTURES[profile.architecture]
        self.model = build(self.keras)
        self.average = build(self.keras)
        if start is not None:
            self.model.load_weights(start)
        self.average.set_weights(self.model.get_weights())
        self.optimizer = self._optimizer(profile, steps * profile.epochs)
        self._step = self._traced(profile)

    def _optimizer(self, profile: Profile, total: int) -> Any:
        schedule = self.keras.optimizers.schedules.CosineDecay(
            0.0,
            max(1, total - round(total * profile.warmup)),
            warmup_target=profile.rate,
            warmup_steps=max(1, round(total * profile.warmup)),
        )
        optimizer = self.keras.optimizers.AdamW(schedule, weight_decay=profile.decay)
        # scales and offsets have nothing to gain from being small
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        optimizer.build(self.model.trainable_variables)
        return optimizer

    def _traced(self, profile: Profile) -> Any:
        tf, model, average, optimizer = self.tensorflow, self.model, self.average, self.optimizer
        pairs = list(zip(average.variables, model.variables, strict=True))

        @tf.function  # type: ignore[untyped-decorator]
        def step(digits: Any, labels: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = loss_of(tf, model(digits, training=True), labels, profile)
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            # Averaging over few steps at first: the start has nothing worth remembering.
            count = tf.cast(optimizer.iterations, tf.float32)
            share = tf.maximum(1 - profile.averaging, 1 / (1 + 0.5 * count))
            for mean, value in pairs:
                if mean.dtype == "float32":
                    mean.assign_add(share * (value - mean))
            return loss

        return step

    def learn(self, digits: Batch, labels: NDArray[np.uint8]) -> float:
        """One step on a batch; returns its loss."""
        return float(self._step(digits, labels.astype(np.int32)))

    def settle(self, batches: Iterator[LabeledBatch]) -> None:
        """Measures the averaged network's own batch statistics on SETTLING batches.

        Averaged weights leave smaller activations than the weights they come from; with those weights' statistics the
        averaged network misreads half of everything while the learning rate is high.
        """
        layers = [each for each in self.average.layers if isinstance(each, self.keras.layers.BatchNormalization)]
        for count, (digits, _) in enumerate(islice(batches, SETTLING)):
            for layer in layers:
                layer.momentum = count / (count + 1)  # the plain mean over all batches
            self.average(digits, training=True)

    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self.average.variables, *self.optimizer.variables]

    def save(self, path: Path) -> None:
        """Everything that `restore` needs to go on exactly here, as an .npz file, replaced in one step."""
        file = io.BytesIO()
        np.savez(file, *[np.asarray(variable) for variable in self._variables()])
        write_whole(path, file.getvalue())

    def restore(self, path: Path) -> None:
        """Takes up what `save` wrote for the same profile. Raises ValueError for another number of variables."""
        with np.load(path) as file:
            for variable, name in zip(self._variables(), file.files, strict=True):
                variable.assign(file[name])
