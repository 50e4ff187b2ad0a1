"""Cases handed out, until when, and handed to somebody else without losing a mark.

A lease that is over takes nothing away by itself: whoever holds it can go on until the lead hands
the case to another. What they marked stays in the log, and counts if they had submitted it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.review.allocation import FIRST, SECOND, Allocation, Given, Inspector, allocate
from inspectkit.review.entries import Entry
from inspectkit.review.keeping_back import CALIBRATED, CLEARED, kept_back
from inspectkit.review.log.kinds import Because
from inspectkit.review.state import FILE_ABSENT, SUBMITTED
from inspectkit.review.store import Store

COLUMNS = ["case", "role", "marker", "until", "by", "at", "status"]


def handed(store: Store) -> pd.DataFrame:
    """case, role, marker, until, by, at, status: who has which case of the sample now."""
    marked = store.marked()
    held: dict[tuple[str, str], tuple[Any, ...]] = {}
    for event in store.events("allocate"):
        told = event.content
        row = (event.marker, told["until"], event.actor, event.at)
        held[event.subject, told["part"]] = row
    rows = []
    for (case, role), (marker, *others) in held.items():
        if case in marked:
            mine = marked[case].seen.get(marker)
            absent = marked[case].state.status == FILE_ABSENT
            status = FILE_ABSENT if absent else mine.status if mine else "not started"
            rows.append((case, role, marker, *others, status))
    places = {case: place for place, case in enumerate(marked)}
    ordered = sorted(rows, key=lambda row: (places[row[0]], row[1]))
    return pd.DataFrame(ordered, columns=COLUMNS)


def overdue(store: Store, today: date) -> pd.DataFrame:
    """The same for cases not submitted by the last day they were given for."""
    now = handed(store)
    late = now["until"].ne("") & now["until"].lt(today.isoformat())
    return now[late & ~now["status"].isin([SUBMITTED, FILE_ABSENT])].reset_index(drop=True)


def planned(
    store: Store,
    team: Iterable[Inspector],
    *,
    second: Fraction = Fraction(0),
    minutes: dict[str, int] | None = None,
    today: date | None = None,
) -> Allocation:
    """Who is to mark which case: those handed out stay, the rest is shared out.

    today: hand what is overdue on that day to somebody else; without it nobody loses a case. The
    result is the same for everyone who holds this log, the team and the round's key. Who is kept
    back (`keeping_back`) keeps the cases begun and gets no more.
    """
    back = waiting(store)
    able = [each for each in team if each.name not in back]
    now = handed(store)
    late = overdue(store, today) if today else now.iloc[:0]
    given: dict[tuple[str, str], str] = {}
    for row in now.to_dict("records"):
        given[row["case"], row["role"]] = row["marker"]
    rather_not: dict[str, frozenset[str]] = {}
    for row in late.to_dict("records"):
        rather_not[row["case"]] = rather_not.get(row["case"], frozenset()) | {row["marker"]}
        del given[row["case"], row["role"]]
    kept: Given = {place: name for place, name in given.items() if place[1] in (FIRST, SECOND)}
    sample = store.sample()
    cases, key = sample.drawn.drop(columns="order"), str(sample.head["key"])
    return allocate(
        cases,
        able,
        key=key,
        second=second,
        minutes=minutes,
        given=kept,
        rather_not=rather_not,
    )


def waiting(store: Store) -> dict[str, str]:
    """Marker → why they get no live case until the lead releases them."""
    told = store.events(CALIBRATED, CLEARED)
    return kept_back(
        {"kind": each.kind, "marker": each.marker, "body": json.dumps(dict(each.content))}
        for each in told
    )


def release(store: Store, marker: str, *, reason: str, by: str) -> None:
    """Let somebody who was kept back have live cases. Errors: they are not kept back."""
    if marker not in waiting(store):
        raise InspectionError("release", f"{marker} is not kept back", "Nothing is to do")
    store.record(CLEARED, Because(reason=reason), by=by, marker=marker)


def hand_out(
    store: Store,
    allocation: Allocation,
    *,
    by: str,
    until: date | None = None,
    today: date | None = None,
    reason: str = "",
) -> int:
    """Record whoever has a case by this allocation and had it not before; how many that were.

    until: the last day of the lease. Whoever keeps a case keeps the lease they had, or gets a new
    one where it was over today.
    """
    late = overdue(store, today) if today else handed(store).iloc[:0]
    renewed = {(row["case"], row["role"]) for row in late.to_dict("records")}
    now = {(row["case"], row["role"]): row["marker"] for row in handed(store).to_dict("records")}
    last = until.isoformat() if until else ""
    entries = [
        Entry(
            "allocate",
            {"part": row["role"], "until": last, "reason": reason},
            {"subject": row["case"], "marker": row["marker"]},
        )
        for row in allocation.table().to_dict("records")
        if now.get((row["case"], row["role"])) != row["marker"]
        or (row["case"], row["role"]) in renewed
    ]
    store.record_all(entries, by=by)
    return len(entries)
