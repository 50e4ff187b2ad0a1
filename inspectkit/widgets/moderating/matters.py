"""What a moderator has to settle, as plain JSON values; what both marks agree on is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from inspectkit.questions.model import Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.beside import (
    CANNOT,
    DECLINED,
    LEAVING,
    QUERY,
    REPLY,
    REQUEST,
    concerns,
    unanswered,
    waiting_requests,
)
from inspectkit.review.entries import Event
from inspectkit.review.in_force import Disagreement
from inspectkit.review.moderation import RULING, Ruling, rulings, to_look_at_again, to_settle
from inspectkit.review.state import UNSETTLED
from inspectkit.review.store import Store
from inspectkit.review.substitution import CANNOT_EXAMINE, NOT_AVAILABLE
from inspectkit.widgets.marking.mycases import ASKED, said
from inspectkit.widgets.replies import Plain

NOT_ASKED = "Does not apply"
ENDING = (DECLINED, "unlock", CANNOT_EXAMINE, NOT_AVAILABLE)


def matters(store: Store, by: str) -> Plain:
    """Everything that waits for a moderator or the lead, and what was settled so far."""
    events = store.events(QUERY, REPLY, RULING, "adjudicate")
    made = rulings(store)
    return {
        "by": by,
        "place": store.drawn().digest[:16],
        "now": datetime.now(UTC).isoformat(timespec="seconds"),
        "disagreements": disagreements(store),
        "settled": sum(event.kind == "adjudicate" for event in events),
        "queries": [query(store.question_set(), each, made) for each in unanswered(events)],
        "concerns": urgent(store),
        "requests": [request(each) for each in requested(store)],
        "rulings": [ruling_shown(store.question_set(), each) for each in made],
        "again": again(store),
    }


def disagreements(store: Store) -> list[Plain]:
    """What two submitted marks differ in and what is not settled, in the order of the sample.

    What hangs on an earlier question that is unsettled itself follows once that is settled.
    """
    qs, marks = store.question_set(), store.reviews().marks
    rows = marks[marks["state"] == UNSETTLED]
    open_now = {(row.subject, row.item, row.question) for row in rows.itertuples()}
    made = rulings(store)
    found = [
        each for each in to_settle(store) if (each.subject, each.item, each.question) in open_now
    ]
    return [
        disagreement(qs, each, made)
        for each in found
        if not any(
            (each.subject, item, name) in open_now
            for name in rests_on(qs.question(each.question))
            for item in {"", each.item}
        )
    ]


def rests_on(question: Question) -> set[str]:
    """The questions that its condition speaks of."""
    return names(question.condition.tree()) if question.condition else set()


def names(tree: Any) -> set[str]:
    """Every name in an expression's tree."""
    if not isinstance(tree, list | tuple):
        return set()
    if len(tree) == 2 and tree[0] == "name":
        return {str(tree[1])}
    return {name for part in tree for name in names(part)}


def disagreement(qs: QuestionSet, found: Disagreement, made: tuple[Ruling, ...]) -> Plain:
    """One question of one case with what each marker gave and wrote."""
    asked = qs.question(found.question)
    labels = qs.answers(asked)
    marks = [
        {
            "marker": marker,
            "answer": answer,
            "label": in_words(labels, answer),
            "evidence": evidence,
            "named": found.named.get(marker, ("", ""))[1],
        }
        for marker, (answer, evidence) in found.said.items()
    ]
    return {
        "id": f"{found.subject} {found.item} {found.question}",
        "subject": found.subject,
        "item": found.item,
        "apart": found.apart,
        **about(qs, asked, made),
        "marks": marks,
        "answers": [{"id": id, "label": label} for id, label in labels.items()],
        "several": asked.type == "multiple",
        "wants": list(asked.evidence.when) if asked.evidence else [],
    }


def in_words(labels: dict[str, str], answer: str) -> str:
    """An answer by its label, several of them in one text too."""
    if not answer:
        return NOT_ASKED
    if answer in labels:
        return labels[answer]
    return ", ".join(labels.get(each, each) for each in answer.split()) if labels else answer


def about(qs: QuestionSet, asked: Question, made: tuple[Ruling, ...]) -> Plain:
    """A question with its guidance and the rulings on it."""
    return {
        "question": asked.id,
        "text": asked.text,
        "guidance": qs.guidance(asked.id),
        "rulings": [ruling_shown(qs, each) for each in made if each.question == asked.id],
    }


def query(qs: QuestionSet, event: Event, made: tuple[Ruling, ...]) -> Plain:
    """A query that nobody has replied to."""
    asked = qs.question(event.question)
    where = {"subject": event.subject, "item": event.item}
    return {"id": event.hash, **where, **about(qs, asked, made), "said": said(event)}


def urgent(store: Store) -> list[Plain]:
    """Concerns, the open ones first; hours is the clock, which stops once it is dealt with."""
    columns = ["hash", "subject", "marker", "concern", "text", "at", "hours", "dealt"]
    rows = concerns(store, datetime.now(UTC))[columns].to_dict("records")
    return [{"id": row["hash"], **{str(name): each for name, each in row.items()}} for row in rows]


def requested(store: Store) -> tuple[Event, ...]:
    """The requests that nobody has granted or declined."""
    return waiting_requests(store.events(REQUEST, *ENDING))


def request(event: Event) -> Plain:
    """A request that waits, with its coded reason in words."""
    what, code = event.content["what"], event.content["code"]
    why = LEAVING.get(code, "") if what == CANNOT else ""
    told = {"subject": event.subject, "marker": event.marker, "what": what, "code": code}
    return {"id": event.hash, **told, "label": ASKED[what], "why": why, "said": said(event)}


def ruling_shown(qs: QuestionSet, made: Ruling) -> Plain:
    """A ruling with the words of its question."""
    told = {"number": made.number, "question": made.question, "text": made.text}
    asked = {"asked": qs.question(made.question).text, "revision": made.revision}
    return {**told, **asked, "changes_meaning": made.changes_meaning, "by": made.by, "at": made.at}


def again(store: Store) -> list[Plain]:
    """How many answers each ruling that changed a meaning still waits for, by marker."""
    waiting = to_look_at_again(store)[["ruling", "marker"]].value_counts(sort=False)
    rows = waiting.rename("answers").reset_index().to_dict("records")
    return [{str(name): each for name, each in row.items()} for row in rows]
