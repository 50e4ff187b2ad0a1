"""What marking was started on, and what a case's events mean against it; no database in sight."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.reviews import Reviews, reviews_of
from inspectkit.review.rules import check_answer
from inspectkit.review.state import Answer, CaseState, judge
from inspectkit.sampling.sample import Sample

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """An answer to one question, with its evidence."""

    question: str
    answer: str
    evidence: str = ""


@dataclass(frozen=True)
class Basis:
    """The sample and the question set that every event of a store refers to."""

    sample: Sample
    question_set: QuestionSet

    def body(self) -> dict[str, Any]:
        """The whole of it as plain values: the body of the first event."""
        return {
            "manifest": self.sample.manifest(),
            "facts": self.sample.facts.to_dict("records"),
            "question_set": self.question_set.canonical(),
        }

    @classmethod
    def restore(cls, body: Mapping[str, Any]) -> Basis:
        sample = Sample.restore(body["manifest"], pd.DataFrame(body["facts"]))
        return cls(sample, QuestionSet.restore(body["question_set"]))

    @cached_property
    def subjects(self) -> dict[str, dict[str, Any]]:
        """Case → stratum and the facts that the questions know, in draw order."""
        drawn = self.sample.drawn
        known = [fact.id for fact in self.question_set.facts if fact.id in drawn.columns]
        return {
            row["id"]: {"stratum": row["stratum"], "facts": {name: row[name] for name in known}}
            for row in drawn.to_dict("records")
        }

    def state(self, subject: str, rows: Iterable[Row], marker: str = "") -> CaseState:
        """A case's state from its events in order. Errors: no such case, another's case."""
        if subject not in self.subjects:
            remedy = "Choose a case of the sample"
            raise InspectionError(f"case {subject}", "it is not in the sample", remedy)
        rows = list(rows)
        others = {row["marker"] for row in rows} - {marker}
        if marker and others:
            what = f"it is being marked by {', '.join(sorted(others))}"
            raise InspectionError(f"case {subject}", what, "Choose another case")
        answers = {
            row["question"]: Answer(**json.loads(row["body"]), version=row["version"], at=row["at"])
            for row in rows
            if row["kind"] == "answer"
        }
        submitted = any(row["kind"] == "submit" for row in rows)
        status = "submitted" if submitted else "started" if rows else "not started"
        known = self.subjects[subject]
        blank = CaseState(subject, known["stratum"], known["facts"], status, {}, {}, ())
        return self._with(blank, answers)

    def after(self, state: CaseState, mark: Mark, at: str) -> CaseState:
        """The state once one more first answer is in force."""
        answer = Answer(mark.answer, mark.evidence, 1, at)
        return self._with(state, {**state.answers, mark.question: answer})

    def _with(self, state: CaseState, answers: Mapping[str, Answer]) -> CaseState:
        states, opened = judge(self.question_set, state.stratum, state.facts, answers)
        return replace(state, answers=answers, states=states, open=opened)

    def check(self, state: CaseState, mark: Mark, marker: str, expected: int) -> None:
        """Refuse a mark that may not be appended to this state."""
        if not marker.strip():
            raise InspectionError("marker", "nobody is named", "Give the inspector's initials")
        refuse_submitted(state)
        check_answer(self.question_set, state, mark.question, mark.answer, mark.evidence)
        held = state.answers.get(mark.question)
        if (held.version if held else 0) != expected:
            where = f"case {state.subject}, question {mark.question}"
            what = "somebody saved another answer meanwhile"
            raise InspectionError(where, what, "Look at it, then save again")

    def reviews(self, rows: Iterable[Row]) -> Reviews:
        """Every sampled case and question with its state, from all events in order."""
        grouped: dict[str, list[Row]] = {}
        for row in rows:
            grouped.setdefault(row["subject"], []).append(row)
        states = [self.state(subject, grouped.get(subject, [])) for subject in self.subjects]
        markers = {subject: each[0]["marker"] for subject, each in grouped.items()}
        return reviews_of(states, markers, self.question_set)


def refuse_submitted(state: CaseState) -> None:
    """A submitted case is frozen."""
    if state.status == "submitted":
        where = f"case {state.subject}"
        raise InspectionError(where, "it has been submitted", "Ask the lead to reopen it")
