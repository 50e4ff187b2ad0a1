"""Turns the lines of a file into an Export: which are data, and every cell of those as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.reading.cells import as_text, check_cells, check_ids
from inspectkit.sampling.reading.csv import read_csv
from inspectkit.sampling.reading.files import kind_of, regular_file
from inspectkit.sampling.reading.headings import Headings, read_headings
from inspectkit.sampling.reading.lines import Doubt, Lines, Row, is_blank
from inspectkit.sampling.reading.parquet import read_parquet
from inspectkit.sampling.reading.query import read_query
from inspectkit.sampling.reading.table import read_table
from inspectkit.sampling.reading.xlsx import read_xlsx
from inspectkit.sampling.spec import FrameSpec

TOTAL = re.compile(r"(grand |sub-?)?totals?( (rows|records|cases|count))?\s*:?\s*[\d,. ]*", re.I)
BEGINS = frozenset("gGsStT")  # what TOTAL can begin with
LAST_TOTAL = re.compile(r"(grand |sub-?)?totals?\b|end of (report|file|export)|\d+ rows\b", re.I)


@dataclass(frozen=True)
class Export:
    """The data lines of an export, every cell text, and the fate of each line that is none.

    cells: one row per data line, indexed by line number (first line = 1), the export's own columns.
    """

    name: str
    cells: pd.DataFrame
    fates: dict[int, str]
    footer_count: int | None
    doubts: tuple[Doubt, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)


def read_export(source: Any, spec: FrameSpec) -> Export:
    """Read a file, a table or the stated query as the spec states.

    Errors: missing or repeated columns, ragged rows, line breaks in cells, wrong encoding, totals
    rows that nobody stated, ids that are numbers; the first twenty of them at once.
    """
    lines = read_lines(source, spec)
    headings = read_headings(lines, spec)
    body = [each for each in lines.rows if each[0] > headings.last]
    footers = _footers(body, spec)
    fates = _fates(lines, spec, headings, body) | dict.fromkeys(footers, "footer")
    data = [each for each in body if each[0] not in fates]
    rows = _checked(data, lines, headings, spec)
    fates |= dict.fromkeys(lines.continued, "continued")
    doubts = [*lines.doubts, *_about_footers(footers, data, spec)]
    cells, more = _cells(rows, [line for line, _ in data], lines, headings, spec)
    count = _count(next((row for line, row in body if line in footers), []))
    return Export(lines.name, cells, fates, count, (*doubts, *more), lines.provenance)


def read_lines(source: Any, spec: FrameSpec) -> Lines:
    """The lines of whatever the source is."""
    if spec.query is not None:
        return read_query(source, spec)
    if not isinstance(source, str | Path):
        return read_table(source)
    if "://" in spec.file:
        regular_file(spec.file)
    path = regular_file(source)
    kind = kind_of(path)
    if kind == "xlsx":
        return read_xlsx(path, spec)
    return read_parquet(path) if kind == "parquet" else read_csv(path, spec)


def _fates(
    lines: Lines, spec: FrameSpec, headings: Headings, body: list[tuple[int, Row]]
) -> dict[int, str]:
    titles = {line: "title" for line, _ in lines.rows if line < spec.header_row}
    header = dict.fromkeys(range(spec.header_row, headings.last + 1), "header")
    blank = {line: "blank" for line, row in body
             if (not row or is_blank(row[0])) and all(map(is_blank, row))}  # fmt: skip
    return titles | header | blank


def _footers(body: list[tuple[int, Row]], spec: FrameSpec) -> list[int]:
    """The lines that begin with a stated footer: alone in its cell, or with little beside it."""
    stated = spec.footer or ()
    found = []
    for line, row in body:
        first = "" if not row or row[0] is None else str(row[0]).strip()
        if stated and first.startswith(stated):
            is_short = sum(not is_blank(cell) for cell in row) <= 3
            if first in stated or is_short:
                found.append(line)
    return found


def _about_footers(footers: list[int], data: Sequence[Any], spec: FrameSpec) -> list[Doubt]:
    found: list[Doubt] = []
    if spec.footer and not footers:
        what = f"no line begins with {' or '.join(spec.footer)}: the export may have been cut"
        found.append(("totals line", what, ()))
    late = tuple(line for line, _ in data if footers and line > footers[0])
    if late:
        found.append(("totals line", f"{len(late)} lines follow it; they were read", late))
    return found


def _checked(
    data: list[tuple[int, Row]], lines: Lines, headings: Headings, spec: FrameSpec
) -> list[Row]:
    """The data rows at full width. Errors: see `read_export`."""
    if not data:
        raise InspectionError(lines.name, "the frame has no cases", "Export the caseload again")
    problems = Problems()
    rows = []
    name, place = next(iter(headings.names.items()))
    may_break = lines.continued and not spec.line_breaks  # only a csv has continued lines
    for line, row in data:
        if len(row) != headings.width:
            row = _padded(line, row, lines, headings, spec, problems)
        if may_break and any("\n" in cell or "\r" in cell for cell in row):
            remedy = (
                "Look for a stray quotation mark; if cells do hold line breaks, state "
                "line_breaks = true in [frame]"
            )
            problems.add(lines.place(line), "a cell runs over several lines", remedy)
        if str(row[place]).strip() == name and _is_header(row, headings):
            remedy = "Delete it, and look whether two exports stand one below the other"
            problems.add(lines.place(line), "the header stands here again", remedy)
        rows.append(row)
    _refuse_totals(data, headings.names.get(spec.named["id"], 0), lines, problems)
    problems.raise_if_any()
    return rows


def _is_header(row: Row, headings: Headings) -> bool:
    return all(str(row[place]).strip() == name for name, place in headings.names.items())


def _padded(
    line: int, row: Row, lines: Lines, headings: Headings, spec: FrameSpec, problems: Problems
) -> Row:
    missing = [name for name, place in headings.names.items() if place >= len(row)]
    if len(row) > headings.width or not set(missing) <= set(spec.optional):
        remedy = "Mend the line; a delimiter inside a cell needs quotation marks"
        if missing:
            remedy += '; if its last columns may be missing, state them in [frame] optional = ["…"]'
        what = f"{len(row)} cells under {headings.width} headings"
        problems.add(lines.place(line), what, remedy)
    return (row + [""] * (headings.width - len(row)))[: headings.width]


def _refuse_totals(
    data: list[tuple[int, Row]], id_place: int, lines: Lines, problems: Problems
) -> None:
    last = data[-1][0]
    for line, row in data:
        first = row[0] if row and not is_blank(row[0]) else _first(row)
        for text in (row[id_place] if id_place < len(row) else "", first):
            text = text.strip() if isinstance(text, str) else ""
            if text[:1] not in BEGINS and line != last:
                continue
            if not (TOTAL.fullmatch(text) or (line == last and LAST_TOTAL.match(text))):
                continue
            which = "the last line" if line == last else "the line"
            remedy = f'Delete it, or state [frame] footer = "{str(first).strip()}"'
            problems.add(lines.place(line), f"{which} looks like a total ({text!r})", remedy)
            break


def _first(row: Row) -> Any:
    """What is written first in a line; most lines are told by their first cell."""
    return next((cell for cell in row if not is_blank(cell)), "")


def _cells(
    rows: list[Row], numbers: list[int], lines: Lines, headings: Headings, spec: FrameSpec
) -> tuple[pd.DataFrame, list[Doubt]]:
    """The data as text, one column per heading; stated columns that are absent are empty."""
    held = list(zip(*rows, strict=True))
    columns: dict[str, Sequence[Any]] = {
        name: held[place] for name, place in headings.names.items()
    }
    problems = Problems()
    for ours in ("id", "cluster"):
        theirs = spec.named.get(ours)
        if theirs in columns:
            place = headings.names[theirs]
            check_ids(columns[theirs], numbers, place, lines, ours, spec, problems)
    doubts = check_cells(columns, numbers, headings.names, lines, spec, problems)
    problems.raise_if_any()
    if lines.provenance.get("format") != "csv":
        columns = {
            name: as_text(values, name, numbers, lines, spec, problems)
            for name, values in columns.items()
        }
        problems.raise_if_any()
    index = pd.Index(numbers, name="line")
    cells = pd.DataFrame(columns, index=index, dtype=object)
    for theirs in spec.named.values():
        if theirs not in cells:
            cells[theirs] = ""
    return cells, doubts


def _count(footer: Row) -> int | None:
    """The first whole number of a totals line, in a cell of its own or after its words."""
    for cell in footer:
        found = re.search(r"(?<![\d.])\d+(,\d{3})*(?![\d.])", "" if cell is None else str(cell))
        if found:
            return int(found[0].replace(",", ""))
    return None
