"""My cases, and what stands beside the marks of one: as plain JSON values for the form."""

from __future__ import annotations

from collections.abc import Iterable

from inspectkit.exhibits import counted
from inspectkit.review.beside import (
    ANSWERED_FOR,
    CANNOT,
    CASE_NOTE,
    CONCERN,
    CONCERNS,
    DECLINED,
    EXAMPLE,
    LEAVING,
    QUERY,
    REOPEN,
    REPLY,
    minutes,
    waiting_requests,
)
from inspectkit.review.entries import Event
from inspectkit.review.kept import Marked
from inspectkit.review.moderation import rulings, to_look_at_again
from inspectkit.review.state import NOT_STARTED
from inspectkit.review.store import Store
from inspectkit.widgets.marking.itemfile import address
from inspectkit.widgets.replies import Plain

ASKED = {CANNOT: "Asked to leave the sample", REOPEN: "Asked to be reopened"}
WORDS: Plain = {
    "concerns": CONCERNS,
    "leaving": LEAVING,
    "examples": {"strength": "a strength", "failing": "a failing"},
}


def my_cases(store: Store, inspector: str) -> list[Plain]:
    """The cases that this inspector may mark, with their state, due date and minutes spent.

    One's own come first, those due soonest before the others; else in draw order. A case given to
    others only is left out; due is the last day of the allocation, "" without one. Of a case that
    is marked twice it tells one's own marks alone.
    """
    qs = store.question_set()
    by_case: dict[str, list[Event]] = {}
    for event in store.events():
        if visible(event, inspector) or event.kind == "allocate":
            by_case.setdefault(event.subject, []).append(event)
    looks = looks_again(store, inspector)
    listed = []
    for subject, marked in store.marked().items():
        events = by_case.get(subject, [])
        parts = {e.content["part"]: e for e in events if e.kind == "allocate"}
        owners = {each.marker: each.content["until"] for each in parts.values()}
        begun = list(marked.seen)
        if (owners or begun) and inspector not in (owners or begun):
            continue
        own = marked.seen.get(inspector)
        own = own or (store.case(subject, inspector) if begun else marked.state)
        _, stratum, status, _, answered, is_open = Marked({inspector: own}, own, qs).line
        mine = [event for event in events if inspector in (event.marker, event.actor)]
        listed.append(
            {
                "subject": subject,
                "stratum": stratum,
                "casework_type": qs.casework_types.get(stratum, stratum),
                "status": status,
                "answered": answered,
                "open": is_open,
                "mine": bool(owners) or status != NOT_STARTED,
                "due": owners.get(inspector, ""),
                "minutes": minutes(event.at for event in mine),
                "asked": [*(each["label"] for each in requests(events)), *looks.get(subject, ())],
            }
        )
    return sorted(listed, key=lambda each: (not each["mine"], each["due"] or "9999"))


def looks_again(store: Store, inspector: str) -> dict[str, list[str]]:
    """Case → which rulings changed the meaning of questions that this inspector had answered."""
    waiting = to_look_at_again(store)
    mine = waiting[waiting["marker"] == inspector]
    told: dict[str, list[str]] = {}
    for row in mine[["subject", "ruling"]].value_counts(sort=False).reset_index().itertuples():
        said = f"Ruling {row.ruling}: look again at {counted(int(row.count), 'answer')}"  # type: ignore[call-overload]
        told.setdefault(str(row.subject), []).append(said)
    return told


def ruled(store: Store, subject: str, inspector: str) -> Plain:
    """The rulings by question, and the answers of one's own that one of them put in doubt."""
    found: dict[str, list[Plain]] = {}
    for each in rulings(store):
        told = {"number": each.number, "text": each.text, "at": each.at}
        found.setdefault(each.question, []).append(told)
    waiting = to_look_at_again(store)
    mine = waiting[(waiting["marker"] == inspector) & (waiting["subject"] == subject)]
    again = {address(str(row.question), str(row.item)): row.ruling for row in mine.itertuples()}
    return {"rulings": found, "again": again}


def beside(store: Store, subject: str, inspector: str) -> Plain:
    """Notes, queries with their replies, concerns, examples and open requests of one case."""
    events = [event for event in store.events(subject=subject) if visible(event, inspector)]

    def of(kind: str) -> list[Event]:
        return [event for event in events if event.kind == kind]

    replies, dealt = of(REPLY), {event.content["to"]: event for event in of(ANSWERED_FOR)}
    examples = {address(event.question, event.item): event.content["of"] for event in of(EXAMPLE)}
    return {
        "notes": [said(event) for event in of(CASE_NOTE)],
        "queries": [
            {
                **said(event),
                "question": address(event.question, event.item),
                "replies": [said(each) for each in replies if each.content["to"] == event.hash],
            }
            for event in of(QUERY)
        ],
        "concerns": [
            {
                **said(event),
                "label": CONCERNS[event.content["code"]],
                "dealt": dealt[event.hash].content["text"] if event.hash in dealt else "",
            }
            for event in of(CONCERN)
        ],
        "examples": {question: each for question, each in examples.items() if each},
        "requests": requests(events),
        "declined": [said(event) for event in of(DECLINED)],
    }


def visible(event: Event, inspector: str) -> bool:
    """One's own, and what answers it: nothing of another marker's."""
    return event.marker in ("", inspector)


def said(event: Event) -> Plain:
    """Who said what, when."""
    return {"text": event.content["text"], "by": event.actor, "at": event.at}


def requests(events: Iterable[Event]) -> list[Plain]:
    """What was asked for and is not settled, in words."""
    return [
        {**said(event), "label": ASKED[event.content["what"]]} for event in waiting_requests(events)
    ]
