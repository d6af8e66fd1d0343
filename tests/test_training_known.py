"""How a run tells digits from everything else: its loss, the score, the line and the threshold that it leaves."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from function.network.keras import import_keras
from training.data.others.drawn import Drawn
from training.data.sets import NO_DIGIT, NONE, LabeledDigits
from training.learning.knowing import LOST, cut_of, known_of, probabilities, raw_of
from training.learning.loss import loss_of
from training.learning.profiles import PROFILES
from training.learning.samples import Samples, batches_of, steps_of
from training.learning.validation import calibrate, validate

PROFILE = replace(PROFILES["smoke"], uniform=0.5, known=2.0, batch=8)


def rows(*logits: list[float]) -> NDArray[np.float32]:
    return np.array(logits, np.float32)


def loss(logits: NDArray[np.float32], labels: list[int]) -> float:
    tensorflow, _ = import_keras()
    return float(loss_of(tensorflow, tensorflow.constant(logits), tensorflow.constant(labels, "int32"), PROFILE))


def squares(levels: list[int], labels: list[int]) -> LabeledDigits:
    """Digits that are gray all over: 0 black, 255 white."""
    digits = np.repeat(np.array(levels, np.uint8), 784).reshape(-1, 28, 28)
    return LabeledDigits(digits, np.array(labels, np.uint8))


class Gray:
    """A model that knows what is bright, and reads a 3 in everything."""

    def __call__(self, digits: NDArray[np.float32], training: bool) -> NDArray[np.float32]:
        logits = np.zeros((len(digits), 11), np.float32)
        logits[:, 3] = 5
        logits[:, 10] = digits.mean(axis=(1, 2)) * 20 - 10
        return logits


def gray_samples(**others: Any) -> Samples:
    bright = squares([200, 210, 220, 230], [3, 3, 3, 4])
    dark = squares([10, 20, 220], [NO_DIGIT] * 3)
    drawn = Drawn(dark, np.array([0, 0, 1], np.uint8), ("letters", "words"))
    return Samples(bright, bright, NONE, 0, bright, NONE, others=drawn, others_validation=drawn, **others)


def test_the_eleventh_logit_is_the_raw_score_and_without_one_the_energy() -> None:
    assert raw_of(np.arange(22, dtype=np.float32).reshape(2, 11)).tolist() == [10, 21]
    assert raw_of(np.full((1, 10), 1000, np.float32)) == pytest.approx([1000 + np.log(10)])


def test_digits_cost_their_cross_entropy_and_what_is_none_that_of_ten_equal_chances() -> None:
    sure, flat = rows([9.0] + [0.0] * 9), rows([0.0] * 10)
    assert loss(sure, [0]) < 0.01 < 8 < loss(sure, [1])
    assert loss(flat, [NO_DIGIT]) == pytest.approx(PROFILE.uniform * np.log(10), rel=1e-4)
    assert loss(sure, [NO_DIGIT]) > loss(flat, [NO_DIGIT])


def test_an_eleventh_logit_costs_what_it_is_wrong_by() -> None:
    ten = [0.0] * 10
    for label, right in ((3, 5.0), (NO_DIGIT, -5.0)):
        difference = loss(rows([*ten, -right]), [label]) - loss(rows([*ten, right]), [label])
        assert difference == pytest.approx(PROFILE.known * 5, rel=1e-3)


def test_of_no_source_more_digits_are_lost_than_allowed() -> None:
    rng = np.random.default_rng(0)
    digits = [rng.normal(5, 1, 2000), rng.normal(4, 2, 1000)]
    cut = cut_of(digits)
    assert max((raw < cut).mean() for raw in digits) == pytest.approx(LOST, abs=2e-3)
    shares = [rng.beta(20, 1, len(raw)) for raw in digits]
    known = known_of(digits, [rng.normal(-3, 2, 3000)], shares)
    kept = [
        (probabilities(raw, known) * share >= known.threshold).mean() for raw, share in zip(digits, shares, strict=True)
    ]
    assert min(kept) == pytest.approx(1 - LOST, abs=2e-3)


def test_what_is_known_is_a_probability_that_holds() -> None:
    rng = np.random.default_rng(0)
    digits, others = rng.normal(2, 2, 20_000), rng.normal(-2, 2, 20_000)
    known = known_of([digits], [others], [np.ones(len(digits))])
    both = np.concatenate([digits, others])
    chances, truth = probabilities(both, known), np.arange(len(both)) < len(digits)
    for low in (0.1, 0.4, 0.8):
        near = (chances > low) & (chances < low + 0.1)
        assert truth[near].mean() == pytest.approx(low + 0.05, abs=0.03)


@pytest.mark.parametrize("others", [[np.full(50, -9.0)], [np.full(50, 9.0)], [np.full(50, 5.0)]])
def test_scores_that_tell_all_or_nothing_still_leave_a_line_with_a_threshold(others: list[NDArray[np.float64]]) -> None:
    known = known_of([np.full(80, 5.0)], others, [np.ones(80)])
    assert 0 < known.threshold < 1 and known.slope > 0


def test_validation_tells_what_is_turned_away_of_each_kind() -> None:
    scores = validate(Gray(), gray_samples())
    assert scores["rejected letters"] == 1 and scores["rejected words"] == 0 and scores["rejected"] == 0.5
    assert scores["mnist"] == 0.75
    assert scores["score"] == pytest.approx(0.75 * 0.75 + 0.25 * 0.5)


def test_a_correction_that_says_none_is_right_when_it_is_turned_away() -> None:
    corrected = squares([5, 220], [NO_DIGIT, NO_DIGIT])
    scores = validate(Gray(), gray_samples(corrected=corrected, repeats=1))
    assert scores["corrected"] == 0.5 and scores["corrected_loss"] == 0


def test_a_run_of_digits_alone_knows_no_threshold() -> None:
    alone = replace(gray_samples(), others_validation=Samples(NONE, NONE, NONE, 0, NONE, NONE).others)
    assert calibrate(Gray(), alone).known is None
    assert "rejected" not in validate(Gray(), alone)
    assert calibrate(Gray(), gray_samples()).known is not None


def test_an_epoch_takes_the_next_of_what_is_no_digit_and_some_printed_digits() -> None:
    digits = squares([100] * 100, [1] * 100)
    drawn = Drawn(squares([*range(10)], [NO_DIGIT] * 10), np.zeros(10, np.uint8), ("letters",))
    samples = Samples(digits, digits, NONE, 0, NONE, NONE, others=drawn, printed=squares([50] * 3, [7] * 3))
    profile = replace(PROFILE, others_per_epoch=4)
    for epoch in range(3):
        labels = np.concatenate([labels for _, labels in batches_of(samples, profile, epoch)])
        assert np.bincount(labels, minlength=11)[[1, 7, NO_DIGIT]].tolist() == [100, 2, 4]
        assert steps_of(samples, profile) == -(-106 // profile.batch)
