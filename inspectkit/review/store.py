"""The only state of an inspection: marks are appended, and what is called saved is committed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DatabaseError

from inspectkit.digest import canonical_json
from inspectkit.errors import InspectionError
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.basis import Basis, Mark, refuse_submitted
from inspectkit.review.events import connect, events, refusal
from inspectkit.review.reviews import Reviews
from inspectkit.review.state import CaseState
from inspectkit.sampling.sample import Sample

Row = dict[str, Any]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Saved:
    """What was committed: the version now in force, when, and whether it had been saved before."""

    version: int
    at: str
    already: bool = False


class Store:
    """An append-only store in one SQLite file.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(Path(folder.name) / "inspection.db")
    >>> store.started
    False
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, path: str | Path, *, clock: Clock = lambda: datetime.now(UTC)) -> None:
        if "://" in str(path):
            what, remedy = "only SQLite files are supported so far", "Give the path of a file"
            raise InspectionError("store", what, remedy)
        self.path = Path(path)
        self._clock = clock
        self._engine = connect(self.path)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    # --- what marking is about -------------------------------------------------------------------

    def start(self, sample: Sample, qs: QuestionSet) -> None:
        """Fix the sample and the question set; once. Other digests are refused."""
        if not self.started:
            row = self._row("start", Basis(sample, qs).body(), key="start")
            with self._writing() as connection:
                connection.execute(insert(events), [row])
            return
        for name, ours, given in (
            ("sample", self.sample().digest, sample.digest),
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
    def _basis(self) -> Basis:
        found = self._read(events.c.kind == "start")
        if not found:
            remedy = "Run inspectkit draw first"
            raise InspectionError(self.path.name, "no sample has been drawn into it", remedy)
        return Basis.restore(json.loads(found[0]["body"]))

    def sample(self) -> Sample:
        """The sample that marking began with."""
        return self._basis.sample

    def question_set(self) -> QuestionSet:
        """The question set that marking began with."""
        return self._basis.question_set

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
    ) -> Saved:
        """Append one answer.

        expected: the version it replaces (0 for a first answer). key: the same key sent again is
        the same save. Errors: a case not in the sample or submitted, a question that does not
        apply, an answer it does not take, evidence missing, a version somebody else replaced.
        """
        mark = Mark(question, answer, evidence)
        address = {"subject": subject, "question": question, "item": item, "marker": marker}
        row = self._row("answer", _body(mark), key=key, version=expected + 1, **address)
        with self._writing() as connection:
            if again := _saved_before(connection, row):
                return again
            self._basis.check(self._case(connection, subject, marker), mark, marker, expected)
            connection.execute(insert(events), [row])
        return Saved(row["version"], row["at"])

    def answer_all(self, subject: str, marks: Iterable[Mark], *, marker: str) -> None:
        """Append the first answers of a whole case in one commit: all of them or none."""
        with self._writing() as connection:
            state = self._case(connection, subject, marker)
            rows = []
            for mark in marks:
                self._basis.check(state, mark, marker, 0)
                address = {"subject": subject, "question": mark.question, "marker": marker}
                rows.append(self._row("answer", _body(mark), version=1, **address))
                state = self._basis.after(state, mark, rows[-1]["at"])
            connection.execute(insert(events), rows)

    def submit(self, subject: str, *, marker: str) -> Saved:
        """Freeze a case. Errors: questions still waiting, each named; a case submitted before."""
        with self._writing() as connection:
            state = self._case(connection, subject, marker)
            refuse_submitted(state)
            if not state.complete:
                names = ", ".join(state.waiting[:5])
                what = f"questions still unanswered ({len(state.waiting)}): {names}"
                raise InspectionError(f"case {subject}", what, "Answer them, then submit")
            row = self._row("submit", {}, subject=subject, marker=marker, version=1)
            connection.execute(insert(events), [row])
        return Saved(1, row["at"])

    # --- reading ---------------------------------------------------------------------------------

    def reviews(self) -> Reviews:
        """Every sampled case and question with its state: a frozen value."""
        return self._basis.reviews(self._read(events.c.subject != ""))

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
        return self._basis.state(subject, _rows(connection.execute(query)), marker)

    def _row(self, kind: str, body: Row, *, key: str | None = None, **address: str | int) -> Row:
        blank: Row = dict.fromkeys(("subject", "item", "question", "section", "marker"), "")
        event = {
            "kind": kind,
            "body": canonical_json(body),
            "key": key or uuid.uuid4().hex,
            "at": self._clock().isoformat(timespec="seconds"),
        }
        return blank | {"version": 0} | address | event

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction: committed whole when the block ends, else not at all."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            raise refusal(error, self.path.name) from None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection.execution_options(reading=True)
        except DatabaseError as error:
            raise refusal(error, self.path.name) from None

    def _read(self, condition: Any) -> list[Row]:
        query = select(events).where(condition).order_by(events.c.sequence)
        with self._reading() as connection:
            return _rows(connection.execute(query))


def _rows(result: Any) -> list[Row]:
    return [dict(row) for row in result.mappings()]


def _body(mark: Mark) -> Row:
    return {"answer": mark.answer, "evidence": mark.evidence}


def _saved_before(connection: Connection, row: Row) -> Saved | None:
    held = connection.execute(select(events).where(events.c.key == row["key"])).mappings().first()
    if held is None:
        return None
    if any(held[name] != row[name] for name in ("kind", "subject", "question", "marker", "body")):
        raise InspectionError("save", "this key was used for another answer", "Use a new key")
    return Saved(held["version"], held["at"], already=True)
