"""Workbooks of text and numbers only: no formula, no link, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import xlsxwriter

LONGEST = 32_767  # characters that one cell of a workbook can hold
MADE = datetime(2000, 1, 1)  # a workbook made twice from the same list has the same bytes
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
WIDEST, NARROWEST = 60, 10
Cell = str | int | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: lines of text on top, then rows under heads; None is a cell to fill in.

    choices: head → what its cells may hold, offered as a list. hidden: not shown to people.
    """

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    top: Sequence[str] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hidden: bool = False


def workbook(title: str, sheets: Iterable[Sheet]) -> bytes:
    """The sheets as xlsx. Every text is written as text, whatever it begins with.

    >>> workbook("t", [Sheet("a", ["id"], [["=1+1"]])])[:2]
    b'PK'
    """
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, OPTIONS) as book:
        book.set_properties({"title": _clean(title), "created": MADE})
        plain = {"text_wrap": True, "valign": "top"}
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#D5E4F2", "bottom": 2, **plain}),
            "text": book.add_format({"num_format": "@", **plain}),
            "count": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "blank": book.add_format({"bg_color": "#FFF8DC", "border": 1, "locked": False}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats)
    return held.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: dict[str, object]) -> None:
    for line, text in enumerate(sheet.top):
        page.write_string(line, 0, _clean(text))
    first = len(sheet.top) + bool(sheet.top)
    for column, head in enumerate(sheet.heads):
        page.write_string(first, column, _clean(head), formats["head"])
        longest = max([len(head), *(len(str(row[column] or "")) for row in sheet.rows)])
        page.set_column(column, column, min(WIDEST, max(NARROWEST, longest + 2)))
    for line, row in enumerate(sheet.rows, first + 1):
        for column, cell in enumerate(row):
            if cell is None:
                page.write_blank(line, column, None, formats["blank"])
            elif isinstance(cell, str):
                page.write_string(line, column, _clean(cell), formats["text"])
            else:
                page.write_number(line, column, cell, formats["count"])
    for head, offered in sheet.choices.items():
        column, last = list(sheet.heads).index(head), first + len(sheet.rows)
        rule = {"validate": "list", "source": list(offered)}
        page.data_validation(first + 1, column, max(last, first + 1), column, rule)
    if sheet.hidden:
        page.hide()
    page.freeze_panes(first + 1, 0)
    page.repeat_rows(first)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _clean(text: str) -> str:
    """Without the control characters that no workbook can hold."""
    kept = "".join(each for each in text if each >= " " or each in "\n\t")
    return kept[:LONGEST]
