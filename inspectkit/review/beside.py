"""Beside the marks: what an inspector says of a case that is no answer and can never score.

A note, a query, an urgent concern, an example, a request: each is an event, and none is changed
or removed. An urgent concern has a clock from the moment it is raised until somebody says what was
done; it is dealt with outside the report.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from inspectkit.review.entries import Event
from inspectkit.review.log.kinds import Content, Text, register
from inspectkit.review.store import Store
from inspectkit.review.substitution import ABSENT, CANNOT_EXAMINE, NOT_AVAILABLE, REASONS

CASE_NOTE, QUERY, REPLY = "case_note", "query", "reply"
CONCERN, ANSWERED_FOR, EXAMPLE, REQUEST = "concern", "concern_dealt", "example", "request"
DECLINED = "request_declined"
KINDS = (CASE_NOTE, QUERY, REPLY, CONCERN, ANSWERED_FOR, EXAMPLE, REQUEST, DECLINED)
CONCERNS = {
    "victim_at_risk": "A victim or witness may be at risk",
    "time_limit": "A time limit is about to pass or has passed",
    "undisclosed": "Material that should have been disclosed was not",
    "other": "Something else that cannot wait",
}
CANNOT, REOPEN = "cannot_be_examined", "reopen"
LEAVING = {code: each.label for code, each in REASONS.items()} | ABSENT
IDLE = timedelta(minutes=15)  # a longer pause between two saves is not counted as work on the case


class Concern(Content):
    """Something urgent seen in a file, by code and in words."""

    code: Literal["victim_at_risk", "time_limit", "undisclosed", "other"]
    text: str = Field(min_length=1, max_length=20_000)


class Dealt(Content):
    """What was done about a concern; `to` is the hash of the event that raised it."""

    to: str
    text: str = Field(min_length=1, max_length=20_000)


class Example(Content):
    """An answer worth quoting, as a strength or a failing; "" takes the flag off again."""

    of: Literal["strength", "failing", ""]


class Request(Content):
    """What only the lead can grant: that a case leaves, or that it is opened again."""

    what: Literal["cannot_be_examined", "reopen"]
    code: str = ""
    text: str = Field(default="", max_length=20_000)

    @model_validator(mode="after")
    def _coded(self) -> Request:
        if self.what == CANNOT and self.code not in LEAVING:
            raise ValueError(f"a case leaves for one of the reasons {', '.join(LEAVING)}")
        if self.what == REOPEN and not self.text.strip():
            raise ValueError("say what has to be changed, and why")
        return self


class Declined(Content):
    """Why a request is not granted; `to` is the hash of the event that made it."""

    to: str
    text: str = Field(min_length=1, max_length=20_000)


HERE = ("subject", "marker")
register(CASE_NOTE, Text, address=HERE)
register(CONCERN, Concern, address=HERE)
register(ANSWERED_FOR, Dealt, address=("subject",))
register(EXAMPLE, Example, address=("subject", "question", "marker"))
register(REQUEST, Request, address=HERE)
register(DECLINED, Declined, address=HERE)


def waiting_requests(events: Iterable[Event]) -> tuple[Event, ...]:
    """The newest request of each kind, case and marker that nobody has granted or declined.

    It is granted by what it asked for, by whatever way that came: the case was opened again, has
    left, or its file is recorded as not available.
    """
    waiting: dict[tuple[str, str, str], Event] = {}
    for event in events:
        if event.kind == REQUEST:
            waiting[event.subject, event.marker, event.content["what"]] = event
            continue
        done = [at for at, each in waiting.items() if _ends(event, each)]
        for at in done:
            del waiting[at]
    return tuple(waiting.values())


def _ends(event: Event, request: Event) -> bool:
    if event.kind == DECLINED:
        return bool(event.content["to"] == request.hash)
    if event.subject != request.subject:
        return False
    if event.kind == "unlock":
        return event.marker == request.marker and request.content["what"] == REOPEN
    return event.kind in (CANNOT_EXAMINE, NOT_AVAILABLE) and request.content["what"] == CANNOT


def unanswered(events: Iterable[Event]) -> tuple[Event, ...]:
    """The queries that have neither a reply nor a ruling, the oldest first."""
    events = tuple(events)
    told = {event.content["to"] for event in events if event.kind == REPLY}
    told |= {event.content["query"] for event in events if event.kind == "ruling"}
    return tuple(each for each in events if each.kind == QUERY and each.hash not in told)


def concerns(store: Store, now: datetime) -> pd.DataFrame:
    """subject, marker, concern, text, at, hours, dealt, hash: for the lead, the open ones first.

    dealt: what was done, "" while nothing was; the clock (hours) of a concern stops with it.
    """
    events = store.events(CONCERN, ANSWERED_FOR)
    ends = {event.content["to"]: event for event in events if event.kind == ANSWERED_FOR}
    rows = []
    for event in events:
        if event.kind == CONCERN:
            end = ends.get(event.hash)
            until = datetime.fromisoformat(end.at) if end else now
            hours = (until - datetime.fromisoformat(event.at)).total_seconds() / 3600
            said = end.content["text"] if end else ""
            label = CONCERNS[event.content["code"]]
            rows.append([event.subject, event.marker, label, event.content["text"], event.at,
                         round(hours, 1), said, event.hash])  # fmt: skip
    columns = ["subject", "marker", "concern", "text", "at", "hours", "dealt", "hash"]
    return pd.DataFrame(rows, columns=columns).sort_values(["dealt", "at"], ignore_index=True)


def minutes(times: Iterable[str]) -> int:
    """Minutes of work between events at these times (UTC, ISO form): pauses past a quarter of an
    hour are left out.

    >>> minutes(["2026-11-25T10:00:00+00:00", "2026-11-25T10:06:30+00:00",
    ...          "2026-11-25T14:00:00+00:00", "2026-11-25T14:01:00+00:00"])
    7
    """
    ordered = sorted(map(datetime.fromisoformat, times))
    gaps = (later - earlier for earlier, later in pairwise(ordered))
    return int(sum((gap for gap in gaps if gap <= IDLE), timedelta()).total_seconds() // 60)
