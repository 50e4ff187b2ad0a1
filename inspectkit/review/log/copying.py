"""A whole log from one database into an empty one, event by event, hashes and all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, func, insert, select

from inspectkit.errors import InspectionError
from inspectkit.review.log.chain import Row
from inspectkit.review.log.database import Database
from inspectkit.review.log.sqlite import begin, create, prepare
from inspectkit.review.log.tables import events

PATIENCE = 120.0  # seconds: a whole log in one transaction


def to_file(rows: Sequence[Row], path: Path) -> None:
    """Write the events, in their order of arrival, to a new SQLite file of one piece."""
    engine = create_engine(f"sqlite:///{path.as_posix()}")
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    try:
        with engine.begin() as connection:
            create(connection)
            _insert(connection, rows)
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            connection.rollback()
            raw.cursor().execute("PRAGMA journal_mode=DELETE")
    finally:
        engine.dispose()


def to_database(rows: Sequence[Row], database: Database) -> None:
    """Write the events to a store that has none. Errors: it has some."""
    with database.writing("restoring", PATIENCE) as connection:
        if connection.execute(select(func.count()).select_from(events)).scalar():
            what = "there is a store already"
            raise InspectionError(database.name, what, "Name an empty schema: ?schema=NAME")
        _insert(connection, rows)


def _insert(connection: Connection, rows: Sequence[Row]) -> None:
    ordered = sorted(rows, key=lambda row: int(row["position"]))
    told = [{name: each for name, each in row.items() if name != "position"} for row in ordered]
    if told:
        connection.execute(insert(events), told)
