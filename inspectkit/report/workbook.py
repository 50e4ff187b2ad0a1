"""The "file examination data" workbook: a sheet a theme, one of cases, one of definitions.

The public one has counts in the place of cases. Text stays text: no cell becomes a formula or a
link, and a text longer than a cell can hold goes on in the next row.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import Any

import xlsxwriter

from inspectkit.exhibits import clean, percent
from inspectkit.exhibits.table import Cell, Chip
from inspectkit.report import annexes
from inspectkit.report.cases import MARKED, in_order
from inspectkit.report.contents import cover
from inspectkit.report.counts import ELSE_NA, NOT_ASKED, UNMARKED
from inspectkit.report.figures import left_out_note
from inspectkit.report.readings import ALL, LEFT_OUT, POOLED, Reading, bands, domains, readings
from inspectkit.sampling.evidence.workbooks import LINE, height

LONGEST = 32_767  # characters that one cell of a workbook can hold
STATES = ("answered", "na", "unanswered", "closed", "not_examined", "unsettled")
NO_ANSWER = {
    ELSE_NA: "Not applicable",
    NOT_ASKED: "Not asked",
    UNMARKED: "Not marked",
    "not examined": "Not examined",
    "unanswered": "Not answered",
    "unsettled": "Not settled",
}
SHEETS = {"exclusions": "Exclusions", "lines": "Lines"}
WIDEST, NARROWEST = 60, 9  # characters of a column
Cells = Sequence[Cell]


def workbook(insp: Any, *, notebook: str = "") -> bytes:
    """The workbook of an edition as xlsx bytes, the same for the same inspection.

    Cases stand in it by their pseudonymous numbers; the public one has no row for a case at all.
    """
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        made = datetime.combine(insp.head.report_date, time())
        book.set_properties({"title": clean(insp.title), "created": made})
        sheets = _Sheets(book, cover(insp))
        sheets.add("About", ("What", "Value"), _about(insp, notebook))
        _findings(insp, sheets)
        if insp.public:
            sheets.add("Counts", ("Question", "Casework type", "Answer", "Marks"), _counts(insp))
        else:
            _by_case(insp, sheets)
        _definitions(insp, sheets)
    return held.getvalue()


class _Sheets:
    """Adds sheets that look alike: a stamp and a marking on top, heads that stay in sight."""

    def __init__(self, book: Any, front: Any) -> None:
        self._book, self._front = book, front
        self._names: set[str] = set()
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
        sheet = self._book.add_worksheet(self._named(name))
        top = " · ".join(part for part in (front.title, front.marking, front.stamp) if part)
        sheet.write_string(0, 0, clean(top), self._top)
        cells = list(_in_cells(rows))
        widths = [_width(head, [row[at] for row in cells]) for at, head in enumerate(heads)]
        for column, head in enumerate(heads):
            sheet.write_string(2, column, clean(head), self._head)
            sheet.set_column(column, column, widths[column])
        sheet.set_row(2, height(heads, widths))
        for position, row in enumerate(cells, start=3):
            if (high := height(row, widths)) > LINE:
                sheet.set_row(position, high)
            for column, cell in enumerate(row):
                self._cell(sheet, position, column, cell)
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

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, str | Chip):
            sheet.write_string(row, column, str(cell), self._plain)
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
                _share(each, each.value),
                _share(each, each.low),
                _share(each, each.high),
                LEFT_OUT if "share" in each.hidden else each.rating or "Not rated",
                *(_rounded(dict(each.probabilities).get(band.id)) for band in known),
            )
            for each in rated
        ],
    )
    sheets.add("Figures", _FIGURES if not insp.public else _FIGURES[:10], _figures(insp))


_FIGURES = (
    "Figure", "Id", "Kind", "Casework type", "Points won", "Points available", "Share",
    "Low", "High", "Cases", "Answered", "Not applicable", "Unanswered", "Closed",
    "Not examined", "Unsettled",
)  # fmt: skip


def _figures(insp: Any) -> list[Cells]:
    counts = {(row.figure, row.domain): row for row in insp.scores.table().itertuples()}
    names = domains(insp)
    # beside numbers that are left out, how often each state came up would give them away
    shown = STATES if not insp.public else ()
    return [
        (
            each.label,
            each.figure,
            each.kind,
            names[each.domain],
            *_points(each),
            _share(each, each.value),
            _share(each, each.low),
            _share(each, each.high),
            each.shown("cases"),
            *(int(getattr(counts[address], state)) for state in shown),
        )
        for address, each in readings(insp).items()
        if each.domain != ALL
    ]


def _points(reading: Reading) -> tuple[int | str, int | str]:
    if "share" in reading.hidden:
        return LEFT_OUT, LEFT_OUT
    return reading.points, reading.available


def _share(reading: Reading, value: Any) -> float | str | None:
    return LEFT_OUT if "share" in reading.hidden else _rounded(value)


def _counts(insp: Any) -> list[Cells]:
    texts = {each.id: each for each in insp.question_set.questions}
    labels, names = NO_ANSWER, domains(insp)
    rows: list[Cells] = []
    for row in insp.counts:
        question = texts[row.question]
        said = {**labels, **insp.question_set.answers(question)}
        for cell, number in zip(row.cells, row.numbers, strict=True):
            shown = LEFT_OUT if cell in insp.hidden.of(row) else number
            rows.append((question.text, names[row.stratum], said.get(cell, cell), shown))
    return rows


def _by_case(insp: Any, sheets: _Sheets) -> None:
    """A sheet for each page of the form with a row a case; the cases; what was noted of them."""
    qs, numbers, names = insp.question_set, insp.case_numbers, domains(insp)
    given = {(row.subject, row.question): row for row in insp.reviews.marks.itertuples()}
    cases = list(in_order(insp, names).itertuples())
    for theme in qs.themes:
        asked = [each for each in qs.questions if qs.page(each) == theme.id]
        if asked:
            rows = [
                (numbers[case.subject], names[case.stratum],
                 *(_answer(qs, each, given.get((case.subject, each.id))) for each in asked))
                for case in cases
            ]  # fmt: skip
            sheets.add(theme.label, ("Case", "Casework type", *(q.text for q in asked)), rows)
    marked = [(numbers[case.subject], names[case.stratum], MARKED[str(case.status)])
              for case in cases]  # fmt: skip
    sheets.add("Cases", ("Case", "Casework type", "State"), marked)
    notes = [
        (numbers[case.subject], each.text, _answer(qs, each, mark), mark.evidence)
        for each in qs.questions
        for case in cases
        if (mark := given.get((case.subject, each.id))) and mark.evidence
    ]
    sheets.add("Notes", ("Case", "Question", "Answer", "What was noted"), notes)


def _answer(qs: Any, question: Any, mark: Any) -> str:
    if mark is None:
        return ""
    return str(qs.answers(question).get(mark.answer) or NO_ANSWER.get(mark.state, mark.state))


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


def _definitions(insp: Any, sheets: _Sheets) -> None:
    qs = insp.question_set
    themes = {each.id: each.label for each in qs.themes}
    tags = {each.id: each.label for each in qs.tags}
    sheets.add(
        "Definitions",
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
    for table in annexes.line_tables(insp):
        sheets.add(SHEETS[table.id], [each.label for each in table.columns], table.rows)


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
        *((LEFT_OUT, note) for note in left_out_note(insp)),
    ]
    for step, what, digest in annexes.provenance(insp, notebook=notebook).rows:
        rows.append((f"SHA-256 of: {step}", f"{digest} ({what})"))
    return rows


def _rounded(share: Any) -> float | None:
    points = percent(share)
    return None if points is None else round(points / 100, 3)


def _plain_footer(text: str) -> str:
    return clean(text).replace("&", "&&")[:150]
