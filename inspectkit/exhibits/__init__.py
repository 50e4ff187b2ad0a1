"""Tables, charts and words of a report as frozen values, shown as HTML and SVG."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from inspectkit.exhibits.bars import Bar, StackedBars
from inspectkit.exhibits.base import MIME, Exhibit, Numbers, Unnumbered, html, to_json
from inspectkit.exhibits.chart import Boundary, Chart
from inspectkit.exhibits.funnel import Funnel, Spot
from inspectkit.exhibits.heat import Heat, HeatMap, deep
from inspectkit.exhibits.intervals import Interval, IntervalChart
from inspectkit.exhibits.page import element, escaped
from inspectkit.exhibits.prose import Block, Cover, Prose, Series, Single
from inspectkit.exhibits.slope import Slope, SlopeChart
from inspectkit.exhibits.svg import svg
from inspectkit.exhibits.table import Chip, Column, Table, Tone, shown
from inspectkit.exhibits.text import clean, counted, listed, one_line, percent, spoken
from inspectkit.exhibits.timeline import Span, Timeline
from inspectkit.exhibits.waterfall import Fall, Waterfall

_ANY: TypeAdapter[Exhibit] = TypeAdapter(Annotated[Single | Series, Field(discriminator="kind")])


def from_json(value: Any) -> Exhibit:
    """The exhibit that `to_json` wrote.

    >>> prose = Prose((Block("Two themes met the standard."),))
    >>> from_json(to_json(prose)) == prose
    True
    """
    return _ANY.validate_python(value)


__all__ = [
    "MIME",
    "Bar",
    "Block",
    "Boundary",
    "Chart",
    "Chip",
    "Column",
    "Cover",
    "Exhibit",
    "Fall",
    "Funnel",
    "Heat",
    "HeatMap",
    "Interval",
    "IntervalChart",
    "Numbers",
    "Prose",
    "Series",
    "Slope",
    "SlopeChart",
    "Span",
    "Spot",
    "StackedBars",
    "Table",
    "Timeline",
    "Tone",
    "Unnumbered",
    "Waterfall",
    "clean",
    "counted",
    "deep",
    "element",
    "escaped",
    "from_json",
    "html",
    "listed",
    "one_line",
    "percent",
    "shown",
    "spoken",
    "svg",
    "to_json",
]
