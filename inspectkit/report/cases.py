"""What only the restricted version shows: the cases, and the evidence for failings; what is let go.

Text that an inspector wrote is published only where someone released that very line, in
`released.yaml`: what to print, who decided it, when and why.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from inspectkit.assessment.rule.model import Record
from inspectkit.errors import Problems
from inspectkit.exhibits import Block, Column, Prose, Series, Table
from inspectkit.questions.yaml import line_of, read_yaml
from inspectkit.report.edition import Edition
from inspectkit.report.readings import domains
from inspectkit.review.state import FILE_ABSENT, NOT_STARTED, STARTED, SUBMITTED
from inspectkit.validation import validated

RELEASED = "released.yaml"
MARKED = {
    SUBMITTED: "Marked and submitted",
    STARTED: "Begun, not submitted",
    NOT_STARTED: "Not marked",
    FILE_ABSENT: "File not available",
}


class Line(Record):
    """One line of free text let go: of which mark, as it is printed, by whom, when and why."""

    case: str = Field(min_length=1)
    question: str = Field(min_length=1)
    text: str = Field(min_length=1)
    by: str = Field(min_length=1)
    on: date
    why: str = Field(min_length=1)


class _Released(Record):
    lines: tuple[Line, ...] = ()


def released(insp: Any) -> tuple[Line, ...]:
    """The lines of free text that may be published; none where there is no file.

    Errors: a case or question that is not marked here, or a text that names a sampled case.
    """
    path = Path(insp.folder) / RELEASED
    if not path.exists():
        return ()
    tree = read_yaml(path)
    stated = validated(_Released, tree, path.name, line=lambda place: line_of(tree, place))
    marks, problems = insp.reviews.marks, Problems()
    known = set(zip(marks["subject"], marks["question"], strict=True))
    cases = set(marks["subject"])
    for number, line in enumerate(stated.lines, start=1):
        where = f"{RELEASED}, line {number} of the list"
        if (line.case, line.question) not in known:
            what = f"case {line.case} has no question {line.question}"
            problems.add(where, what, "Name a mark of this inspection")
        if named := [each for each in cases if each in line.text]:
            problems.add(where, f"the text names case {named[0]}", "Take the reference out")
    problems.raise_if_any()
    return stated.lines


def cases_annex(edition: Edition) -> Series:
    """Restricted: every sampled case with its number, and the evidence where no point was won.

    Public: the lines released, if any, without their cases.
    """
    if edition.public:
        return _published(edition)
    said = (
        "Each case has a number, by which it can be spoken of where its reference must not stand. "
        "This annex is in the restricted version only."
    )
    return Series((Prose((Block(said),)), _cases(edition), *_evidence(edition)))


def in_order(insp: Any, strata: Iterable[str]) -> Any:
    """The sampled cases by casework type, in the order of the report, then by reference."""
    places = {name: place for place, name in enumerate(strata)}
    subjects = insp.reviews.subjects
    ranked = subjects.assign(place=subjects["stratum"].map(places))
    return ranked.sort_values(["place", "subject"])


def _cases(edition: Edition) -> Table:
    insp, labels, numbers = edition.insp, domains(edition), edition.case_numbers
    marks = insp.scores.marks
    sums = marks.groupby("subject")[["points", "available"]].sum()
    rows, groups = [], []
    for row in in_order(insp, labels).itertuples():
        won, of = (int(sums[name].get(row.subject, 0)) for name in ("points", "available"))
        points = f"{won} of {of}" if of else "–"
        state = MARKED.get(str(row.status), str(row.status))
        rows.append((numbers[row.subject], row.subject, state, points))
        groups.append(labels[row.stratum])
    return Table(
        id="cases",
        title="The cases of the sample",
        columns=(
            Column("Case number"),
            Column("Reference"),
            Column("State"),
            Column("Points won", "number"),
        ),
        rows=tuple(rows),
        groups=tuple(groups),
    )


def _evidence(edition: Edition) -> tuple[Prose | Table, ...]:
    qs, insp, numbers = edition.question_set, edition.insp, edition.case_numbers
    lost = insp.scores.marks.query("state == 'answered' and points == 0")
    keys = ["subject", "item", "question"]
    told = lost[keys].merge(insp.reviews.marks, on=keys)
    told = told[told["evidence"] != ""]
    noted: dict[str, list[tuple[str, str]]] = {}
    for row in told.itertuples():
        noted.setdefault(row.question, []).append((numbers[row.subject], row.evidence))
    tables: list[Prose | Table] = []
    for theme in qs.themes:
        rows: list[tuple[str, str]] = []
        groups: list[str] = []
        for question in (each for each in qs.questions if qs.page(each) == theme.id):
            rows += (found := noted.get(question.id, []))
            groups += [question.text] * len(found)
        if rows:
            tables.append(
                Table(
                    id=f"evidence-{theme.id.replace('_', '-')}",
                    title=f"{theme.label}: the evidence for answers that won no points",
                    columns=(Column("Case number"), Column("Evidence")),
                    rows=tuple(rows),
                    groups=tuple(groups),
                )
            )
    return tuple(tables)


def _published(edition: Edition) -> Series:
    said = "Cases and the notes made of them are left out of this version."
    lines = released(edition.insp)
    if not lines:
        return Series((Prose((Block(said),)),))
    order = {question.id: place for place, question in enumerate(edition.question_set.questions)}
    kept = sorted(lines, key=lambda line: order[line.question])
    table = Table(
        id="released",
        title="What inspectors noted, released for publication line by line",
        columns=(Column("Note"),),
        rows=tuple((line.text,) for line in kept),
        groups=tuple(edition.question_set.question(line.question).text for line in kept),
    )
    return Series((Prose((Block(said),)), table))
