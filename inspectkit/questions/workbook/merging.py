"""Three-way merge by cell: what the workbook changed, what the file did meanwhile, conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inspectkit.questions.workbook.cells import Address, Cells
from inspectkit.questions.workbook.places import Row, column_of, named, row_of
from inspectkit.questions.workbook.reading import Edited

SHORT = 60


@dataclass(frozen=True)
class Conflict:
    """One cell that both sides changed since the workbook was made; "" where it is empty."""

    at: Address
    spot: str
    base: str
    file: str
    workbook: str

    @property
    def where(self) -> str:
        """The question (or other row) and the column."""
        return place(self.at)

    @property
    def what(self) -> str:
        return (
            f"it was {_short(self.base)}; the file says {_short(self.file)} now, "
            f"the workbook ({self.spot or 'its row'}) {_short(self.workbook)}"
        )


@dataclass(frozen=True)
class Merge:
    """What is to be done.

    edits: address → text that the file is to have, "" to clear it. new: row → the id before it.
    """

    edits: Mapping[Address, str]
    new: Mapping[Row, str]
    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...]


def merge(edited: Edited, current: Cells, *, prefer: str | None = None) -> Merge:
    """What to change in the file so that both sides' changes are in it.

    prefer: 'workbook' settles every conflict by the workbook's text, 'file' by the file's.
    """
    conflicts = tuple(_conflicts(edited, current))
    contested = {each.at for each in conflicts}
    edits = {
        at: edited.cells.get(at, "")
        for at in _changed(edited)
        if current.get(at, "") != edited.cells.get(at, "")
        and (at not in contested or (prefer == "workbook" and _is_there(at, edited, current)))
    }
    rows = {row_of(at) for at in current}
    new = {row: edited.after.get(row, "") for row in edited.new if row not in rows}
    return Merge(edits, new, conflicts, tuple(edited.notes))


def _changed(edited: Edited) -> Iterator[Address]:
    for at in dict.fromkeys([*edited.base, *edited.cells]):
        if edited.base.get(at, "") != edited.cells.get(at, ""):
            yield at


def _conflicts(edited: Edited, current: Cells) -> Iterator[Conflict]:
    for at in _changed(edited):
        base, file = edited.base.get(at, ""), current.get(at, "")
        theirs = edited.cells.get(at, "")
        if file not in (base, theirs) or not _is_there(at, edited, current):
            yield Conflict(at, edited.spots.get(at, ""), base, file, theirs)


def _is_there(at: Address, edited: Edited, current: Cells) -> bool:
    """The row is still in the file, or comes in with the workbook."""
    row = row_of(at)
    return row in {row_of(each) for each in current} or row not in {
        row_of(each) for each in edited.base
    }


def place(at: Address) -> str:
    """A cell as people call it.

    >>> place(("questions", "charge_code", "text"))
    'question charge_code, column text'
    """
    row = row_of(at)
    if at[0] == "questions" and row[0] == "Questions":
        return f"question {at[1]}, column {column_of(at)}"
    if row[0] == "Guidance":
        return f"question {at[1]}, guidance"
    return f"{row[0]}, {' '.join(named(row))}, column {column_of(at)}"


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return repr(shown if len(shown) <= SHORT else f"{shown[: SHORT - 3]}...") if shown else "empty"
