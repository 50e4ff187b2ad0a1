"""Words as values: the cover of a report, blocks of prose, and several exhibits in a row."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from inspectkit.exhibits.bars import StackedBars
from inspectkit.exhibits.base import FROZEN, Exhibit
from inspectkit.exhibits.funnel import Funnel
from inspectkit.exhibits.heat import HeatMap
from inspectkit.exhibits.intervals import IntervalChart
from inspectkit.exhibits.slope import SlopeChart
from inspectkit.exhibits.table import Table
from inspectkit.exhibits.timeline import Timeline
from inspectkit.exhibits.waterfall import Waterfall

BlockKind = Literal[
    "chapter", "heading", "lead", "paragraph", "numbered", "item", "warning", "definition",
    "finding", "fact",
]  # fmt: skip


@dataclass(frozen=True, config=FROZEN)
class Block:
    """One piece of prose.

    term: what a definition explains, the number of a numbered one, the title of a finding, the
    label of a fact about it. Facts that follow one another under one label share it.
    """

    text: str
    kind: BlockKind = "paragraph"
    term: str = ""


@dataclass(frozen=True, config=FROZEN)
class Prose(Exhibit):
    """Blocks of plain text, read in order.

    >>> Prose((Block("What we found", "heading"), Block("Two themes met the standard."))).kind
    'prose'
    """

    blocks: tuple[Block, ...]
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class Cover(Exhibit):
    """What a report says of itself: title, subject, marking and the facts of its front page.

    `date` is the date of the document (YYYY-MM-DD), stated by people and never read from a clock;
    `stamp` is a warning that goes on every page.
    """

    kind: Literal["cover"] = "cover"
    title: str
    subtitle: str = ""
    publisher: str = ""
    marking: str = ""
    stamp: str = ""
    stamp_meaning: str = ""
    date: str = Field(default="", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    language: str = "en-GB"
    facts: tuple[tuple[str, str], ...] = ()


Single = Annotated[
    Cover
    | Prose
    | Table
    | IntervalChart
    | StackedBars
    | Waterfall
    | Funnel
    | HeatMap
    | SlopeChart
    | Timeline,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, config=FROZEN)
class Series(Exhibit):
    """Several exhibits shown one after the other."""

    parts: tuple[Single, ...]
    kind: Literal["series"] = "series"
