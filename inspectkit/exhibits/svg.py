"""Charts drawn as SVG: the same bytes each time, legible in black and white and without colour."""

from __future__ import annotations

import io
import re
from functools import lru_cache, singledispatch
from importlib import import_module
from typing import TYPE_CHECKING, Any

from inspectkit.exhibits.chart import Chart, Interval, IntervalChart, StackedBars
from inspectkit.exhibits.text import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

WIDTH = 7.2  # inches: the measure of an A4 page, so that text keeps its size in print
INK, GREY, FAINT = "#0b0c0c", "#505a5f", "#b1b4b6"
STYLE: dict[str, Any] = {
    "svg.hashsalt": "inspectkit",
    "svg.fonttype": "path",
    "font.family": ["DejaVu Sans"],
    "font.size": 8.0,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": GREY,
    "ytick.color": INK,
    "hatch.linewidth": 0.7,
    "figure.facecolor": "#ffffff",
    "axes.facecolor": "#ffffff",
}
# Fill, hatch, colour of the hatch and of the words: apart in grey as well.
FILLS = (
    ("#12436d", "", "#12436d", "#ffffff"),
    ("#8cb6dc", "", "#12436d", INK),
    ("#f7d7b5", "////", "#a04a00", INK),
    ("#ffffff", "", "#8a8f93", INK),
    ("#505a5f", "", "#505a5f", "#ffffff"),
    ("#d9dcde", "\\\\\\\\", "#505a5f", INK),
)
MARKERS = {"good": "full", "fair": "left", "poor": "none"}


@lru_cache(maxsize=128)  # a report shows a chart twice: in its notebook, then on its page
def svg(chart: Chart) -> bytes:
    """The chart as an SVG picture of its own, text as outlines: no font is needed to read it."""
    matplotlib = import_module("matplotlib")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        figure = draw(chart)
        if chart.stamp:
            figure.text(0.01, 0.01, one_line(chart.stamp, 60), va="bottom", size=6.5, weight="bold")
        held = io.StringIO()  # given bytes, each of tens of thousands of words is encoded alone
        canvas = import_module("matplotlib.backends.backend_svg").FigureCanvasSVG(figure)
        canvas.print_svg(held, metadata={"Date": None, "Creator": None})
    return _without_comments(held.getvalue()).encode("utf-8")


def sheet(height: float) -> Figure:
    """An empty picture, as wide as the page; with the first of them matplotlib is loaded.

    Loading it takes longer than most commands, of which few draw. height: inches.
    """
    made: Figure = import_module("matplotlib.figure").Figure(figsize=(WIDTH, height))
    return made


def bare(axes: Axes, *sides: str) -> None:
    """Axes without ticks, and without the lines of these sides."""
    axes.tick_params(length=0)
    axes.spines[list(sides)].set_visible(False)


@singledispatch
def draw(chart: Chart) -> Figure:
    """The chart as a matplotlib figure; each kind of chart registers its own way."""
    raise NotImplementedError(type(chart).__name__)


@draw.register(IntervalChart)
def _(chart: IntervalChart) -> Figure:
    labels, panels = chart.labels(), chart.panels()
    head = 0.50 + 0.14 * any("\n" in wrapped(panel, 24) for panel in panels)
    height = head + 0.45 + 0.30 * len(labels)
    figure = sheet(height)
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    figure.subplots_adjust(
        left=0.27, right=0.985, top=1 - head / height, bottom=0.42 / height, wspace=0.10
    )
    for axes, panel in zip(grid, panels, strict=True):
        _panel(axes, panel, chart)
    rows = range(len(labels))
    grid[0].set_yticks(rows, [wrapped(label, 30) for label in labels])
    grid[0].set_ylim(len(labels) - 0.4, -0.6)
    return figure


def _panel(axes: Axes, panel: str, chart: IntervalChart) -> None:
    rows = {label: row for row, label in enumerate(chart.labels())}
    for boundary in chart.boundaries:
        axes.axvline(boundary.value, color=GREY, lw=0.8, ls=(0, (4, 3)), zorder=1)
    for row in range(1, len(rows)):
        axes.axhline(row - 0.5, color="#e4e6e7", lw=0.6, zorder=0)
    for point in chart.points:
        if point.group == panel:
            _point(axes, rows[point.label], point, chart.begins())
    axes.set_title(wrapped(panel, 24), fontsize=8, fontweight="bold", loc="left", pad=14)
    begins = chart.begins()
    axes.set_xlim(begins, 100)
    places = list(range(begins, 101, {0: 50, 20: 40}.get(begins, 20)))
    axes.set_xticks(places, [f"{each}{'%' * (each == 100)}" for each in places])
    axes.get_xticklabels()[-1].set_horizontalalignment("right")
    for boundary in chart.boundaries:
        axes.text(boundary.value, -0.68, f"{boundary.value:g}", size=6.5, ha="center", va="bottom",
                  color=GREY)  # fmt: skip
    bare(axes, "top", "right", "left")


