"""Content disposed of at the end of its retention: the words go, the chain still verifies.

What is left of an event is its place, its commitment and its hashes. Its salt goes with its words,
so that nobody can try out what they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pydantic import Field
from sqlalchemy import Connection, update

from inspectkit.errors import InspectionError
from inspectkit.review.log.audit import DISPOSED
from inspectkit.review.log.chain import BLANK
from inspectkit.review.log.copying import PATIENCE
from inspectkit.review.log.kinds import Content, register
from inspectkit.review.log.tables import events
from inspectkit.review.signing import CASE, certificates
from inspectkit.review.store import Store

DISPOSE = "dispose"


class Disposal(Content):
    """Which events lost their words: chain and number of each. before: the first day kept."""

    before: str
    reason: str = Field(min_length=1, max_length=2000)
    events: list[tuple[str, int]]


class Disposed(Content):
    """What an event is afterwards: nothing can be read in it."""


register(DISPOSE, Disposal)
register(DISPOSED, Disposed)


@dataclass(frozen=True)
class Removed:
    """How many events lost their words, of how many cases."""

    events: int
    cases: int


def dispose(store: Store, *, before: date, by: str, reason: str, trial: bool = False) -> Removed:
    """Remove the words of every event about a case that is older than a day.

    trial: only say how many there are. Errors: an inspection that is not signed off, since what
    has no words can be neither rated nor challenged any more; a day to come; who may not change
    the database.
    """
    if not [each for each in certificates(store) if each.stands and each.level != CASE]:
        what = "the inspection is not signed off, and without its marks it cannot be rated again"
        raise InspectionError("dispose", what, "Sign it off first: inspectkit sign")
    if not reason.strip():
        raise InspectionError("dispose", "no reason is given", "Name the rule of retention")
    if before > datetime.now(UTC).date() + timedelta(days=1):
        what = f"{before} has not come: everything would go, whatever its age"
        raise InspectionError("dispose", what, "Name the first day that is kept")
    old = [
        row
        for row in store.whole()
        if row["subject"] and row["at"] < before.isoformat() and row["kind"] != DISPOSED
    ]
    cases = {row["subject"] for row in old}
    if trial or not old:
        return Removed(len(old), len(cases))
    gone = [(row["replica"], row["sequence"]) for row in old]
    told = Disposal(before=before.isoformat(), reason=reason, events=gone)

    def work(connection: Connection) -> None:
        store.append(connection, DISPOSE, told, by=by)
        with store.database.disposing(connection):
            for row in old:
                # The hash keeps the blank rows apart where an address must be unique.
                blank = {**BLANK, "kind": DISPOSED, "section": row["hash"][:60], "item": ""}
                here = events.c.position == row["position"]
                connection.execute(update(events).where(here).values(**blank))

    store.write_all(work, by=by, within=PATIENCE)
    store.database.purge()
    return Removed(len(old), len(cases))
