"""The file under the store: one transaction a write, rows in order of sequence, never by clock."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DatabaseError

from inspectkit.digest import canonical_json
from inspectkit.errors import InspectionError
from inspectkit.review.log.events import connect, events, refusal

Row = dict[str, Any]
Clock = Callable[[], datetime]


class Ledger:
    """Appends events to one SQLite file and reads them back."""

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

    def _row(self, kind: str, body: Row, *, key: str | None = None, **address: str | int) -> Row:
        blank: Row = dict.fromkeys(("subject", "item", "question", "section", "marker"), "")
        event = {
            "kind": kind,
            "body": canonical_json(body),
            "key": key or uuid.uuid4().hex,
            "at": self._clock().isoformat(timespec="seconds"),
        }
        return blank | {"version": 0} | address | event

    def _append(self, connection: Connection, kind: str, body: Row, subject: str) -> None:
        """Append an event whose version counts those of its kind and subject."""
        same = (events.c.kind == kind) & (events.c.subject == subject)
        held = len(connection.execute(select(events.c.sequence).where(same)).all())
        row = self._row(kind, body, subject=subject, version=held + 1)
        connection.execute(insert(events), [row])

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
            return rows_of(connection.execute(query))


def rows_of(result: Any) -> list[Row]:
    """Rows of the database as plain dictionaries."""
    return [dict(row) for row in result.mappings()]
