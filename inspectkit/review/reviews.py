"""Reviews: what was marked, as one frozen value with a row for every case, item and question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from inspectkit.digest import digest
from inspectkit.questions.model import CASE
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.state import (
    ANSWERED,
    CLOSED,
    FILE_ABSENT,
    NA,
    NOT_EXAMINED,
    NOT_STARTED,
    SUBMITTED,
    UNANSWERED,
    CaseState,
)

MARKS = ["subject", "item", "question", "marker", "state", "answer", "evidence", "version"]
COUNTED = ["subject", "item", "question", "marker", "state", "answer"]


@dataclass(frozen=True)
class Reviews:
    """subjects: subject, stratum, status, marker and facts, one row per sampled case.

    marks: subject, item, question, marker, state, answer, evidence, version; one row per sampled
    case and question asked of it, and per item found in it and question asked of that. Where no
    item of a kind was found, its questions stand once, without an item. state is answered, na,
    unanswered, closed, unsettled (marked twice and not agreed on), not known (calculated from what
    nobody said) or not examined. Where the file is not available the status says so, and its marks
    are not examined.
    blind: every marker's submitted marks before any was settled, with the columns of marks and at;
    a case that two people marked has its questions twice. question_set: what was marked under.
    practice: marks of invented files, which no score takes.
    """

    subjects: pd.DataFrame
    marks: pd.DataFrame
    blind: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*MARKS, "at"]))
    question_set: QuestionSet | None = None
    practice: bool = False

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that can count, in the order of case and question."""
        marks = self.marks[COUNTED].sort_values(["subject", "item", "question", "marker"])
        return digest(
            [self.subjects[["subject", "stratum"]].values.tolist(), marks.values.tolist()]
        )


def reviews_of(
    states: Iterable[CaseState], seen: Mapping[str, Mapping[str, CaseState]], qs: QuestionSet
) -> Reviews:
    """The reviews that the states of all sampled cases add up to.

    states: the marks in force. seen: case → marker → the case as they marked it.
    """
    subjects, marks, blind = [], [], []
    for state in states:
        by = seen.get(state.subject, {})
        marker = next(iter(by), "")
        head = {"subject": state.subject, "stratum": state.stratum, "status": state.status}
        subjects.append({**head, "marker": marker, **state.facts})
        marks += [*marks_of(state, marker, qs)]
        for name, each in by.items():
            if each.status == SUBMITTED:
                at = max((given.at for part in each.parts for given in part.answers.values()),
                         default="")  # fmt: skip
                blind += [(*mark, at) for mark in marks_of(each, name, qs)]
    table = pd.DataFrame(marks, columns=MARKS)
    everybody = pd.DataFrame(blind, columns=[*MARKS, "at"])
    return Reviews(pd.DataFrame(subjects), table, everybody, qs)


Mark = tuple[str, str, str, str, str, str, str, int]


def marks_of(state: CaseState, marker: str, qs: QuestionSet) -> Iterator[Mark]:
    """A row of marks for each question of the case, then of its items, in the order of the set."""
    held = {each.kind for each in state.items.values()}
    for part in state.parts:
        yield from (_mark(part, question, marker) for question in part.states)
    for kind in qs.content.items:
        if kind.subject == CASE and kind.id not in held:
            for question in qs.asked(CASE, kind.id):
                said = _without(state, kind.id)
                yield state.subject, "", question.id, marker, said, "", "", 0


def _without(state: CaseState, kind: str) -> str:
    """How the questions about a kind of item stand in a case in which none was found."""
    if state.status in (NOT_STARTED, FILE_ABSENT):
        return NOT_EXAMINED
    return CLOSED if state.status == SUBMITTED or kind in state.none else UNANSWERED


def _mark(state: CaseState, question: str, marker: str) -> Mark:
    kind = state.states[question]
    if state.status in (NOT_STARTED, FILE_ABSENT) and kind != CLOSED:
        kind = NOT_EXAMINED
    answer, evidence, version = "", "", 0
    if given := state.answers.get(question):
        version = given.version
        if kind in (ANSWERED, NA):
            answer, evidence = given.answer, given.evidence
    elif kind == ANSWERED:  # calculated
        answer = state.values.get(question, "")
    return state.subject, state.item, question, marker, kind, answer, evidence, version
