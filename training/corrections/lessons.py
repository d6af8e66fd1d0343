"""Corrected drawings and the verdicts on them → digits to train on.

Split by what is drawn: drawings that are nearly the same are all for training or all for validation.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from function.corrections.correction import Correction
from function.dialects.correcting import NONE
from training.corrections.likeness import groups
from training.corrections.verdicts import DROP, KEEP, OPEN
from training.data.sets import NO_DIGIT, LabeledDigits, Lessons

VALIDATION_PART = 5  # one drawing in so many is for validation, at most


def reviewed(
    corrections: Sequence[Correction], verdicts: Mapping[str, str], unreviewed: bool = False
) -> list[tuple[Correction, int]]:
    """Those to train on, with their labels, 0..9 or NO_DIGIT; `unreviewed` takes the open ones at their word."""
    chosen = []
    for correction in corrections:
        verdict = verdicts.get(correction.id, OPEN)
        if verdict == OPEN and unreviewed:
            verdict = KEEP
        if verdict not in (OPEN, DROP):
            label = correction.label if verdict == KEEP else verdict
            chosen.append((correction, NO_DIGIT if label == NONE else int(label)))
    return chosen


def lessons(chosen: Sequence[tuple[Correction, int]]) -> Lessons:
    """The drawings in `chosen`, with their labels, of which at most a fifth is for validation.

    Whole groups of drawings alike go there, in the order of their hashes, which is as good as chance and the same on
    every run. A group that would make them more than a fifth is learned from.
    """
    ordered = sorted(chosen, key=lambda each: (each[0].time, each[0].hash))  # a group is named by its oldest member
    digits = np.stack([correction.digit for correction, _ in ordered])
    labels = np.array([label for _, label in ordered], np.uint8)
    group = groups(digits)
    validation = np.zeros(len(ordered), bool)
    for first in sorted(set(group.tolist()), key=lambda index: ordered[index][0].hash):
        if (validation | (group == first)).sum() <= len(ordered) / VALIDATION_PART:
            validation |= group == first
    both = LabeledDigits(digits, labels)
    return Lessons(both.take(np.flatnonzero(~validation)), both.take(np.flatnonzero(validation)))
