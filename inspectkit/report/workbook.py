"""The "file examination data" workbook: a sheet a theme, of cases, of agreement, of definitions.

The public one has counts in the place of cases. Text stays text: no cell becomes a formula or a
link, and a text longer than a cell can hold goes on in the next row (`report.sheets`).
"""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

import xlsxwriter

from inspectkit.exhibits import clean
from inspectkit.report import annexes
from inspectkit.report.cases import MARKED, in_order
from inspectkit.report.contents import cover
from inspectkit.report.counts import ELSE_NA, NOT_ASKED, UNMARKED
from inspectkit.report.figures import left_out_note
from inspectkit.report.readings import ALL, LEFT_OUT, POOLED, Reading, bands, domains
from inspectkit.report.sheets import Cells, Sheets, share
from inspectkit.report.sheets_beside import add_beside, notes

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


def workbook(insp: Any, *, notebook: str = "") -> bytes:
    """The workbook of an edition as xlsx bytes, the same for the same inspection.

    Cases stand in it by their pseudonymous numbers; the public one has no row for a case at all.
    """
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        made = datetime.combine(insp.head.report_date, time())
        book.set_properties({"title": clean(insp.title), "created": made})
        sheets = Sheets(book, cover(insp))
        sheets.add("About", ("What", "Value"), _about(insp, notebook))
        _findings(insp, sheets)
        add_beside(insp, sheets)
        if insp.public:
            sheets.add("Counts", ("Question", "Casework type", "Answer", "Marks"), _counts(insp))
        else:
            _by_case(insp, sheets)
        _definitions(insp, sheets)
    return held.getvalue()


def _findings(insp: Any, sheets: Sheets) -> None:
    known, names = bands(insp), domains(insp, pooled=True)
    rated = [each for each in insp.readings.values() if each.kind != "question"]
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
                *(share(dict(each.probabilities).get(band.id)) for band in known),
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
        for address, each in insp.readings.items()
        if each.domain != ALL
    ]


def _points(reading: Reading) -> tuple[int | str, int | str]:
    if "share" in reading.hidden:
        return LEFT_OUT, LEFT_OUT
    return reading.points, reading.available


def _share(reading: Reading, value: Any) -> float | str | None:
    return LEFT_OUT if "share" in reading.hidden else share(value)


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


def _by_case(insp: Any, sheets: Sheets) -> None:
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


def _definitions(insp: Any, sheets: Sheets) -> None:
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
        *notes(insp),
    ]
    for step, what, digest in annexes.provenance(insp, notebook=notebook).rows:
        rows.append((f"SHA-256 of: {step}", f"{digest} ({what})"))
    return rows
