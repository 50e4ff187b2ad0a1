"""The one table of the store: events are appended, never changed; their address and their order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DatabaseError

from inspectkit.errors import InspectionError

APPLICATION_ID = 0x696E736B
SCHEMA = 1
metadata = MetaData()
# key makes a save that is sent twice one event; address and version let one of two writers win.
events = Table(
    "events",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("subject", String(200), nullable=False, default=""),
    Column("item", String(20), nullable=False, default=""),
    Column("question", String(60), nullable=False, default=""),
    Column("section", String(60), nullable=False, default=""),
    Column("marker", String(60), nullable=False, default=""),
    Column("version", Integer, nullable=False, default=0),
    Column("body", Text, nullable=False),
    Column("key", String(64), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
    Index(
        "one_winner",
        "kind",
        "subject",
        "item",
        "question",
        "section",
        "marker",
        "version",
        unique=True,
    ),
    sqlite_autoincrement=True,
)
REFUSAL = (
    "CREATE TRIGGER no_{0} BEFORE {0} ON events"
    " BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END"
)


def connect(path: Path) -> Engine:
    """An engine on a SQLite store, made if there is none.

    Errors: an empty file where a store stood, a store of another program or of a newer version, a
    folder that cannot be written.
    """
    new = not path.exists()
    _check_place(path, new)
    engine = create_engine(f"sqlite:///{path.as_posix()}", connect_args={"timeout": 5.0})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            _create(connection) if new else _check_kind(connection, path)
    except DatabaseError as error:
        engine.dispose()
        raise refusal(error, path.name) from None
    return engine


def refusal(error: DatabaseError, where: str) -> InspectionError:
    """A database's error in the words of the family."""
    words = str(error.orig)
    for sign, what, remedy in (
        ("UNIQUE", "somebody saved another answer meanwhile", "Look at it, then save again"),
        ("disk is full", "not saved: the disk is full", "Free some room and save again"),
        ("locked", "not saved yet: another program is writing", "Try again in a moment"),
        ("readonly", "not saved: the store is read-only", "Ask for the right to write there"),
        (
            "unable to open",
            "the store cannot be opened or made",
            "Check the folder and your rights",
        ),
        ("not a database", "this file is no inspectkit store", "Give the store of an inspection"),
        ("malformed", "the store is damaged", "Restore the last backup"),
    ):
        if sign in words:
            return InspectionError(where, what, remedy)
    return InspectionError(where, words, "Check the store")


def _check_place(path: Path, new: bool) -> None:
    if new and not path.parent.is_dir():
        raise InspectionError(str(path), "its folder does not exist", "Make the folder first")
    if not new and path.stat().st_size == 0:
        what = "the file is empty, so a store that stood here was replaced"
        raise InspectionError(
            path.name, what, "Restore the last backup; an empty file is never taken as new"
        )


def _prepare(connection: Any, record: object) -> None:
    connection.isolation_level = None
    for setting in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "recursive_triggers=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {setting}").close()


def _begin(connection: Connection) -> None:
    # A writer that first reads and then asks for the lock meets "database is locked" at once.
    reading = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _create(connection: Connection) -> None:
    metadata.create_all(connection)
    for change in ("UPDATE", "DELETE"):
        connection.execute(text(REFUSAL.format(change)))
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA}")


def _check_kind(connection: Connection, path: Path) -> None:
    if connection.exec_driver_sql("PRAGMA application_id").scalar() != APPLICATION_ID:
        raise InspectionError(
            path.name, "this file is no inspectkit store", "Give the store of an inspection"
        )
    version = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
    if version > SCHEMA:
        what = f"the store has version {version}, this program knows {SCHEMA}"
        raise InspectionError(path.name, what, "Install a newer inspectkit")
