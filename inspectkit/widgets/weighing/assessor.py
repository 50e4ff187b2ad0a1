"""The assessor: takes evidence and judgements to the store, brings back how everything stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.questions.model import Question
from inspectkit.questions.values import day
from inspectkit.review.evidence import CASE_SCORES, KINDS
from inspectkit.widgets.replies import Plain, Replies


class Assessor(Replies):
    """One person at the judgements of one inspection.

    Kinds of request: beat, open, gather, scores, judge. Every reply but that to a beat is all that
    stands then. The Area is named as a subject when the page is first opened. Errors: nobody
    named; a question set that judges nothing beside its cases.
    """

    place = "judgements"

    def __init__(self, inspection: Inspection, by: str) -> None:
        if not by.strip():
            raise InspectionError("judge", "nobody is named", "Give your initials: --by AB")
        kinds = inspection.question_set.content.subjects
        if not kinds:
            what = "it judges nothing beside its cases"
            raise InspectionError(inspection.question_set.ref, what, "Mark the cases")
        self.inspection, self.store, self.by = inspection, inspection.store, by.strip()
        known = set(self.store.judgements()["kind"])
        for kind in (each for each in kinds if each.id not in known):
            self.store.look_at(kind.id, inspection.area, by=self.by)
        self.kinds = {
            "open": lambda request: self.state(),
            "gather": self.gather,
            "scores": self.scores,
            "judge": self.judge,
        }

    def state(self) -> Plain:
        """The evidence gathered and every question that is open, with its judgement."""
        rows = self.store.judgements().to_dict("records")
        gathered = self.store.evidence().drop(columns="digest").to_dict("records")
        return {
            "title": self.inspection.title,
            "by": self.by,
            "kinds": [[id, label] for id, label in KINDS.items() if id != CASE_SCORES],
            "evidence": [{**each, "label": KINDS[each["kind"]]} for each in gathered],
            "questions": [self._shown(row) for row in rows if row["open"]],
        }

    def _shown(self, row: Mapping[Any, Any]) -> Plain:
        qs = self.inspection.question_set
        question = qs.question(row["question"])
        rule, themes = question.rests_on, {each.id: each.label for each in qs.themes}
        told = {name: row[name] for name in ("subject", "state", "answer", "evidence", "by", "at")}
        return {
            **told,
            "id": question.id,
            "text": question.text,
            "theme": themes[qs.page(question)],
            "guidance": qs.guidance(question.id),
            "answers": [list(pair) for pair in qs.answers(question).items()],
            "rests_on": list(row["rests_on"]),
            "version": int(row["version"]),
            "kinds": list(rule.kinds) if rule else [],
            "at_least": rule.at_least if rule else 0,
            "scores": bool(rule and rule.case_scores),
            "length": _length(question),
        }

    def gather(self, request: Plain) -> Plain:
        """One more item of evidence."""
        on = day(str(request["dated"]))
        if on is None:
            raise InspectionError("evidence", "its date is missing", "Give the day it is from")
        told = {"by": self.by, "note": str(request["note"]), "key": str(request["key"])}
        self.store.gather(str(request["of"]), str(request["source"]), on, **told)
        return self.state()

    def scores(self, request: Plain) -> Plain:
        """What the files scored, as one item of evidence for a question."""
        question = str(request["question"])
        self.inspection.gather_case_scores(question, by=self.by, on=date.today())
        return self.state()

    def judge(self, request: Plain) -> Plain:
        """One judgement, on the items it names."""
        words = {name: str(request[name]) for name in ("evidence", "key")}
        self.store.judge(
            str(request["subject"]),
            str(request["question"]),
            str(request["answer"]),
            by=self.by,
            rests_on=[str(each) for each in request["rests_on"]],
            expected=int(request["expected"]),
            **words,
        )
        return self.state()


def _length(question: Question) -> int:
    return question.evidence.min_length if question.evidence else 0
