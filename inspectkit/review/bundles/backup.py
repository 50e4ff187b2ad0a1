"""Backups: whole, verified, sealed to those who may read them; and the way back from one."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.review.bundles.keys import Card, Keys
from inspectkit.review.bundles.sealing import MAGIC, seal, unseal
from inspectkit.review.log.audit import Audit, audit
from inspectkit.review.log.kinds import Exported
from inspectkit.review.log.queue import Queue
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
    """Write a verified backup of a SQLite store while others write on; what it was found to hold.

    It goes through SQLite's backup API: a copied file is whole only by chance. Errors: a store on a
    server (its own tools back it up), a file that is there already, chains that do not hold.
    """
    if not store.database.engine.dialect.name.startswith("sqlite"):
        what = "a store on a server is backed up by the server's own tools"
        raise InspectionError(store.database.name, what, "Use pg_dump, then inspectkit audit")
    if path.exists():
        raise InspectionError(path.name, "there is such a file already", "Give another name")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "inspection.db"
        _copied(store.path, copy)
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
    store.record("exported", note, by=keys.card.name)
    return found


def restore(
    path: Path, place: Path, *, keys: Keys, trusted: Sequence[Card] = (), head: str = ""
) -> Audit:
    """Put a backup in a store's place; the store that stood there is kept beside it.

    head: a hash kept elsewhere that the backup must hold. Errors: those of `unseal`; chains that do
    not hold. Nothing changes before everything was checked.
    """
    raw = path.read_bytes()
    if not raw.startswith(MAGIC):
        remedy = "Give a file that inspectkit backup wrote"
        raise InspectionError(path.name, "this is no backup of inspectkit", remedy)
    opened = unseal(raw, BACKUP, path.name, keys=keys, trusted=[keys.card, *trusted])
    draft = place.with_name(f"{place.name}.restoring")
    draft.write_bytes(opened.content)
    try:
        found = audit(draft, head=head)
        found.raise_if_any()
        position, hash = _last(draft)
        _set_aside(place)
        draft.replace(place)
        Queue(place).note(position, hash)
    finally:
        for each in ("", "-wal", "-shm"):
            draft.with_name(draft.name + each).unlink(missing_ok=True)
    return found


def _copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE").close()


def _last(path: Path) -> tuple[int, str]:
    with closing(sqlite3.connect(path)) as file:
        last = "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1"
        found = file.execute(last).fetchone()
    return (int(found[0]), str(found[1])) if found else (0, "0" * 64)


def _set_aside(place: Path) -> None:
    """Keep what stood there, log and all, under a free name."""
    number = 1
    while place.with_name(f"{place.name}.before-restore-{number}").exists():
        number += 1
    for each in ("", "-wal", "-shm", ".lock"):
        there = place.with_name(place.name + each)
        if there.exists():
            there.replace(place.with_name(f"{place.name}.before-restore-{number}{each}"))