def _point(axes: Axes, row: int, point: Interval, begins: int) -> None:
    part = (100 - begins) / 100  # of the axis: so much is a hundredth of the panel
    if point.value is None:
        axes.text(begins + 2 * part, row, "no figure", va="center", size=6.5, color=GREY,
                  style="italic")  # fmt: skip
        return
    if point.low is not None and point.high is not None:
        axes.plot([point.low, point.high], [row, row], color="#12436d", lw=2.0, zorder=2,
                  solid_capstyle="butt")  # fmt: skip
    filled = MARKERS.get(point.tone)
    if filled is None:  # not rated: a stroke, since an open circle would say the lowest band
        axes.plot([point.value], [row], marker="|", ms=10, mec="#12436d", mew=2.2, zorder=3)
    else:
        axes.plot([point.value], [row], marker="o", ms=7, color="#12436d", mec="#12436d", mew=1.2,
                  fillstyle=filled, markerfacecoloralt="#ffffff",
                  markerfacecolor="#12436d" if filled != "none" else "#ffffff",
                  zorder=3)  # fmt: skip
    # Beside the interval, on the side where there is room.
    low, high = point.low or point.value, point.high or point.value
    left = high > 100 - 16 * part
    place = low - 3 * part if left else high + 3 * part
    axes.text(place, row, f"{point.value:.1f}", va="center", size=7,
              ha="right" if left else "left", zorder=4,
              bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.6})  # fmt: skip


@draw.register(StackedBars)
def _(chart: StackedBars) -> Figure:
    places, headings = _places(chart)
    depth = places[-1] + 1.0 if places else 1.0
    height = 0.62 + 0.235 * depth
    figure = sheet(height)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.27, right=0.90, top=1 - 0.34 / height, bottom=0.26 / height)
    longest = max((bar.total for bar in chart.bars), default=0)
    for place, bar in zip(places, chart.bars, strict=True):
        shares = chart.lengths == "share"
        end = _bar(axes, place, bar.values, bar.total if shares else longest, "%" if shares else "")
        axes.text(101 if shares else end + 1, place, f"{bar.total:,}", va="center", size=7)
    for place, heading in headings:
        axes.text(-0.365, place, one_line(heading, 44), size=8, weight="bold", va="center",
                  transform=axes.get_yaxis_transform())  # fmt: skip
    if chart.lengths == "share":
        axes.text(101, -0.75, one_line(chart.unit, 14), size=6.5, color=GREY, va="center")
    axes.set_yticks(places, [one_line(bar.label, 34) for bar in chart.bars])
    axes.set_ylim(depth - 0.4, -0.6)
    axes.set_xlim(0, 100)
    if chart.lengths == "share":
        axes.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100%"])
    else:
        axes.set_xticks([])
    bare(axes, "top", "right", "left", "bottom")
    figure.legend(handles=_legend(chart.series), loc="upper left", bbox_to_anchor=(0.255, 1.0),
                  ncols=len(chart.series), frameon=False, handlelength=1.6, borderaxespad=0.2,
                  fontsize=7.5)  # fmt: skip
    return figure


def _bar(axes: Axes, place: float, values: tuple[int, ...], whole: int, unit: str) -> float:
    """Draws one bar in hundredths of `whole`; where it ends."""
    start = 0.0
    for value, (fill, hatch, edge, words) in zip(values, FILLS, strict=False):
        share = 100 * value / whole if whole else 0.0
        if value:
            axes.barh(place, share, left=start, height=0.74, color=fill, hatch=hatch,
                      edgecolor=edge, linewidth=0.6)  # fmt: skip
        if share >= 7:
            note = {"bbox": {"facecolor": fill, "edgecolor": "none", "pad": 0.8}} if hatch else {}
            said = f"{share:.0f}%" if unit else f"{value:,}"
            axes.text(start + share / 2, place, said, ha="center", va="center",
                      size=6.5, color=words, **note)  # fmt: skip
        start += share
    return start


def _places(chart: StackedBars) -> tuple[list[float], list[tuple[float, str]]]:
    places: list[float] = []
    headings: list[tuple[float, str]] = []
    at, group = 0.0, ""
    for bar in chart.bars:
        if bar.group != group:
            at += 0.35 if places else 0.0
            headings.append((at, bar.group))
            group, at = bar.group, at + 1.0
        places.append(at)
        at += 1.0
    return places, headings


def _legend(series: tuple[str, ...]) -> list[Patch]:
    patch = import_module("matplotlib.patches").Patch
    return [
        patch(facecolor=fill, hatch=hatch, edgecolor=edge, linewidth=0.6, label=one_line(name, 40))
        for name, (fill, hatch, edge, _) in zip(series, FILLS, strict=False)
    ]


def wrapped(label: str, width: int) -> str:
    """A label in one line, or in two of about `width` characters; a longer one ends in …"""
    line = one_line(label, 2 * width)
    if len(line) <= width:
        return line
    cut = line.rfind(" ", 0, width + 1)
    return line[:cut] + "\n" + line[cut + 1 :] if cut > 0 else line


def _without_comments(picture: str) -> str:
    # matplotlib repeats each text in a comment; a caption or a cell says it already.
    return re.sub(r"<!--.*?-->\n?", "", picture, flags=re.DOTALL)
