"""Events that change the sample: a case leaves, a file is missing or comes, more cases come in."""

from __future__ import annotations

from sqlalchemy import Connection, select

from inspectkit.errors import InspectionError
from inspectkit.review.log.kinds import Content
from inspectkit.review.log.tables import begun, events
from inspectkit.review.rules import refuse_submitted
from inspectkit.review.started import Started
from inspectkit.review.state import FILE_ABSENT, NOT_STARTED, CaseState
from inspectkit.review.substitution import (
    AVAILABLE,
    CANNOT_EXAMINE,
    NOT_AVAILABLE,
    STOPPING,
    TOPUP,
    Available,
    CannotExamine,
    NotAvailable,
    TopUp,
    check_leaving,
    next_reserve,
)


class Leaving(Started):
    """A started log that also tells what happened to its sample."""

    def cannot_examine(self, subject: str, *, reason: str, by: str, note: str = "") -> str:
        """Let a case leave for a coded reason; the reserve released for it, "" if none is left.

        Errors: a reason that is not coded (`substitution.REASONS`), a case that is not in the
        sample or was submitted.
        """

        def work(connection: Connection) -> str:
            standing = self._basis(connection).standing
            check_leaving(standing, subject, reason)
            refuse_submitted(self._case(connection, subject, ""))
            given = next_reserve(standing.cases, subject)
            body = CannotExamine(by=by, note=note, reason=reason, released=given)
            self._change(connection, CANNOT_EXAMINE, body, by, subject)
            return given

        return self._write(work, by=by)

    def not_available(self, subject: str, *, reason: str, by: str, note: str = "") -> None:
        """Record that a file is missing or refused: it stays in the sample as non-response."""

        def work(connection: Connection) -> None:
            if (status := self._case(connection, subject, "").status) != NOT_STARTED:
                what = f"it is {status}, so its file was there or was dealt with"
                remedy = "Submit what can be answered, or ask the lead"
                raise InspectionError(f"case {subject}", what, remedy)
            body = NotAvailable.model_validate({"by": by, "note": note, "reason": reason})
            self._change(connection, NOT_AVAILABLE, body, by, subject)

        self._write(work, by=by)

    def available(self, subject: str, *, by: str, note: str = "") -> None:
        """Record that a file which was not available has come."""

        def work(connection: Connection) -> None:
            if self._case(connection, subject, "").status != FILE_ABSENT:
                what = "its file is not recorded as missing or refused"
                raise InspectionError(f"case {subject}", what, "Mark it")
            self._change(connection, AVAILABLE, Available(by=by, note=note), by, subject)

        self._write(work, by=by)

    def topup(self, change: TopUp) -> None:
        """Take the next cases of each stratum; every earlier case stays.

        Errors: no reason although marking has begun, since optional stopping inflates error.
        """

        def work(connection: Connection) -> None:
            marked = connection.execute(select(begun.c.marker).limit(1)).first()
            if marked and not change.reason.strip():
                raise InspectionError("topup", "marking has begun and no reason is given", STOPPING)
            self._change(connection, TOPUP, change, change.by, "")

        self._write(work, by=change.by)

    def _case(self, connection: Connection, subject: str, marker: str, item: str = "") -> CaseState:
        rows = self._rows(connection, events.c.subject == subject)
        order = begun.c.tick, begun.c.marker
        others = select(begun.c.marker).where(begun.c.subject == subject).order_by(*order)
        markers = tuple(connection.execute(others).scalars())
        return self._basis(connection).state(subject, rows, marker, begun=markers, item=item)

    def _change(
        self, connection: Connection, kind: str, body: Content, by: str, subject: str
    ) -> None:
        row = self._event(kind, body, by=by, subject=subject)
        self._append(connection, self._versioned(connection, row))
