"""Writes an XLSForm: survey, choices, settings, and a sheet with all that ODK has no words for."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.questions.xlsform.survey import Form
from inspectkit.questions.xlsform.words import Row

EXTRA = "inspectkit"
FORMAT = "inspectkit XLSForm 1"
LONGEST = 32_000  # characters; a cell of a workbook holds 32,767
MADE = datetime(2000, 1, 1)
WHAT = (
    "Points, weights, themes and all else that an XLSForm cannot say, one record a row."
    " inspectkit reads it back; do not edit it here."
)
FIRST = ("type", "list_name", "name")


def write(form: Form, records: Iterable[tuple[str, Any]]) -> bytes:
    """The form as xlsx bytes. records: name and plain value of each part of the file."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": form.settings["form_title"], "created": MADE})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "bottom": 2, "bg_color": "#D5E4F2"})
        _sheet(book, "survey", [row.cells for row in form.survey], head, text)
        _sheet(book, "choices", [row.cells for row in form.choices], head, text)
        _sheet(book, "settings", [form.settings], head, text)
        _extra(book, list(records), head, text)
    return held.getvalue()


def columns(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Every column that some row uses, type and name first."""
    used = dict.fromkeys(column for row in rows for column in row)
    return [name for name in FIRST if name in used] + [n for n in used if n not in FIRST]


def _sheet(book: Any, name: str, rows: Sequence[Mapping[str, str]], head: Any, text: Any) -> None:
    page = book.add_worksheet(name)
    for column, heading in enumerate(columns(rows)):
        page.write_string(0, column, heading, head)
        page.set_column(column, column, 50 if "label" in heading else 24)
        for line, row in enumerate(rows, start=1):
            if cell := row.get(heading):
                if len(cell) > LONGEST:
                    where, what = f"{row.get('name', name)}, {heading}", "too long for a cell"
                    raise InspectionError(where, what, "Shorten it")
                page.write_string(line, column, cell, text)
    page.freeze_panes(1, 0)


def _extra(book: Any, records: Sequence[tuple[str, Any]], head: Any, text: Any) -> None:
    page = book.add_worksheet(EXTRA)
    page.write_row(0, 0, [FORMAT, digest([list(record) for record in records]), WHAT], head)
    for line, (name, value) in enumerate(records, start=1):
        # An underscore and x would begin an escape of Excel's.
        held = json.dumps(value, ensure_ascii=True).replace("_x", "\\u005fx")
        parts = [held[start : start + LONGEST] for start in range(0, len(held), LONGEST)]
        for column, part in enumerate([name, *parts]):
            page.write_string(line, column, part, text)
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 100)
    page.protect()


def by_name(rows: Iterable[Row]) -> dict[str, Row]:
    """The rows of a sheet by what tells them apart."""
    return {row.name: row for row in rows}
