"""Stores of older schemas brought to the present one, step by step, after a verified backup."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, insert
from sqlalchemy.exc import DBAPIError

from inspectkit.digest import canonical_json, digest
from inspectkit.errors import InspectionError
from inspectkit.review.log.chain import Chains, Row
from inspectkit.review.log.refusals import refusal
from inspectkit.review.log.sqlite import begin, create, prepare
from inspectkit.review.log.tables import APPLICATION_ID, SCHEMA, events

# The events of each stored version as they lay in it; the present one is in `tables`.
SCHEMAS = {
    1: (
        "sequence",
        "kind",
        "subject",
        "item",
        "question",
        "section",
        "marker",
        "version",
        "body",
        "key",
        "at",
    ),
}
CARRIED = "schema-1"  # the device of events written before there were devices


def migrate(path: Path) -> None:
    """Bring an older store to the present schema; another program's file is left alone."""
    version = _version(path)
    while version in UPGRADES:
        kept = path.with_name(f"{path.name}.schema-{version}")
        _copy(path, kept)
        engine = create_engine(f"sqlite:///{path.as_posix()}")
        event.listen(engine, "connect", prepare)
        event.listen(engine, "begin", begin)
        try:
            with engine.begin() as connection:
                if connection.exec_driver_sql("PRAGMA user_version").scalar() == version:
                    UPGRADES[version](connection)
        except DBAPIError as error:
            raise refusal(error, path.name) from None
        finally:
            engine.dispose()
        version += 1


def _version(path: Path) -> int:
    """The schema of the store at a path; the present one for whatever is none."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            if file.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return SCHEMA
            return int(file.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        return SCHEMA


def _copy(path: Path, kept: Path) -> None:
    """A backup beside the store. Errors: it is not whole, and then nothing is migrated."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
        count = "SELECT count(*) FROM events"
        told = target.execute("PRAGMA integrity_check").fetchone()[0]
        same = source.execute(count).fetchone() == target.execute(count).fetchone()
    if told != "ok" or not same:
        what = f"its backup {kept.name} is not whole ({told}), so it was not migrated"
        raise InspectionError(path.name, what, "Restore the last backup")


def _chained(connection: Connection) -> None:
    """1 → 2: each event gets an actor, a replica, its place in a chain, salt and hashes."""
    connection.exec_driver_sql("ALTER TABLE events RENAME TO events_1")
    connection.exec_driver_sql("DROP INDEX one_winner")
    for change in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS no_{change}")
    create(connection)
    columns = ", ".join(SCHEMAS[1])
    found = connection.exec_driver_sql(f"SELECT {columns} FROM events_1 ORDER BY sequence")
    old = [dict(row) for row in found.mappings()]
    chains = Chains()
    rows = [chains.extend(_with_author(row)) for row in old]
    if rows:
        rows.append(chains.extend(_told(old, rows[-1]["at"])))
        connection.execute(insert(events), rows)
    connection.exec_driver_sql("DROP TABLE events_1")


def _with_author(row: Row) -> Row:
    actor = row["marker"] or str(json.loads(row["body"]).get("by") or "") or "office"
    kept = {name: row[name] for name in SCHEMAS[1] if name != "sequence"}
    return {**kept, "actor": actor, "replica": f"{actor}@{CARRIED}"}


def _told(old: list[Row], at: str) -> Row:
    """The event that tells what was carried over."""
    body: dict[str, Any] = {"origin": "schema 1", "now": "schema 2", "events": len(old)}
    body["digest"] = digest([[row[name] for name in SCHEMAS[1]] for row in old])
    address = dict.fromkeys(("subject", "item", "question", "section", "marker"), "")
    who = {"actor": "office", "replica": f"office@{CARRIED}", "at": at}
    what = {"kind": "migrate", "key": f"migrate-{body['digest'][:32]}", "version": 1}
    return {**address, **who, **what, "body": canonical_json(body)}


UPGRADES: dict[int, Callable[[Connection], None]] = {1: _chained}
