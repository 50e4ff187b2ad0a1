"""Moderation: disagreements of two blind marks, their adjudication, and rulings on questions.

Both first marks stay in the log as they were given; what is settled is an event of its own, with
its author and reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
from pydantic import Field

from inspectkit.errors import InspectionError
from inspectkit.questions.answers import canonical
from inspectkit.review.entries import Check, Entry, Event, Saved
from inspectkit.review.in_force import Disagreement, disagreements, side_by_side
from inspectkit.review.log.kinds import Adjudicated, Content, register
from inspectkit.review.rules import check_evidence, check_limits
from inspectkit.review.state import SUBMITTED, UNSETTLED
from inspectkit.review.store import Store

RULING = "ruling"


class Ruled(Content):
    """How a question is to be read from now on; revision: the set it was asked under.

    changes_meaning: cases marked before it are to be looked at again.
    """

    number: int = Field(ge=1)
    text: str = Field(min_length=1, max_length=20_000)
    revision: int
    changes_meaning: bool
    query: str = ""


register(RULING, Ruled, address=("question",))


@dataclass(frozen=True)
class Ruling:
    """A numbered ruling on a question; at: UTC in ISO form."""

    number: int
    question: str
    text: str
    revision: int
    changes_meaning: bool
    by: str
    at: str


def to_settle(store: Store) -> tuple[Disagreement, ...]:
    """Every question marked twice, disagreed on and not adjudicated, in the order of the sample.

    Nothing of a case is shown before everybody who marks it has submitted, and nothing that a
    settled answer closed.
    """
    qs = store.question_set()
    return tuple(
        each
        for marked in store.marked().values()
        for each in disagreements(qs, marked.seen)
        if marked.state.part(each.item).states.get(each.question) == UNSETTLED
    )


def disagreement_table(store: Store) -> pd.DataFrame:
    """subject, item, named, question, text, marker, answer, evidence of what is to be settled."""
    return side_by_side(to_settle(store), store.question_set())


def adjudicate(
    store: Store,
    subject: str,
    question: str,
    answer: str,
    *,
    reason: str,
    by: str,
    evidence: str | None = None,
    item: str = "",
) -> Saved:
    """Settle a disagreement; the answer is in force from now on, both first marks are kept.

    evidence: for the answer; without it, what the first who gave this answer wrote. item: the item
    of the case that the question was asked of, "" for the case itself. Errors: no reason, nobody
    named; marks not all submitted, or not differing; an answer the question does not take, that
    breaks what it must be beside those in force, or without the evidence that the set asks for.
    """
    where = f"case {subject}{f', item {item}' if item else ''}, question {question}"
    seen = store.seen(subject)
    if by_whom := next((each.frozen for each in seen.values() if "signed off" in each.frozen), ""):
        what = f"it has been {by_whom}"
        raise InspectionError(where, what, "Reopen it, which needs a reason")
    waiting = [marker for marker, state in seen.items() if state.status != SUBMITTED]
    if waiting:
        what = f"{', '.join(waiting)} has not submitted yet, so the marks are still blind"
        raise InspectionError(where, what, "Wait until every mark is submitted")
    qs = store.question_set()
    differing = {(each.item, each.question): each.said for each in disagreements(qs, seen)}
    if (item, question) not in differing:
        raise InspectionError(where, "its marks do not differ", "There is nothing to settle")
    asked = qs.question(question)
    kept = canonical(asked, qs.answer_ids(asked), answer)
    check_limits(qs, store.marked()[subject].state.part(item), {question: kept})
    if not reason.strip():
        raise InspectionError(where, "no reason is given", "Say why this answer is right")
    if evidence is None:
        evidence = dict(reversed(list(differing[item, question].values()))).get(kept, "")
    state = next(iter(seen.values()))
    check_evidence(qs, replace(state, item=item, suggested={}), question, kept, evidence)
    told = Adjudicated(answer=kept, evidence=evidence, reason=reason)
    return store.record("adjudicate", told, by=by, subject=subject, question=question, item=item)


def rule_on(
    store: Store, question: str, text: str, *, by: str, changes_meaning: bool, query: str = ""
) -> Ruling:
    """Make a ruling: shown with the guidance from now on, printed in the method annex.

    query: the hash of the query it answers; answered so before, its ruling is returned. Errors: no
    such question, no text, nobody named, another ruling made meanwhile.
    """
    known = store.question_set()
    known.question(question)
    if not text.strip():
        raise InspectionError(f"question {question}", "the ruling is empty", "Write it")
    held = store.events(RULING)
    for each in held if query else ():
        if each.content["query"] == query:
            return _same(each, text)
    number = 1 + max((each.content["number"] for each in held), default=0)
    told = Ruled(number=number, text=text, revision=known.content.revision,
                 changes_meaning=changes_meaning, query=query)  # fmt: skip

    def still_next(events: tuple[Event, ...]) -> None:
        if len(events) != len(held):
            raise InspectionError("ruling", "another was made meanwhile", "Read it, then rule")

    entry = Entry(RULING, told, {"question": question})
    store.record_all([entry], by=by, check=Check((RULING,), still_next))
    return next(each for each in rulings(store) if each.number == number)


def _same(held: Event, text: str) -> Ruling:
    """The ruling a query has; refused where it is not the one that is made now."""
    if held.content["text"] != text:
        what = f"ruling {held.content['number']} answers this query"
        raise InspectionError(f"question {held.question}", what, "Rule without it, if need be")
    return _ruling(held)


def rulings(store: Store) -> tuple[Ruling, ...]:
    """Every ruling in the order of its number."""
    return tuple(sorted(map(_ruling, store.events(RULING)), key=lambda each: each.number))


def _ruling(event: Event) -> Ruling:
    names = ("number", "text", "revision", "changes_meaning")
    told = {name: event.content[name] for name in names}
    return Ruling(question=event.question, by=event.actor, at=event.at, **told)


def to_look_at_again(store: Store) -> pd.DataFrame:
    """subject, item, question, marker, answer, ruling: older than a ruling that changed meaning.

    An answer given again, even the same one, is newer and leaves the table.
    """
    rows: dict[tuple[str, str, str, str], tuple[str, str, str, str, str, int | None]] = {}
    changed = any(each.content["changes_meaning"] for each in store.events(RULING))
    for event in store.events(RULING, "answer") if changed else ():
        if event.kind == "answer":
            address = (event.subject, event.item, event.question, event.marker)
            rows[address] = (*address, event.content["answer"], None)
        elif event.content["changes_meaning"]:
            older = [each for each in rows if each[2] == event.question]
            rows |= {each: (*rows[each][:5], event.content["number"]) for each in older}
    waiting = [row for row in rows.values() if row[5] is not None]
    names = ["subject", "item", "question", "marker", "answer", "ruling"]
    return pd.DataFrame(waiting, columns=names)
