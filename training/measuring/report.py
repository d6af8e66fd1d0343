"""An evaluation → one folder: report.json with every number, and index.html, which needs no other file."""

import html
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from function.digit.png import data_url
from function.formats import BUNDLED
from function.network.keras import load_keras
from function.store.folder import write_whole
from training.data.sets import NoData
from training.learning.weights_file import record_scores, version_of
from training.measuring import photographed
from training.measuring.evaluate import evaluate
from training.measuring.evaluation import Evaluation
from training.measuring.held_out import load_held_out
from training.measuring.pages import check_page, write_page
from training.measuring.plots import plot_confusion, plot_curves, plot_history, plot_reliability
from training.measuring.reading import Mistake

SHIPPED = Path(__file__).parent.parent  # training/, which holds the report of the weights that ship with the code
MOST_MISTAKES = 600  # on the sheet; a model with more has other problems than single digits
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #0f172a }
table { border-collapse: collapse } td, th { padding: .25rem .75rem; text-align: right }
td:first-child, th:first-child { text-align: left }
.missed { color: #dc2626 } .must { color: #a16207 } .aim { color: #15803d }
img.plot { max-width: 100% } .sheet { display: flex; flex-wrap: wrap; gap: .5rem }
figure { margin: 0; width: 5rem; text-align: center; font-size: .75rem; line-height: 1.2 }
figure img { display: block; width: 4.5rem; margin: 0 auto; image-rendering: pixelated; background: #000 }
"""
HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Weights '  # which every report begins with


def run(weights: Path, data: Path | None, folder: Path, few: int | None = None, *, is_release: bool = False) -> None:
    """Evaluates a weights file, prints the table, and writes the report into `folder`.

    What isn't there to read is told, and its rows are left out.

    Raises NoData, and WeightsRefused for a file that can't be read.

    few         only so many pictures of each set
    is_release  writes the scores into the weights file, too, and report.json where releases have theirs; wants all data
    """
    held = load_held_out(data)
    if is_release and not (held.pens and len(held.test)):
        raise NoData("a release is recorded with its main rows: it wants MNIST and the pen strokes")
    evaluation = evaluate(load_keras(weights), weights, held, few)
    if is_release:
        record_scores(weights, {row.name: round(row.value, 3) for row in evaluation.rows})
        evaluation = replace(evaluation, version=version_of(weights))
        write_summary(evaluation, SHIPPED if weights.resolve() == BUNDLED else weights.parent)
    print(evaluation.table())
    print(f"report: {write_report(evaluation, folder)}")


def write_report(evaluation: Evaluation, folder: Path) -> Path:
    """Returns the page's path. Raises NoData where somebody else's page stands."""
    folder.mkdir(parents=True, exist_ok=True)
    check_page(folder / "index.html", HEAD)  # before anything is written
    write_summary(evaluation, folder)
    return write_page(folder / "index.html", f"{HEAD}{_page(evaluation)}", HEAD)


def write_summary(evaluation: Evaluation, folder: Path) -> None:
    """report.json alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.json"
    if path.exists() and not {"version", "rows"} <= _keys(path):
        raise NoData(f"{path} is there and is no report: name another folder with --out")
    summary = json.dumps(evaluation.summary(), indent=1, ensure_ascii=False)
    write_whole(path, (summary + "\n").encode())


def _keys(path: Path) -> set[str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError:
        return set()
    return set(found) if isinstance(found, dict) else set()


def _page(evaluation: Evaluation) -> str:
    rows = "".join(
        f'<tr><td>{html.escape(row.title)}<td>{row.count:,}<td class="{row.verdict}">{row.text()}'
        f"<td>{row.must:g}<td>{row.aim:g}<td>{row.verdict}"
        for row in evaluation.rows
    )
    parts = [
        f"<h1>Weights {evaluation.version}</h1>",
        f"<p>Architecture {html.escape(evaluation.architecture)}. Every number went through the function's own path: "
        "picture → ink → digit → probabilities → reading.</p>",
        *(f"<p>Left out, for want of data: {name}.</p>" for name in evaluation.left_out),
        f"<table><tr><th>set<th>pictures<th>value<th>must<th>aim<th>meets{rows}</table>",
        *_curves(evaluation),
        *_numbers(evaluation),
        *([photographed.page(evaluation.photographs)] if evaluation.photographs else []),
        "<h2>What is taken for what</h2><p>Rows are labels, columns answers, of all digits together.</p>",
        _image(plot_confusion(evaluation.confusion)),
        "<h2>Can its confidence be believed?</h2><p>On the diagonal, 90 % sure means right nine times in ten; "
        "a point's area is its share of the pictures.</p>",
        _image(plot_reliability(evaluation.reliability)),
    ]
    if evaluation.history:
        alone = "" if "pens" in evaluation.history[-1] else "<p>Learned from MNIST alone, without pen strokes.</p>"
        parts += ["<h2>Training</h2>", alone, _image(plot_history(evaluation.history))]
    if evaluation.corrections:
        compared = "".join(
            f"<tr><td>{html.escape(row.name)}<td>{row.count:,}<td>{row.without:.2f} %<td>{row.with_:.2f} %"
            for row in evaluation.corrections
        )
        parts += [
            "<h2>What corrections were worth</h2><p>On digits for validation: before they were learned, and after.</p>",
            f"<table><tr><th>digits<th>count<th>without corrections<th>with them{compared}</table>",
        ]
    parts += [
        f"<h2>Every mistake ({len(evaluation.mistakes)})</h2><p>Label → answer, confidence; the most confident first. "
        "Shown is what the network saw.</p>",
        *_sheets(evaluation.mistakes),
    ]
    return f"{evaluation.version}</title><style>{STYLE}</style>{''.join(parts)}</html>\n"


def _curves(evaluation: Evaluation) -> list[str]:
    """How accuracy falls, where that was measured."""
    if not evaluation.is_of_held_out:
        return []
    said = "<h2>Where it bends</h2><p>Accuracy against what people change without thinking.</p>"
    return [said, _image(plot_curves(evaluation.curves))]


def _numbers(evaluation: Evaluation) -> list[str]:
    """How many numbers of each length are read exactly."""
    if not evaluation.lengths:
        return []
    lengths = sorted({length for rows in evaluation.lengths.values() for length in rows})
    head = "".join(f"<th>{length}" for length in lengths)
    rows = "".join(
        f"<tr><td>{html.escape(name)}" + "".join(f"<td>{row[n]:.0f} %" if n in row else "<td>" for n in lengths)
        for name, row in evaluation.lengths.items()
    )
    return ["<h2>Numbers by their length</h2><p>Read exactly, by digits.</p>", f"<table><tr><th>{head}{rows}</table>"]


def _sheets(mistakes: Sequence[Mistake]) -> Iterable[str]:
    for name in dict.fromkeys(mistake.set for mistake in mistakes):
        chosen = sorted((each for each in mistakes if each.set == name), key=lambda each: -each.confidence)
        yield f'<h3>{html.escape(name)}: {len(chosen)}</h3><div class="sheet">'
        yield from (_figure(mistake) for mistake in chosen[:MOST_MISTAKES])
        yield "</div>"


def _figure(mistake: Mistake) -> str:
    if mistake.digit is None:
        return f"<figure>{mistake.label} → refused</figure>"
    data = io.BytesIO()
    Image.fromarray(mistake.digit).save(data, "PNG")
    caption = f"{mistake.label} → {mistake.read}, {mistake.confidence:.0%}"
    return f'<figure><img alt="{caption}" src="{data_url(data.getvalue())}">{caption}</figure>'


def _image(figure: Figure) -> str:
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=110)
    return f'<img class="plot" alt="" src="{data_url(data.getvalue())}">'
