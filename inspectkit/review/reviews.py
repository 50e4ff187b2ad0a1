"""Reviews: what was marked, as one frozen value with a row for every case, item and question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from inspectkit.digest import digest
from inspectkit.questions.model import CASE
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.items import apart
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
NAMED = ["subject", "item", "marker", "kind", "named"]
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
    practice: marks of invented files, which no score takes. named: subject, item, marker, kind,
    named of each item in marks that were submitted.
    """

    subjects: pd.DataFrame
    marks: pd.DataFrame
    blind: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*MARKS, "at"]))
    question_set: QuestionSet | None = None
    practice: bool = False
    named: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=NAMED))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that can count, in the order of case and question."""
        marks = self.marks[COUNTED].sort_values(["subject", "item", "question", "marker"])
        return digest(
            [self.subjects[["subject", "stratum"]].values.tolist(), marks.values.tolist()]
        )

    @cached_property
    def named_apart(self) -> pd.DataFrame:
        """subject, item, said: items that have one number and, from two markers, two names.

        Items are matched by their number: these may be different ones.
        """
        rows = []
        for place, held in self.named.groupby(["subject", "item"], sort=False):
            said = list(zip(held["marker"], held["kind"], held["named"], strict=True))
            if apart((kind, named) for _, kind, named in said):
                told = "; ".join(f"{marker}: {named or kind}" for marker, kind, named in said)
                rows.append((*place, told))
        return pd.DataFrame(rows, columns=["subject", "item", "said"])


def reviews_of(
    states: Iterable[CaseState], seen: Mapping[str, Mapping[str, CaseState]], qs: QuestionSet
) -> Reviews:
    """The reviews that the states of all sampled cases add up to.

    states: the marks in force. seen: case → marker → the case as they marked it.
    """
    subjects, marks, blind, named = [], [], [], []
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
                named += [(state.subject, item, name, part.kind, part.named)
                          for item, part in each.items.items()]  # fmt: skip
    # Python's own texts: pandas' kind takes several times as long to sort, choose and walk through
    table = pd.DataFrame(marks, columns=MARKS, dtype=object).astype({"version": "int64"})
    everybody = pd.DataFrame(blind, columns=[*MARKS, "at"], dtype=object)
    found = pd.DataFrame(named, columns=NAMED, dtype=object)
    cases = pd.DataFrame(subjects, dtype=object)
    return Reviews(cases, table, everybody.astype({"version": "int64"}), qs, named=found)


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
