"""Bars cut into their series, as shares of one length or as counts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal

from pydantic.dataclasses import dataclass

from inspectkit.exhibits.base import FROZEN
from inspectkit.exhibits.chart import Chart
from inspectkit.exhibits.svg import FILLS, GREY, bar, bare, beside, draw, in_groups, sheet
from inspectkit.exhibits.text import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch


@dataclass(frozen=True, config=FROZEN)
class Bar:
    """The counts of one bar, one for each series of its chart.

    >>> Bar("Disclosure", "Crown Court", (30, 6, 4, 0)).total
    40
    """

    label: str
    group: str
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class StackedBars(Chart):
    """Bars cut into their series, with the total beside each.

    lengths: "share" makes all bars equally long and shows percentages, "count" shows counts.
    """

    kind: Literal["bars"] = "bars"
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    unit: str = ""
    lengths: Literal["share", "count"] = "share"


@draw.register(StackedBars)
def _(chart: StackedBars) -> Figure:
    places, headings, depth = in_groups(((each.group, 1.0) for each in chart.bars), gap=0.35)
    height = 0.62 + 0.235 * depth
    figure = sheet(height)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.27, right=0.90, top=1 - 0.34 / height, bottom=0.26 / height)
    longest = max((each.total for each in chart.bars), default=0)
    for place, each in zip(places, chart.bars, strict=True):
        shares = chart.lengths == "share"
        whole, unit = (each.total, "%") if shares else (longest, "")
        end = _stack(axes, place, each.values, whole, unit)
        axes.text(101 if shares else end + 1, place, f"{each.total:,}", va="center", size=7)
    for place, heading in headings:
        axes.text(-0.365, place, one_line(heading, 44), size=8, weight="bold", va="center",
                  transform=axes.get_yaxis_transform())  # fmt: skip
    if chart.lengths == "share":
        axes.text(101, -0.75, one_line(chart.unit, 14), size=6.5, color=GREY, va="center")
    names = (one_line(each.label, 34) for each in chart.bars)
    beside(axes, zip(places, names, strict=True))
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


def _stack(axes: Axes, place: float, values: tuple[int, ...], whole: int, unit: str) -> float:
    """Draws one bar in hundredths of `whole`; where it ends."""
    start = 0.0
    for value, (fill, hatch, edge, words) in zip(values, FILLS, strict=False):
        share = 100 * value / whole if whole else 0.0
        if value:
            bar(axes, place, start, share, 0.74, facecolor=fill, hatch=hatch, edgecolor=edge,
                linewidth=0.6)  # fmt: skip
        if share >= 7:
            note = {"bbox": {"facecolor": fill, "edgecolor": "none", "pad": 0.8}} if hatch else {}
            said = f"{share:.0f}%" if unit else f"{value:,}"
            axes.text(start + share / 2, place, said, ha="center", va="center",
                      size=6.5, color=words, **note)  # fmt: skip
        start += share
    return start


def _legend(series: tuple[str, ...]) -> list[Patch]:
    patch = import_module("matplotlib.patches").Patch
    return [
        patch(facecolor=fill, hatch=hatch, edgecolor=edge, linewidth=0.6, label=one_line(name, 40))
        for name, (fill, hatch, edge, _) in zip(series, FILLS, strict=False)
    ]
