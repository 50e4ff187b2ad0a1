"""A funnel: values against the size they rest on, with the limits that chance alone would keep."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic.dataclasses import dataclass

from inspectkit.exhibits.base import FROZEN
from inspectkit.exhibits.chart import Chart
from inspectkit.exhibits.svg import GREY, INK, bare, draw, sheet
from inspectkit.exhibits.text import one_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LIMITS = ((1.959964, "95%", (0, (4, 3))), (3.090232, "99.8%", (0, (1, 1.5))))


@dataclass(frozen=True, config=FROZEN)
class Spot:
    """One value in percent points, the size it rests on, whether chance would explain it."""

    label: str
    value: float
    size: float
    within: bool = True


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class Funnel(Chart):
    """Spots around a centre; values in percent points."""

    kind: Literal["funnel"] = "funnel"
    centre: float
    spots: tuple[Spot, ...]


@draw.register(Funnel)
def _(chart: Funnel) -> Figure:
    figure = sheet(3.6)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.09, right=0.97, top=0.95, bottom=0.13)
    largest = max([each.size for each in chart.spots], default=50.0) * 1.2
    sizes = np.linspace(max(largest / 60, 3), largest, 120)
    share = chart.centre / 100
    for z, name, dashes in LIMITS:
        half = 100 * z * np.sqrt(share * (1 - share) / sizes)
        for edge in (chart.centre - half, chart.centre + half):
            axes.plot(sizes, np.clip(edge, 0, 100), color=GREY, lw=0.9, ls=dashes)
        end = chart.centre + 100 * z * sqrt(share * (1 - share) / largest)
        axes.text(largest * 1.005, min(end, 100), name, size=6.5, color=GREY, va="center")
    axes.axhline(chart.centre, color=INK, lw=0.8)
    for spot in chart.spots:
        axes.plot([spot.size], [spot.value], marker="o", ms=5.5, mec="#12436d", mew=1.2,
                  mfc="#ffffff" if spot.within else "#12436d")  # fmt: skip
        if not spot.within:
            axes.annotate(one_line(spot.label, 26), (spot.size, spot.value), xytext=(5, 4),
                          textcoords="offset points", size=7, weight="bold", zorder=3)  # fmt: skip
    low, high = _reach(chart)
    axes.set(xlim=(0, largest * 1.06), ylim=(low, high), ylabel="Share of the points, %",
             xlabel="Size of the simple sample that would be as certain (cases)")  # fmt: skip
    bare(axes, "top", "right")
    return figure


def _reach(chart: Funnel) -> tuple[float, float]:
    """From where to where values are drawn: all spots, and the limits of the smallest."""
    smallest = min((spot.size for spot in chart.spots), default=30.0)
    share = chart.centre / 100
    half = 100 * LIMITS[1][0] * sqrt(share * (1 - share) / smallest)
    values = [chart.centre - half, chart.centre + half, *(spot.value for spot in chart.spots)]
    return max(min(values) - 4, 0), min(max(values) + 4, 100.5)
