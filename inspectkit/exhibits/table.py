"""Tables as values: columns with a kind, rows headed by their first cell, rating chips in words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from inspectkit.errors import InspectionError
from inspectkit.exhibits.base import FROZEN, Exhibit

Tone = Literal["good", "fair", "poor", "none"]
Kind = Literal["text", "number", "percent", "chip", "code"]
# A shape for each tone, so that it is read without colour.
SYMBOLS: dict[str, str] = {"good": "●", "fair": "◐", "poor": "○", "none": "–"}


@dataclass(frozen=True, config=FROZEN)
class Chip:
    """A rating in words, with a shape for its tone and the figure it rests on.

    >>> str(Chip("Fully meeting", "good", "81.3%"))
    '● Fully meeting 81.3%'
    """

    label: str
    tone: Tone = "none"
    detail: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (SYMBOLS[self.tone], self.label, self.detail) if part)


Cell = str | int | float | Chip | None


@dataclass(frozen=True, config=FROZEN)
class Column:
    """The head of a column and the kind of its cells; percent cells hold percent points."""

    label: str
    kind: Kind = "text"


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class Table(Exhibit):
    """A table: the first cell of a row heads it; rows may stand in named groups.

    `groups` is empty or names the group of every row; `totals` are positions of summary rows.

    >>> t = Table(id="t", title="Cases", columns=(Column("Stratum"), Column("n", "number")),
    ...           rows=(("Crown Court", 40),))
    >>> t.rows[0]
    ('Crown Court', 40)
    """

    kind: Literal["table"] = "table"
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    groups: tuple[str, ...] = ()
    totals: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _rectangular(self) -> Table:
        for position, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise InspectionError(
                    f"table {self.id}, row {position + 1}",
                    f"{len(row)} cells under {len(self.columns)} columns",
                    "Give one cell for each column",
                )
        if self.groups and len(self.groups) != len(self.rows):
            raise InspectionError(
                f"table {self.id}", "groups do not match rows", "Name the group of every row"
            )
        return self

    def grouped(self) -> list[tuple[str, list[int]]]:
        """Consecutive rows of the same group, as (group, positions of its rows)."""
        found: list[tuple[str, list[int]]] = []
        for position, group in enumerate(self.groups or ("",) * len(self.rows)):
            if not found or found[-1][0] != group:
                found.append((group, []))
            found[-1][1].append(position)
        return found


def shown(cell: Cell, kind: Kind) -> str:
    """A cell as text, in the manner of its column.

    >>> shown(68.0, "percent"), shown(21480, "number"), shown(None, "number")
    ('68.0%', '21,480', '–')
    """
    if cell is None:
        return SYMBOLS["none"]
    if kind == "percent" and isinstance(cell, int | float):
        return f"{cell:.1f}%"
    if kind == "number" and isinstance(cell, int):
        return f"{cell:,}"
    return str(cell)
