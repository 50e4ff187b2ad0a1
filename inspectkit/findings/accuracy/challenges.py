"""Challenges of the inspected body and how they were decided, as events of the store.

A challenge is about an answer in a case, or about a paragraph of a draft.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from inspectkit.errors import InspectionError, Problems
from inspectkit.review.entries import Check, Entry, Event
from inspectkit.review.log.kinds import Content, register
from inspectkit.review.store import Store

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
CHALLENGE, DECIDED = "challenge", "challenge_decided"
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
    entries = [Entry(CHALLENGE, each, address(each)) for each in told]

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


def address(each: Challenge) -> dict[str, str]:
    """Where its events stand in the log; nothing for one about a paragraph."""
    if not each.subject:
        return {}
    return {"subject": each.subject, "question": each.question, "item": each.item}
