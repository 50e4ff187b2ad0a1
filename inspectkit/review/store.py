"""The only state of an inspection: marks are appended, and what is called saved is committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection, true

from inspectkit.errors import InspectionError
from inspectkit.review.basis import Basis, Mark
from inspectkit.review.entries import Check, Entry, Event, Saved, again, event_of
from inspectkit.review.kept import Kept, Marked
from inspectkit.review.log.chain import Row
from inspectkit.review.log.checkpoints import CHECKPOINT, Checkpoint
from inspectkit.review.log.kinds import Because, Content, kind
from inspectkit.review.log.tables import events
from inspectkit.review.reviews import Reviews
from inspectkit.review.rules import refuse_absent, refuse_incomplete, refuse_submitted
from inspectkit.review.state import SUBMITTED, CaseState
from inspectkit.review.weighing import Weighing

FEW = 100  # cases that are asked for by name; more of them are read with all the others


class Store(Weighing):
    """An append-only store: a SQLite file by its path, or a PostgreSQL server by its address.

    Every verb that writes ends with a commit or changes nothing; sent again with the same key it
    is the same save.

    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(Path(folder.name) / "inspection.db")
    >>> store.started
    False
    >>> store.close(); folder.cleanup()
    """

    _kept = Kept()

    # --- marking ---------------------------------------------------------------------------------

    def case(self, subject: str, marker: str = "", *, item: str = "") -> CaseState:
        """A case, or an item of it, as it stands; without a marker, as its first marker left it.

        Errors: a case that is not in the sample, or that is another marker's.
        """
        with self._reading() as connection:
            return self._case(connection, subject, marker, item)

    def open_case(
        self, subject: str, *, marker: str = "", by: str = "", reason: str = "marking"
    ) -> CaseState:
        """A case as it stands, with a line in the log that it was opened, by whom and why.

        marker: whose marks are meant (the first's where nobody is named). by: who opens it, where
        that is another person: a moderator, a lead.
        """
        who = by or marker

        def work(connection: Connection) -> CaseState:
            state = self._case(connection, subject, marker)
            row = self._event("opened", Because(reason=reason), by=who, subject=subject)
            self._append(connection, self._versioned(connection, {**row, "section": row["actor"]}))
            return state

        return self._write(work, by=who)

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
        mark = Mark(question, answer, evidence, item)
        row = self._event(
            "answer",
            _body(mark),
            by=marker,
            key=key,
            version=expected + 1,
            subject=subject,
            question=question,
            item=item,
            marker=marker,
        )

        before: list[tuple[Basis, CaseState]] = []

        def check(connection: Connection) -> None:
            case, basis = self._case(connection, subject, marker), self._basis(connection)
            state = case.part(item)
            basis.check(state, mark, marker, expected, evidence_follows=evidence_follows)
            before[:] = [(basis, case)]

        saved = self._save(row, check)
        if saved.already or not before:
            return saved
        basis, case = before[0]
        return replace(saved, case=basis.after(case, mark, saved.at, saved.version))

    def answer_all(self, subject: str, marks: Iterable[Mark], *, marker: str) -> None:
        """Append the first answers of a whole case and its items in one commit: all or none."""
        told = list(marks)
        first = {"by": marker, "subject": subject, "marker": marker}
        rows = [
            self._event("answer", _body(mark), question=mark.question, item=mark.item, **first)
            | {"version": 1}
            for mark in told
        ]

        def work(connection: Connection) -> None:
            if self._held(connection, [row["key"] for row in rows]):
                return
            basis, state = self._basis(connection), self._case(connection, subject, marker)
            for mark in told:
                basis.check(state.part(mark.item), mark, marker, 0)
                state = basis.after(state, mark, "")
            self._append(connection, *rows)

        if rows:
            self._write(work, by=marker)

    def submit(self, subject: str, *, marker: str, key: str | None = None) -> Saved:
        """Freeze a case. Errors: questions still waiting, each named; a case submitted before."""
        row = self._event("submit", {}, by=marker, key=key, subject=subject, marker=marker)

        def check(connection: Connection) -> None:
            state = self._case(connection, subject, marker)
            refuse_submitted(state)
            refuse_absent(state)
            refuse_incomplete(state)

        return self._save(row, check)

    def unlock(self, subject: str, *, marker: str, reason: str, by: str) -> Saved:
        """Let a marker's submitted case be changed again. Errors: it has not been submitted."""
        row = self._event("unlock", Because(reason=reason), by=by, subject=subject, marker=marker)

        def check(connection: Connection) -> None:
            if self._case(connection, subject, marker).status != SUBMITTED:
                what = f"{marker} has not submitted it"
                raise InspectionError(f"case {subject}", what, "It can be changed as it is")

        return self._save(row, check)

    # --- any event -------------------------------------------------------------------------------

    def record(
        self,
        name: str,
        content: Content | Mapping[str, Any],
        *,
        by: str,
        key: str | None = None,
        **address: str,
    ) -> Saved:
        """Append an event of a registered kind (`log.kinds`): a note, a query, a release...

        address: subject, item, question, section, marker, as far as the kind has them. The event
        gets the next version of its address. Errors: an unknown kind, a content or an address that
        does not fit it, nobody named, a subject that is not in the sample.
        """
        return self.record_all([Entry(name, content, address, key)], by=by)[0]

    def record_all(
        self, entries: Iterable[Entry], *, by: str, check: Check | None = None
    ) -> tuple[Saved, ...]:
        """Append several events in one commit: all of them or none. Errors: as for `record`.

        check: called in the same transaction, with every event so far of the kinds it is given
        with; what it raises keeps everything from being written.
        """
        if not by.strip():
            raise InspectionError("by", "nobody is named", "Give your initials")
        rows = [self._checked(each, by) for each in entries]

        def fits(connection: Connection) -> None:
            basis = self._basis(connection)
            for row in rows:
                if row["subject"]:
                    basis.check_subject(row["subject"])
                if row["question"]:
                    basis.question_set.question(row["question"])
            if check:
                self.database.wait_for_others(connection, check.kinds)
                held = self._rows(connection, events.c.kind.in_(check.kinds))
                check.passes(tuple(map(event_of, held)))

        return self._save_all(rows, fits) if rows else ()

    def _checked(self, entry: Entry, by: str) -> Row:
        told = entry.content if isinstance(entry.content, Content) else dict(entry.content)
        row = self._event(entry.kind, told, by=by, key=entry.key, **entry.address)
        for column in kind(entry.kind).address:
            if not row[column]:
                raise InspectionError(entry.kind, f"it names no {column}", f"Give the {column}")
        return row

    def checkpoint(self, *, by: str) -> Checkpoint:
        """Write down where every chain stands; its head is to be printed and kept elsewhere.

        As long as nothing but looking happens it is the same one. A person who may not read every
        event (see `access.roles`) vouches for those they may read.
        """
        told = Checkpoint(heads=self.heads())
        name = f"{CHECKPOINT}-{told.head[:40]}"
        self.record(CHECKPOINT, told, by=by, key=name, section=name)
        return told

    def events(self, *names: str, subject: str = "") -> tuple[Event, ...]:
        """The events of these kinds (none named: of all), in the order of the log."""
        of_kind = events.c.kind.in_(names) if names else true()
        of_case = events.c.subject == subject if subject else true()
        return tuple(map(event_of, self._read(of_kind, of_case)))

    # --- reading ---------------------------------------------------------------------------------

    def seen(self, subject: str) -> dict[str, CaseState]:
        """Marker → a case as they marked it; the first marker first, nobody who has not begun."""
        with self._reading() as connection:
            rows = self._rows(connection, events.c.subject == subject)
            return self._basis(connection).seen(subject, rows)

    def marked(self) -> Mapping[str, Marked]:
        """Case → as everybody marked it and as it counts, in draw order."""
        return self._kept_now().in_order()

    def reviews(self) -> Reviews:
        """Every sampled case and question with its state: a frozen value."""
        return self._kept_now().reviews()

    def reviews_without(self, keys: Iterable[str]) -> Reviews:
        """The reviews as they would be if the events saved with these keys had not been."""
        left_out = set(keys)
        with self._reading() as connection:
            rows = self._rows(connection, events.c.subject != "")
            kept = [row for row in rows if row["key"] not in left_out]
            return Kept().followed(self._basis(connection), {}, lambda _: kept).reviews()

    def cases(self, marker: str = "") -> pd.DataFrame:
        """subject, stratum, status, marker, answered, open: one row per case, in draw order."""
        return self._kept_now().listed(marker)

    # --- inside ----------------------------------------------------------------------------------

    def _kept_now(self) -> Kept:
        """Every case up to the last event."""
        with self._reading() as connection:

            def read(subjects: Sequence[str]) -> list[Row]:
                few = len(subjects) <= FEW
                wanted = events.c.subject.in_(subjects) if few else events.c.subject != ""
                return self._rows(connection, wanted)

            basis, stamps = self._basis(connection), self._stamps(connection)
            self._kept = self._kept.followed(basis, stamps, read)
        return self._kept

    def _save(self, row: Row, check: Any) -> Saved:
        """Append one event once it passed its check, or tell that it was saved before."""
        return self._save_all([row], check)[0]

    def _save_all(self, rows: Sequence[Row], check: Any) -> tuple[Saved, ...]:
        """Append events of one author in one commit, or tell that they were saved before."""

        def work(connection: Connection) -> tuple[Saved, ...]:
            held = {each["key"]: each for each in self._held(connection, [r["key"] for r in rows])}
            if held:
                return tuple(again(row, held.get(row["key"])) for row in rows)
            check(connection)
            made = []
            for row in rows:
                whole = row if row["version"] else self._versioned(connection, row)
                made += self._append(connection, whole)
            return tuple(Saved(each["version"], each["at"], hash=each["hash"]) for each in made)

        return self._write(work, by=rows[0]["actor"])


def _body(mark: Mark) -> Row:
    return {"answer": mark.answer, "evidence": mark.evidence}
