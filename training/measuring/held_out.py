"""What nothing was learned from, of all that is there: an evaluation reads it, and nothing else does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.data.drawings import Drawing, Writing
from training.data.numbers import load_numbers, split_numbers
from training.data.others.kinds import recipes
from training.data.others.recipe import Recipe
from training.data.others.sides import load_others, materials
from training.data.photographs.cells import NO_CELLS, Cells, load_cells
from training.data.sets import NONE, LabeledDigits, Mnist, NoPart, load_mnist, pens_or_none


@dataclass(frozen=True)
class HeldOut:
    """Any part of it may be empty.

    test     MNIST's test images
    pens     drawings of other people
    others   recipes of what is no digit, by their kinds
    numbers  as people wrote them, of sources that no path was fitted to
    cells    photographs that nothing was learned from, though a part of them chose how ink is found
    """

    test: LabeledDigits = NONE
    pens: Sequence[Drawing] = ()
    others: Mapping[str, Recipe] = field(default_factory=dict)
    numbers: Sequence[Writing] = ()
    cells: Cells = NO_CELLS


def load_held_out(data: Path | None) -> HeldOut:
    """Prints what isn't there, and which rows are left out for it. Raises NoData for a file that can't be read."""
    pens = pens_or_none(data, "The rows of held-out pens, and of numbers composed of them, are left out.")
    try:
        mnist = load_mnist(data)
    except NoPart as missing:
        print(f"{missing}. MNIST's rows are left out.", flush=True)
        mnist = Mnist(NONE, NONE, NONE)
    others = recipes(materials(mnist, pens, load_others(data))["held out"])
    try:
        _, numbers = split_numbers(load_numbers(data))
    except NoPart as missing:
        print(f"{missing}. Their row is left out.", flush=True)
        numbers = []
    try:
        cells = load_cells(data)
    except NoPart as missing:
        print(f"{missing}. Their rows are left out.", flush=True)
        cells = NO_CELLS
    return HeldOut(mnist.test, pens.held_out, others, numbers, cells)
