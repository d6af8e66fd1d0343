"""Windows over composed numbers: digits that the function's own cuts made, and what is none."""

from pathlib import Path

import numpy as np

from training.data.drawings import Drawing
from training.data.glyphs import PLAIN
from training.data.sets import NO_DIGIT
from training.data.windows import cut_windows

DIGITS = [Drawing(int(label), strokes, "own") for label, strokes in PLAIN.items()]


def test_windows_show_cut_digits_of_all_labels_and_what_is_none() -> None:
    windows = cut_windows(DIGITS, 400, seed=1)
    counts = np.bincount(windows.labels, minlength=NO_DIGIT + 1)
    assert len(windows) == 400 and (counts[:NO_DIGIT] > 5).all()
    assert 0.15 * 400 < counts[NO_DIGIT] < 0.65 * 400
    assert windows.digits.shape == (400, 28, 28) and windows.digits.dtype == np.uint8
    assert (windows.digits.max(axis=(1, 2)) > 200).all()


def test_a_cut_digit_looks_like_that_digit() -> None:
    """Each is nearer to the mean of its own label than to the other means, mostly."""
    windows = cut_windows(DIGITS, 800, seed=2)
    kept = windows.labels < NO_DIGIT
    flat, labels = windows.digits[kept].reshape(kept.sum(), -1).astype(float), windows.labels[kept]
    means = np.stack([flat[labels == label].mean(axis=0) for label in range(10)])
    nearest = ((flat[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == labels).mean() > 0.75


def test_the_same_windows_come_from_the_same_seed_and_from_the_cache(tmp_path: Path) -> None:
    first = cut_windows(DIGITS, 60, 3, tmp_path / "windows.npz")
    assert np.array_equal(cut_windows(DIGITS, 60, 3).digits, first.digits)
    kept = (tmp_path / "windows.npz").stat().st_mtime_ns
    again = cut_windows(DIGITS, 60, 3, tmp_path / "windows.npz")
    assert np.array_equal(again.digits, first.digits) and np.array_equal(again.labels, first.labels)
    assert (tmp_path / "windows.npz").stat().st_mtime_ns == kept
    assert not np.array_equal(cut_windows(DIGITS, 60, 4, tmp_path / "windows.npz").digits, first.digits)


def test_without_drawings_there_are_none() -> None:
    assert not len(cut_windows([], 100, 0))
