"""The middle of an Area report: tables of every question by theme, and how the marks are spread."""

from __future__ import annotations

from collections import Counter
from typing import Any

from inspectkit.exhibits import (
    Bar,
    Block,
    Column,
    Prose,
    Series,
    StackedBars,
    Table,
    counted,
    percent,
)
from inspectkit.report.readings import (
    FEW_CASES,
    Reading,
    domains,
    of_kind,
    readings,
    stamp,
)

GIVEN = ["answered", "na"]
FULLY, PARTLY, NOT_MET, NA = "Fully met", "Partially met", "Not met", "Not applicable"
COLUMNS = (
    Column("Question"),
    Column("Points won", "number"),
    Column("Share", "percent"),
    Column("95% interval", "number"),
    Column("Cases", "number"),
    Column("N/A", "number"),
)


def theme_tables(insp: Any) -> Series:
    """For each theme a heading and a table of its questions, grouped by casework type."""
    found = readings(insp)
    parts: list[Prose | Table] = []
    for theme, label in of_kind(insp, "theme").items():
        parts.append(Prose((Block(label, "heading"),)))
        parts.append(_theme(insp, theme, label, found))
    return Series(tuple(parts))


def distribution(insp: Any) -> StackedBars:
    """How often each mark was given, by casework type and theme."""
    marks = _marks_by_question(insp)
    bars = []
    for stratum, group in domains(insp).items():
        for figure in insp.scores.figures:
            if figure.kind in ("theme", "tag"):
                counts = sum((marks[stratum, each] for each in figure.questions), Counter[str]())
                values = tuple(counts[name] for name in (FULLY, PARTLY, NOT_MET, NA))
                bars.append(Bar(figure.label, group, values))
    return StackedBars(
        id="marks",
        title="How the marks are spread",
        alt=_described((FULLY, PARTLY, NOT_MET, NA), bars),
        series=(FULLY, PARTLY, NOT_MET, NA),
        bars=tuple(bars),
        unit="marks",
        notes=(
            "Questions with two answers count as fully met or not met. Questions that were "
            "closed, left unanswered or not examined are not in the bars; the workbook beside "
            "this report counts each of them.",
        ),
        stamp=stamp(insp),
    )


def choices_table(insp: Any) -> Table:
    """What was chosen in questions that are not scored, such as the most significant failing."""
    asked = [each for each in insp.question_set.questions if not each.scored]
    marks, strata = insp.reviews.marks, insp.reviews.subjects.set_index("subject")["stratum"]
    rows: list[tuple[str | int, ...]] = []
    groups = []
    for question in asked:
        given = marks[(marks["question"] == question.id) & marks["state"].isin(GIVEN)]
        for answer, label in insp.question_set.answers(question).items():
            chosen = given[given["answer"] == answer]["subject"].map(strata)
            counts = [int((chosen == name).sum()) for name in domains(insp)]
            if sum(counts):
                groups.append(question.text)
                rows.append((label, *counts, sum(counts)))
    columns = [Column(label, "number") for label in domains(insp).values()]
    return Table(
        id="context",
        title="Questions that count to nothing: answers given, in cases",
        columns=(Column("Answer"), *columns, Column("Sample", "number")),
        rows=tuple(rows),
        groups=tuple(groups),
        notes=("Answers that nobody gave are left out. These are counts of sampled cases only.",),
    )


def _theme(insp: Any, theme: str, label: str, found: dict[tuple[str, str], Reading]) -> Table:
    questions = next(each.questions for each in insp.scores.figures if each.id == theme)
    rows: list[tuple[str | int | float | None, ...]] = []
    groups: list[str] = []
    totals: list[int] = []
    for stratum, group in domains(insp).items():
        asked = [
            each
            for each in questions
            if insp.question_set.asked_of(insp.question_set.question(each), stratum)
        ]
        totals.append(len(rows))
        for figure in (theme, *asked):
            reading = found[figure, stratum]
            words = "The theme as a whole" if figure == theme else reading.label
            rows.append(_row(words, reading))
            groups.append(group)
    return Table(
        id=f"theme-{theme.replace('_', '-')}",
        title=f"{label}: points won by question",
        columns=COLUMNS,
        rows=tuple(rows),
        groups=tuple(groups),
        totals=tuple(totals),
        notes=_few(rows),
    )


def _row(words: str, reading: Reading) -> tuple[str | int | float | None, ...]:
    return (
        words,
        reading.of_available,
        percent(reading.value),
        reading.interval,
        reading.cases,
        reading.na,
    )


def _few(rows: list[tuple[str | int | float | None, ...]]) -> tuple[str, ...]:
    small = sum(isinstance(row[4], int) and 0 < row[4] < FEW_CASES for row in rows)
    if not small:
        return ()
    opening = counted(small, "row rests", "rows rest")
    return (f"{opening} on fewer than {FEW_CASES} cases: too few to lean on.",)


def _marks_by_question(insp: Any) -> dict[tuple[str, str], Counter[str]]:
    strata = insp.reviews.subjects.set_index("subject")["stratum"]
    scored = {each.id: each for each in insp.question_set.questions if each.scored}
    given = insp.reviews.marks[insp.reviews.marks["state"].isin(GIVEN)]
    found: dict[tuple[str, str], Counter[str]] = {
        (stratum, question): Counter() for stratum in domains(insp) for question in scored
    }
    for row in given[given["question"].isin(list(scored))].itertuples():
        scale = insp.question_set.scale(scored[row.question].scale)
        name = NA if row.state == "na" else _mark(scale, row.answer)
        found[str(strata[row.subject]), row.question][name] += 1
    return found


def _mark(scale: Any, answer: str) -> str:
    points = scale.answer(answer).points
    return FULLY if points == scale.points_available else PARTLY if points else NOT_MET


def _described(series: tuple[str, ...], bars: list[Bar]) -> str:
    sentences = []
    for bar in bars:
        pairs = zip(series, bar.values, strict=True)
        parts = ", ".join(f"{name.lower()} {value}" for name, value in pairs)
        sentences.append(f"{bar.group}, {bar.label}: {parts}.")
    return "Bars cut into shares of marks. " + " ".join(sentences)
