"""A heat map: a value for each row and column, as number and shade; what is missing says so."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from pydantic import model_validator
from pydantic.dataclasses import dataclass

from inspectkit.errors import InspectionError
from inspectkit.exhibits.base import FROZEN
from inspectkit.exhibits.chart import Chart
from inspectkit.exhibits.svg import (
    GREY,
    INK,
    WIDTH,
    bar,
    bare,
    beside,
    draw,
    in_groups,
    sheet,
    wrapped,
)
from inspectkit.exhibits.table import SYMBOLS, Tone
from inspectkit.exhibits.text import one_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Light to dark by tone; the mark and the number say the same without the shade.
SHADES: dict[str, tuple[str, str]] = {
    "good": ("#12436d", "#ffffff"),
    "fair": ("#b5d0ea", INK),
    "poor": ("#f7d7b5", INK),
    "none": ("#ffffff", GREY),
}
LEFT, ROW = 4.3, 0.2  # inches: the most that labels take, a row's height
LETTER = 0.048  # inches: what a letter of a label takes
LINE = 90  # letters: a longer label takes two lines, and its row half a row more


@dataclass(frozen=True, config=FROZEN)
class Heat:
    """One cell: percent points and their tone; without a value, the words in its place."""

    value: float | None
    tone: Tone = "none"
    words: str = "–"


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class HeatMap(Chart):
    """Rows by columns of cells; rows may stand in named groups."""

    kind: Literal["heat"] = "heat"
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[tuple[Heat, ...], ...]
    groups: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _rectangular(self) -> HeatMap:
        wide = all(len(row) == len(self.columns) for row in self.cells)
        if not wide or len(self.cells) != len(self.rows):
            what, remedy = "cells do not fit rows and columns", "Give one cell for each"
            raise InspectionError(f"heat map {self.id}", what, remedy)
        return self


@draw.register(HeatMap)
def _(chart: HeatMap) -> Figure:
    groups = chart.groups or ("",) * len(chart.rows)
    places, headings, depth = in_groups(zip(groups, map(deep, chart.rows), strict=True))
    longest = max((len(each) for each in (*chart.rows, *chart.groups)), default=0)
    left = min(longest * LETTER + 0.1, LEFT)
    wide = int((WIDTH * 0.99 - left) / len(chart.columns or "1") / (1.3 * LETTER))
    names = ["\n".join(wrap(one_line(each), wide)[:4]) for each in chart.columns]
    head = 0.2 + 0.12 * max((each.count("\n") for each in names), default=0)
    height = head + 0.25 + ROW * depth
    figure = sheet(height)
    axes = figure.subplots()
    left = left / WIDTH + 0.01
    figure.subplots_adjust(left=left, right=0.99, top=1 - head / height, bottom=0.18 / height)
    for place, row in zip(places, chart.cells, strict=True):
        for column, cell in enumerate(row):
            fill, ink = SHADES[cell.tone]
            bar(axes, place, column + 0.02, 0.96, 0.88, facecolor=fill, edgecolor="#8a8f93",
                linewidth=0.4)  # fmt: skip
            said = cell.words if cell.value is None else f"{SYMBOLS[cell.tone]} {cell.value:.1f}%"
            axes.text(column + 0.5, place, said, ha="center", va="center", size=7, color=ink)
    for place, heading in headings:
        axes.text(-left / (0.99 - left) + 0.01, place, one_line(heading, 60), size=7.5,
                  weight="bold", va="center", transform=axes.get_yaxis_transform())  # fmt: skip
    axes.set_xlim(0, len(chart.columns))
    axes.set_ylim(depth - 0.4, -0.6)
    rows = (wrapped(each, LINE) for each in chart.rows)
    beside(axes, zip(places, rows, strict=True), size=6.5)
    middles = [place + 0.5 for place in range(len(chart.columns))]
    axes.set_xticks(middles, names, fontsize=7, weight="bold")
    axes.xaxis.tick_top()
    bare(axes, "top", "right", "left", "bottom")
    return figure


def deep(label: str) -> float:
    """How many rows the row of a label takes.

    >>> deep("Was it made in time?"), deep("Was it " * 20)
    (1.0, 1.5)
    """
    return 1.5 if len(one_line(label)) > LINE else 1.0
