"""Workbooks of text and numbers only: no formula, no link, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xlsxwriter

LONGEST = 32_767  # characters that one cell of a workbook can hold
MADE = datetime(2000, 1, 1)  # a workbook made twice from the same list has the same bytes
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
WIDEST, NARROWEST, FILLED_IN = 60, 10, 24  # characters
LINE, HIGHEST = 15, 400  # points: of a line, and of a row
WRITTEN_IN = {"bg_color": "#FFF8DC", "border": 1, "locked": False}
Cell = str | int | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: lines of text on top, then rows under heads; None is a cell to fill in.

    choices: head → what its cells may hold, offered as a list. hidden: not shown to people.
    filtered: its rows can be filtered by what is under each head. fill: heads under which people
    write, also where something stands already. frozen: columns that stay in sight.
    """

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    top: Sequence[str] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hidden: bool = False
    filtered: bool = False
    fill: Sequence[str] = ()
    frozen: int = 0


def workbook(title: str, sheets: Iterable[Sheet]) -> bytes:
    """The sheets as xlsx. Every text is written as text, whatever it begins with.

    >>> workbook("t", [Sheet("a", ["id"], [["=1+1"]])])[:2]
    b'PK'
    """
    held = io.BytesIO()
    # few who load this module write a workbook
    with import_module("xlsxwriter").Workbook(held, OPTIONS) as book:
        book.set_properties({"title": _clean(title), "created": MADE})
        plain = {"text_wrap": True, "valign": "top"}
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#D5E4F2", "bottom": 2, **plain}),
            "text": book.add_format({"num_format": "@", **plain}),
            "count": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "blank": book.add_format({**WRITTEN_IN, "num_format": "@", **plain}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats)
    return held.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: dict[str, object]) -> None:
    for line, text in enumerate(sheet.top):
        page.write_string(line, 0, _clean(text))
    first = len(sheet.top) + bool(sheet.top)
    widths = [_width(sheet, column) for column in range(len(sheet.heads))]
    for column, head in enumerate(sheet.heads):
        page.write_string(first, column, _clean(head), formats["head"])
        page.set_column(column, column, widths[column])
    for line, row in enumerate(sheet.rows, first + 1):
        if (high := height(row, widths)) > LINE:
            page.set_row(line, high)
        for column, cell in enumerate(row):
            if cell is None:
                page.write_blank(line, column, None, formats["blank"])
            elif isinstance(cell, str):
                look = formats["blank" if sheet.heads[column] in sheet.fill else "text"]
                page.write_string(line, column, _clean(cell), look)
            else:
                page.write_number(line, column, cell, formats["count"])
    for head, offered in sheet.choices.items():
        column, last = list(sheet.heads).index(head), first + len(sheet.rows)
        rule = {"validate": "list", "source": list(offered)}
        page.data_validation(first + 1, column, max(last, first + 1), column, rule)
    if sheet.filtered:
        page.autofilter(first, 0, first + len(sheet.rows), len(sheet.heads) - 1)
    if sheet.hidden:
        page.hide()
    page.freeze_panes(first + 1, sheet.frozen)
    page.repeat_rows(first)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _width(sheet: Sheet, column: int) -> int:
    """Characters: what the longest cell needs, with room to write where cells are blank."""
    cells = [row[column] for row in sheet.rows]
    longest = max([len(sheet.heads[column]), *(len(str(each or "")) for each in cells)])
    least = FILLED_IN if None in cells else NARROWEST
    return min(WIDEST, max(least, longest + 2))


def height(row: Sequence[object], widths: Sequence[int]) -> int:
    """Points that a row's longest text needs where it is wrapped: few programs work that out.

    >>> height(["a note of thirty-odd letters in all", 7], [20, 5]), height(["short"], [20])
    (30, 15)
    """
    texts = zip((str(cell or "") for cell in row), widths, strict=True)
    lines = max(sum(-(-max(len(part), 1) // width) for part in text.split("\n"))
                for text, width in texts)  # fmt: skip
    return min(LINE * lines, HIGHEST)


def _clean(text: str) -> str:
    """Without the control characters that no workbook can hold."""
    kept = "".join(each for each in text if each >= " " or each in "\n\t")
    return kept[:LONGEST]
