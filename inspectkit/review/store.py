"""The only state of an inspection: marks are appended, and what is called saved is committed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from sqlalchemy import Connection, insert, select

from inspectkit.errors import InspectionError
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.basis import Basis, Mark, refuse_absent, refuse_incomplete, refuse_submitted
from inspectkit.review.log.events import events
from inspectkit.review.log.ledger import Ledger, Row, rows_of
from inspectkit.review.reviews import Reviews
from inspectkit.review.state import FILE_ABSENT, NOT_STARTED, CaseState
from inspectkit.review.substitution import (
    AVAILABLE,
    CANNOT_EXAMINE,
    KINDS,
    NOT_AVAILABLE,
    STOPPING,
    TOPUP,
    Available,
    CannotExamine,
    NotAvailable,
    StandingSample,
    TopUp,
    body_of,
    check_leaving,
    next_reserve,
)
from inspectkit.sampling.sample import Sample


@dataclass(frozen=True)
class Saved:
    """What was committed: the version now in force, when, and whether it had been saved before."""

    version: int
    at: str
    already: bool = False


class Store(Ledger):
    """An append-only store in one SQLite file.

    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(Path(folder.name) / "inspection.db")
    >>> store.started
    False
    >>> store.close(); folder.cleanup()
    """

    # Events of the sample seen so far, and what marking stands on after them.
    _known: tuple[int, Basis | None] = (0, None)

    # --- what marking is about -------------------------------------------------------------------

    def start(self, sample: Sample, qs: QuestionSet) -> None:
        """Fix the sample and the question set; once. Other digests are refused."""
        if not self.started:
            row = self._row("start", Basis.of(sample, qs).body(), key="start")
            with self._writing() as connection:
                connection.execute(insert(events), [row])
            return
        for name, ours, given in (
            ("sample", self.drawn().digest, sample.digest),
            ("question set", self.question_set().digest, qs.digest),
        ):
            if ours != given:
                what = f"marking began with another {name} ({ours[:12]}, not {given[:12]})"
                raise InspectionError(self.path.name, what, "Begin a new inspection for it")

    @property
    def started(self) -> bool:
        """Has a sample been fixed?"""
        return bool(self._read(events.c.kind == "start"))

    @cached_property
    def _first(self) -> Basis:
        found = self._read(events.c.kind == "start")
        if not found:
            remedy = "Run inspectkit draw first"
            raise InspectionError(self.path.name, "no sample has been drawn into it", remedy)
        return Basis.restore(json.loads(found[0]["body"]))

    def _basis(self, connection: Connection) -> Basis:
        """What marking began with, after every event that changed the sample."""
        query = select(events).where(events.c.kind.in_(KINDS)).order_by(events.c.sequence)
        changes = rows_of(connection.execute(query))
        if len(changes) != self._known[0]:
            self._known = (len(changes), self._first.changed(changes))
        return self._known[1] or self._first

    def sample(self) -> StandingSample:
        """The sample as it stands: as drawn, then each substitution and top-up in order."""
        with self._reading() as connection:
            return self._basis(connection).standing

    def drawn(self) -> Sample:
        """The sample that marking began with: the manifest's, which never changes."""
        return self._first.sample

    def question_set(self) -> QuestionSet:
        """The question set that marking began with."""
        return self._first.question_set

    # --- marking ---------------------------------------------------------------------------------

    def case(self, subject: str, marker: str = "") -> CaseState:
        """A case as it stands; without a marker, as whoever marked it left it.

        Errors: a case that is not in the sample, or that another marker has begun.
        """
        with self._reading() as connection:
            return self._case(connection, subject, marker)

    def answer(
        self,
        subject: str,
        question: str,
        answer: str,
        *,
        marker: str,
        evidence: str = "",
        expected: int = 0,
        key: str | None = None,
        item: str = "",
        evidence_follows: bool = False,
    ) -> Saved:
        """Append one answer.

        expected: the version it replaces (0 for a first answer). key: the same key sent again is
        the same save. evidence_follows: save an answer whose evidence is still to be written;
        the case cannot be submitted before it is. Errors: a case not in the sample or submitted,
        a question that does not apply, an answer it does not take, evidence missing, a version
        somebody else replaced.
        """
        mark = Mark(question, answer, evidence)
        address = {"subject": subject, "question": question, "item": item, "marker": marker}
        row = self._row("answer", _body(mark), key=key, version=expected + 1, **address)
        with self._writing() as connection:
            if again := _saved_before(connection, row):
                return again
            basis, state = self._basis(connection), self._case(connection, subject, marker)
            basis.check(state, mark, marker, expected, evidence_follows=evidence_follows)
            connection.execute(insert(events), [row])
        return Saved(row["version"], row["at"])

    def answer_all(self, subject: str, marks: Iterable[Mark], *, marker: str) -> None:
        """Append the first answers of a whole case in one commit: all of them or none."""
        with self._writing() as connection:
            basis, state = self._basis(connection), self._case(connection, subject, marker)
            rows = []
            for mark in marks:
                basis.check(state, mark, marker, 0)
                address = {"subject": subject, "question": mark.question, "marker": marker}
                rows.append(self._row("answer", _body(mark), version=1, **address))
                state = basis.after(state, mark, rows[-1]["at"])
            connection.execute(insert(events), rows)

    def submit(self, subject: str, *, marker: str) -> Saved:
        """Freeze a case. Errors: questions still waiting, each named; a case submitted before."""
        with self._writing() as connection:
            state = self._case(connection, subject, marker)
            refuse_submitted(state)
            refuse_absent(state)
            refuse_incomplete(state)
            row = self._row("submit", {}, subject=subject, marker=marker, version=1)
            connection.execute(insert(events), [row])
        return Saved(1, row["at"])

    # --- what happens to the sample --------------------------------------------------------------

    def cannot_examine(self, subject: str, *, reason: str, by: str, note: str = "") -> str:
        """Let a case leave for a coded reason; the reserve released for it, "" if none is left.

        Errors: a reason that is not coded (`substitution.REASONS`), a case that is not in the
        sample or was submitted.
        """
        with self._writing() as connection:
            standing = self._basis(connection).standing
            check_leaving(standing, subject, reason)
            refuse_submitted(self._case(connection, subject, ""))
            given = next_reserve(standing.cases, subject)
            body = CannotExamine(by=by, note=note, reason=reason, released=given)
            self._append(connection, CANNOT_EXAMINE, body_of(body), subject)
        return given

    def not_available(self, subject: str, *, reason: str, by: str, note: str = "") -> None:
        """Record that a file is missing or refused: it stays in the sample as non-response."""
        with self._writing() as connection:
            if (status := self._case(connection, subject, "").status) != NOT_STARTED:
                what = f"it is {status}, so its file was there or was dealt with"
                remedy = "Submit what can be answered, or ask the lead"
                raise InspectionError(f"case {subject}", what, remedy)
            body = NotAvailable.model_validate({"by": by, "note": note, "reason": reason})
            self._append(connection, NOT_AVAILABLE, body_of(body), subject)

    def available(self, subject: str, *, by: str, note: str = "") -> None:
        """Record that a file which was not available has come."""
        with self._writing() as connection:
            if self._case(connection, subject, "").status != FILE_ABSENT:
                what = "its file is not recorded as missing or refused"
                raise InspectionError(f"case {subject}", what, "Mark it")
            body = body_of(Available(by=by, note=note))
            self._append(connection, AVAILABLE, body, subject)

    def topup(self, change: TopUp) -> None:
        """Take the next cases of each stratum; every earlier case stays.

        Errors: no reason although marking has begun, since optional stopping inflates error.
        """
        with self._writing() as connection:
            begun = select(events.c.sequence).where(events.c.kind == "answer").limit(1)
            if connection.execute(begun).first() and not change.reason.strip():
                raise InspectionError("topup", "marking has begun and no reason is given", STOPPING)
            self._append(connection, TOPUP, body_of(change), "")

    # --- reading ---------------------------------------------------------------------------------

    def reviews(self) -> Reviews:
        """Every sampled case and question with its state: a frozen value."""
        query = select(events).where(events.c.subject != "").order_by(events.c.sequence)
        with self._reading() as connection:
            return self._basis(connection).reviews(rows_of(connection.execute(query)))

    def cases(self, marker: str = "") -> pd.DataFrame:
        """subject, stratum, status, marker, answered, open: one row per case, in draw order."""
        reviews = self.reviews()
        by_case = reviews.marks["state"].groupby(reviews.marks["subject"])
        done = by_case.agg(lambda states: states.isin(["answered", "na"]).sum())
        closed = by_case.agg(lambda states: states.eq("closed").sum())
        listed = reviews.subjects[["subject", "stratum", "status", "marker"]].copy()
        listed["answered"] = listed["subject"].map(done)
        listed["open"] = len(self.question_set().questions) - listed["subject"].map(closed)
        if marker:
            listed = listed[listed["marker"].isin(["", marker])]
        return listed.reset_index(drop=True)

    # --- inside ----------------------------------------------------------------------------------

    def _case(self, connection: Connection, subject: str, marker: str) -> CaseState:
        query = select(events).where(events.c.subject == subject).order_by(events.c.sequence)
        return self._basis(connection).state(subject, rows_of(connection.execute(query)), marker)


def _body(mark: Mark) -> Row:
    return {"answer": mark.answer, "evidence": mark.evidence}


def _saved_before(connection: Connection, row: Row) -> Saved | None:
    held = connection.execute(select(events).where(events.c.key == row["key"])).mappings().first()
    if held is None:
        return None
    if any(held[name] != row[name] for name in ("kind", "subject", "question", "marker", "body")):
        raise InspectionError("save", "this key was used for another answer", "Use a new key")
    return Saved(held["version"], held["at"], already=True)
