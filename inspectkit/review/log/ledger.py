"""The log under the store: one transaction a write, events in one order, never by clock."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, func, insert, select, true
from sqlalchemy.exc import DBAPIError

from inspectkit.errors import InspectionError
from inspectkit.review.access.rights import rights_of
from inspectkit.review.access.roles import RELEASE, Guard
from inspectkit.review.keeping_back import CALIBRATED, CLEARED, kept_back
from inspectkit.review.log.chain import ROOT, Chains, Row
from inspectkit.review.log.checkpoints import TRACES
from inspectkit.review.log.database import WITHIN, Database
from inspectkit.review.log.devices import device
from inspectkit.review.log.kinds import (
    RESTORED,
    SIGN_OFF,
    WITHDRAW,
    Content,
    Restored,
    content_of,
)
from inspectkit.review.log.opening import opened
from inspectkit.review.log.tables import ORDER, begun, clock, events

Clock = Callable[[], datetime]
T = TypeVar("T")
AGAIN = 3.1  # seconds that another try needs if it fails as well
# Besides the marks themselves, what could change one, or a rating that rests on them.
FROZEN = ("adjudicate", "unlock", "allocate", "cannot_examine", "not_available", "available",
          "topup", "migrate_questions", "judgement", "rating_departure", "rating_flag")  # fmt: skip
OFFICE = "office"  # who acts where nobody is named


class Ledger:
    """Appends events to one database and reads them back.

    device: this machine's name in the log; by default the one that lies in `devices.home()`.
    person, role: bind this object to what one person may read and write (`access.roles`).
    """

    def __init__(
        self,
        path: str | Path,
        *,
        clock: Clock | None = None,
        device: str | None = None,
        person: str = "",
        role: str = "",
    ) -> None:
        self.guard = Guard(person, role)
        self.database: Database = opened(path)
        self._clock, self._device = clock, device
        self._named: str | None = None
        self._root = ""

    @property
    def path(self) -> Path:
        """The file of a SQLite store."""
        return Path(self.database.engine.url.database or "")

    @property
    def device(self) -> str:
        """This machine's name in the log, with the mark of the last backup restored here.

        What was saved after the backup may lie elsewhere under the old name, in a bundle: a number
        used twice would be a fork that no store takes in.
        """
        if self._named is None:
            own = self._device or device()
            mark = self._restored()
            self._named = f"{own}~{mark}" if mark else own
        return self._named

    def _restored(self) -> str:
        here = events.c.kind == RESTORED, events.c.arrived == ""
        latest = select(events.c.body).where(*here).order_by(events.c.position.desc()).limit(1)
        with self._reading() as connection:
            body = connection.execute(latest).scalar()
        return str(json.loads(body)["mark"]) if body else ""

    def restored(self, *, head: str, by: str, reason: str = "") -> None:
        """Begin new chains after a backup was put in this store's place."""
        mark = secrets.token_hex(3)
        self._named = f"{self._device or device()}~{mark}"
        told = Restored(mark=mark, head=head, reason=reason)
        self._write(lambda connection: self.append(connection, RESTORED, told, by=by), by=by)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def log(self) -> list[Row]:
        """Every event whole, in the order of the log, for what carries or copies a store."""
        return self._read()

    def whole(self) -> list[Row]:
        """The same for a backup. Errors: who is logged in may not read every event."""
        with self._reading() as connection:
            if not self.database.reads_all(connection):
                what = "your login may not read every event"
                remedy = "Ask a moderator or the lead to do it"
                raise InspectionError(self.database.name, what, remedy)
            return self._rows(connection)

    def heads(self, *, traces: bool = False) -> dict[str, tuple[int, str]]:
        """Replica → number and hash of its last event; of the last that is no mere trace."""
        here = true() if traces else events.c.kind.not_in(TRACES)
        latest = select(events.c.replica, func.max(events.c.sequence).label("last")).where(here)
        ends = latest.group_by(events.c.replica).subquery()
        same = (events.c.replica == ends.c.replica) & (events.c.sequence == ends.c.last)
        wanted = select(events.c.replica, events.c.sequence, events.c.hash).join(ends, same)
        with self._reading() as connection:
            found = connection.execute(wanted).all()
        return {name: (sequence, hash) for name, sequence, hash in found}

    @property
    def may_differ(self) -> bool:
        """Whether two may have spoken who could not know of each other.

        Events came by bundle, or a server keeps from some what others said.
        """
        came = select(events.c.position).where(events.c.arrived != "").limit(1)
        with self._reading() as connection:
            return bool(self.guard.role) or connection.execute(came).first() is not None

    @property
    def root(self) -> str:
        """The hash of the first event of all, "" before it."""
        if not self._root:
            with self._reading() as connection:
                first = select(events.c.hash).where(events.c.previous == ROOT).limit(1)
                self._root = connection.execute(first).scalar() or ""
        return self._root

    def append(self, connection: Connection, name: str, content: Content, *, by: str) -> None:
        """Append an event about no case inside a piece of work of `write_all`."""
        row = self._event(name, content, by=by)
        self._append(connection, self._versioned(connection, row))

    def write_all(self, work: Callable[[Connection], T], *, by: str, within: float) -> T:
        """A long piece of work on the whole log, in one transaction."""
        return self._write(work, by=by, within=within)

    def _event(
        self,
        name: str,
        content: Content | dict[str, Any],
        *,
        by: str = "",
        key: str | None = None,
        **address: str | int,
    ) -> Row:
        """An event that is not yet in the log. by: who acts; a server knows its login itself."""
        actor = self.database.user or by.strip() or OFFICE
        blank: Row = dict.fromkeys(("subject", "item", "question", "section", "marker"), "")
        return blank | {
            "version": 0,
            **address,
            "kind": name,
            "actor": actor,
            "replica": f"{actor}@{self.device}",
            "key": key or uuid.uuid4().hex,
            "body": content_of(name, content),
        }

    def _append(self, connection: Connection, *rows: Row) -> list[Row]:
        """Give the events, all of one replica, their place in the log and write them."""
        for row in rows:
            self.guard.check(row)
            self._check_office(connection, row)
            self._check_open(connection, row)
        self._check_kept_back(connection, rows)
        chains = self._ends(connection, rows[0]["replica"])
        at = self._now(connection)
        made = [chains.extend({**row, "at": at}) for row in rows]
        connection.execute(insert(events), made)
        return made

    def _check_office(self, connection: Connection, row: Row) -> None:
        """Refuse on a laptop what two places must not decide apart."""
        if not rights_of(row["kind"]).office:
            return
        away = select(events.c.position).where(events.c.previous == ROOT, events.c.arrived != "")
        if connection.execute(away).first():
            what = "this store came by bundle, and this is decided where the inspection is led"
            raise InspectionError(f"event {row['kind']}", what, "Ask the lead to do it there")

    def _check_open(self, connection: Connection, row: Row) -> None:
        """Refuse whatever would change the marks of an inspection that was signed off."""
        if not rights_of(row["kind"]).mark and row["kind"] not in FROZEN:
            return
        whole = events.c.kind.in_((SIGN_OFF, WITHDRAW)), events.c.subject == ""
        found = select(events.c.kind, events.c.actor, events.c.at).where(*whole)
        last = connection.execute(found.order_by(*(each.desc() for each in ORDER)).limit(1)).first()
        if last and last.kind == SIGN_OFF:
            on = f"{last.at[:10]} {last.at[11:16]} UTC"
            what = f"the inspection was signed off by {last.actor} on {on}"
            remedy = "The lead can withdraw that, with a reason: inspectkit withdraw"
            raise InspectionError(f"event {row['kind']}", what, remedy)

    def _check_kept_back(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Refuse a live case to who is under the threshold of a practice round."""
        begins = [row for row in rows if row["kind"] in ("allocate", "answer")]
        names = {row["marker"] for row in begins}
        if not names:
            return
        told = events.c.kind.in_((CALIBRATED, CLEARED)), events.c.marker.in_(names)
        found = connection.execute(select(events).where(*told).order_by(*ORDER)).mappings()
        held = kept_back(map(dict, found))
        for row in begins if held else ():
            mine = begun.c.subject == row["subject"], begun.c.marker == row["marker"]
            going_on = row["kind"] == "answer" and connection.execute(select(begun).where(*mine))
            if row["marker"] in held and not (going_on and going_on.first()):
                what = f"{row['marker']} gets no live case: {held[row['marker']]}"
                remedy = "The lead can release them with a reason: inspectkit practice release"
                raise InspectionError(f"case {row['subject']}", what, remedy)

    def _ends(self, connection: Connection, replica: str) -> Chains:
        """Where this replica's chain ends, and the latest tick of the store."""
        mine = select(events.c.sequence, events.c.hash).where(events.c.replica == replica)
        last = connection.execute(mine.order_by(events.c.sequence.desc()).limit(1)).first()
        if not self._root:
            first = select(events.c.hash).where(events.c.previous == ROOT).limit(1)
            self._root = connection.execute(first).scalar() or ""
        tick = connection.execute(select(clock.c.tick)).scalar() or 0
        heads = {replica: (last.sequence, last.hash)} if last else {}
        return Chains(heads, tick, self._root or ROOT)

    def _versioned(self, connection: Connection, row: Row) -> Row:
        """The event with the next version of its address."""
        here = [events.c[name] == row[name] for name in ("kind", "subject", "item", "question",
                                                         "section", "marker")]  # fmt: skip
        held = connection.execute(select(func.max(events.c.version)).where(*here)).scalar()
        return {**row, "version": (held or 0) + 1}

    def _now(self, connection: Connection) -> str:
        if self._clock is None and (told := self.database.now(connection)):
            return told
        now = self._clock() if self._clock else datetime.now(UTC)
        return now.isoformat(timespec="seconds")

    def _write(self, work: Callable[[Connection], T], *, by: str = "", within: float = WITHIN) -> T:
        """Do the work in one transaction: committed whole, else not at all.

        A lost connection does not tell whether the commit came through, so the work is done
        again; the keys of its events make the second time find what the first one saved.
        """
        replica = f"{self.database.user or by.strip() or OFFICE}@{self.device}"
        end = time.monotonic() + within
        while True:
            try:
                left = end - time.monotonic()
                with self.database.writing(replica, left) as connection:
                    return work(connection)
            except DBAPIError as error:
                if not self.database.lost(error) or time.monotonic() > end - AGAIN:
                    raise self.database.refusal(error) from None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self.database.reading() as connection:
                yield connection
        except DBAPIError as error:
            raise self.database.refusal(error) from None

    def _read(self, *conditions: Any) -> list[Row]:
        with self._reading() as connection:
            return self._rows(connection, *conditions)

    def _rows(self, connection: Connection, *conditions: Any) -> list[Row]:
        """Events in the order that is the same in every store of the inspection."""
        found = connection.execute(select(events).where(*conditions).order_by(*ORDER))
        names = tuple(found.keys())
        rows = [dict(zip(names, row, strict=True)) for row in found.all()]
        if not self.guard.role:
            return rows
        return self.guard.readable(rows, self._released(connection))

    def _released(self, connection: Connection) -> set[str]:
        open_now = select(events.c.subject).where(events.c.kind == RELEASE)
        return set(connection.execute(open_now).scalars())

    def _stamps(self, connection: Connection) -> dict[str, tuple[int | bool, ...]]:
        """Case → what changes as soon as other events of it can be read; see `review.kept`.

        Not the last position alone: a server shows an earlier one later, once its writer commits.
        """
        counted = func.count(), func.max(events.c.position)
        found = connection.execute(select(events.c.subject, *counted).group_by(events.c.subject))
        released = self._released(connection) if self.guard.role else set()
        return {case: (n, last, bool(released & {"", case})) for case, n, last in found}

    def _held(self, connection: Connection, keys: Sequence[str]) -> list[Row]:
        """The events that these keys have saved before."""
        return self._rows(connection, events.c.key.in_(keys))
