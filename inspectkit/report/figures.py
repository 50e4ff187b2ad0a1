"""The middle of an Area report: tables of every question by theme, and how the marks are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from inspectkit.exhibits import (
    Bar,
    Block,
    Column,
    Heat,
    HeatMap,
    Prose,
    Series,
    StackedBars,
    Table,
    Tone,
    Waterfall,
    counted,
    deep,
    listed,
    percent,
)
from inspectkit.report.counts import NOT_ASKED, UNMARKED, Row
from inspectkit.report.readings import (
    FEW_CASES,
    LEFT_OUT,
    Reading,
    domains,
    of_kind,
    stamp,
)

HEAT_ROWS = 38  # of one picture: more do not fit on a page with its notes
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
    found = insp.readings
    parts: list[Prose | Table] = []
    for theme, label in of_kind(insp, "theme").items():
        parts.append(Prose((Block(label, "heading"),)))
        parts.append(_theme(insp, theme, label, found))
    return Series(tuple(parts))


def distribution(insp: Any) -> StackedBars | Prose:
    """How often each mark was given, by casework type and theme; not in the public version.

    There the counts of the themes would give away those of single questions.
    """
    if insp.public:
        what = "How often each mark was given is left out of this version, theme by theme: beside "
        return Prose((Block(f"{what}the shares it could point to single cases."),))
    marks = _marks_by_question(insp)
    bars = []
    for stratum, group in domains(insp).items():
        for figure in insp.scores.figures:
            if figure.kind in ("theme", "tag"):
                counts = sum(
                    (marks.get((stratum, each), Counter()) for each in figure.questions),
                    Counter[str](),
                )
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
            "Many half-met standards and a few bad failings can give the same share: the bars "
            "tell them apart. Questions with two answers count as fully met or not met. Questions "
            "that were closed, left unanswered or not examined are not in the bars; the workbook "
            "beside this report counts each of them.",
        ),
        stamp=stamp(insp),
    )


def heat_maps(insp: Any) -> Series:
    """Every scored question by casework type, shaded by the band that its share would fall in.

    As many pictures as it takes for each to stand on a page, the questions of a theme together.
    """
    qs, found = insp.question_set, insp.readings
    shown = [each for each in qs.questions if each.scored and _has_share(insp, found, each.id)]
    by_theme = {each.label: [q for q in shown if qs.page(q) == each.id] for each in qs.themes}
    pages: list[list[str]] = [[]]
    for label, questions in by_theme.items():
        tall = {each: 1 + sum(deep(q.text) for q in by_theme[each]) for each in by_theme}
        if pages[-1] and sum(tall[each] for each in (*pages[-1], label)) > HEAT_ROWS:
            pages.append([])
        pages[-1] += [label] if questions else []
    maps = [_heat_map(insp, {each: by_theme[each] for each in page}) for page in pages if page]
    return Series(tuple(replace(each, id=f"heat-{n}") for n, each in enumerate(maps, start=1)))


def _has_share(insp: Any, found: Mapping[tuple[str, str], Reading], question: str) -> bool:
    """Is any share of the question published? The restricted version shows what has none, too."""
    here = (found.get((question, name)) for name in domains(insp))
    return not insp.public or any(each and each.value is not None for each in here)


def _heat_map(insp: Any, by_theme: Mapping[str, Sequence[Any]]) -> HeatMap:
    found, columns = insp.readings, domains(insp)
    asked = [(label, each) for label, questions in by_theme.items() for each in questions]
    cells = tuple(
        tuple(_heat(insp, found.get((each.id, name))) for name in columns) for _, each in asked
    )
    said = [
        f"{name}: {sum(row[at].tone == 'good' for row in cells)} questions in the highest band, "
        f"{sum(row[at].tone == 'poor' for row in cells)} in the lowest"
        for at, name in enumerate(columns.values())
    ]
    return HeatMap(
        id="heat",
        title=f"Share of the points by question and casework type: {listed(list(by_theme))}",
        alt=f"A grid of questions by casework type. {'; '.join(said)}. Tables give each number.",
        columns=tuple(columns.values()),
        rows=tuple(each.text for _, each in asked),
        cells=cells,
        groups=tuple(label for label, _ in asked),
        notes=(
            "A question is not rated: the mark shows the band its share would fall in, ● the "
            "highest, ◐ between, ○ the lowest. A dash: not asked, or nothing applied.",
            *(("Questions of which no share is published are not shown.",) * insp.public),
            *left_out_note(insp),
        ),
        stamp=stamp(insp),
    )


def waterfalls(insp: Any) -> Series:
    """For each casework type, where the theme with the lowest share lost its points."""
    found, parts = insp.readings, list[Prose | Waterfall]()
    unshown: dict[str, list[str]] = {}  # theme → casework types
    for stratum, label in domains(insp).items():
        themes = [found[theme, stratum] for theme in of_kind(insp, "theme")]
        rated = [each for each in themes if each.rating and each.value is not None]
        if not rated or insp.rule.measure != "share_of_points":
            continue
        lowest = min(rated, key=lambda each: each.value or 0)
        if insp.public and _has_gaps(insp, lowest):
            unshown.setdefault(lowest.label, []).append(label)
            continue
        chart = insp.ratings.waterfall(lowest.figure, stratum)
        parts.append(replace(chart, id=f"waterfall-{stratum.lower()}", stamp=stamp(insp)))
    return Series((*parts, *_unshown(unshown)))


def _unshown(types: Mapping[str, list[str]]) -> tuple[Prose, ...]:
    """The themes with the lowest share that get no picture, said once for all casework types."""
    if not types:
        return ()
    lowest = listed([f"{theme.lower()} ({listed(where)})" for theme, where in types.items()])
    what = f"The lowest share is that of {lowest}. Not all the questions behind it can be shown "
    return (Prose((Block(f"{what}in this version."),)),)


def _has_gaps(insp: Any, reading: Reading) -> bool:
    fed = (row for row in insp.counts if reading.figure in row.figures)
    return any(insp.hidden.of(row) for row in fed if row.stratum == reading.domain)


def _heat(insp: Any, reading: Reading | None) -> Heat:
    if reading is None:
        return Heat(None)
    if "share" in reading.hidden:
        return Heat(None, words=LEFT_OUT)
    value = percent(reading.value)
    if reading.value is None or value is None:
        return Heat(None)
    tone: Tone = insp.rule.band(reading.value).tone if insp.rule.is_share else "none"
    return Heat(value, tone)


def choices_table(insp: Any) -> Table:
    """What was chosen in questions that are not scored, such as the most significant failing."""
    by_question: dict[str, list[Row]] = {}
    for row in insp.counts:
        by_question.setdefault(row.question, []).append(row)
    rows: list[tuple[str | int, ...]] = []
    groups = []
    for question in insp.question_set.questions:
        if question.scored or question.id not in by_question:
            continue
        for answer, label in insp.question_set.answers(question).items():
            cells = {row.stratum: _shown(insp, row, answer) for row in by_question[question.id]}
            counts = [cells.get(stratum, 0) for stratum in domains(insp)]
            if any(counts):
                groups.append(question.text)
                rows.append((label, *counts))
    notes = ["Answers that nobody gave are left out. These are counts of sampled cases only."]
    return Table(
        id="context",
        title="Questions that count to nothing: answers given, in cases",
        columns=(
            Column("Answer"),
            *(Column(label, "number") for label in domains(insp).values()),
        ),
        rows=tuple(rows),
        groups=tuple(groups),
        notes=(*notes, *left_out_note(insp)),
    )


def left_out_note(insp: Any) -> tuple[str, ...]:
    """What the letter c stands for, where it can stand."""
    if not insp.public:
        return ()
    what = f"{LEFT_OUT}: left out. Counts under {insp.threshold}, and what would give them away."
    return (what,)


def _shown(insp: Any, row: Row, cell: str) -> int | str:
    if cell in insp.hidden.of(row):
        return LEFT_OUT
    return dict(zip(row.cells, row.numbers, strict=True)).get(cell, 0)


def _theme(insp: Any, theme: str, label: str, found: dict[tuple[str, str], Reading]) -> Table:
    questions = next(each.questions for each in insp.scores.figures if each.id == theme)
    rows: list[tuple[str | int | float | None, ...]] = []
    groups: list[str] = []
    totals: list[int] = []
    gone = 0
    for stratum, group in domains(insp).items():
        asked = [
            each
            for each in questions
            if insp.question_set.asked_of(insp.question_set.question(each), stratum)
        ]
        totals.append(len(rows))
        for figure in (theme, *asked):
            reading = found[figure, stratum]
            if figure != theme and "share" in reading.hidden:
                gone += 1
                continue
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
        notes=(*_few(rows), *_dashes(rows), *_gone(insp, gone), *_c_note(insp, rows)),
    )


def _row(words: str, reading: Reading) -> tuple[str | int | float | None, ...]:
    return (
        words,
        reading.of_available,
        reading.share,
        reading.interval,
        reading.shown("cases"),
        reading.shown("na"),
    )


def _few(rows: list[tuple[str | int | float | None, ...]]) -> tuple[str, ...]:
    small = sum(isinstance(row[4], int) and 0 < row[4] < FEW_CASES for row in rows)
    if not small:
        return ()
    opening = counted(small, "row rests", "rows rest")
    return (f"{opening} on fewer than {FEW_CASES} cases: too few to lean on.",)


def _dashes(rows: list[tuple[str | int | float | None, ...]]) -> tuple[str, ...]:
    return ("A dash: there was no case to which it applied.",) * any(row[2] is None for row in rows)


def _gone(insp: Any, gone: int) -> tuple[str, ...]:
    if not gone:
        return ()
    opening = counted(gone, "row of a question is", "rows of questions are")
    what = f"{opening} left out: counts under {insp.threshold}, and what would give them away."
    return (what,)


def _c_note(insp: Any, rows: list[tuple[str | int | float | None, ...]]) -> tuple[str, ...]:
    return left_out_note(insp) if any(LEFT_OUT in row for row in rows) else ()


def _marks_by_question(insp: Any) -> dict[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in insp.counts:
        if row.available or row.figures:
            counter = found.setdefault((row.stratum, row.question), Counter())
            for cell, number, won, of in zip(row.cells, row.numbers, row.won, row.of, strict=True):
                if cell not in (NOT_ASKED, UNMARKED):
                    name = FULLY if won == of else PARTLY if won else NOT_MET
                    counter[name if of else NA] += number
    return found


def _described(series: tuple[str, ...], bars: list[Bar]) -> str:
    sentences = []
    for bar in bars:
        pairs = zip(series, bar.values, strict=True)
        parts = ", ".join(f"{name.lower()} {value}" for name, value in pairs)
        sentences.append(f"{bar.group}, {bar.label}: {parts}.")
    return "Bars cut into shares of marks. " + " ".join(sentences)
