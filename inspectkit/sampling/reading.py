"""A caseload export as text cells with line numbers; refuses what it would have to guess."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.spec import FrameSpec
from inspectkit.validation import nearest

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
Row = list[Any]


@dataclass(frozen=True)
class Export:
    """The data lines of an export, every cell text, and the fate of each line that is none.

    cells: one row per data line, indexed by line number (first line = 1), the export's own columns.
    """

    name: str
    cells: pd.DataFrame
    fates: dict[int, str]
    footer_count: int | None


def read_export(source: str | Path | pd.DataFrame, spec: FrameSpec) -> Export:
    """Read csv, xlsx or a table as the spec states.

    Errors: missing or repeated columns, ragged rows, line breaks in cells, wrong encoding, totals
    rows that nobody stated, ids that are numbers; the first twenty of them at once.
    """
    if isinstance(source, pd.DataFrame):
        rows: list[Row] = [list(source.columns), *source.values.tolist()]
        return _export("table", list(enumerate(rows, 1)), spec.model_copy(update={"header_row": 1}))
    path = Path(source)
    content = _bytes(path)
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        return _export(path.name, list(enumerate(_sheet(content, path.name, spec), 1)), spec)
    return _export(path.name, _lines(content, path.name, spec), spec)


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        what = "not a regular file" if path.exists() else "no such file"
        raise InspectionError(str(path), what, "Give the path of a caseload export on this machine")
    content = path.read_bytes()
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\r\n "):
        raise InspectionError(path.name, "the file is empty", "Export the caseload again")
    return content


def _lines(content: bytes, name: str, spec: FrameSpec) -> list[tuple[int, Row]]:
    encoding = next((known for bom, known in BOMS if content.startswith(bom)), spec.encoding)
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        remedy = "State the file's real encoding in [frame] encoding, for example cp1252 or utf-8"
        raise InspectionError(name, f"not readable as {encoding}: {error}", remedy) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=spec.delimiter, strict=True)
    found: list[tuple[int, Row]] = []
    start = 1
    try:
        for row in reader:
            found.append((start, list(row)))
            start = reader.line_num + 1
    except csv.Error as error:
        remedy = "Look for a quotation mark that is opened and never closed"
        raise InspectionError(f"{name}, line {start}", str(error), remedy) from None
    return found


def _sheet(content: bytes, name: str, spec: FrameSpec) -> list[Row]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises many kinds for a damaged file
        raise InspectionError(
            name, f"not readable as xlsx: {error}", "Save it from Excel as .xlsx"
        ) from None
    if spec.sheet is None and len(book.sheetnames) > 1:
        what = f"{len(book.sheetnames)} sheets: {', '.join(book.sheetnames)}"
        raise InspectionError(name, what, "State the one to read in [frame] sheet")
    if spec.sheet is not None and spec.sheet not in book.sheetnames:
        raise InspectionError(
            name, f"no sheet {spec.sheet}", f"Choose from {', '.join(book.sheetnames)}"
        )
    sheet = book[spec.sheet or book.sheetnames[0]]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    width = max((_used(row) for row in rows), default=0)
    return [row[:width] + [None] * (width - len(row)) for row in rows]


def _used(row: Row) -> int:
    return max(
        (position for position, cell in enumerate(row, 1) if cell not in (None, "")), default=0
    )


def _export(name: str, rows: list[tuple[int, Row]], spec: FrameSpec) -> Export:
    titles = {line: "title" for line, _ in rows if line < spec.header_row}
    header = next(
        ([_text(cell, spec) for cell in row] for line, row in rows if line == spec.header_row), None
    )
    _check_header(header, name, spec)
    assert header is not None
    body = [(line, row) for line, row in rows if line > spec.header_row]
    fates = (
        titles
        | {spec.header_row: "header"}
        | {line: "blank" for line, row in body if not _used(row)}
    )
    footers = [
        line for line, row in body if spec.footer and _text(row[0], spec).strip() == spec.footer
    ]
    fates |= dict.fromkeys(footers, "footer")
    data = [(line, row) for line, row in body if line not in fates]
    _check_body(data, header, name, spec)
    cells = pd.DataFrame(
        [[_text(cell, spec) for cell in row] for _, row in data],
        columns=header,
        index=pd.Index([line for line, _ in data], name="line"),
        dtype=object,
    )
    return Export(
        name, cells, fates, _count(next((row for line, row in body if line in footers), []))
    )


def _check_header(header: list[str] | None, name: str, spec: FrameSpec) -> None:
    where = f"{name}, line {spec.header_row}"
    if header is None:
        raise InspectionError(
            where, "the file ends before the header", "Correct [frame] header_row"
        )
    problems = Problems()
    for column, times in Counter(header).items():
        if times > 1:
            problems.add(
                where,
                f"{times} columns are called {column!r}",
                "Give each column a name of its own",
            )
    for ours, theirs in spec.named.items():
        if theirs not in header:
            remedy = f"Correct {ours} in [frame], or header_row.{nearest(theirs, header)}"
            problems.add(where, f"no column {theirs!r}", remedy)
    problems.raise_if_any()


def _check_body(data: list[tuple[int, Row]], header: list[str], name: str, spec: FrameSpec) -> None:
    if not data:
        raise InspectionError(name, "the frame has no cases", "Export the caseload again")
    problems = Problems()
    position = header.index(spec.columns.id)
    for line, row in data:
        where = f"{name}, line {line}"
        if len(row) != len(header):
            remedy = "Mend the line; a delimiter inside a cell needs quotation marks"
            problems.add(where, f"{len(row)} cells under {len(header)} headings", remedy)
        elif any(isinstance(cell, str) and "\n" in cell for cell in row):
            problems.add(where, "a cell runs over several lines", "Look for a stray quotation mark")
        elif _is_number(row[position]):
            remedy = "Format the column as text at its source and export again"
            problems.add(
                where, f"the id {row[position]!r} is a number, so its zeros may be lost", remedy
            )
    line, last = data[-1]
    if not spec.footer and str(last[0]).strip().casefold().startswith("total"):
        remedy = f'Delete it, or state [frame] footer = "{str(last[0]).strip()}"'
        problems.add(f"{name}, line {line}", "the last line looks like a total", remedy)
    problems.raise_if_any()


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and cell == cell


def _text(cell: Any, spec: FrameSpec) -> str:
    """A cell as the text a csv would hold; dates in the stated format."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, datetime | date):
        return cell.strftime(spec.dates)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _count(footer: Row) -> int | None:
    numbers = [
        str(cell).strip() for cell in footer if cell is not None and str(cell).strip().isdigit()
    ]
    return int(numbers[0]) if numbers else None
