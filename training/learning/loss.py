"""What a network in training is told of its answers: which digit it is, and whether it is one at all."""

from typing import Any

from training.data.sets import NO_DIGIT
from training.learning.profiles import Profile


def loss_of(tensorflow: Any, logits: Any, labels: Any, profile: Profile) -> Any:
    """The mean loss of a batch: (n, 10) or (n, 11) logits, (n,) int32 labels.

    Digits have the cross entropy of the ten. What is none has `profile.uniform` of the cross entropy with ten equal
    chances, the entropic open-set loss. Where there is an eleventh logit, all have `profile.known` of the binary cross
    entropy of being a digit.

    Source: Dhamija, Günther, Boult, "Reducing network agnostophobia" (2018).
    """
    tf = tensorflow
    is_digit = tf.cast(labels < NO_DIGIT, tf.float32)
    chances = tf.nn.log_softmax(logits[:, :10])
    right = tf.gather(chances, tf.minimum(labels, NO_DIGIT - 1), batch_dims=1)
    losses = -is_digit * right - profile.uniform * (1 - is_digit) * tf.reduce_mean(chances, axis=1)
    if logits.shape[1] > 10:
        raw = logits[:, 10]
        losses += profile.known * (is_digit * tf.nn.softplus(-raw) + (1 - is_digit) * tf.nn.softplus(raw))
    return tf.reduce_mean(losses)
