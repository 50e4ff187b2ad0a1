"""A slope chart: figures then and now, joined by lines that say whether chance explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic.dataclasses import dataclass

from inspectkit.exhibits.base import FROZEN
from inspectkit.exhibits.chart import Boundary, Chart
from inspectkit.exhibits.svg import FAINT, GREY, INK, bare, draw, sheet, wrapped
from inspectkit.exhibits.text import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Way = Literal["up", "down", "even"]
LOOKS: dict[Way, tuple[str, str, float]] = {
    "up": ("#12436d", "-", 2.0),
    "down": ("#a04a00", (0, (5, 2)), 2.0),  # type: ignore[dict-item]
    "even": ("#8a8f93", "-", 0.9),
}
ROW = 0.25  # inches: what a label in two lines needs, and the least between two labels


@dataclass(frozen=True, config=FROZEN)
class Slope:
    """One figure in percent points, then and now; way: even where chance alone could explain it."""

    label: str
    group: str
    then: float
    now: float
    way: Way = "even"


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class SlopeChart(Chart):
    """Figures then and now, a panel for each group, boundaries of bands as lines."""

    kind: Literal["slopes"] = "slopes"
    sides: tuple[str, str]
    slopes: tuple[Slope, ...]
    boundaries: tuple[Boundary, ...] = ()


@draw.register(SlopeChart)
def _(chart: SlopeChart) -> Figure:
    panels = list(dict.fromkeys(each.group for each in chart.slopes)) or [""]
    most = max((sum(each.group == panel for each in chart.slopes) for panel in panels), default=0)
    height = max(3.9, 0.9 + (ROW + 0.05) * most)
    figure = sheet(height)
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    figure.subplots_adjust(left=0.05, right=0.995, top=0.87, bottom=0.10, wspace=0.05)
    values = [value for each in chart.slopes for value in (each.then, each.now)] or [0.0, 100.0]
    low, high = max(min(values) - 6, -2), min(max(values) + 6, 103)
    gap = ROW / (height * 0.77) * (high - low)
    for axes, panel in zip(grid, panels, strict=True):
        slopes = [each for each in chart.slopes if each.group == panel]
        _panel(axes, chart, slopes, len(panels), gap)
        axes.set_title(wrapped(panel, 26), fontsize=8, fontweight="bold", loc="left")
    grid[0].set_yticks(range(0, 101, 20), [f"{each}%" for each in range(0, 101, 20)], fontsize=6.5)
    grid[0].set_ylim(low, high)
    return figure


def _panel(axes: Axes, chart: SlopeChart, slopes: list[Slope], panels: int, gap: float) -> None:
    for boundary in chart.boundaries:  # not through the labels
        axes.plot([-0.12, 1.05], [boundary.value] * 2, color=GREY, lw=0.7, ls=(0, (4, 3)), zorder=0)
    spread = _apart(sorted(slopes, key=lambda each: each.now), gap)
    for each in slopes:
        color, dashes, width = LOOKS[each.way]
        axes.plot([0, 1], [each.then, each.now], color=color, ls=dashes, lw=width, marker="o",
                  ms=3.5, zorder=2 if each.way == "even" else 3)  # fmt: skip
        axes.annotate(
            f"{each.now:.0f}  " + wrapped(each.label, 24 if panels > 2 else 40),
            (1, each.now), xytext=(1.08, spread[each.label]), va="center", size=6.3,
            color=INK if each.way != "even" else GREY,
            weight="bold" if each.way != "even" else "normal",
            arrowprops={"arrowstyle": "-", "lw": 0.3, "color": FAINT, "shrinkA": 0, "shrinkB": 2},
        )  # fmt: skip
    axes.set_xlim(-0.12, 3.1 if panels > 2 else 2.4)
    axes.set_xticks([0, 1], [one_line(each, 12) for each in chart.sides], fontsize=6.5)
    bare(axes, "top", "right", "left", "bottom")


def _apart(slopes: list[Slope], gap: float) -> dict[str, float]:
    """Label → where it is written, lowest first, so that none covers another."""
    found: dict[str, float] = {}
    last = -1e9
    for each in slopes:
        last = max(each.now, last + gap)
        found[each.label] = last
    middle = sum(each.now for each in slopes) / max(len(slopes), 1)
    push = sum(found.values()) / max(len(found), 1) - middle
    return {label: at - push for label, at in found.items()}
