"""What an evaluation found, as figures: where reading bends, what is taken for what, confidence, and training."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

BLUE, RED, GRAY = "#2563eb", "#dc2626", "#94a3b8"


def plot_curves(curves: Mapping[str, Sequence[tuple[float, float]]]) -> Figure:
    """Accuracy against shift, scale and the pen's width, side by side; `curves` as an Evaluation has them.

    What isn't among them keeps its place, and says so.
    """
    figure = Figure(figsize=(11, 3.2), layout="constrained")
    shift, scale, pen = figure.subplots(1, 3)
    shift.set(xlabel="shift on both axes, px of 56", ylabel="accuracy, %", title="MNIST, shifted")
    scale.set(xlabel="scale", title="MNIST, scaled")
    pen.set(xlabel="pen, % of the canvas", title="held-out pens")
    if "shift" in curves:
        shift.plot(*_columns(curves["shift"]), "o-", color=BLUE)
    if "scale" in curves:
        scale.plot(*_columns(curves["scale"]), "o-", color=BLUE)
        scale.set_xscale("log")
        scale.set_xticks(_columns(curves["scale"])[0], [f"{x:g}" for x in _columns(curves["scale"])[0]], minor=False)
        scale.minorticks_off()
    pens = [(name, curve) for name, curve in curves.items() if name.startswith("pen width")]
    for (name, curve), color, style in zip(pens, (BLUE, RED), ("o-", "x--"), strict=False):  # they often coincide
        pen.plot(*_columns(curve), style, color=color, label=name.removeprefix("pen width, "))
    if pens:
        pen.legend()
    for axes in (shift, scale, pen):
        if not axes.lines:
            axes.text(0.5, 0.5, "no data", ha="center", transform=axes.transAxes)
            continue
        axes.grid(alpha=0.3)
        axes.set_ylim(min(98.0, axes.dataLim.y0 - 0.2), 100.1)
    return figure


def plot_confusion(confusion: NDArray[np.int64]) -> Figure:
    """(10, 10) counts with their numbers; only mistakes are colored."""
    figure = Figure(figsize=(5.5, 5), layout="constrained")
    axes = figure.subplots()
    wrong = confusion * (1 - np.eye(10, dtype=np.int64))
    axes.imshow(wrong, cmap="Reds", vmin=0, vmax=max(1, wrong.max()))  # the diagonal would drown the rest
    for row in range(10):
        for column in range(10):
            if confusion[row, column]:
                size = 7 if row == column else 9
                color = "white" if wrong[row, column] > wrong.max() / 2 else "black"
                axes.text(column, row, confusion[row, column], ha="center", va="center", fontsize=size, color=color)
    axes.set(xticks=range(10), yticks=range(10), xlabel="answer", ylabel="label")
    return figure


def plot_reliability(curves: Mapping[str, Sequence[tuple[float, float, float]]]) -> Figure:
    """How often each bin of confidence is right, for up to two sets of points as `calibration.reliability` has them."""
    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=GRAY, linewidth=1)
    for (name, points), color in zip(curves.items(), (BLUE, RED), strict=False):
        part, confidence, right = np.array(points).T
        axes.scatter(confidence, right, s=20 + 300 * part, color=color, alpha=0.6, label=name)
    axes.set(xlabel="confidence", ylabel="right", xlim=(0, 1.03), ylim=(0, 1.03))
    if curves:
        axes.legend()
    return figure


def plot_history(history: Sequence[Mapping[str, float]]) -> Figure:
    """Losses and validation accuracy over the epochs, of those sets that there were."""
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
        if name not in history[-1]:
            continue
        axes.plot(epochs, [scale * entry[name] for entry in history], color=color, label=name.replace("_", " "))
    axes.grid(alpha=0.3)
    axes.legend()


def _columns(curve: Sequence[tuple[float, float]]) -> Any:
    return tuple(zip(*curve, strict=True))
