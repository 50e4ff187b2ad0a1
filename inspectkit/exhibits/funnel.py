"""A funnel: values against the size they rest on, with the limits that chance alone would keep."""

from __future__ import annotations

from collections.abc import Iterator
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

LONGEST = 26  # letters of a name
Box = tuple[float, float, float, float]  # left, bottom, width, height
# Points to the right and up of a spot, and which end of the name lies there.
PLACES = (
    (6, 0, "left"), (-6, 0, "right"), (5, 8, "left"), (5, -8, "left"), (-5, 8, "right"),
    (-5, -8, "right"), (5, 15, "left"), (5, -15, "left"),
)  # fmt: skip
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
    low, high = _reach(chart)
    scale = 456 / (largest * 1.06), 212 / (high - low)  # points of the page for one unit
    for spot, (across, up, side) in _labels(chart, scale):
        axes.annotate(one_line(spot.label, LONGEST), (spot.size, spot.value), xytext=(across, up),
                      textcoords="offset points", size=7, weight="bold", ha=side, va="center",
                      zorder=3, bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.3,
                                      "alpha": 0.8})  # fmt: skip
    axes.set(xlim=(0, largest * 1.06), ylim=(low, high), ylabel="Share of the points, %",
             xlabel="Size of the simple sample that would be as certain (cases)")  # fmt: skip
    bare(axes, "top", "right")
    return figure


def _labels(
    chart: Funnel, scale: tuple[float, float]
) -> Iterator[tuple[Spot, tuple[float, float, str]]]:
    """Where each named spot has its name: at the first place that covers no spot and no name."""
    taken = [(spot.size * scale[0] - 4, spot.value * scale[1] - 4, 8.0, 8.0)
             for spot in chart.spots]  # fmt: skip
    for spot in (each for each in chart.spots if not each.within):
        x, y, wide = spot.size * scale[0], spot.value * scale[1], 4.6 * len(spot.label[:LONGEST])
        boxes = [
            (
                place,
                (x + place[0] - (wide if place[2] == "right" else 0), y + place[1] - 4, wide, 8),
            )
            for place in PLACES
        ]
        free = (each for each in boxes if not any(_meet(each[1], other) for other in taken))
        place, box = next(free, boxes[0])
        taken.append(box)
        yield spot, place


def _meet(one: Box, other: Box) -> bool:
    return all(one[at] < other[at] + other[at + 2] and other[at] < one[at] + one[at + 2]
               for at in (0, 1))  # fmt: skip


def _reach(chart: Funnel) -> tuple[float, float]:
    """From where to where values are drawn: all spots, and the limits of the smallest."""
    smallest = min((spot.size for spot in chart.spots), default=30.0)
    share = chart.centre / 100
    half = 100 * LIMITS[1][0] * sqrt(share * (1 - share) / smallest)
    values = [chart.centre - half, chart.centre + half, *(spot.value for spot in chart.spots)]
    return max(min(values) - 4, 0), min(max(values) + 4, 100.5)
