"""Corrected drawings → a contact sheet to look at and a file of verdicts to edit. The answer to poisoning is a person.

The suspicious come first: what the network is sure is something else, what was sent before or under another label,
and what is hardly a drawing.
"""

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from function.arrays import Levels, Outputs, from_levels
from function.corrections.correction import Correction
from function.dialects.correcting import NONE
from function.digit.png import data_url, encode_png
from function.network.keras import load_keras
from function.network.network import Network, confidence_of
from function.reading.outputs import outputs_of
from training.corrections.gathered import Gathered, gather
from training.corrections.likeness import groups
from training.corrections.verdicts import OPEN, VERDICTS, read_verdicts, write_verdicts
from training.measuring.pages import write_page

# Mean of a digit's pixels, 0..1. Source: of 7,000 digits of MNIST and of the pens, none is outside these two.
LEAST_INK, MOST_INK = 0.018, 0.33
HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Corrected drawings</title>'
MOST_SHOWN = 3000  # drawings on one sheet: about 15 MB; the others are on the next, once these have their verdicts
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #0f172a }
.sheet { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0; width: 11rem; font-size: .75rem }
figure img { height: 5rem; max-width: 6rem; object-fit: contain; background: #000; image-rendering: pixelated }
figcaption { overflow-wrap: anywhere; line-height: 1.3 } .suspicious { color: #b91c1c } code { font-size: .7rem }
"""


@dataclass(frozen=True)
class Exhibit:
    """A drawing with what speaks against it: `reasons` for people, `weight` for the order, 0 = nothing."""

    correction: Correction
    reasons: tuple[str, ...]
    weight: float


def run(feedback: str, weights: Path, folder: Path) -> None:
    """Reviews the corrections at `feedback`, as the function's FEEDBACK_URL names it, and says where to look.

    Raises what `gather` and `review` raise, and WeightsRefused.
    """
    gathered = gather(feedback)
    page, count = review(gathered, load_keras(weights), folder)
    print(f"{len(gathered.corrections)} drawings, {count} without a verdict; {len(gathered.foreign)} other objects")
    print(f"look at {page}\nand edit {folder / VERDICTS}")


def review(gathered: Gathered, network: Network, folder: Path) -> tuple[Path, int]:
    """Writes index.html and the verdicts into `folder`, where verdicts already given stay; the page, and how many
    drawings have none yet. Raises NoData when the verdicts there can't be read, or the page isn't one of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    verdicts = read_verdicts(folder / VERDICTS)
    exhibits = examine(gathered.corrections, network)
    is_open = {each.correction.id: verdicts.get(each.correction.id, OPEN) == OPEN for each in exhibits}
    ordered = [each for wanted in (True, False) for each in exhibits if is_open[each.correction.id] is wanted]
    remarks = [(each.correction.id, "; ".join(each.reasons)) for each in ordered]
    elsewhere = [identity for identity in verdicts if identity not in is_open and verdicts[identity] != OPEN]
    remarks += [(identity, "not among these corrections") for identity in elsewhere]  # a verdict is never lost
    page = write_page(folder / "index.html", HEAD + _page(ordered[: sum(is_open.values())], verdicts, gathered), HEAD)
    write_verdicts(folder / VERDICTS, verdicts, remarks)
    return page, sum(is_open.values())


def examine(corrections: Sequence[Correction], network: Network) -> list[Exhibit]:
    """By label, the most suspicious first."""
    digits = np.stack([correction.digit for correction in corrections])
    small = from_levels(digits)
    rows = outputs_of(small, network)
    group = groups(digits)
    sizes = Counter(group.tolist())
    labels: dict[int, set[str]] = {}
    for number, correction in zip(group.tolist(), corrections, strict=True):
        labels.setdefault(number, set()).add(correction.label)
    exhibits = []
    for index, correction in enumerate(corrections):
        (said, confidence), number = _said(rows[index], network.threshold), int(group[index])
        is_told = correction.label != NONE or network.threshold is not None  # else the network knows nothing but digits
        ink = float(small[index].mean())
        others = sorted(labels[number] - {correction.label})
        found = [
            (f"nearly the same was sent as {', '.join(others)}", 2.0) if others else None,
            ("hardly any ink" if ink < LEAST_INK else "more blot than digit", 1.0)
            if not LEAST_INK <= ink <= MOST_INK
            else None,
            (f"read as {said}, {confidence:.0%}", confidence) if said != correction.label and is_told else None,
            (f"one of {sizes[number]} that are nearly the same", 0.1) if sizes[number] > 1 else None,
        ]
        reasons = [each for each in found if each is not None]
        exhibits.append(Exhibit(correction, tuple(text for text, _ in reasons), sum(weight for _, weight in reasons)))
    return sorted(exhibits, key=lambda each: (each.correction.label, -each.weight, each.correction.time))


def _said(row: Outputs, threshold: float | None) -> tuple[str, float]:
    """The label that a network gives what it answered with `row`, and how sure it is, 0..1."""
    if threshold is not None and confidence_of(row[None])[0] < threshold:
        return NONE, float(1 - row[10])
    return str(row[:10].argmax()), float(row[:10].max())


def _page(exhibits: Sequence[Exhibit], verdicts: Mapping[str, str], gathered: Gathered) -> str:
    words = Counter(verdicts.get(correction.id, OPEN) for correction in gathered.corrections)
    counts = ", ".join(f"{html.escape(word)} × {count}" for word, count in words.most_common())
    parts = [
        f"<h1>{len(exhibits)} drawings to look at</h1>",
        f"<p>Verdicts so far: {counts}. Change the first word of a line in <code>{VERDICTS}</code>; nothing is trained "
        "on before. Left is what was drawn, right what the network sees.</p>",
    ]
    if gathered.foreign:
        names = ", ".join(html.escape(name) for name in gathered.foreign[:20])
        parts.append(f'<p class="suspicious">{len(gathered.foreign)} objects are no corrections: {names}</p>')
    if len(exhibits) > MOST_SHOWN:
        parts.append(f"<p>The first {MOST_SHOWN} are shown.</p>")
    for label in sorted({each.correction.label for each in exhibits[:MOST_SHOWN]}):
        chosen = [each for each in exhibits[:MOST_SHOWN] if each.correction.label == label]
        parts += [f'<h2>Sent as {label}: {len(chosen)}</h2><div class="sheet">', *map(_figure, chosen), "</div>"]
    return f"<style>{STYLE}</style>{''.join(parts)}</html>\n"


def _figure(exhibit: Exhibit) -> str:
    correction = exhibit.correction
    reasons = "".join(f'<br><span class="suspicious">{html.escape(reason)}</span>' for reason in exhibit.reasons)
    read = correction.read
    kind = f" ({read.kind})" if read and read.kind not in (None, "digit") else ""
    then = f"<br>read then as {read.digit}, {read.confidence:.0%}{kind}" if read else ""
    pictures = "".join(_pictures(f"sent as {correction.label}", (correction.ink, correction.digit)))
    caption = f"<code>{correction.id}</code><br>{correction.time:%Y-%m-%d %H:%M}{then}{reasons}"
    return f"<figure>{pictures}<figcaption>{caption}</figcaption></figure>"


def _pictures(alternative: str, pictures: Iterable[Levels]) -> Iterable[str]:
    for levels in pictures:
        png = encode_png(from_levels(levels))
        yield f'<img alt="{alternative}" src="{data_url(png)}"> '
