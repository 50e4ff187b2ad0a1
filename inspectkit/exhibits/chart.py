"""Charts as values: points with intervals against band boundaries, and bars cut into shares."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from inspectkit.exhibits.base import FROZEN, Exhibit
from inspectkit.exhibits.table import Tone


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class Chart(Exhibit):
    """What every chart says of itself; a chart without words for those who do not see it is none.

    stamp: a warning inside the picture, since pictures are cut out and passed on.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    alt: str = Field(min_length=1)
    notes: tuple[str, ...] = ()
    stamp: str = ""


@dataclass(frozen=True, config=FROZEN)
class Interval:
    """One figure in percent points with the limits of its interval; None where there is none."""

    label: str
    group: str
    value: float | None
    low: float | None = None
    high: float | None = None
    tone: Tone = "none"


@dataclass(frozen=True, config=FROZEN)
class Boundary:
    """The lowest percent of a band and that band's name."""

    value: float
    label: str


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
