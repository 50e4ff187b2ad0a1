"""What was edited in a form that we wrote: the cells that may be, as changes of the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inspectkit.errors import Problems
from inspectkit.questions.workbook.cells import Address
from inspectkit.questions.xlsform.conditions import condition
from inspectkit.questions.xlsform.reading import Line, Sheets
from inspectkit.questions.xlsform.survey import Form
from inspectkit.questions.xlsform.words import Row
from inspectkit.questions.xlsform.writing import by_name

LIST = "list_name"


def edits(sheets: Sheets, written: Form) -> dict[Address, str]:
    """Address → new text of every cell that differs from what was written.

    Errors: by cell, whatever else was changed: rows, types, constraints.
    """
    problems = Problems()
    found: dict[Address, str] = {}
    for name, lines, rows in (
        ("survey", sheets.survey, written.survey),
        ("choices", sheets.choices, written.choices),
    ):
        found |= dict(_sheet(name, lines, rows, problems))
    problems.raise_if_any()
    return found


def _sheet(
    name: str, lines: Sequence[Line], rows: Sequence[Row], problems: Problems
) -> Iterator[tuple[Address, str]]:
    expected = by_name(rows)
    seen = set()
    for line in lines:
        key = f"{line[LIST] or line['type']} {line['name']}"
        row = expected.get(key)
        if row is None:
            what = f"the row {key} is new, or its type or name was changed"
            problems.add(line.spot, what, "Add and rename questions in the draft itself")
            continue
        seen.add(key)
        yield from _row(line, row, problems)
    for key in expected.keys() - seen:
        what, remedy = f"the row {key} is gone", "Put it back; retire a question in the draft"
        problems.add(name, what, remedy)


def _row(line: Line, row: Row, problems: Problems) -> Iterator[tuple[Address, str]]:
    for column in row.cells.keys() | line.cells.keys():
        before, now = row.cells.get(column, ""), line[column]
        if now.strip() == before.strip():
            continue
        where = line.spots.get(column, f"{line.spot}, {column}")
        if column not in row.at:
            what = f"{column} was changed from {before[:60]!r} to {now[:60]!r}"
            problems.add(where, what, "Change it in the draft itself")
        elif column == "relevant":
            with problems.gather():
                yield row.at[column], condition(now, where) if now else ""
        else:
            yield row.at[column], now
