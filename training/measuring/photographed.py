"""The table of photographs: those of cells that people took, and made ones, each with its own error."""

import base64
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from function.arrays import Found
from function.digit.png import encode_png
from function.errors import NoInk
from function.ink.find import find_ink
from function.picture.limits import Allowance
from function.picture.picture import Picture
from training.data.drawings import Drawing
from training.data.photographs.cells import Cells
from training.data.photographs.conditions import CONDITIONS, USUAL, Photograph, photographs
from training.data.photographs.scans import SCANS
from training.measuring.written import Judge

SEED = 2026  # every evaluation takes the same photographs
SHOWN = 6  # right and wrong photographs of each on the report's page


@dataclass(frozen=True)
class Shown:
    """A photograph, what is written on it, and what was read."""

    photograph: Photograph
    said: str


@dataclass(frozen=True)
class Condition:
    """How many of `count` photographs were read wrong, in percent, and some of them, wrong ones first."""

    title: str
    count: int
    error: float
    shown: Sequence[Shown]


def judge_photographs(
    judge: Judge, cells: Cells, drawings: Sequence[Drawing], few: int | None = None
) -> list[Condition]:
    """A row for each set that isn't empty. Wrong is what was read on a blank one, too.

    drawings  that nothing was learned from
    few       only so many photographs of each, and of the large ones, which take a second each to make, fewer
    """
    found = [
        _judged(judge, title, list(taken[:few]))
        for title, taken in (("Cells of photographed grids", cells.digits), ("… blank ones", cells.blank))
        if taken
    ]
    for condition in (*CONDITIONS.values(), *SCANS.values()) if drawings else ():
        rng = np.random.default_rng(SEED)
        count = condition.count if few is None else max(1, few * condition.count // USUAL)
        found.append(_judged(judge, condition.title, [*photographs(condition, drawings, count, rng)]))
    return found


def _judged(judge: Judge, title: str, taken: Sequence[Photograph]) -> Condition:
    judged = judge.judge(title, [each.text for each in taken], (each.sent for each in taken))
    all_shown = [Shown(each, said.said) for each, said in zip(taken, judged.said, strict=True)]
    wrong = [each for each in all_shown if each.said != each.photograph.text]
    right = [each for each in all_shown if each.said == each.photograph.text]
    return Condition(title, len(taken), 100 - judged.right, (*wrong[:SHOWN], *right[:SHOWN]))


def table(conditions: Iterable[Condition]) -> str:
    """In Markdown."""
    lines = ["| photographs | count | read wrong |", "| --- | ---: | ---: |"]
    return "\n".join([*lines, *(f"| {each.title} | {each.count:,} | {each.error:.1f} % |" for each in conditions)])


def page(conditions: Sequence[Condition]) -> str:
    """HTML: the table, and of each condition photographs, wrong ones first, beside what was taken for ink."""
    rows = "".join(f"<tr><td>{html.escape(each.title)}<td>{each.count:,}<td>{each.error:.1f} %" for each in conditions)
    parts = [f"<h2>Photographs</h2><table><tr><th>photographs<th>count<th>read wrong{rows}</table>"]
    for each in conditions:
        parts.append(f'<h3>{html.escape(each.title)}</h3><div class="sheet">{"".join(map(_figure, each.shown))}</div>')
    return "".join(parts)


def _figure(shown: Shown) -> str:
    photograph = shown.photograph
    verdict = "right" if shown.said == photograph.text else "wrong"
    caption = f"{photograph.text or 'none'} → {shown.said or 'none'}, {verdict}"
    sent = f"data:;base64,{base64.b64encode(photograph.sent).decode()}"
    ink = f"data:image/png;base64,{base64.b64encode(_ink(photograph.sent)).decode()}"
    return f'<figure><img alt="{caption}" src="{sent}"><img alt="its ink" src="{ink}">{caption}</figure>'


def _ink(sent: bytes) -> bytes:
    """A PNG of what was taken for ink, where it lies on the picture."""
    pixels = Picture(sent).pixels(Allowance())
    ink = np.zeros(pixels.shape[:2], np.float32)
    try:
        found = find_ink(pixels)
    except NoInk:
        found = Found(ink)
    height, width = found.ink.shape
    ink[found.top : found.top + height, found.left : found.left + width] = found.ink
    return encode_png(ink)
