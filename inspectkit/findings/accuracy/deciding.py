"""Decides a challenge: with a reason, by somebody who did not mark the case.

An accepted one settles the answer anew; both the mark as it was given and the decision stay in the
log.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping

from inspectkit.errors import InspectionError
from inspectkit.findings.accuracy.challenges import (
    DECIDED,
    Challenge,
    Challenged,
    Changed,
    Decision,
    Verdict,
    address,
)
from inspectkit.questions.answers import canonical
from inspectkit.questions.model import Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.entries import Check, Entry, Event
from inspectkit.review.log.kinds import Adjudicated
from inspectkit.review.rules import check_limits
from inspectkit.review.state import ANSWERED, NA, UNSETTLED, CaseState
from inspectkit.review.store import Store
from inspectkit.validation import nearest

ADJUDICATE = "adjudicate"


def decide(
    store: Store,
    number: int,
    verdict: Verdict,
    *,
    reason: str,
    by: str,
    answers: Mapping[str, str] | None = None,
) -> Decision:
    """Decide a challenge; an accepted one about an answer settles that answer in the same commit.

    answers: question → the answer from now on, by id or label. Errors: decided before, no reason,
    decided by somebody who marked the case, an answer that the question does not take, that is no
    other than before, or that breaks what it must be beside the others.
    """
    held = Challenged.of(store)
    challenge, where = held.challenge(number), f"challenge {number}"
    if number in held.decisions:
        raise InspectionError(where, "it is decided", "A decision stands; raise it anew if need be")
    if not reason.strip():
        raise InspectionError(where, "no reason is given", "Say what the file shows")
    _apart(store, held, challenge, by)
    changes = _changes(store, challenge, verdict, answers or {})
    keys = tuple(uuid.uuid4().hex for _ in changes)
    told = Decision(challenge=number, verdict=verdict, reason=reason, changes=changes, keys=keys)
    entries = [Entry(DECIDED, told, address(challenge))]
    for change, key in zip(changes, keys, strict=True):
        settled = Adjudicated(answer=change.answer, evidence=challenge.evidence or challenge.text,
                              reason=f"Challenge {number}: {reason}"[:20_000])  # fmt: skip
        at = {"subject": change.subject, "question": change.question, "item": change.item}
        entries.append(Entry(ADJUDICATE, settled, at, key))

    def open_still(events: tuple[Event, ...]) -> None:
        if any(event.content["challenge"] == number for event in events):
            raise InspectionError(where, "somebody decided it meanwhile", "Look at the decision")

    store.record_all(entries, by=by, check=Check((DECIDED,), open_still))
    return told


def _apart(store: Store, held: Challenged, challenge: Challenge, by: str) -> None:
    """Refuse a person who gave or settled a mark of the case, other than by such decisions."""
    if not challenge.subject:
        return
    settled = Counter(each.actor for each in store.events(ADJUDICATE, subject=challenge.subject))
    for told, actor in held.decisions.values():
        settled[actor] -= sum(each.subject == challenge.subject for each in told.changes)
    involved = {*store.seen(challenge.subject), *(name for name, n in settled.items() if n > 0)}
    if by.strip().casefold() in {each.casefold() for each in involved}:
        what = f"{by} marked case {challenge.subject}, or settled a mark of it"
        remedy = "Somebody who did neither decides it"
        raise InspectionError(f"challenge {challenge.number}", what, remedy)


def _changes(
    store: Store, challenge: Challenge, verdict: Verdict, answers: Mapping[str, str]
) -> tuple[Changed, ...]:
    where = f"challenge {challenge.number}"
    if not challenge.subject or verdict == "rejected":
        if answers:
            what = "a rejected one changes no answer" if challenge.subject else "it names no case"
            raise InspectionError(where, what, "Leave the answer out")
        return ()
    if not answers and verdict == "accepted" and challenge.sort == "accuracy":
        remedy = f"Give the answer of {challenge.question} from now on"
        raise InspectionError(where, "accepted, and no answer is changed", remedy)
    state, qs = store.marked()[challenge.subject].state.part(challenge.item), store.question_set()
    given = {question: _answer(qs, state, question, said, where)
             for question, said in answers.items()}  # fmt: skip
    check_limits(qs, state, given)
    return tuple(
        Changed(subject=challenge.subject, item=challenge.item, question=question, answer=answer,
                before=state.answers[question].answer)
        for question, answer in given.items()
    )  # fmt: skip


def _answer(qs: QuestionSet, state: CaseState, question: str, given: str, where: str) -> str:
    asked = qs.question(question)
    answer = _kept(asked, qs.answers(asked), given, where)
    if state.states.get(question) not in (ANSWERED, NA, UNSETTLED):
        what = f"{question} was not answered in {state.where}"
        raise InspectionError(where, what, "Name an answered question")
    if question in state.answers and state.answers[question].answer == answer:
        what = f"{question} has that answer already"
        raise InspectionError(where, what, "Give another answer, or reject it")
    return answer


def _kept(asked: Question, labels: Mapping[str, str], given: str, where: str) -> str:
    """The text under which an answer is kept, given by ids or labels; of several, `;` between."""
    known = {label.casefold(): id for id, label in labels.items()} | {id: id for id in labels}
    said = given.split(";") if asked.type == "multiple" else [given]
    answer = " ".join(known.get(each.strip().casefold(), each.strip()) for each in said)
    if labels and not set(answer.split()) <= set(labels):
        hint = nearest(given, list(labels.values()))
        several = ", several with ; between them" if asked.type == "multiple" else ""
        remedy = f"Use one of {', '.join(labels.values())}{several}.{hint}"
        raise InspectionError(where, f"{given!r} is no answer of {asked.id}", remedy)
    return canonical(asked, tuple(labels), answer)
