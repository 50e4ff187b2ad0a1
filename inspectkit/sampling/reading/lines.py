"""The lines of an export as its file holds them, before anything is made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = list[Any]
Doubt = tuple[str, str, tuple[int, ...]]  # where, what, line numbers
# The last line of a full Excel sheet, now and in .xls: an export of just so many lines was cut.
FULL_SHEETS = {1_048_576: "an Excel sheet", 65_536: "an old Excel sheet (.xls)"}


@dataclass(frozen=True)
class Fault:
    """A cell without a value: an error of Excel's, or a formula that was never worked out."""

    what: str

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True)
class Merge:
    """A merged range, columns and lines from 1; its text stands in the first cell only."""

    range: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Lines:
    """What a reader hands over.

    rows: line number (first line = 1) and raw cells: text, numbers, dates, Fault or None.
    continued: further lines of a cell with line breaks. sheet: cells have addresses as in Excel.
    """

    name: str
    rows: list[tuple[int, Row]]
    provenance: dict[str, Any] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    merges: tuple[Merge, ...] = ()
    continued: tuple[int, ...] = ()
    sheet: bool = False

    def place(self, line: int, column: int | None = None) -> str:
        """Where something is, for a message; column counts from 0.

        >>> Lines("a.xlsx", [], sheet=True).place(7, 1)
        'a.xlsx, cell B7'
        """
        if self.sheet and column is not None:
            return f"{self.name}, cell {letters(column)}{line}"
        return f"{self.name}, line {line}"


def letters(column: int) -> str:
    """The name of a column in Excel, from 0.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    name, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        name = chr(65 + place) + name
    return name


def is_blank(cell: Any) -> bool:
    """Whether a cell shows nothing.

    >>> is_blank(" "), is_blank(None), is_blank(0)
    (True, True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def full_sheet(name: str, last: int) -> tuple[Doubt, ...]:
    """The doubt about an export of exactly as many lines as a sheet can hold."""
    if last not in FULL_SHEETS:
        return ()
    what = (
        f"{last:,} lines are as many as {FULL_SHEETS[last]} can hold: the export may have been "
        "cut; ask for the count from the source system"
    )
    return ((name, what, (last,)),)
