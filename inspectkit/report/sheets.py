"""Sheets of a workbook that look alike, in which every text stays a text and none is cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from inspectkit.exhibits import clean, percent
from inspectkit.exhibits.table import Cell, Chip
from inspectkit.sampling.evidence.workbooks import LINE, height

LONGEST = 32_767  # characters that one cell of a workbook can hold
WIDEST, NARROWEST = 60, 9  # characters of a column
Cells = Sequence[Cell | Decimal]


class Sheets:
    """Adds sheets that look alike: a stamp and a marking on top, heads that stay in sight."""

    def __init__(self, book: Any, front: Any) -> None:
        self._book, self._front = book, front
        self._names: set[str] = set()
        text = {"text_wrap": True, "valign": "top"}
        head = {"bold": True, "text_wrap": True, "bottom": 2, "bg_color": "#D5E4F2",
                "valign": "bottom"}  # fmt: skip
        # by whether the column holds numbers: heads and letters stand over and among them
        self._texts = [book.add_format(text | more) for more in ({}, {"align": "right"})]
        self._heads = [book.add_format(head | more) for more in ({}, {"align": "right"})]
        self._share = book.add_format({"num_format": "0.0%", "valign": "top"})
        self._number = book.add_format({"num_format": "#,##0", "valign": "top"})
        self._decimal = book.add_format({"num_format": "0.00", "valign": "top"})
        self._top = book.add_format({"bold": True})

    def add(self, name: str, heads: Sequence[str], rows: Iterable[Cells]) -> None:
        """A sheet of rows under heads; a float is a share, a whole number or a Decimal itself."""
        front = self._front
        sheet = self._book.add_worksheet(self._named(name))
        top = " · ".join(part for part in (front.title, front.marking, front.stamp) if part)
        sheet.write_string(0, 0, clean(top), self._top)
        cells = list(_in_cells(rows))
        widths = [_width(head, [row[at] for row in cells]) for at, head in enumerate(heads)]
        numeric = [any(isinstance(row[at], int | float | Decimal) for row in cells)
                   for at in range(len(heads))]  # fmt: skip
        for column, head in enumerate(heads):
            sheet.write_string(2, column, clean(head), self._heads[numeric[column]])
            sheet.set_column(column, column, widths[column])
        sheet.set_row(2, height(heads, widths))
        for position, row in enumerate(cells, start=3):
            if (high := height(row, widths)) > LINE:
                sheet.set_row(position, high)
            for column, cell in enumerate(row):
                self._cell(sheet, (position, column), cell, self._texts[numeric[column]])
        sheet.autofilter(2, 0, 2 + max(len(cells), 1), len(heads) - 1)
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{_plain_footer(top)}&RPage &P of &N")

    def _named(self, name: str) -> str:
        """A name that a sheet may have, and no other sheet has."""
        bare = "".join(" " if letter in "[]:*?/\\'" else letter for letter in clean(name))
        stem = " ".join(bare.split())[:28] or "Sheet"
        found, number = stem, 2
        while found.casefold() in self._names:
            found, number = f"{stem} {number}", number + 1
        self._names.add(found.casefold())
        return found

    def _cell(self, sheet: Any, place: tuple[int, int], cell: Cell | Decimal, text: Any) -> None:
        if cell is None:
            return
        if isinstance(cell, str | Chip):
            sheet.write_string(*place, str(cell), text)
        else:
            looks = {float: self._share, Decimal: self._decimal}
            sheet.write_number(*place, float(cell), looks.get(type(cell), self._number))


def share(value: Any) -> float | None:
    """A share as cells have it: as near as a tenth of a percent point says it."""
    points = percent(value)
    return None if points is None else round(points / 100, 3)


def _width(head: str, cells: Cells) -> int:
    """What the longest cell needs, and the head in four lines without breaking a word."""
    words = max((len(word) for word in head.split()), default=0)
    longest = max([words, -(-len(head) // 4), *(len(str(cell)) for cell in cells
                                                if isinstance(cell, str | Chip))])  # fmt: skip
    return min(WIDEST, max(NARROWEST, longest + 2))


def _in_cells(rows: Iterable[Cells]) -> Iterator[Cells]:
    """Rows whose texts all fit into cells; what is left of a long text follows under it."""
    for row in rows:
        texts = [clean(cell) if isinstance(cell, str) else cell for cell in row]
        yield [cell[:LONGEST] if isinstance(cell, str) else cell for cell in texts]
        while any(isinstance(cell, str) and len(cell) > LONGEST for cell in texts):
            texts = [cell[LONGEST:] if isinstance(cell, str) else None for cell in texts]
            yield [cell[:LONGEST] if isinstance(cell, str) and cell else None for cell in texts]


def _plain_footer(text: str) -> str:
    return clean(text).replace("&", "&&")[:150]
