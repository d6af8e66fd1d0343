"""The README's picture: one small bar chart per measure, all from zero, legible on light and dark pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from scripts.benchmark.contenders import Contender
from scripts.benchmark.figures import Spread, spread
from scripts.benchmark.results import Results

COLUMNS = 3
PANEL, GAP, EDGE = 260, 32, 24  # pixels: a panel's width, what is between two, what is around all
NAMES, VALUES = 56, 62  # pixels of a panel that its bars leave to the names and the numbers
HEAD, ROW, BAR = 48, 24, 14  # pixels: above the first bar, from bar to bar, a bar's height
STYLE = """
  .card { fill: #ffffff; stroke: #d1d9e0 }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 }
  .less { font-size: 11px; fill: #59636e }
  .ours { fill: #0969da } .theirs { fill: #9aa4ae } .range { stroke: #1f2328; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc }
    .less { fill: #9198a1 }
    .ours { fill: #4493f8 } .theirs { fill: #656c76 } .range { stroke: #f0f6fc }
  }
"""


@dataclass(frozen=True)
class Panel:
    """One measure; `show` writes a value of it, in the unit of the samples, as people read it."""

    title: str
    better: str
    values: Callable[[Results, str], Spread]
    show: Callable[[float], str]


def _of(measure: str) -> Callable[[Results, str], Spread]:
    return lambda results, name: spread(results, name, measure)


def _installed(results: Results, name: str) -> Spread:
    return Spread.of([results.installed[name]])


PANELS = (
    Panel(
        "First answer of a new process", "seconds, less is better", _of("first answer"), lambda value: f"{value:.2f}"
    ),
    Panel("784 numbers, p50", "milliseconds, less is better", _of("pixels p50"), lambda value: f"{value:.1f}"),
    Panel("280×280 PNG, p50", "milliseconds, less is better", _of("PNG p50"), lambda value: f"{value:.1f}"),
    Panel("Requests per second", "8 connections, more is better", _of("requests/s"), lambda value: f"{value:,.0f}"),
    Panel("Memory, largest process", "MiB, less is better", _of("memory"), lambda value: f"{value / 2**20:,.0f}"),
    Panel("Installed", "MiB, less is better", _installed, lambda value: f"{value / 2**20:,.0f}"),
)


def draw(results: Results, contenders: Sequence[Contender]) -> str:
    """An SVG document."""
    height = HEAD + ROW * len(contenders)
    rows = -(-len(PANELS) // COLUMNS)
    full = (2 * EDGE + COLUMNS * PANEL + (COLUMNS - 1) * GAP, 2 * EDGE + rows * height + (rows - 1) * GAP)
    told = "; ".join(
        f"{panel.title}: "
        + ", ".join(f"{one.title} {panel.show(panel.values(results, one.name).middle)}" for one in contenders)
        for panel in PANELS
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{full[0]}" height="{full[1]}" '
        f'viewBox="0 0 {full[0]} {full[1]}" role="img">',
        f"<title>{escape(told)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="card" x="0.5" y="0.5" width="{full[0] - 1}" height="{full[1] - 1}" rx="8"/>',
    ]
    for index, panel in enumerate(PANELS):
        row, column = divmod(index, COLUMNS)
        left, top = EDGE + column * (PANEL + GAP), EDGE + row * (height + GAP)
        parts += [f'<g transform="translate({left} {top})">', *_panel(panel, results, contenders), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, results: Results, contenders: Sequence[Contender]) -> list[str]:
    spreads = [panel.values(results, one.name) for one in contenders]
    scale = (PANEL - NAMES - VALUES) / max(one.high for one in spreads)  # pixels per unit
    parts = [
        f'<text class="title" y="12">{escape(panel.title)}</text>',
        f'<text class="less" y="29">{escape(panel.better)}</text>',
    ]
    for index, (contender, values) in enumerate(zip(contenders, spreads, strict=True)):
        top = HEAD + index * ROW
        baseline, middle = top + BAR - 3, top + BAR / 2
        owner = "ours" if contender.is_ours else "theirs"
        width = max(1, values.middle * scale)
        right = NAMES + values.high * scale + 6
        parts += [
            f'<text x="0" y="{baseline}">{escape(contender.label)}</text>',
            f'<rect class="{owner}" x="{NAMES}" y="{top}" width="{width:.1f}" height="{BAR}" rx="2"/>',
            f'<text x="{right:.1f}" y="{baseline}">{panel.show(values.middle)}</text>',
        ]
        if values.high > values.low:
            low, high = (NAMES + value * scale for value in (values.low, values.high))
            parts.append(f'<line class="range" x1="{low:.1f}" y1="{middle}" x2="{high:.1f}" y2="{middle}"/>')
    return parts
