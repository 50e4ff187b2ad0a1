"""Reads the sheets of an XLSForm as texts, with the cell that each stands in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from inspectkit.digest import digest
from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.workbook.reading import lines, opened
from inspectkit.questions.xlsform.writing import EXTRA, FORMAT

MOST_LINES, MOST_COLUMNS = 5_000, 300


@dataclass(frozen=True)
class Line:
    """One row: column → text; spots: column → the cell it stands in."""

    cells: dict[str, str]
    spots: dict[str, str]
    spot: str

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheets:
    """An XLSForm as read. records: what our own extra sheet carries; None in a form of others."""

    survey: tuple[Line, ...]
    choices: tuple[Line, ...]
    settings: dict[str, str]
    records: tuple[tuple[str, Any], ...] | None


def read_form(path: Path) -> Sheets:
    """The sheets of an XLSForm. Errors: no survey, formulas and errors in cells, by cell."""
    book = opened(path)
    problems = Problems()
    names = {name.strip().lower(): name for name in book.sheetnames}
    if "survey" not in names:
        raise InspectionError(path.name, "it has no sheet survey", "Give an XLSForm")
    found = {
        name: _lines(book[names[name]], problems) if name in names else ()
        for name in ("survey", "choices", "settings")
    }
    records = _records(book[EXTRA], path.name) if EXTRA in book.sheetnames else None
    problems.raise_if_any()
    settings = found["settings"][0].cells if found["settings"] else {}
    return Sheets(found["survey"], found["choices"], settings, records)


def _lines(page: Any, problems: Problems) -> tuple[Line, ...]:
    if page.max_row > MOST_LINES or page.max_column > MOST_COLUMNS:
        what = f"it has {page.max_row:,} rows and {page.max_column:,} columns"
        problems.add(page.title, what, "Delete the rows and columns that are not used")
        return ()
    heads = {}
    for column in range(1, page.max_column + 1):
        head = " ".join(str(page.cell(1, column).value or "").split())
        if head:
            heads[column] = "list_name" if head.lower() in ("list_name", "list name") else head
    found = []
    for line in range(2, page.max_row + 1):
        cells, spots = {}, {}
        for column, head in heads.items():
            spot = f"{page.title} {get_column_letter(column)}{line}"
            if text := _text(page.cell(line, column), spot, problems):
                cells[head], spots[head] = text, spot
        if cells:
            found.append(Line(cells, spots, f"{page.title}, row {line}"))
    return tuple(found)


def _text(cell: Any, spot: str, problems: Problems) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        problems.add(spot, "it holds a formula or an error", "Replace it by the text it shows")
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return lines(str(value))


def _records(page: Any, name: str) -> tuple[tuple[str, Any], ...]:
    remedy = "Export the form again; what inspectkit keeps there is not edited by hand"
    rows = list(page.iter_rows(values_only=True))
    if not rows or rows[0][0] != FORMAT:
        raise InspectionError(name, f"its sheet {EXTRA} is not ours", remedy)
    try:
        found = [
            (str(row[0]), json.loads("".join(str(part) for part in row[1:] if part)))
            for row in rows[1:]
            if row[0]
        ]
    except ValueError:
        found = []
    if digest([list(each) for each in found]) != rows[0][1]:
        raise InspectionError(name, f"its sheet {EXTRA} was changed", remedy)
    return tuple(found)
