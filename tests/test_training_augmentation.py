"""Batches of digits → other digits of the same labels."""

import numpy as np
import pytest

from training.data.examples import golden
from training.learning.augmentation import Strength, augment, softened, thickened, warped

NONE = Strength(rotation=0, scale=0, shear=0, shift=0, elastic=0, thickness=0, soften=0)


def rng_of(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture
def digits() -> np.ndarray:
    return np.tile(golden(), (20, 1, 1))


def test_shape_type_and_range_stay(digits: np.ndarray) -> None:
    changed = augment(digits, rng_of(), Strength())
    assert changed.shape == digits.shape and changed.dtype == np.float32
    assert changed.min() >= 0 and changed.max() <= 1


def test_zero_strength_changes_nothing(digits: np.ndarray) -> None:
    assert augment(digits, rng_of(), NONE) == pytest.approx(digits, abs=1e-5)


def test_the_input_is_left_alone_and_each_digit_changes_in_its_own_way(digits: np.ndarray) -> None:
    before = digits.copy()
    changed = augment(digits, rng_of(), Strength())
    assert np.array_equal(digits, before)
    assert np.abs(changed[0] - changed[10]).max() > 0.1  # both are zeros


def test_a_digit_stays_closer_to_itself_than_to_other_digits(digits: np.ndarray) -> None:
    """What keeps labels true: blurred, so that small moves don't count as differences."""

    def blurred(batch: np.ndarray) -> np.ndarray:
        for _ in range(6):
            batch = softened(batch, rng_of(), 1.0)
        return batch.reshape(len(batch), -1)

    changed, base = blurred(augment(digits, rng_of(), Strength())), blurred(golden())
    likeness = changed @ base.T / np.outer(np.linalg.norm(changed, axis=1), np.linalg.norm(base, axis=1))
    assert (likeness.argmax(axis=1) == np.tile(np.arange(10), 20)).mean() > 0.9


def test_shifts_stay_within_their_limit() -> None:
    dot = np.zeros((300, 28, 28), np.float32)
    dot[:, 14, 14] = 1
    moved = warped(dot, rng_of(), Strength(**{**vars(NONE), "shift": 2.0}))
    place = np.arange(28)
    rows = (moved.sum(axis=2) * place).sum(axis=1) / moved.sum(axis=(1, 2))
    assert np.abs(rows - 14).max() <= 2.01
    assert np.abs(rows - 14).max() > 1.5


def test_thickening_and_thinning_change_the_ink_but_not_the_middle_of_a_stroke() -> None:
    bar = np.zeros((300, 28, 28), np.float32)
    bar[:, 4:24, 12:16] = 1
    changed = thickened(bar, rng_of(), 1.0)
    ink = changed.sum(axis=(1, 2))
    assert ink.min() < 60 < 80 < 100 < ink.max()
    assert (changed[:, 10, 13] == 1).all()
    assert (ink == 80).mean() == pytest.approx(1 / 3, abs=0.1)


def test_softening_keeps_the_darkest_ink(digits: np.ndarray) -> None:
    assert softened(digits, rng_of(), 1.0).max(axis=(1, 2)) == pytest.approx(np.ones(len(digits)))


def test_the_same_seed_gives_the_same_batch(digits: np.ndarray) -> None:
    assert np.array_equal(augment(digits, rng_of(3), Strength()), augment(digits, rng_of(3), Strength()))
