"""The bench's picture: one small bar chart per measure, all from zero, as an SVG."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmark.contender import Contender
from scripts.benchmark.figures import INSTALLED, TOGETHER, Spread, spread
from scripts.benchmark.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3
OURS, THEIRS, TEXT, LESS, MIB = "#0969da", "#9aa4ae", "#1f2328", "#59636e", 2**20

# Title, unit and direction, what `figures` calls it, factor to that unit, format.
PANELS = (
    ("First answer of a new process", "seconds, less is better", "first answer", 1.0, "{:.2f}"),
    ("784 numbers, p50", "milliseconds, less is better", "pixels p50", 1.0, "{:.1f}"),
    ("784 numbers, p99", "milliseconds, less is better", "pixels p99", 1.0, "{:.1f}"),
    ("280×280 PNG, p50", "milliseconds, less is better", "PNG p50", 1.0, "{:.1f}"),
    ("Requests per second, alone", "1 connection, more is better", "requests/s on 1", 1.0, "{:,.0f}"),
    ("Requests per second", "8 connections, more is better", "requests/s", 1.0, "{:,.0f}"),
    ("Requests per second, a crowd", "64 connections, more is better", "requests/s on 64", 1.0, "{:,.0f}"),
    ("Memory, all processes", "MiB, less is better", TOGETHER, 1 / MIB, "{:,.0f}"),
    ("Installed", "MiB, less is better", INSTALLED, 1 / MIB, "{:,.0f}"),
)
Panel = tuple[str, str, str, float, str]


def draw(results: Results, contenders: Sequence[Contender], path: Path) -> "Figure":
    """Writes an SVG file, the same for the same results: of what was measured, a bar each."""
    import matplotlib as mpl
    from matplotlib.figure import Figure  # a Figure without pyplot needs no display

    measured = [one for one in contenders if results.has(one.name)]
    found = {panel: [spread(results, one.name, panel[2]) for one in measured] for panel in PANELS}
    panels = [panel for panel, bars in found.items() if any(bars)]
    rows = -(-len(panels) // COLUMNS)
    with mpl.rc_context({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=(9.5, 0.9 * rows + 0.28 * rows * len(measured)), layout="constrained")
        figure.get_layout_engine().set(wspace=0.08, hspace=0.12)  # type: ignore[union-attr, call-arg]
        for place, panel in enumerate(panels):
            _bars(figure.add_subplot(rows, COLUMNS, place + 1), panel, found[panel], measured)
        figure.savefig(path, format="svg", metadata={"Date": None})
    return figure


def _bars(axes: "Axes", panel: Panel, found: Sequence[Spread | None], contenders: Sequence[Contender]) -> None:
    """A contender that this isn't measured of keeps its row, with a dash."""
    title, better, _, factor, text = panel
    colors = [OURS if one.is_ours else THEIRS for one in contenders]
    values = [each * factor if each else Spread(0, 0, 0) for each in found]
    places = range(len(contenders))
    axes.barh(places, [one.middle for one in values], 0.6, color=colors)
    axes.hlines(places, [one.low for one in values], [one.high for one in values], colors=TEXT, linewidth=1.5)
    for place, one in zip(places, values, strict=True):
        told = text.format(one.middle) if found[place] else "–"
        axes.annotate(told, (one.high, place), (5, 0), textcoords="offset points", va="center")
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=TEXT, pad=16)
    axes.text(0, 1.03, better, transform=axes.transAxes, fontsize=8, color=LESS)
    axes.set(xlim=(0, max(one.high for one in values) * 1.3), ylim=(len(contenders) - 0.5, -0.5))
    axes.set_yticks(places, [one.label for one in contenders])
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
