"""The README's picture: who waits, how long, on how many instances and for how much, by load, on logarithmic axes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from scripts.capacity.prices import DAYS, Prices, bill
from scripts.capacity.scenarios import Case

COLUMNS = 2
PANEL, PLOT, GAP, EDGE = 408, 168, 28, 24  # pixels: a panel's width, its plot's height, between panels, around all
LEFT, RIGHT, HEAD, FOOT = 52, 10, 34, 26  # pixels around a plot: numbers, nothing, the title, loads
TOP = 30  # pixels for the legend
LOADS = {  # on the lower edge: requests a second
    "1 a day": 1 / 86_400,
    "an hour": 1 / 3600,
    "a minute": 1 / 60,
    "a second": 1.0,
    "100": 100.0,
    "10,000": 10_000.0,
}
STYLE = """
  .card { fill: #ffffff; stroke: #d1d9e0 }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .less { font-size: 11px; fill: #59636e }
  .end { text-anchor: end } .middle { text-anchor: middle }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round }
  .slow { stroke-dasharray: 5 4 }
  .first { stroke: #0969da } .second { stroke: #bc4c00 }
  .first.dot { fill: #0969da } .second.dot { fill: #bc4c00 } .dot { stroke: none }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc }
    .less { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .first { stroke: #4493f8 } .second { stroke: #f0883e }
    .first.dot { fill: #4493f8 } .second.dot { fill: #f0883e }
  }
"""
SERIES = ("first", "second")  # the classes above, one for each runtime


@dataclass(frozen=True)
class Panel:
    """One question. `values` answers it for a load: one line each, of which the second is dashed.

    marks  what stands on the left edge, and where; the first and the last are the plot's edges
    """

    title: str
    values: tuple[Callable[[Case], float], ...]
    marks: dict[str, float]
    logarithmic: bool = True

    def height(self, value: float) -> float:
        """0 at the lower edge of the plot, 1 at the upper one; values below stay on the edge."""
        low, *_, high = self.marks.values()
        if self.logarithmic:
            value, low, high = (math.log10(max(each, low)) for each in (value, low, high))
        return (value - low) / (high - low)


def _quantile(part: float) -> Callable[[Case], float]:
    return lambda case: float(np.quantile(case.outcome.answered, part))


PANELS = (
    Panel(
        "Requests that wait for an instance to start",
        (lambda case: float(case.outcome.waited.mean()),),
        {"0": 0, "25 %": 0.25, "50 %": 0.5, "75 %": 0.75, "100 %": 1},
        logarithmic=False,
    ),
    Panel(
        "Time to the answer: p50, and dashed p99",
        (_quantile(0.5), _quantile(0.99)),
        {"1 ms": 0.001, "10 ms": 0.01, "100 ms": 0.1, "1 s": 1, "10 s": 10},
    ),
    Panel(
        "Instances, in the mean",
        (lambda case: case.outcome.existing,),
        {"0.01": 0.01, "0.1": 0.1, "1": 1, "10": 10, "100": 100},
    ),
    Panel(
        "Dollars a day, beyond the free tier",
        (lambda case: bill(case.month, Prices()).total / DAYS,),
        {"free": 0.01, "$0.10": 0.1, "$1": 1, "$10": 10, "$100": 100, "$1,000": 1000},
    ),
)


def draw(cases: Sequence[Sequence[Case]]) -> str:
    """An SVG document: the loads of each runtime in turn."""
    height = HEAD + PLOT + FOOT
    rows = -(-len(PANELS) // COLUMNS)
    width = 2 * EDGE + COLUMNS * PANEL + (COLUMNS - 1) * GAP
    full = 2 * EDGE + TOP + rows * height + (rows - 1) * GAP
    titles = [of_one[0].measured.title for of_one in cases]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{full}" viewBox="0 0 {width} {full}" '
        'role="img">',
        f"<title>By requests a second, on {escape(' and '.join(titles))}: "
        f"{escape('; '.join(panel.title for panel in PANELS))}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="card" x="0.5" y="0.5" width="{width - 1}" height="{full - 1}" rx="8"/>',
    ]
    for index, (title, series) in enumerate(zip(titles, SERIES, strict=True)):
        left = EDGE + index * 90
        parts += [
            f'<line class="line {series}" x1="{left}" y1="{EDGE + 4}" x2="{left + 22}" y2="{EDGE + 4}"/>',
            f'<text x="{left + 28}" y="{EDGE + 8}">{escape(title)}</text>',
        ]
    for index, panel in enumerate(PANELS):
        row, column = divmod(index, COLUMNS)
        left, top = EDGE + column * (PANEL + GAP), EDGE + TOP + row * (height + GAP)
        parts += [f'<g transform="translate({left} {top})">', *_panel(panel, cases), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, cases: Sequence[Sequence[Case]]) -> list[str]:
    rates = list(LOADS.values())
    right = PANEL - RIGHT

    def across(rate: float) -> float:
        first, last = math.log10(rates[0]), math.log10(rates[-1])
        return LEFT + (math.log10(rate) - first) / (last - first) * (right - LEFT)

    def down(value: float) -> float:
        return HEAD + (1 - panel.height(value)) * PLOT

    parts = [f'<text class="title" y="12">{escape(panel.title)}</text>']
    for mark, value in panel.marks.items():
        y = down(value)
        parts += [
            f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>',
            f'<text class="less end" x="{LEFT - 6}" y="{y + 4:.1f}">{mark}</text>',
        ]
    for mark, rate in LOADS.items():
        end = " end" if rate == rates[-1] else " middle"
        x = right if rate == rates[-1] else across(rate)
        parts.append(f'<text class="less{end}" x="{x:.1f}" y="{HEAD + PLOT + 18}">{mark}</text>')
    for of_one, series, radius in zip(cases, SERIES, (4.5, 2.5), strict=True):  # both are seen where they coincide
        for measure, style in zip(panel.values, ("", " slow"), strict=False):
            points = [(across(case.rate), down(measure(case))) for case in of_one]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(f'<polyline class="line {series}{style}" points="{line}"/>')
            parts += [f'<circle class="dot {series}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>' for x, y in points]
    return parts
