"""What every chart is as a value; each kind of chart, and how it is drawn, has a module."""

from __future__ import annotations

from pydantic import Field
from pydantic.dataclasses import dataclass

from inspectkit.exhibits.base import FROZEN, Exhibit


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
class Boundary:
    """The lowest percent of a band and that band's name."""

    value: float
    label: str
