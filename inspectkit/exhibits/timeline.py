"""A timeline: what is to be done when, as days or stretches of days, and where we are now."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from pydantic.dataclasses import dataclass

from inspectkit.exhibits.base import FROZEN
from inspectkit.exhibits.chart import Chart
from inspectkit.exhibits.svg import FILLS, GREY, INK, bar, bare, beside, draw, in_groups, sheet
from inspectkit.exhibits.text import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Sort = Literal["asked", "action", "assurance"]
# Sort → what the legend calls it, and the marker of its last day: apart without colour.
SORTS: dict[str, tuple[str, str]] = {
    "asked": ("asked for", "D"),
    "action": ("promised action", "s"),
    "assurance": ("assurance", "^"),
}
ROW, HEAD, FOOT = 0.24, 0.5, 0.46  # inches
EPOCH = date(1970, 1, 1)  # matplotlib counts days from here
# Under words that a line of a day would cross.
PAPER = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.6}


@dataclass(frozen=True, config=FROZEN)
class Span:
    """One thing to be done: its days, or in `note` why it has none.

    first None: from whenever, up to the last day. done: somebody has seen that it is done.
    """

    label: str
    group: str
    sort: Sort
    first: date | None = None
    last: date | None = None
    done: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class Timeline(Chart):
    """Spans in the order in which they are shown; start and now are drawn as lines."""

    kind: Literal["timeline"] = "timeline"
    spans: tuple[Span, ...]
    start: date
    starting: str
    now: date | None = None

    def reach(self) -> tuple[date, date]:
        """From which day to which the picture goes: a fortnight more on each side."""
        days = [self.start, *(day for each in self.spans for day in (each.first, each.last) if day)]
        if self.now:
            days.append(self.now)
        return min(days) - timedelta(days=14), max(days) + timedelta(days=14)


@draw.register(Timeline)
def _(chart: Timeline) -> Figure:
    places, headings, depth = in_groups(((each.group, 1.0) for each in chart.spans), gap=0.4)
    height = HEAD + FOOT + ROW * depth
    figure = sheet(height)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.36, right=0.97, top=1 - HEAD / height, bottom=FOOT / height)
    low, high = chart.reach()
    axes.set_xlim(_at(low), _at(high))
    axes.set_ylim(depth - 0.4, -0.7)
    for place, span in zip(places, chart.spans, strict=True):
        _span(axes, place, span, chart)
    for place, heading in headings:
        axes.text(-0.55, place, one_line(heading, 62), weight="bold", va="center", size=7.5,
                  bbox=PAPER, transform=axes.get_yaxis_transform())  # fmt: skip
    _line(axes, chart.start, chart.starting, ls="-")
    if chart.now:
        _line(axes, chart.now, f"{chart.now.day} {chart.now:%b %Y}", ls=(0, (4, 3)))
    names = (one_line(each.label, 44) for each in chart.spans)
    beside(axes, zip(places, names, strict=True))
    _ticks(axes, (high - low).days)
    bare(axes, "top", "right", "left")
    axes.tick_params(axis="x", length=3)
    _legend(figure, chart)
    return figure


def _at(day: date) -> float:
    return float((day - EPOCH).days)


def _span(axes: Axes, place: float, span: Span, chart: Timeline) -> None:
    if span.last is None:
        day = _at(span.first or chart.start)
        axes.text(day + 4, place, one_line(span.note or "no day", 46), size=6.5, va="center",
                  color=GREY, style="italic", bbox=PAPER)  # fmt: skip
        return
    first, last = _at(span.first or chart.start), _at(span.last)
    fill, hatch, edge, _ = FILLS[2] if span.sort == "assurance" else FILLS[1]
    if span.first and span.first != span.last:
        bar(axes, place, first, last - first, 0.5, facecolor=fill, hatch=hatch, edgecolor=edge,
            linewidth=0.6, zorder=2)  # fmt: skip
    else:
        axes.plot([min(first, last), last], [place, place], color=GREY, lw=0.9, zorder=2)
    axes.plot([last], [place], marker=SORTS[span.sort][1], ms=5, mec=INK, mew=1.0, zorder=3,
              mfc=INK if span.done else "#ffffff")  # fmt: skip


def _line(axes: Axes, day: date, words: str, ls: object) -> None:
    axes.axvline(_at(day), color=INK, lw=0.9, ls=ls, zorder=1)
    axes.text(_at(day), -0.72, one_line(words, 24), size=6.5, ha="center", va="bottom")


def _ticks(axes: Axes, days: int) -> None:
    step = next((each for each in (1, 2, 3, 6, 12) if days / 30.4 / each <= 8), 24)
    months = [1] if step >= 12 else list(range(1, 13, step))
    dates = import_module("matplotlib.dates")
    axes.xaxis.set_major_locator(dates.MonthLocator(bymonth=months, interval=max(step // 12, 1)))
    axes.xaxis.set_major_formatter(dates.DateFormatter("%b\n%Y"))


def _legend(figure: Figure, chart: Timeline) -> None:
    axes = figure.axes[0]
    shown = dict.fromkeys(each.sort for each in chart.spans if each.last)
    handles = [
        axes.plot([], [], marker=SORTS[sort][1], ls="", ms=5, mec=INK, mfc="#ffffff",
                  label=SORTS[sort][0])[0]
        for sort in shown
    ]  # fmt: skip
    if any(each.done for each in chart.spans):
        done = axes.plot([], [], marker="s", ls="", ms=5, mec=INK, mfc=INK, label="seen to be done")
        handles += done
    if handles:
        figure.legend(handles=handles, loc="upper right", ncols=len(handles), frameon=False,
                      fontsize=7, handlelength=1.0, borderaxespad=0.2)  # fmt: skip
