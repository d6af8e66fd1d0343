"""The bench's picture: one small bar chart per measure, all from zero, as an SVG."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmark.contenders import Contender
from scripts.benchmark.figures import Spread, spread
from scripts.benchmark.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3
OURS, THEIRS, TEXT, LESS, MIB = "#0969da", "#9aa4ae", "#1f2328", "#59636e", 2**20

# Title, unit and direction, what `figures.MEASURES` calls it (installed has one value), factor to that unit, format.
PANELS = (
    ("First answer of a new process", "seconds, less is better", "first answer", 1.0, "{:.2f}"),
    ("784 numbers, p50", "milliseconds, less is better", "pixels p50", 1.0, "{:.1f}"),
    ("280×280 PNG, p50", "milliseconds, less is better", "PNG p50", 1.0, "{:.1f}"),
    ("Requests per second", "8 connections, more is better", "requests/s", 1.0, "{:,.0f}"),
    ("Memory, largest process", "MiB, less is better", "memory", 1 / MIB, "{:,.0f}"),
    ("Installed", "MiB, less is better", "installed", 1 / MIB, "{:,.0f}"),
)
Panel = tuple[str, str, str, float, str]


def draw(results: Results, contenders: Sequence[Contender], path: Path) -> "Figure":
    """Writes an SVG file, the same for the same results."""
    import matplotlib as mpl
    from matplotlib.figure import Figure  # a Figure without pyplot needs no display

    rows = -(-len(PANELS) // COLUMNS)
    with mpl.rc_context({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=(9.5, 0.9 * rows + 0.28 * rows * len(contenders)), layout="constrained")
        figure.get_layout_engine().set(wspace=0.08, hspace=0.12)  # type: ignore[union-attr, call-arg]
        for axes, panel in zip(figure.subplots(rows, COLUMNS).ravel(), PANELS, strict=True):
            _bars(axes, panel, [_values(results, one, panel) for one in contenders], contenders)
        figure.savefig(path, format="svg", metadata={"Date": None})
    return figure


def _values(results: Results, contender: Contender, panel: Panel) -> Spread:
    _, _, measure, factor, _ = panel
    if measure == "installed":
        return Spread.of([results.installed[contender.name] * factor])
    values = spread(results, contender.name, measure)
    return Spread(values.middle * factor, values.low * factor, values.high * factor)


def _bars(axes: "Axes", panel: Panel, values: Sequence[Spread], contenders: Sequence[Contender]) -> None:
    title, better, *_, text = panel
    colors = [OURS if one.is_ours else THEIRS for one in contenders]
    places = range(len(contenders))
    axes.barh(places, [one.middle for one in values], 0.6, color=colors)
    axes.hlines(places, [one.low for one in values], [one.high for one in values], colors=TEXT, linewidth=1.5)
    for place, one in zip(places, values, strict=True):
        axes.annotate(text.format(one.middle), (one.high, place), (5, 0), textcoords="offset points", va="center")
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=TEXT, pad=16)
    axes.text(0, 1.03, better, transform=axes.transAxes, fontsize=8, color=LESS)
    axes.set(xlim=(0, max(one.high for one in values) * 1.3), ylim=(len(contenders) - 0.5, -0.5))
    axes.set_yticks(places, [one.label for one in contenders])
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
