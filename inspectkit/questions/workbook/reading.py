"""Reads a workbook that people edited; what Excel made of their typing is mended or refused."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from inspectkit.digest import digest
from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.model import Question
from inspectkit.questions.workbook.cells import CODE, FLAGS, NO, YES, Address, Cells, misfit
from inspectkit.questions.workbook.places import (
    AFTER,
    ALWAYS,
    KEYS,
    QUESTIONS,
    SET,
    SHEETS,
    TEXTS,
    Row,
    cell_at,
    named,
    row_named,
)
from inspectkit.questions.workbook.writing import BASE, FORMAT
from inspectkit.sampling.reading.xlsx import refuse_bomb

MOST_BYTES, MOST_UNPACKED = 10_000_000, 60_000_000
MOST_LINES, MOST_COLUMNS = 5_000, 200
SMART = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "\u2011": "-"})
ID = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass
class Edited:
    """A workbook as it came back.

    base: the cells it was made from; cells: those it holds now; spots: where each stands; new: rows
    that were not there, in order; after: a new row → the id it follows; notes: what was mended.
    """

    set_id: str
    base: Cells
    cells: Cells = field(default_factory=dict)
    spots: dict[Address, str] = field(default_factory=dict)
    after: dict[Row, str] = field(default_factory=dict)
    new: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_workbook(path: Path) -> Edited:
    """The cells of an edited workbook.

    Errors: a file that is none of ours; by cell, all at once: formulas, merged cells, truth values
    and dates where text is meant, ids that were changed, rows that are gone.
    """
    book = opened(path)
    problems = Problems()
    base, set_id = _base(book, path.name)
    edited = Edited(set_id, {at: text for row in base for at, text in _cells(row, base[row])})
    for sheet in SHEETS:
        if sheet not in book.sheetnames:
            problems.add(path.name, f"the sheet {sheet} is gone", "Put it back, or export again")
            continue
        _Sheet(book[sheet], sheet, base, edited, problems).read()
    problems.raise_if_any()
    return edited


def opened(path: Path) -> Any:
    """A workbook for reading. Errors: no xlsx; one that unpacks to too much."""
    if not path.is_file():
        raise InspectionError(str(path), "no such file", "Give the workbook that came back")
    refuse_bomb(path)
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
        if path.stat().st_size > MOST_BYTES or unpacked > MOST_UNPACKED:
            what = "it is larger than any question set"
            raise InspectionError(path.name, what, "Export the set again and copy the changes")
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(name)[:4096]:
                what = "it declares a document type, which no workbook needs"
                raise InspectionError(path.name, what, "Save it from Excel as .xlsx")
    try:
        return load_workbook(path)
    except Exception as error:  # openpyxl raises whatever its parts raise
        what = f"not readable as xlsx: {type(error).__name__}"
        raise InspectionError(path.name, what, "Save it from Excel as .xlsx") from None


def _base(book: Any, name: str) -> tuple[dict[Row, dict[str, str]], str]:
    remedy = "Export the set again with to-excel and copy the changes over"
    if BASE not in book.sheetnames or book[BASE].cell(1, 1).value != FORMAT:
        raise InspectionError(name, "it was not made by to-excel", remedy)
    lines = list(book[BASE].iter_rows(values_only=True))
    found: dict[Row, dict[str, str]] = {}
    for line in lines[1:]:
        if not any(line):
            continue
        try:
            sheet, at, row = json.loads("".join(str(part) for part in line[1:] if part))
        except ValueError:
            sheet, at, row = "", [], {}
        if digest([sheet, at, row]) != line[0]:
            raise InspectionError(name, "its hidden sheet was changed", remedy)
        found[sheet, tuple(at)] = row
    return found, str(lines[0][1])


def _cells(row: Row, texts: dict[str, str]) -> Iterator[tuple[Address, str]]:
    for column, text in texts.items():
        yield cell_at(row, column), text


class _Sheet:
    """One sheet of the workbook, read into what was edited."""

    def __init__(
        self,
        page: Any,
        name: str,
        base: dict[Row, dict[str, str]],
        edited: Edited,
        problems: Problems,
    ) -> None:
        self.page, self.name, self.base = page, name, base
        self.edited, self.problems = edited, problems
        self.known = {named(row): row for row in base if row[0] == name}

    def read(self) -> None:
        page = self.page
        if page.max_row > MOST_LINES or page.max_column > MOST_COLUMNS:
            what = f"it has {page.max_row:,} rows and {page.max_column:,} columns"
            self.problems.add(self.name, what, "Delete the rows and columns that are not used")
            return
        for merged in page.merged_cells.ranges:
            what = "these cells are merged, so all but the first are empty"
            self.problems.add(f"{self.name} {merged.coord}", what, "Undo the merge, fill each in")
        heads = self._heads()
        if heads is None:
            return
        seen: dict[tuple[str, ...], int] = {}
        for line in range(2, page.max_row + 1):
            self._line(line, heads, seen)
        for names in self.known:
            if names not in seen:
                what = f"the row {' '.join(names)} is gone, or its id was changed"
                remedy = "Put it back; to end a question fill in retired.since and retired.reason"
                self.problems.add(self.name, what, remedy)

    def _heads(self) -> dict[str, int] | None:
        found: dict[str, int] = {}
        for column in range(1, self.page.max_column + 1):
            head = str(self.page.cell(1, column).value or "").strip()
            if head and head in found:
                self.problems.add(self._spot(1, column), f"two columns {head}", "Delete one")
            elif head and head.partition(".")[0] not in self._headings():
                self.edited.notes.append(f"{self.name}: the column {head} was not read")
            elif head:
                found[head] = column
        lost = [head for head in self._needed() if head not in found]
        if lost:
            what = f"the column {', '.join(lost)} is gone, or its heading was changed"
            self.problems.add(f"{self.name}, row 1", what, "Put the heading back")
        return None if lost else found

    def _headings(self) -> set[str]:
        """What a heading may begin with."""
        used = {head.partition(".")[0] for head in (*ALWAYS[self.name], *self._needed())}
        fields = set(Question.model_fields) if self.name == QUESTIONS else {"translations"}
        return used | fields | {AFTER}

    def _needed(self) -> list[str]:
        used = [head for row in self.known.values() for head in self.base[row]]
        return list(dict.fromkeys([*KEYS[self.name], *used]))

    def _line(self, line: int, heads: dict[str, int], seen: dict[tuple[str, ...], int]) -> None:
        keys = KEYS[self.name]
        names = tuple(self._text(line, heads[head], ("",)) for head in keys)
        texts = [self.page.cell(line, column).value for column in heads.values()]
        if not any(str(text or "").strip() for text in texts):
            return
        if not all(names):
            what = f"{' and '.join(keys)} must be filled in"
            self.problems.add(f"{self.name}, row {line}", what, "Give the new row its id")
            return
        if names in seen:
            what = f"{' '.join(names)} stands on row {seen[names]} as well"
            self.problems.add(f"{self.name}, row {line}", what, "Give each row its own id")
            return
        seen[names] = line
        if self.page.row_dimensions[line].hidden:
            self.edited.notes.append(f"{self.name}, row {line}: the row is hidden; it was read")
        row = self.known.get(names) or self._new(line, names)
        if row:
            self._values(line, row, heads)

    def _new(self, line: int, names: tuple[str, ...]) -> Row | None:
        id = names[-1].partition(".")[0] if self.name == TEXTS else names[-1]
        if not ID.fullmatch(id) and names[0] != "casework_types":
            what = f"{names[-1]!r} is no id"
            remedy = "Start with a letter; use small letters, digits and _ only"
            self.problems.add(f"{self.name}, row {line}", what, remedy)
            return None
        if self.name == SET:
            what = f"{names[0]!r} is no part of the set that can be added here"
            self.problems.add(f"{self.name}, row {line}", what, "Add it in the file itself")
            return None
        row = row_named(self.name, names)
        if self.name != TEXTS:
            self.edited.new.append(row)
        return row

    def _values(self, line: int, row: Row, heads: dict[str, int]) -> None:
        for head, column in heads.items():
            if head in KEYS[self.name]:
                continue
            at = cell_at(row, head)
            text = self._text(line, column, at)
            if head == AFTER:
                self.edited.after[row] = text
                continue
            before = self.edited.base.get(at, "")
            text = self._settled(line, column, at, text, before)
            if text and text != before and (what := misfit(at, text)):
                self.problems.add(self._spot(line, column), f"{head}: {what}", "Correct the cell")
            if text:
                self.edited.cells[at] = text
                self.edited.spots[at] = self._spot(line, column)

    def _settled(self, line: int, column: int, at: Address, text: str, before: str) -> str:
        """What Excel changed by itself is put back; quotes in conditions are made straight."""
        if text == before.strip():
            return before
        plain = text.translate(SMART)
        if _squeezed(plain) == _squeezed(before.translate(SMART)):
            self.edited.notes.append(
                f"{self._spot(line, column)}: only quotes or blanks differ; the file's are kept"
            )
            return before
        is_name = self.name == QUESTIONS and at[-1] not in ("text", "reason", "message")
        is_code = at[-1] in CODE or (is_name and "translations" not in at)
        if is_code and plain != text:
            self.edited.notes.append(f"{self._spot(line, column)}: curly quotes made straight")
            return plain
        return text

    def _text(self, line: int, column: int, at: Address) -> str:
        """A cell as text. A truth value stands for yes or no where one is asked for."""
        cell = self.page.cell(line, column)
        value, spot = cell.value, self._spot(line, column)
        if value is None:
            return ""
        if cell.data_type == "f":
            what, remedy = "it holds a formula", "Replace the formula by the text it shows"
        elif cell.data_type == "e":
            what, remedy = f"it holds the error {value}", "Write the text that is meant"
        elif isinstance(value, bool) and at[-1] in FLAGS:
            return YES if value else NO
        elif isinstance(value, bool):
            shown = str(value).upper()
            what = f"Excel made the truth value {shown} of it"
            remedy = f"Format the cell as text and type {shown.lower()} again"
        elif isinstance(value, date | time):
            what = f"Excel made the date or time {value} of it"
            remedy = "Format the cell as text and type it again"
        elif isinstance(value, float) and not value.is_integer():
            return repr(value)
        elif isinstance(value, int | float):
            return str(int(value))
        else:
            return lines(str(value))
        self.problems.add(spot, what, remedy)
        return ""

    def _spot(self, line: int, column: int) -> str:
        return f"{self.name} {get_column_letter(column)}{line}"


def lines(text: str) -> str:
    """A text with LF alone, without blanks at its ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _squeezed(text: str) -> str:
    return " ".join(text.split())
