"""The "file examination data" workbook: ratings, figures, questions and the sample, in counts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

import xlsxwriter

from inspectkit.exhibits import clean, percent
from inspectkit.report.annexes import provenance
from inspectkit.report.contents import cover
from inspectkit.report.readings import ALL, POOLED, bands, domains, readings

LONGEST = 32_767  # characters that one cell of a workbook can hold
STATES = ("answered", "na", "unanswered", "closed", "not_examined", "unsettled")
WIDE, NARROW = 46, 14
Cells = Sequence[str | int | float | None]


def workbook(insp: Any, *, notebook: str = "") -> bytes:
    """The workbook as xlsx bytes, the same for the same inspection.

    It names no case: every row is a figure, a question, a reason or a count. Text stays text: no
    cell becomes a formula or a link.
    """
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        made = datetime.combine(insp.head.report_date, time())
        book.set_properties({"title": clean(insp.title), "created": made})
        sheets = _Sheets(book, cover(insp))
        sheets.add("About", ("What", "Value"), _about(insp, notebook))
        _findings(insp, sheets)
        _definitions(insp, sheets)
    return held.getvalue()


class _Sheets:
    """Adds sheets that look alike: a stamp and a marking on top, heads that stay in sight."""

    def __init__(self, book: Any, front: Any) -> None:
        self._book, self._front = book, front
        self._plain = book.add_format({"text_wrap": True, "valign": "top"})
        self._share = book.add_format({"num_format": "0.0%", "valign": "top"})
        self._number = book.add_format({"num_format": "#,##0", "valign": "top"})
        self._head = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "bottom": 2,
                "bg_color": "#D5E4F2",
                "valign": "bottom",
            }
        )
        self._top = book.add_format({"bold": True})

    def add(self, name: str, heads: Sequence[str], rows: Iterable[Cells]) -> None:
        """A sheet of rows under heads; a float is a share, a whole number a count."""
        front = self._front
        sheet = self._book.add_worksheet(name)
        top = " · ".join(part for part in (front.title, front.marking, front.stamp) if part)
        sheet.write_string(0, 0, clean(top), self._top)
        for column, head in enumerate(heads):
            sheet.write_string(2, column, clean(head), self._head)
            sheet.set_column(column, column, WIDE if column == 0 else NARROW)
        for position, row in enumerate(rows, start=3):
            for column, cell in enumerate(row):
                self._cell(sheet, position, column, cell)
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{_plain_footer(top)}&RPage &P of &N")

    def _cell(self, sheet: Any, row: int, column: int, cell: str | int | float | None) -> None:
        if cell is None:
            return
        if isinstance(cell, str):
            sheet.write_string(row, column, clean(cell)[:LONGEST], self._plain)
        else:
            look = self._share if isinstance(cell, float) else self._number
            sheet.write_number(row, column, cell, look)


def _findings(insp: Any, sheets: _Sheets) -> None:
    known, names = bands(insp), domains(insp, pooled=True)
    rated = [each for each in readings(insp).values() if each.kind != "question"]
    sheets.add(
        "Ratings",
        (
            "Figure",
            "Kind",
            "Casework type",
            "Share",
            "Low",
            "High",
            "Rating",
            *(f"Probability: {band.short}" for band in known),
        ),
        [
            (
                each.label,
                each.kind,
                names[each.domain],
                _rounded(each.value),
                _rounded(each.low),
                _rounded(each.high),
                each.rating or "Not rated",
                *(_rounded(dict(each.probabilities).get(band.id)) for band in known),
            )
            for each in rated
        ],
    )
    sheets.add("Figures", _FIGURES, _figures(insp))


_FIGURES = (
    "Figure", "Id", "Kind", "Casework type", "Points won", "Points available", "Share",
    "Low", "High", "Cases", "Answered", "Not applicable", "Unanswered", "Closed",
    "Not examined", "Unsettled",
)  # fmt: skip


def _figures(insp: Any) -> list[Cells]:
    counts = {(row.figure, row.domain): row for row in insp.scores.table().itertuples()}
    names = domains(insp)
    return [
        (
            each.label,
            each.figure,
            each.kind,
            names[each.domain],
            each.points,
            each.available,
            _rounded(each.value),
            _rounded(each.low),
            _rounded(each.high),
            each.cases,
            *(int(getattr(counts[address], state)) for state in STATES),
        )
        for address, each in readings(insp).items()
        if each.domain != ALL
    ]


def _definitions(insp: Any, sheets: _Sheets) -> None:
    qs = insp.question_set
    themes = {each.id: each.label for each in qs.themes}
    tags = {each.id: each.label for each in qs.tags}
    sheets.add(
        "Questions",
        (
            "Question",
            "Id",
            "Page",
            "Answers",
            "Themes",
            "Tags",
            "Weight",
            "Asked of",
            "Applies when",
        ),
        [
            (
                each.text,
                each.id,
                themes[qs.page(each)],
                "; ".join(qs.answers(each).values()),
                "; ".join(themes[theme] for theme in each.themes),
                "; ".join(tags[tag] for tag in each.tags),
                each.weight,
                "; ".join(each.casework_types) or "all",
                each.applies_when or "always",
            )
            for each in qs.questions
        ],
    )
    strata, names = insp.sample.strata(), domains(insp)
    sheets.add(
        "Sample",
        ("Casework type", "Eligible cases", "Sampled", "In reserve"),
        [
            (names[row.stratum], int(row.N), int(row.n), int(row.reserves))
            for row in strata.itertuples()
        ],
    )
    sheets.add(
        "Exclusions",
        ("Reason", "Cases", "Lines"),
        [(row.label, int(row.cases), int(row.rows)) for row in insp.frame.exclusions.itertuples()],
    )
    sheets.add(
        "Lines",
        ("Line of the export", "Lines"),
        [(row.label, int(row.lines)) for row in insp.frame.summary().itertuples()],
    )


def _about(insp: Any, notebook: str) -> list[Cells]:
    front = cover(insp)
    rows: list[Cells] = [("Title", front.title), *front.facts]
    if front.stamp:
        rows.append((front.stamp, front.stamp_meaning))
    rows += [
        ("Share", "points won ÷ points available, over the answers that applied"),
        ("Low, High", "limits of the 95% interval: chance of the draw only"),
        (POOLED, "each case counts for as many cases of the Area as it stands for"),
        ("An empty cell", "there is no such figure; it is not a nought"),
    ]
    for step, what, digest in provenance(insp, notebook=notebook).rows:
        rows.append((f"SHA-256 of: {step}", f"{digest} ({what})"))
    return rows


def _rounded(share: Any) -> float | None:
    points = percent(share)
    return None if points is None else round(points / 100, 3)


def _plain_footer(text: str) -> str:
    return clean(text).replace("&", "&&")[:150]
