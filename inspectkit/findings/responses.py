"""Responses: what each addressee answered, what it will do by when, and how one will be sure.

An action alone is not an acceptance: where a body did not say whether it accepts, the answer is
`not_stated`, and stays so until it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from inspectkit.errors import InspectionError, Problems
from inspectkit.findings.clocks import clock
from inspectkit.findings.dates import Due, read_due
from inspectkit.findings.register import ASKS, Finding, Name, Register
from inspectkit.review.log.kinds import Content
from inspectkit.validation import nearest

Answer = Literal["accept", "partially_accept", "note", "reject", "not_stated"]
ANSWERS: dict[str, str] = {
    "accept": "Accepted",
    "partially_accept": "Partially accepted",
    "note": "Noted",
    "reject": "Rejected",
    "not_stated": "Not stated",
}
State = Literal[
    "not_started",
    "in_progress",
    "partially_achieved",
    "achieved",
    "not_achieved",
    "superseded",
    "no_longer_relevant",
]
STATES: dict[str, str] = {
    "not_started": "Not started",
    "in_progress": "In progress",
    "partially_achieved": "Partially achieved",
    "achieved": "Achieved",
    "not_achieved": "Not achieved",
    "superseded": "Superseded",
    "no_longer_relevant": "No longer relevant",
}
CLOSED = ("achieved", "superseded", "no_longer_relevant")
COLUMNS = ["id", "title", "addressee", "answer", "claimed", "verified", "due", "first", "last",
           "overdue", "waits_for"]  # fmt: skip
BODY, INSPECTORATE = "body", "inspectorate"
Sort = Literal["asked", "action", "assurance"]


class Action(Content):
    """One thing to be done: phases of one promise are actions of their own, each with its date.

    instead: it takes the place of what was recommended. done_before: it was finished before the
    report was published.
    """

    text: str = Field(min_length=1, max_length=5000)
    due: str = ""
    owner: str = ""
    instead: bool = False
    done_before: bool = False

    def deadline(self, published: date | None = None) -> Due:
        """The days that its date means; an action done before publication is due no more."""
        if self.done_before:
            return Due(self.due, reason="done before publication")
        return read_due(self.due, published=published)


class Response(Content):
    """What one addressee answered to one finding.

    assurance: how the body will be sure that it is done (dip samples, panels), and by when.
    """

    finding: Name
    addressee: Name
    answer: Answer = "not_stated"
    reason: str = ""
    narrative: str = ""
    owner: str = ""
    actions: tuple[Action, ...] = ()
    assurance: str = ""
    assurance_due: str = ""
    received: date

    @model_validator(mode="after")
    def _reasoned(self) -> Response:
        if self.answer in ("reject", "partially_accept") and not self.reason.strip():
            raise ValueError(f"{ANSWERS[self.answer].lower()} without a reason: write it down")
        return self


class Status(Content):
    """How far one addressee is with one finding, as one side says on one day.

    side: what the body claims and what the inspectorate verified are never one field.
    attested_by: who of the body vouches for the claim, by name and office.
    """

    finding: Name
    addressee: Name
    side: Literal["body", "inspectorate"]
    state: State
    on: date
    by: Name
    evidence: str = ""
    superseded_by: str = ""
    attested_by: str = ""

    @model_validator(mode="after")
    def _evidenced(self) -> Status:
        if self.state == "superseded" and not self.superseded_by.strip():
            raise ValueError("superseded by what? Name the finding or report")
        if self.side == INSPECTORATE and self.state in CLOSED and not self.evidence.strip():
            raise ValueError("verified without evidence: write what was seen")
        return self


@dataclass(frozen=True)
class FollowUp:
    """A register with every response and status given since; the newest of each address counts."""

    register: Register
    responses: tuple[Response, ...] = ()
    statuses: tuple[Status, ...] = ()
    _held: dict[tuple[str, str], Response] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        problems = Problems()
        given: tuple[Response | Status, ...] = (*self.responses, *self.statuses)
        for each in given:
            with problems.gather():
                finding = self.register.finding(each.finding)
                if finding.addressees and each.addressee not in finding.addressees:
                    what = f"{each.addressee} is not among those it is addressed to"
                    remedy = f"Use one of {', '.join(finding.addressees)}"
                    raise InspectionError(finding.title, what, remedy)
        problems.raise_if_any()
        held = {(each.finding, each.addressee): each for each in self.responses}
        object.__setattr__(self, "_held", held)

    def response(self, finding: str, addressee: str) -> Response | None:
        """The newest response of an addressee, None while there is none."""
        return self._held.get((finding, addressee))

    def state(self, finding: str, addressee: str, side: str = INSPECTORATE) -> str:
        """The newest state that a side gave; "not_started" before it gave any."""
        held = self.newest(finding, addressee, side)
        return held.state if held else "not_started"

    def newest(self, finding: str, addressee: str, side: str) -> Status | None:
        """The newest status that a side gave, None before it gave any."""
        for each in reversed(self.statuses):
            if (each.finding, each.addressee, each.side) == (finding, addressee, side):
                return each
        return None

    def addresses(self) -> Iterator[tuple[Finding, str]]:
        """Each finding with each of those who are to answer it, or who answered it unasked."""
        for finding in self.register.findings:
            asked = finding.addressees if finding.kind in ASKS else ()
            unasked = (to for id, to in self._held if id == finding.id)
            for addressee in dict.fromkeys((*asked, *unasked)):
                yield finding, addressee

    def check_addressee(self, addressee: str) -> None:
        """Refuse a name to which nothing is addressed; "" is everybody."""
        known = list(dict.fromkeys(to for _, to in self.addresses()))
        if addressee and addressee not in known:
            remedy = f"Use one of {', '.join(known)}.{nearest(addressee, known)}"
            raise InspectionError("addressee", f"nothing is addressed to {addressee!r}", remedy)

    def table(self, on: date) -> pd.DataFrame:
        """One row for each finding and each of those who are to answer it, or did.

        id, title, addressee, answer, claimed, verified, due, first, last, overdue, waits_for.
        """
        rows = []
        for finding, addressee in self.addresses():
            due = self._due(finding.id, addressee)
            held = self.response(finding.id, addressee)
            verified = self.state(finding.id, addressee)
            late = due.overdue(on) and verified not in CLOSED
            answer = held.answer if held else "no response"
            claimed = self.state(finding.id, addressee, BODY)
            said = (answer, claimed, verified, due.written, due.first, due.last, late)
            rows.append((finding.id, finding.title, addressee, *said, due.after or due.reason))
        return pd.DataFrame(rows, columns=COLUMNS, dtype=object)

    def rolled_up(self) -> pd.DataFrame:
        """id, title, addressees, answered, claimed, attested, achieved: "n of 14".

        achieved is what the inspectorate verified; attested, the claims somebody vouches for.
        """
        rows = []
        for finding in self.register.findings:
            if finding.kind not in ASKS:
                continue
            to = finding.addressees
            answered = sum(self.response(finding.id, one) is not None for one in to)
            claims = [self.newest(finding.id, one, BODY) for one in to]
            claimed = [each for each in claims if each and each.state == "achieved"]
            attested = sum(bool(each.attested_by) for each in claimed)
            achieved = sum(self.state(finding.id, one) == "achieved" for one in to)
            rows.append((finding.id, finding.title, len(to), answered, len(claimed), attested,
                         achieved))  # fmt: skip
        names = ["id", "title", "addressees", "answered", "claimed", "attested", "achieved"]
        return pd.DataFrame(rows, columns=names)

    def postponed(self) -> pd.DataFrame:
        """id, title, addressee, asked, promised: whose own last day is later than was asked."""
        rows = []
        for finding, addressee in self.addresses():
            asked = finding.deadline(self.register.published).last
            promised = self._due(finding.id, addressee).last
            if asked and promised and promised > asked:
                rows.append((finding.id, finding.title, addressee, asked, promised))
        names = ["id", "title", "addressee", "asked", "promised"]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def to_answer(self, on: date) -> pd.DataFrame:
        """id, title, addressee, clock, last, late: answers awaited by a clock, the earliest first.

        last: the last day for it, None where the report has no date or the calendar ends before.
        """
        rows = []
        for finding, addressee in self.addresses():
            if finding.clock and self.response(finding.id, addressee) is None:
                each, start = clock(finding.clock), self.register.published
                last = each.ends(start) if start else None
                late = last is not None and last < on
                rows.append((finding.id, finding.title, addressee, each.label, last, late))
        rows.sort(key=lambda row: row[4] or date.max)
        names = ["id", "title", "addressee", "clock", "last", "late"]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def overdue(self, on: date) -> pd.DataFrame:
        """The rows of `table` whose last day has passed without the inspectorate closing them."""
        table = self.table(on)
        return table[table["overdue"].astype(bool)].reset_index(drop=True)

    def dates(self, finding: str, addressee: str) -> list[tuple[Sort, str, Due]]:
        """Every date of one address: what was asked, each action, the assurance; none left out.

        Each as what it is of (asked, action, assurance), in words, and its days.
        """
        published, asked = self.register.published, self.register.finding(finding)
        found: list[tuple[Sort, str, Due]] = []
        if asked.due:
            found.append(("asked", "As asked", asked.deadline(published)))
        held = self.response(finding, addressee)
        for each in held.actions if held else ():
            found.append(("action", each.text, each.deadline(published)))
        if held and (held.assurance or held.assurance_due):
            due = read_due(held.assurance_due, published=published)
            found.append(("assurance", held.assurance or "Assurance", due))
        return found

    def _due(self, finding: str, addressee: str) -> Due:
        """The last of the body's own dates, else the recommendation's."""
        own = [due for sort, _, due in self.dates(finding, addressee) if sort != "asked"]
        if known := [each for each in own if each.last]:
            return max(known, key=lambda each: each.last or date.min)
        waiting = [each for each in own if each.after]
        return (
            waiting[0]
            if waiting
            else self.register.finding(finding).deadline(self.register.published)
        )
