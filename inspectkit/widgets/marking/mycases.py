"""My cases, and what stands beside the marks of one: as plain JSON values for the form."""

from __future__ import annotations

from collections.abc import Iterable

from inspectkit.review.beside import (
    ANSWERED_FOR,
    CANNOT,
    CASE_NOTE,
    CONCERN,
    CONCERNS,
    EXAMPLE,
    LEAVING,
    QUERY,
    REOPEN,
    REPLY,
    REQUEST,
    minutes,
)
from inspectkit.review.entries import Event
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
    others only is left out; due is the last day of the allocation, "" without one.
    """
    labels = store.question_set().casework_types
    events = store.events()
    owners: dict[str, dict[str, str]] = {}
    for event in events:
        if event.kind == "allocate":
            until = event.content["until"]
            owners.setdefault(event.subject, {})[event.marker] = until
    mine = [event for event in events if inspector in (event.marker, event.actor)]
    listed = []
    for row in store.cases(inspector).to_dict("records"):
        given = owners.get(row["subject"], {})
        if given and inspector not in given:
            continue
        own = [event for event in mine if event.subject == row["subject"]]
        listed.append(
            {
                "subject": row["subject"],
                "stratum": row["stratum"],
                "casework_type": labels.get(row["stratum"], row["stratum"]),
                "status": row["status"],
                "answered": int(row["answered"]),
                "open": int(row["open"]),
                "mine": bool(given) or row["status"] != "not started",
                "due": given.get(inspector, ""),
                "minutes": minutes(event.at for event in own),
                "asked": [each["label"] for each in requests(own)],
            }
        )
    return sorted(listed, key=lambda each: (not each["mine"], each["due"] or "9999"))


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
    }


def visible(event: Event, inspector: str) -> bool:
    """One's own, and what answers it: nothing of another marker's."""
    return event.marker in ("", inspector)


def said(event: Event) -> Plain:
    """Who said what, when."""
    return {"text": event.content["text"], "by": event.actor, "at": event.at}


def requests(events: Iterable[Event]) -> list[Plain]:
    """What was asked for and is not settled: a case that was opened again since is."""
    waiting: dict[str, Plain] = {}
    for event in events:
        if event.kind == REQUEST:
            what = event.content["what"]
            waiting[what] = {**said(event), "label": ASKED[what]}
        elif event.kind == "unlock":
            waiting.pop(REOPEN, None)
    return list(waiting.values())
