"""The curves of docs/speed.md: a table of laws and departures, and a picture of four panels."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmark.contender import Contender
from scripts.benchmark.curves import CURVES, Curve, Curves
from scripts.benchmark.figures import Spread
from scripts.benchmark.tables import table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

IMAGE = "![Curves: the cost of an answer over connections, sizes, pictures and digits](../web/screenshots/curves.svg)"
COLORS = ("#0969da", "#bc4c00")  # as in the picture of costs
WIDTH, HEIGHT = 9.0, 6.2  # inches
MANY = 20  # times the first x, of which equal steps would hide the small ones


def block(found: Curves, contenders: Sequence[Contender]) -> str:
    """Everything that stands between the marks there."""
    rounds = max(len(each) for of in found.values.values() for points in of.values() for each in points.values())
    told = f"Medians of {rounds} rounds on {found.machine}; dashed in the picture, and third here, is the law."
    return "\n\n".join((IMAGE, told, laws(found, contenders)))


def laws(found: Curves, contenders: Sequence[Contender]) -> str:
    """A row for each curve and contender: its ends, its law, and where it is farthest from that."""
    rows = []
    for curve in CURVES:
        for one in contenders:
            if not (spreads := found.spreads(curve.name, one.name)):
                continue
            expected, words = curve.law(curve.points, spreads)
            title = f"{curve.title}, {one.label}, {curve.unit}"
            ends = [f"{_short(spreads[at].middle)} at {curve.points[at]:,}" for at in (0, -1)]
            rows.append([title, *ends, words, _farthest(curve, spreads, expected)])
    return table(["", "from", "to", "law", "farthest from it"], rows)


def _farthest(curve: Curve, spreads: Sequence[Spread], expected: Sequence[float]) -> str:
    off = [each.middle / law for each, law in zip(spreads, expected, strict=True)]
    at = max(range(len(off)), key=lambda place: max(off[place], 1 / off[place]))
    return f"× {off[at]:.2f} at {curve.points[at]:,}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def draw(found: Curves, contenders: Sequence[Contender], path: Path) -> "Figure":
    """Writes an SVG file, the same for the same numbers."""
    import matplotlib as mpl
    from matplotlib.figure import Figure  # a Figure without pyplot needs no display

    with mpl.rc_context({"svg.hashsalt": "curves", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        for axes, curve in zip(figure.subplots(2, 2).ravel(), CURVES, strict=True):
            _panel(axes, curve, found, [one for one in contenders if found.spreads(curve.name, one.name)])
        figure.savefig(path, format="svg", metadata={"Date": None})
    return figure


def _panel(axes: "Axes", curve: Curve, found: Curves, contenders: Sequence[Contender]) -> None:
    """Where x grows by factors, a step is a factor on both axes; else both begin at zero."""
    from matplotlib.ticker import LogLocator

    for one, color in zip(contenders, COLORS, strict=False):
        spreads = found.spreads(curve.name, one.name)
        middles = [each.middle for each in spreads]
        axes.plot(curve.points, middles, "o-", color=color, markersize=4, label=one.label)
        axes.fill_between(
            curve.points, [each.low for each in spreads], [each.high for each in spreads], color=color, alpha=0.2,
            linewidth=0,
        )  # fmt: skip
        axes.plot(curve.points, curve.law(curve.points, spreads)[0], "--", color=color, linewidth=1)
    axes.set(xlabel=curve.across)
    if curve.points[-1] > MANY * curve.points[0]:
        axes.set(xscale="log", yscale="log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    else:
        axes.set(ylim=(0, None))
    axes.set_title(f"{curve.title}: {curve.unit}", loc="left", fontsize=10)
    axes.set_xticks(curve.points, [f"{x:,}" for x in curve.points], fontsize=8)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
