"""The workbooks and parquet files among the bad exports, each with what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.frame_cases import (
    AREA,
    DATED,
    Case,
    both,
    doubts,
    fates,
    finals,
    ids,
    parquet,
    part,
    sheet,
    table,
)


def hide_second(book: Any) -> None:
    book.create_sheet("Data").append(["ref", "type"])
    book["Data"].sheet_state = "hidden"


def merged(range: str) -> Callable[[Any], None]:
    return lambda book: book.active.merge_cells(range)


def in_1904(book: Any) -> None:
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904


def hidden_row(book: Any) -> None:
    book.active.row_dimensions[2].hidden = True


FONTS = CellRichText("A", TextBlock(InlineFont(b=True), "1"), "-x")
XLSX_DATED = {**DATED, "dates": "%d/%m/%Y"}
ENDED = ["ref", "type", "ended"]
SHEETS = [
    Case("B009 N/A as text", sheet(*table("NA", "N/A")), ids("NA", "N/A")),
    Case("B011 text stays text", sheet(*table("1E5", "TRUE", "0012")), ids("1E5", "TRUE", "0012")),
    Case(
        "B013 numbers and text",
        sheet(*table(123, "0123")),
        r"cell A2: .*mixes numbers \(line 2: 123\) and text \(line 3: '0123'\)",
    ),
    Case(
        "B013 although numbers are stated",
        sheet(*table(123, "0123")),
        "mixes numbers",
        {**AREA, "number_ids": True},
    ),
    Case(
        "B037 merged headings",
        sheet(["Area", None, "type"], ["A", "1", "MC"], edit=merged("A1:B1")),
        "header cell B1 is empty: merged over A1:B1",
        {"columns": {"id": "Area", "stratum": "type"}},
    ),
    Case(
        "B037 titles above are merged",
        sheet(["An export", None], *table("A1"), edit=merged("A1:B1")),
        ids("A1"),
        {**AREA, "header_row": 2},
    ),
    Case(
        "B037 stated as two lines",
        sheet(["Case", None], *table("A1"), edit=merged("A1:B1")),
        ids("A1"),
        {"columns": {"id": "Case ref", "stratum": "Case type"}, "header_rows": 2},
    ),
    Case(
        "B039 a hidden sheet",
        sheet(*table("A1"), edit=hide_second),
        r"2 sheets: Sheet, Data \(hidden\).*frame. sheet",
    ),
    Case(
        "B039 named", sheet(*table("A1"), edit=hide_second), ids("A1"), {**AREA, "sheet": "Sheet"}
    ),
    Case(
        "B039 no such sheet",
        sheet(*table("A1"), edit=hide_second),
        r"no sheet X. Choose from Sheet, Data \(hidden\)",
        {**AREA, "sheet": "X"},
    ),
    Case(
        "B041 a formula without value",
        sheet(*table("A1", "=A2&1")),
        "cell A3: ref holds a formula without a stored value",
    ),
    *(
        Case(f"B041 {error}", sheet(*table("A1", error)), f"cell A3: ref holds {error}")
        for error in ("#N/A", "#REF!", "#DIV/0!")
    ),
    Case(
        "B041 in an unused column",
        sheet([*table()[0], "note"], ["A1", "MC", "#N/A"]),
        doubts("not used", "A1"),
    ),
    Case(
        "B043 the 1904 system",
        sheet(ENDED, ["A1", "MC", date(2026, 2, 3)], edit=in_1904),
        both(finals("2026-02-03"), lambda f: f.provenance["date_system"] == "1904"),
        XLSX_DATED,
    ),
    Case(
        "B043 the 1900 system",
        sheet(ENDED, ["A1", "MC", datetime(2026, 2, 3, 10, 30)]),
        both(finals("2026-02-03"), lambda f: f.provenance["date_system"] == "1900"),
        XLSX_DATED,
    ),
    Case(
        "X01 numbers as ids",
        sheet(*table(123, 45)),
        r"is a number on 2 lines \(line 2: 123, line 3: 45\).*number_ids = true",
    ),
    Case("X02 stated", sheet(*table(123, 45)), ids("123", "45"), {**AREA, "number_ids": True}),
    Case(
        "X03 with their width",
        sheet(*table(123, 45)),
        ids("00123", "00045"),
        {**AREA, "number_ids": True, "id_width": 5},
    ),
    Case(
        "X04 past 15 digits",
        sheet(*table(1234567890123456)),
        "no whole number of at most 15 digits",
        {**AREA, "number_ids": True},
    ),
    Case(
        "X05 a date for an id",
        sheet(*table(date(2026, 9, 2))),
        "cell A2: the id 2026-09-02 is a date",
    ),
    Case("X06 TRUE for an id", sheet(*table(True)), "the id TRUE is a truth value"),
    Case(
        "X07 dates half turned",
        sheet(ENDED, ["A1", "MC", date(2026, 2, 3)], ["A2", "MC", "13/02/2026"]),
        doubts("no date falls after the 12th: Excel may have exchanged"),
        XLSX_DATED,
    ),
    Case(
        "X08 merged cases",
        sheet(*table("A1", "A2"), edit=merged("A2:A3")),
        "the cells A2:A3 are merged|cell is empty",
    ),
    Case(
        "X09 hidden lines",
        sheet(*table("A1", "A2"), edit=hidden_row),
        doubts("1 lines are hidden", "A1", "A2"),
    ),
    Case("X10 a gap", sheet(*table("A1"), [], ["A2", "MC"]), fates(header=1, blank=1, eligible=2)),
    Case(
        "X11 a document type",
        part(
            "xl/workbook.xml",
            b"<workbook",
            b'<!DOCTYPE x [<!ENTITY a "b">]><workbook',
            *table("A1"),
        ),
        "declares a document type",
    ),
    Case("X15 letters in several fonts", sheet(*table(FONTS)), ids("A1-x")),
    Case("X16 a formula without value", sheet(*table("=A1&1")), "formula without a stored value"),
    Case(
        "X17 a sheet that says it is a million lines long",
        part("xl/worksheets/sheet1.xml", b'ref="A1:B2"', b'ref="A1:XFD1048576"', *table("A1")),
        ids("A1"),
    ),
    Case(
        "X18 half a case",
        sheet(*table(12.5)),
        "the id 12.5 is no whole number",
        {**AREA, "number_ids": True},
    ),
    Case("X19 locked with a password", b"\xd0\xcf\x11\xe0" + bytes(2000), "password-protected"),
    Case("X12 cut short", b"PK\x03\x04 cut", "not readable as xlsx"),
    Case(
        "X13 a number in the stratum",
        sheet(["ref", "type"], ["A1", 1.0], ["A2", 1]),
        lambda f: set(f.cases["stratum"]) == {"1"},
    ),
    Case(
        "X14 29 February 1900",
        part(
            "xl/worksheets/sheet1.xml",
            b"<v>45000</v>",
            b"<v>60</v>",
            ENDED,
            ["A1", "MC", date(2023, 3, 15)],
        ),
        "cell C2: ended holds 29 February 1900",
        XLSX_DATED,
    ),
]
SHEETS = [Case(each.name, each.make, each.expected, each.states, ".xlsx") for each in SHEETS]


PARQUET = [
    Case(
        "B049 a nested column",
        parquet("select 'A1' ref, 'MC' type, {'a': 1} more, [1] list"),
        "(?s)'more' is nested.*'list' is nested",
    ),
    Case(
        "P01 numbers as ids",
        parquet("select 12 ref, 'MC' as type"),
        "the id is a number on 1 lines",
    ),
    Case(
        "P02 dates",
        parquet("select 'A1' ref, 'MC' as type, date '2026-02-03' ended"),
        finals("2026-02-03"),
        DATED,
    ),
    Case(
        "P03 world time without zone",
        parquet("select 'A1' ref, 'MC' as type, timestamptz '2026-02-03 23:30:00+00' ended"),
        "world clock.*zone",
        DATED,
    ),
    Case(
        "P04 world time",
        parquet("select 'A1' ref, 'MC' as type, timestamptz '2026-06-03 23:30:00+00' ended"),
        finals("2026-06-04"),
        {**DATED, "zone": "Europe/London"},
    ),
    Case("P07 bytes for ids", parquet("select 'A1'::BLOB ref, 'MC' as type"), "nested or binary"),
    Case("P08 no id", parquet("select null::VARCHAR ref, 'MC' as type"), "the cell is empty"),
    Case("P09 no case", parquet("select 'A1' ref, 'MC' as type limit 0"), "has no cases"),
    Case("P10 decimals", parquet("select 1.0::DECIMAL(9,1) ref, 'MC' as type"), "is a number"),
    Case("P05 damaged", b"PAR1 and no more of it PAR1", "not readable as parquet"),
    Case("P06 called parquet", "ref,type\n", "this is no parquet file"),
]
PARQUET = [Case(each.name, each.make, each.expected, each.states, ".parquet") for each in PARQUET]
