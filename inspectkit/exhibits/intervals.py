"""Figures with their intervals against the boundaries of bands, a panel for each group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic.dataclasses import dataclass

from inspectkit.exhibits.base import FROZEN
from inspectkit.exhibits.chart import Boundary, Chart
from inspectkit.exhibits.svg import GREY, bare, beside, draw, sheet, wrapped
from inspectkit.exhibits.table import Tone

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = {"good": "full", "fair": "left", "poor": "none"}


@dataclass(frozen=True, config=FROZEN)
class Interval:
    """One figure in percent points with the limits of its interval; None where there is none."""

    label: str
    group: str
    value: float | None
    low: float | None = None
    high: float | None = None
    tone: Tone = "none"


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class IntervalChart(Chart):
    """Figures with their intervals, a panel for each group, band boundaries as lines."""

    kind: Literal["intervals"] = "intervals"
    points: tuple[Interval, ...]
    boundaries: tuple[Boundary, ...] = ()

    def labels(self) -> tuple[str, ...]:
        """The figures in the order in which they first appear."""
        return tuple(dict.fromkeys(point.label for point in self.points))

    def panels(self) -> tuple[str, ...]:
        """The groups in the order in which they first appear."""
        return tuple(dict.fromkeys(point.group for point in self.points))

    def begins(self) -> int:
        """Where the axis begins: a multiple of 20 under all that is drawn, at most 60.

        Dots are read by their place, not by their length, so nothing is lost from below.
        """
        ends = [end for each in self.points for end in (each.low, each.value) if end is not None]
        lowest = min([*ends, *(each.value for each in self.boundaries), 65.0])
        return max(int((lowest - 5) // 20) * 20, 0)


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
    beside(grid[0], enumerate(wrapped(label, 30) for label in labels))
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
