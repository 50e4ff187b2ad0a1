"""Reads the events of any store, even a damaged one, changing nothing in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from inspectkit.errors import InspectionError
from inspectkit.review.log.chain import Row
from inspectkit.review.log.opening import opened
from inspectkit.review.log.queue import Queue
from inspectkit.review.log.sqlite import TRIGGERS
from inspectkit.review.log.tables import APPLICATION_ID, SCHEMA, events

COLUMNS = tuple(column.name for column in events.columns)
FAULTS = (sqlite3.Error, OverflowError, UnicodeError, MemoryError, TypeError)


@dataclass
class Found:
    """name: how messages call it. rows: events in order of arrival. damage: what the place told."""

    name: str
    rows: list[Row] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def read_events(place: str | Path) -> Found:
    """Every event that can be read. Errors: the place itself cannot be reached."""
    return _read_server(str(place)) if "://" in str(place) else _read_file(Path(place))


def _read_server(address: str) -> Found:
    database = opened(address)
    try:
        with database.reading() as connection:
            if not database.reads_all(connection):
                what = "your login may not read every event"
                raise InspectionError(database.name, what, "Ask a moderator or the lead to do it")
            rows = connection.execute(select(events).order_by(events.c.position)).mappings()
            return Found(database.name, [dict(row) for row in rows])
    finally:
        database.close()


def _read_file(path: Path) -> Found:
    found = Found(path.name)
    if not path.exists():
        return _ended(found, path, "there is no such file")
    if path.stat().st_size == 0:
        return _ended(found, path, "the file is empty")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            file.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            found.damage += [*_of_kind(file), *_integrity(file)]
            found.rows += _rows(file, found.damage)
    except FAULTS as error:
        found.damage.append(f"the file cannot be read ({error})")
    return _ended(found, path, "")


def _ended(found: Found, path: Path, what: str) -> Found:
    """Add what the file beside the store remembers of its end."""
    position, hash = Queue(path).noted()
    ends = {row["position"]: row["hash"] for row in found.rows}
    if what:
        found.damage.append(what)
    if position and ends.get(position) != hash:
        last = max((each for each in ends if isinstance(each, int)), default=0)
        has = f"ends at event {last}" if 0 < last < position else "has another there"
        has = has if ends else "has none"
        found.damage.append(f"it was at event {position} (hash {hash[:16]}) and now {has}")
    return found


def _of_kind(file: sqlite3.Connection) -> Iterator[str]:
    """What the head of the file and its list of tables say."""
    try:
        if file.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            yield "this file is no inspectkit store"
        version = file.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA:
            yield f"the store has version {version}, this program knows {SCHEMA}"
        held = dict(file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        for name, when in TRIGGERS.items():
            if when not in str(held.get(name)):
                yield f"the trigger {name}, which keeps events as they are, was removed or changed"
    except FAULTS as error:
        yield f"its list of tables cannot be read ({error})"


def _integrity(file: sqlite3.Connection) -> Iterator[str]:
    try:
        told = [str(row[0]) for row in file.execute("PRAGMA integrity_check(5)")]
        if told != ["ok"]:
            yield f"SQLite finds it damaged: {'; '.join(told)[:300]}"
    except FAULTS as error:
        yield f"SQLite finds it damaged: {error}"


def _rows(file: sqlite3.Connection, damage: list[str]) -> Iterator[Row]:
    """The events one by one; where the file breaks off, those up to there."""
    try:
        cursor = file.execute(f"SELECT {', '.join(COLUMNS)} FROM events ORDER BY position")
        while (row := _next(cursor, damage)) is not None:
            yield dict(zip(COLUMNS, row, strict=True))
    except FAULTS as error:
        damage.append(f"its events cannot be read ({error})")


def _next(cursor: sqlite3.Cursor, damage: list[str]) -> tuple[Any, ...] | None:
    try:
        return cursor.fetchone()
    except FAULTS as error:
        damage.append(f"its events can be read no further ({error})")
        return None
