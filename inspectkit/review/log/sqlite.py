"""A store in one SQLite file: made, opened, and refused where it is not what it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect, select, text
from sqlalchemy.exc import DBAPIError

from inspectkit.errors import InspectionError
from inspectkit.review.log.database import WITHIN, Database
from inspectkit.review.log.places import check_place
from inspectkit.review.log.queue import Queue
from inspectkit.review.log.refusals import refusal
from inspectkit.review.log.tables import APPLICATION_ID, SCHEMA, VIEWS, events, metadata

OLDEST = (3, 35, 0)
QUEUE, BUSY = 3.5, 0.9  # seconds at the queue, then in SQLite itself: below database.WITHIN
SETTINGS = ("journal_mode=WAL", "synchronous=FULL", "recursive_triggers=ON", "trusted_schema=OFF")
NOT_OURS = ("this file is no inspectkit store", "Give the store of an inspection")
LAST = select(events.c.position, events.c.hash).order_by(events.c.position.desc()).limit(1)
# Only words may go, all of an event's together; place, commitment and hashes stay as they are.
TRIGGERS = {
    "no_DELETE": "BEFORE DELETE ON events",
    "no_UPDATE": "BEFORE UPDATE ON events WHEN NOT (NEW.body = '' AND NEW.salt = ''"
    " AND NEW.position = OLD.position AND NEW.replica = OLD.replica"
    " AND NEW.sequence = OLD.sequence AND NEW.tick = OLD.tick AND NEW.previous = OLD.previous"
    " AND NEW.commitment = OLD.commitment AND NEW.hash = OLD.hash AND NEW.kind = 'disposed')",
}
RAISES = " BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END"


class SQLiteFile(Database):
    """The file at a path, made if there is none.

    Errors: an empty or rolled-back file where a store stood, a store of another program or of
    another version, a network or synced place, a folder that cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.name, self.queue = path, path.name, Queue(path)
        new = not path.exists()
        check_place(path)
        check_version()
        self._check_file(new)
        waiting = {"timeout": BUSY}
        self.engine = create_engine(f"sqlite:///{path.as_posix()}", connect_args=waiting)
        event.listen(self.engine, "connect", prepare)
        event.listen(self.engine, "begin", begin)
        try:
            if new or not self._is_well():
                with self.queue.held(QUEUE), self.engine.begin() as connection:
                    create(connection) if new else self._check_kind(connection)
                    self._check_end(connection)
        except DBAPIError as error:
            self.close()
            raise refusal(error, self.name) from None
        except InspectionError:
            self.close()
            raise

    @contextmanager
    def writing(self, replica: str, within: float = WITHIN) -> Iterator[Connection]:
        with self.queue.held(QUEUE):
            with self.engine.begin() as connection:
                yield connection
                last = connection.execute(LAST).first()
            if last:
                self.queue.note(last.position, last.hash)

    def wait_for_others(self, connection: Connection, kinds: Sequence[str]) -> None:
        """Only one writes at a time."""

    def purge(self) -> None:
        with self.queue.held(QUEUE):
            raw = self.engine.raw_connection()
            try:
                for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    raw.cursor().execute(statement)
            finally:
                raw.close()

    def refusal(self, error: DBAPIError) -> InspectionError:
        return refusal(error, self.name)

    def _check_file(self, new: bool) -> None:
        if new and not self.path.parent.is_dir():
            remedy = "Make the folder first"
            raise InspectionError(str(self.path), "its folder does not exist", remedy)
        gone = new or self.path.stat().st_size == 0
        if gone:
            self._refuse_gone()
        if gone and not new:
            what = "the file is empty, so a store that stood here was replaced"
            remedy = "Restore the last backup; an empty file is never taken as new"
            raise InspectionError(self.name, what, remedy)

    def _refuse_gone(self) -> None:
        position, hash = self.queue.noted()
        if position:
            what = f"this store was at event {position} (hash {hash[:16]}) and now has none"
            raise InspectionError(self.name, what, "Restore the last backup: inspectkit restore")

    def _is_well(self) -> bool:
        """Is it what it was, by a look that waits for no writer? Where it is not, look in turn.

        A writer may be at work in between: on the tables of a new store, on the note of its end.
        """
        with suppress(InspectionError), self.reading() as connection:
            self._check_kind(connection)
            self._check_end(connection)
            return True
        return False

    def _check_kind(self, connection: Connection) -> None:
        """Refuse another program's file; one without tables lost its -wal file, if it was ours."""
        if not inspect(connection).get_table_names():
            self._refuse_gone()
        check_kind(connection, self.name)

    def _check_end(self, connection: Connection) -> None:
        """Refuse a store that lacks the event which was its last."""
        position, hash = self.queue.noted()
        found = select(events.c.hash).where(events.c.position == position)
        if position and connection.execute(found).scalar() != hash:
            last = connection.exec_driver_sql("SELECT max(position) FROM events").scalar() or 0
            has = f"ends at event {last}" if last < position else "has another there"
            what = f"this store was at event {position} (hash {hash[:16]}) and now {has}"
            remedy = "Run inspectkit audit, then inspectkit restore with the last backup"
            raise InspectionError(self.name, what, remedy)


def prepare(connection: Any, record: object) -> None:
    """Settings of each connection: what is committed is on the disk."""
    connection.isolation_level = None
    for setting in SETTINGS:
        connection.execute(f"PRAGMA {setting}").close()


def begin(connection: Connection) -> None:
    """A writer that first reads and then asks for the lock meets "database is locked" at once."""
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def check_version() -> None:
    """Refuse a SQLite that is too old for what a store asks of it."""
    if sqlite3.sqlite_version_info < OLDEST:
        needed, found = ".".join(map(str, OLDEST)), sqlite3.sqlite_version
        what = f"this Python has SQLite {found}, a store needs {needed}"
        raise InspectionError("SQLite", what, "Use a newer Python")


def create(connection: Connection) -> None:
    """The tables of the present schema, and what keeps them append-only."""
    metadata.create_all(connection)
    for view in VIEWS:
        connection.execute(text(view))
    for name, when in TRIGGERS.items():
        connection.execute(text(f"CREATE TRIGGER {name} {when}{RAISES}"))
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA}")


def check_kind(connection: Connection, name: str) -> None:
    """Refuse another program's file and a schema that this program does not read."""
    if connection.exec_driver_sql("PRAGMA application_id").scalar() != APPLICATION_ID:
        raise InspectionError(name, *NOT_OURS)
    version = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
    if version > SCHEMA:
        what = f"the store has version {version}, this program knows {SCHEMA}"
        raise InspectionError(name, what, "Install a newer inspectkit")
