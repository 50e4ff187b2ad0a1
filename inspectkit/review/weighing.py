"""A started log in which evidence is gathered and offices and Areas are judged on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from inspectkit.errors import InspectionError
from inspectkit.review.evidence import (
    EVIDENCE,
    JUDGEMENT,
    SUBJECT,
    Gathered,
    Judged,
    Looked,
    check_support,
    gathered,
    sources,
    subject_of,
    subjects,
)
from inspectkit.review.itemising import Itemising
from inspectkit.review.log.kinds import read_as
from inspectkit.review.log.tables import events
from inspectkit.review.migrating import Turn, order
from inspectkit.review.rules import check_answer, check_evidence
from inspectkit.review.state import ANSWERED, NA, STARTED, Answer, CaseState, judged
from inspectkit.validation import nearest

KINDS = (SUBJECT, EVIDENCE, JUDGEMENT)
COLUMNS = ["subject", "kind", "question", "state", "answer", "evidence", "rests_on", "sources",
           "by", "at", "version", "open"]  # fmt: skip


class Weighing(Itemising):
    """A log that also holds what was gathered, and the judgements that rest on it."""

    def look_at(self, kind: str, name: str, *, by: str) -> str:
        """Name an office, an Area or another subject of the question set; its address.

        Errors: a kind that the set does not have; an address that is a case's.
        """
        kinds = [each.id for each in self.question_set().content.subjects]
        if kind not in kinds:
            remedy = f"The question set knows: {', '.join(kinds) or 'none'}.{nearest(kind, kinds)}"
            raise InspectionError("subject", f"{kind!r} is no kind of subject", remedy)
        address, told = subject_of(kind, name), Looked(kind=kind, name=name.strip())

        def work(connection: Connection) -> str:
            if address in self._basis(connection).subjects:
                remedy = "Name it otherwise"
                raise InspectionError(address, "a case has this name", remedy)
            if address not in subjects(self._rows(connection, events.c.kind == SUBJECT)):
                row = self._event(SUBJECT, told, by=by, subject=address)
                self._append(connection, self._versioned(connection, row))
            return address

        return self._write(work, by=by)

    def gather(
        self,
        kind: str,
        source: str,
        dated: date,
        *,
        by: str,
        note: str = "",
        digest: str = "",
        key: str | None = None,
    ) -> str:
        """Record an item of evidence; its id (e1, e2 …). key: sent again it is the same item.

        kind: document, interview, observation, data, survey, case_scores.
        """
        plain = {"kind": kind, "source": source.strip(), "dated": dated.isoformat()}
        told = {**plain, "note": note.strip(), "digest": digest}

        def work(connection: Connection) -> str:
            for held in self._held(connection, [key] if key else []):
                return str(held["item"])
            known = gathered(self._rows(connection, events.c.kind == EVIDENCE))
            last = max((int(each[1:]) for each in known), default=0)
            row = self._event(EVIDENCE, told, by=by, key=key, item=f"e{last + 1}")
            self._append(connection, self._versioned(connection, row))
            return f"e{last + 1}"

        return self._write(work, by=by)

    def judge(
        self,
        subject: str,
        question: str,
        answer: str,
        *,
        by: str,
        rests_on: Iterable[str] = (),
        evidence: str = "",
        expected: int | None = None,
        key: str | None = None,
    ) -> int:
        """Judge a question about a subject; the version now in force.

        rests_on: ids of items of evidence. evidence: the reason. expected: the version it replaces,
        where somebody else may have judged meanwhile. Errors: a question or an answer that is not
        the subject's, too few sources, a reason that is missing.
        """
        named = tuple(dict.fromkeys(rests_on))
        told = Judged(answer=answer, evidence=evidence, rests_on=named)

        def work(connection: Connection) -> int:
            for held in self._held(connection, [key] if key else []):
                return int(held["version"])
            rows = self._rows(connection, events.c.kind.in_(KINDS))
            state, asked = self._judged(rows, subject), self.question_set().question(question)
            check_answer(self.question_set(), state, question, answer, evidence)
            check_evidence(self.question_set(), state, question, answer, evidence)
            where, rule = f"{subject}, question {question}", asked.rests_on
            excluded = self.question_set().is_na(asked, answer)
            check_support(None if excluded else rule, named, gathered(rows), where)
            version = state.answers[question].version if question in state.answers else 0
            if expected is not None and expected != version:
                what = "somebody saved another judgement meanwhile"
                raise InspectionError(where, what, "Look at it, then save again")
            row = self._event(JUDGEMENT, told, by=by, key=key, subject=subject, question=question)
            return int(self._append(connection, {**row, "version": version + 1})[0]["version"])

        return self._write(work, by=by)

    def evidence(self) -> pd.DataFrame:
        """id, kind, source, dated, note, digest: what was gathered."""
        found = gathered(self._read(events.c.kind == EVIDENCE))
        rows = [{"id": id, **each.model_dump(mode="json")} for id, each in found.items()]
        return pd.DataFrame(rows, columns=["id", *Gathered.model_fields])

    def judgements(self) -> pd.DataFrame:
        """Every question about every subject beside the cases, as it stands.

        subject, kind, question, state, answer, evidence (the reason), rests_on (ids), sources (how
        many different ones), by, at, version (0 where nobody judged it), open (it is asked now).
        """
        rows = self._read(events.c.kind.in_(KINDS))
        found: list[tuple[Any, ...]] = []
        for subject, looked in subjects(rows).items():
            state, said = self._judged(rows, subject), self._said(rows, subject)
            for question, stands in state.states.items():
                counts = question in said and stands in (ANSWERED, NA)
                row, told = said[question] if counts else ({}, Judged(answer=""))
                who = (row.get("actor", ""), row.get("at", ""), row.get("version", 0))
                number = sources(told.rests_on, gathered(rows))
                found.append((subject, looked.kind, question, stands, told.answer, told.evidence,
                              told.rests_on, number, *who, question in state.open))  # fmt: skip
        return pd.DataFrame(found, columns=COLUMNS)

    def _judged(self, rows: Sequence[Any], subject: str) -> CaseState:
        """A subject as it stands. Errors: nobody named it."""
        known, qs = subjects(rows), self.question_set()
        if subject not in known:
            remedy = f"Name it first (look_at).{nearest(subject, list(known))}"
            raise InspectionError(subject, "no such subject beside the cases", remedy)
        said = self._said(rows, subject)
        answers = {
            name: Answer(told.answer, told.evidence, row["version"], row["at"])
            for name, (row, told) in said.items()
        }
        found = judged(qs, "", {}, answers, asked=qs.asked(known[subject].kind))
        state = CaseState(subject, "", {}, STARTED, answers, found.states, found.open)
        return replace(state, values=found.values, suggested=found.suggested, scope=found.scope)

    def _said(self, rows: Sequence[Any], subject: str) -> dict[str, tuple[Any, Judged]]:
        """Question → the event of the newest judgement, and what it says under the version now."""
        said: dict[str, tuple[Any, Judged]] = {}
        ahead = list(self._changes)
        for row in (each for each in rows if each["kind"] == JUDGEMENT):
            if row["subject"] == subject:
                while ahead and ahead[0].at < order(row):
                    said = _turned(ahead.pop(0), said)
                said[row["question"]] = row, read_as(Judged, row["body"])
        for turn in ahead:
            said = _turned(turn, said)
        return said


def _turned(turn: Turn, said: dict[str, tuple[Any, Judged]]) -> dict[str, tuple[Any, Judged]]:
    moves = turn.way.moves({name: told.answer for name, (_, told) in said.items()})
    return {
        each.to: (row, told.model_copy(update={"answer": each.becomes}))
        for each in moves
        if each.to
        for row, told in [said[each.question]]
    }
