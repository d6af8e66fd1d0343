"""An evaluation → one folder: report.json with every number, and index.html, which needs no other file."""

import base64
import html
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from function.store.folder import write_whole
from training.data.sets import NoData
from training.measuring.evaluate import Evaluation
from training.measuring.pages import check_page, write_page
from training.measuring.reading import Mistake

BLUE, RED, GRAY = "#2563eb", "#dc2626", "#94a3b8"
MOST_MISTAKES = 600  # on the sheet; a model with more has other problems than single digits
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #0f172a }
table { border-collapse: collapse } td, th { padding: .25rem .75rem; text-align: right }
td:first-child, th:first-child { text-align: left }
.missed { color: #dc2626 } .must { color: #a16207 } .aim { color: #15803d }
img.plot { max-width: 100% } .sheet { display: flex; flex-wrap: wrap; gap: .5rem }
figure { margin: 0; width: 5rem; text-align: center; font-size: .75rem; line-height: 1.2 }
figure img { width: 4.5rem; image-rendering: pixelated; background: #000 }
"""


HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Weights '  # which every report begins with


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
        "picture → ink → digit → probabilities.</p>",
        f"<table><tr><th>set<th>pictures<th>value<th>must<th>aim<th>meets{rows}</table>",
        "<h2>Where it bends</h2><p>Accuracy against what people change without thinking.</p>",
        _image(_plot_curves(evaluation.curves)),
        "<h2>What is taken for what</h2><p>Rows are labels, columns answers; MNIST and held-out pens together.</p>",
        _image(_plot_confusion(evaluation.confusion)),
        "<h2>Can its confidence be believed?</h2><p>On the diagonal, 90 % sure means right nine times in ten; "
        "a point's area is its share of the pictures.</p>",
        _image(_plot_reliability(evaluation.reliability)),
    ]
    if evaluation.history:
        parts += ["<h2>Training</h2>", _image(_plot_history(evaluation.history))]
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
    return f'<figure><img alt="{caption}" src="{_data_url(data.getvalue())}">{caption}</figure>'


def _plot_curves(curves: Mapping[str, Sequence[tuple[float, float]]]) -> Figure:
    figure = Figure(figsize=(11, 3.2), layout="constrained")
    shift, scale, pen = figure.subplots(1, 3)
    shift.plot(*_columns(curves["shift"]), "o-", color=BLUE)
    shift.set(xlabel="shift on both axes, px of 56", ylabel="accuracy, %", title="MNIST, shifted")
    scale.plot(*_columns(curves["scale"]), "o-", color=BLUE)
    scale.set(xlabel="scale", xscale="log", title="MNIST, scaled")
    scale.set_xticks(_columns(curves["scale"])[0], [f"{x:g}" for x in _columns(curves["scale"])[0]], minor=False)
    scale.minorticks_off()
    pens = [(name, curve) for name, curve in curves.items() if name.startswith("pen width")]
    for (name, curve), color, style in zip(pens, (BLUE, RED), ("o-", "x--"), strict=True):  # they often coincide
        pen.plot(*_columns(curve), style, color=color, label=name.removeprefix("pen width, "))
    pen.set(xlabel="pen, % of the canvas", title="held-out pens")
    pen.legend()
    for axes in (shift, scale, pen):
        axes.grid(alpha=0.3)
        axes.set_ylim(min(98.0, axes.dataLim.y0 - 0.2), 100.1)
    return figure


def _plot_confusion(confusion: NDArray[np.int64]) -> Figure:
    figure = Figure(figsize=(5.5, 5), layout="constrained")
    axes = figure.subplots()
    wrong = confusion * (1 - np.eye(10, dtype=np.int64))
    axes.imshow(wrong, cmap="Reds", vmin=0, vmax=max(1, wrong.max()))  # the diagonal would drown the rest
    for row in range(10):
        for column in range(10):
            if confusion[row, column]:
                size = 7 if row == column else 9
                axes.text(column, row, confusion[row, column], ha="center", va="center", fontsize=size)
    axes.set(xticks=range(10), yticks=range(10), xlabel="answer", ylabel="label")
    return figure


def _plot_reliability(curves: Mapping[str, Sequence[tuple[float, float, float]]]) -> Figure:
    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=GRAY, linewidth=1)
    for (name, points), color in zip(curves.items(), (BLUE, RED), strict=True):
        part, confidence, right = np.array(points).T
        axes.scatter(confidence, right, s=20 + 300 * part, color=color, alpha=0.6, label=name)
    axes.set(xlabel="confidence", ylabel="right", xlim=(0, 1.03), ylim=(0, 1.03))
    axes.legend()
    return figure


def _plot_history(history: Sequence[Mapping[str, float]]) -> Figure:
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    loss, accuracy = figure.subplots(1, 2)
    epochs = [entry["epoch"] for entry in history]
    _lines(loss, epochs, history, {"loss": GRAY, "mnist_loss": BLUE, "pens_loss": RED})
    loss.set(xlabel="epoch", ylabel="loss", yscale="log", title="training and validation loss")
    _lines(accuracy, epochs, history, {"mnist": BLUE, "pens": RED}, 100)
    accuracy.set(xlabel="epoch", ylabel="accuracy, %", title="validation")
    accuracy.set_ylim(bottom=max(0, 100 - 4 * (100 - accuracy.get_lines()[-1].get_ydata()[-1])))  # the end matters
    return figure


def _lines(
    axes: Axes, epochs: list[float], history: Sequence[Mapping[str, float]], names: Mapping[str, str], scale: float = 1
) -> None:
    for name, color in names.items():
        axes.plot(epochs, [scale * entry[name] for entry in history], color=color, label=name.replace("_", " "))
    axes.grid(alpha=0.3)
    axes.legend()


def _columns(curve: Sequence[tuple[float, float]]) -> Any:
    return tuple(zip(*curve, strict=True))


def _image(figure: Figure) -> str:
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=110)
    return f'<img class="plot" alt="" src="{_data_url(data.getvalue())}">'


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
