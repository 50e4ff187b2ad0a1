"""Challenges of the inspected body and their decisions, as events of the store.

A challenge is about an answer in a case, or about a paragraph of a draft. It is decided with a
reason by somebody who did not mark the case; an accepted one settles the answer anew, and both the
mark as it was given and the decision stay in the log.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.answers import canonical
from inspectkit.questions.model import Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.entries import Check, Entry, Event
from inspectkit.review.log.kinds import Adjudicated, Content, register
from inspectkit.review.rules import check_limits
from inspectkit.review.state import ANSWERED, NA, UNSETTLED, CaseState
from inspectkit.review.store import Store
from inspectkit.validation import nearest

Sort = Literal["typing_error", "accuracy", "omission"]
SORTS: dict[str, str] = {
    "typing_error": "Typing error",
    "accuracy": "Accuracy",
    "omission": "Omission",
}
Verdict = Literal["accepted", "partly_accepted", "rejected"]
VERDICTS: dict[str, str] = {
    "accepted": "Accepted",
    "partly_accepted": "Partly accepted",
    "rejected": "Rejected",
}
LONGEST = 20_000  # letters of what is challenged, proposed or shown
CHALLENGE, DECIDED, ADJUDICATE = "challenge", "challenge_decided", "adjudicate"
COLUMNS = ["number", "draft", "place", "sort", "text", "proposed", "evidence", "verdict", "reason",
           "by"]  # fmt: skip


class Challenge(Content):
    """What the body says is wrong. place: a paragraph or finding of a draft, "" for an answer.

    subject, item, question: the answer it is about. draft: which draft it was raised on.
    """

    number: int = Field(ge=1)
    sort: Sort
    text: str = Field(min_length=1, max_length=LONGEST)
    proposed: str = Field(default="", max_length=LONGEST)
    evidence: str = Field(default="", max_length=LONGEST)
    place: str = Field(default="", max_length=200)
    subject: str = ""
    item: str = ""
    question: str = ""
    draft: int = Field(default=0, ge=0)
    sender: str = ""
    received: date

    @model_validator(mode="after")
    def _placed(self) -> Challenge:
        if not self.place and not (self.subject and self.question):
            raise ValueError("about nothing: name a case and question, or a paragraph")
        return self

    @property
    def where(self) -> str:
        """What it is about, in words."""
        item = f", item {self.item}" if self.item else ""
        return self.place or f"case {self.subject}{item}, question {self.question}"


class Changed(Content):
    """An answer as it is from now on."""

    subject: str
    question: str
    answer: str
    before: str
    item: str = ""


class Decision(Content):
    """How a challenge was decided, why, and what it changed; keys: of the answers it settled."""

    challenge: int
    verdict: Verdict
    reason: str = Field(min_length=1, max_length=20_000)
    changes: tuple[Changed, ...] = ()
    keys: tuple[str, ...] = ()


register(CHALLENGE, Challenge)
register(DECIDED, Decision)


@dataclass(frozen=True)
class Challenged:
    """Every challenge, and the decisions so far by the challenge's number, each with its author."""

    challenges: tuple[Challenge, ...]
    decisions: Mapping[int, tuple[Decision, str]]

    @classmethod
    def of(cls, store: Store) -> Challenged:
        """As the store has them."""
        return cls._folded(store.events(CHALLENGE, DECIDED))

    @classmethod
    def _folded(cls, events: Iterable[Event]) -> Challenged:
        raised, decided = [], {}
        for event in events:
            if event.kind == CHALLENGE:
                raised.append(Challenge.model_validate(event.content))
            else:
                told = Decision.model_validate(event.content)
                decided[told.challenge] = (told, event.actor)
        return cls(tuple(sorted(raised, key=lambda each: each.number)), decided)

    def challenge(self, number: int) -> Challenge:
        """The challenge of that number. Errors: there is none."""
        for each in self.challenges:
            if each.number == number:
                return each
        known = f"There are {len(self.challenges)}: see inspectkit accuracy list"
        raise InspectionError("challenge", f"no challenge {number}", known)

    def decision(self, number: int) -> Decision:
        """How it was decided. Errors: it was not, so that nobody sees the effect beforehand."""
        self.challenge(number)
        if number not in self.decisions:
            what = "it is not decided; its effect on a rating is shown after that alone"
            raise InspectionError(f"challenge {number}", what, "Decide it on what the file says")
        return self.decisions[number][0]

    def table(self) -> pd.DataFrame:
        """number, draft, place, sort, text, proposed, evidence, verdict, reason, by.

        draft: 0 for the sheets. verdict, reason and by are "" while it is open.
        """
        rows = []
        for each in self.challenges:
            told, by = self.decisions.get(each.number, (None, ""))
            verdict, reason = (VERDICTS[told.verdict], told.reason) if told else ("", "")
            rows.append((each.number, each.draft, each.where, SORTS[each.sort], each.text,
                         each.proposed, each.evidence, verdict, reason, by))  # fmt: skip
        return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def receive(
    store: Store, stated: Iterable[Mapping[str, object]], *, by: str
) -> tuple[Challenge, ...]:
    """Record challenges in one commit, numbered on; gives those that were not recorded before.

    One that its sender sent before in the same words is known: taking a file twice doubles nothing.
    Errors: a case or question nobody knows; all texts that are too long.
    """
    held = store.events(CHALLENGE)
    known = Counter(_words(Challenge.model_validate(each.content)) for each in held)
    first = len(held) + 1
    told: list[Challenge] = []
    for each in _short_enough(stated):
        made = Challenge.model_validate({**each, "number": first + len(told)})
        if known[_words(made)]:
            known[_words(made)] -= 1
        else:
            told.append(made)
    entries = [Entry(CHALLENGE, each, _address(each)) for each in told]

    def numbered(events: tuple[Event, ...]) -> None:
        if len(events) + 1 != first:
            raise InspectionError("challenges", "others were recorded meanwhile", "Take it again")

    store.record_all(entries, by=by, check=Check((CHALLENGE,), numbered))
    return tuple(told)


def _short_enough(stated: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The challenges as they are. Errors: every text that is too long to be kept."""
    found, problems = list(stated), Problems()
    for each in found:
        where = each.get("place") or f"case {each.get('subject')}, {each.get('question')}"
        for name in ("text", "proposed", "evidence"):
            letters = len(str(each.get(name, "")))
            if letters > LONGEST:
                what = f"the challenge has {letters:,} letters, {LONGEST:,} at most"
                problems.add(str(where), what, "Say it shorter and name a document that has it all")
    problems.raise_if_any()
    return found


def _words(each: Challenge) -> str:
    """Everything that was sent, without when it came."""
    return each.model_dump_json(exclude={"number", "received"})


def _address(each: Challenge) -> dict[str, str]:
    if not each.subject:
        return {}
    return {"subject": each.subject, "question": each.question, "item": each.item}


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
    entries = [Entry(DECIDED, told, _address(challenge))]
    for change, key in zip(changes, keys, strict=True):
        settled = Adjudicated(answer=change.answer, evidence=challenge.evidence or challenge.text,
                              reason=f"Challenge {number}: {reason}"[:20_000])  # fmt: skip
        address = {"subject": change.subject, "question": change.question, "item": change.item}
        entries.append(Entry(ADJUDICATE, settled, address, key))

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
