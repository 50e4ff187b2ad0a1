"""Backups: whole, verified, sealed to those who may read them; and the way back from one."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.review.bundles.keys import Card, Keys
from inspectkit.review.bundles.sealing import MAGIC, seal, unseal
from inspectkit.review.log.audit import Audit, audit
from inspectkit.review.log.chain import Row
from inspectkit.review.log.copying import to_database, to_file
from inspectkit.review.log.kinds import Exported
from inspectkit.review.log.opening import opened as opened_place
from inspectkit.review.log.queue import Queue
from inspectkit.review.log.reading import read_events
from inspectkit.review.store import Store

BACKUP = "backup"


def backup(
    store: Store,
    path: Path,
    *,
    keys: Keys,
    to: Sequence[Card],
    reason: str = "backup",
    plain_because: str = "",
) -> Audit:
    """Write a verified backup of a store while others write on; what it was found to hold.

    A SQLite file goes through SQLite's backup API, since a copied file is whole only by chance; a
    store on a server is read in one statement, by somebody who may read every event. Both become
    the same kind of file. Errors: a file that is there already, chains that do not hold.
    """
    if path.exists():
        raise InspectionError(path.name, "there is such a file already", "Give another name")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "inspection.db"
        _copied(store, copy)
        found = audit(copy)
        found.raise_if_any()
        content = copy.read_bytes()
    raw = seal(content, BACKUP, keys=keys, to=to, plain_because=plain_because)
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(raw)
    draft.replace(path)
    names = ", ".join(f"{card.name} ({card.fingerprint})" for card in to) or "anybody"
    why = f"{reason}; plain: {plain_because}" if plain_because else reason
    note = Exported(what=BACKUP, recipient=names, reason=why, sha256=sha256(raw))
    store.record("exported", note, by=keys.card.name, section=keys.card.name[:60])
    return found


def restore(
    path: Path, place: Path | str, *, keys: Keys, trusted: Sequence[Card] = (), head: str = ""
) -> Audit:
    """Put a backup in a store's place; the store that stood there is kept beside it.

    place: a path, or the address of a server's schema in which there is no store. head: a hash kept
    elsewhere that the backup must hold. From then on the store begins new chains (see
    `Ledger.restored`). Errors: those of `unseal`; chains that do not hold. Nothing changes before
    everything was checked.
    """
    raw = path.read_bytes()
    if not raw.startswith(MAGIC):
        remedy = "Give a file that inspectkit backup wrote"
        raise InspectionError(path.name, "this is no backup of inspectkit", remedy)
    opened = unseal(raw, BACKUP, path.name, keys=keys, trusted=[keys.card, *trusted])
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "inspection.db"
        draft.write_bytes(opened.content)
        found = audit(draft, head=head)
        found.raise_if_any()
        rows = read_events(draft).rows
    if isinstance(place, str) and "://" in place:
        _to_server(rows, place)
    else:
        _to_file(opened.content, Path(place), rows)
    store = Store(place, device=keys.card.device)
    store.restored(head=found.newest, by=keys.card.name, reason=path.name)
    store.close()
    return found


def _to_server(rows: Sequence[Row], place: str) -> None:
    database = opened_place(place)
    try:
        to_database(rows, database)
    except DBAPIError as error:
        raise database.refusal(error) from None
    finally:
        database.close()


def _to_file(content: bytes, place: Path, rows: Sequence[Row]) -> None:
    draft = place.with_name(f"{place.name}.restoring")
    draft.write_bytes(content)
    _set_aside(place)
    draft.replace(place)
    last = max(rows, key=lambda row: int(row["position"]), default=None)
    if last:
        Queue(place).note(last["position"], last["hash"])


def _copied(store: Store, target: Path) -> None:
    if not store.database.engine.dialect.name.startswith("sqlite"):
        to_file(store.whole(), target)
        return
    with closing(sqlite3.connect(store.path)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE").close()


def _set_aside(place: Path) -> None:
    """Keep what stood there, log and all, under a free name."""
    number = 1
    while place.with_name(f"{place.name}.before-restore-{number}").exists():
        number += 1
    for each in ("", "-wal", "-shm", ".lock"):
        there = place.with_name(place.name + each)
        if there.exists():
            there.replace(place.with_name(f"{place.name}.before-restore-{number}{each}"))
