"""Reviews: what was marked, as one frozen value with a row for every case and question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from inspectkit.digest import digest
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.state import (
    ANSWERED,
    FILE_ABSENT,
    NA,
    NOT_EXAMINED,
    NOT_STARTED,
    SUBMITTED,
    CaseState,
)

MARKS = ["subject", "item", "question", "marker", "state", "answer", "evidence", "version"]
COUNTED = ["subject", "item", "question", "marker", "state", "answer"]


@dataclass(frozen=True)
class Reviews:
    """subjects: subject, stratum, status, marker and facts, one row per sampled case.

    marks: subject, item, question, marker, state, answer, evidence, version; one row per sampled
    case and question of the set. state is answered, na, unanswered, closed, unsettled (marked twice
    and not agreed on) or not examined. Where the file is not available the status says so, and its
    marks are not examined.
    blind: every marker's submitted marks before any was settled, with the columns of marks and at;
    a case that two people marked has its questions twice. question_set: what was marked under.
    """

    subjects: pd.DataFrame
    marks: pd.DataFrame
    blind: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*MARKS, "at"]))
    question_set: QuestionSet | None = None

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
        marks += [_mark(state, question.id, marker) for question in qs.questions]
        for name, each in by.items():
            if each.status == SUBMITTED:
                at = max((given.at for given in each.answers.values()), default="")
                blind += [(*_mark(each, question.id, name), at) for question in qs.questions]
    table = pd.DataFrame(marks, columns=MARKS)
    everybody = pd.DataFrame(blind, columns=[*MARKS, "at"])
    return Reviews(pd.DataFrame(subjects), table, everybody, qs)


def _mark(
    state: CaseState, question: str, marker: str
) -> tuple[str, str, str, str, str, str, str, int]:
    kind = state.states[question]
    if state.status in (NOT_STARTED, FILE_ABSENT) and kind != "closed":
        kind = NOT_EXAMINED
    given = state.answers.get(question)
    counts = given is not None and kind in (ANSWERED, NA)
    answer, evidence = (given.answer, given.evidence) if given and counts else ("", "")
    return (
        state.subject,
        "",
        question,
        marker,
        kind,
        answer,
        evidence,
        given.version if given else 0,
    )
