"""Responses: what each addressee answered, what it will do by when, and how one will be sure.

An action alone is not an acceptance: where a body did not say whether it accepts, the answer is
`not_stated`, and stays so until it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from inspectkit.errors import InspectionError, Problems
from inspectkit.findings.dates import Due, read_due
from inspectkit.findings.register import ASKS, Name, Record, Register

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
COLUMNS = ["id", "title", "addressee", "answer", "claimed", "verified", "due", "last", "overdue",
           "waits_for"]  # fmt: skip
BODY, INSPECTORATE = "body", "inspectorate"


class Action(Record):
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


class Response(Record):
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


class Status(Record):
    """How far one addressee is with one finding, as one side says on one day.

    by_side: what the body claims and what the inspectorate verified are never one field.
    """

    finding: Name
    addressee: Name
    side: Literal["body", "inspectorate"]
    state: State
    on: date
    by: Name
    evidence: str = ""
    superseded_by: str = ""

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
        return _newest(self.statuses, finding, addressee, side)

    def table(self, on: date) -> pd.DataFrame:
        """One row for each finding that asks for something and each addressee.

        id, title, addressee, answer, claimed, verified, due, last, overdue, waits_for.
        """
        rows = []
        for finding in self.register.findings:
            for addressee in finding.addressees if finding.kind in ASKS else ():
                due = self._due(finding.id, addressee)
                held = self.response(finding.id, addressee)
                verified = self.state(finding.id, addressee)
                late = due.overdue(on) and verified not in CLOSED
                rows.append(
                    {
                        "id": finding.id,
                        "title": finding.title,
                        "addressee": addressee,
                        "answer": held.answer if held else "no response",
                        "claimed": self.state(finding.id, addressee, BODY),
                        "verified": verified,
                        "due": due.written,
                        "last": due.last,
                        "overdue": late,
                        "waits_for": due.after or due.reason,
                    }
                )
        return pd.DataFrame(rows, columns=COLUMNS, dtype=object)

    def rolled_up(self) -> pd.DataFrame:
        """id, title, addressees, answered, claimed, achieved: "n of 14", achieved as verified."""
        rows = []
        for finding in self.register.findings:
            if finding.kind not in ASKS:
                continue
            to = finding.addressees
            answered = sum(self.response(finding.id, one) is not None for one in to)
            claimed, achieved = (
                sum(self.state(finding.id, one, side) == "achieved" for one in to)
                for side in (BODY, INSPECTORATE)
            )
            rows.append((finding.id, finding.title, len(to), answered, claimed, achieved))
        names = ["id", "title", "addressees", "answered", "claimed", "achieved"]
        return pd.DataFrame(rows, columns=names)

    def overdue(self, on: date) -> pd.DataFrame:
        """The rows of `table` whose last day has passed without the inspectorate closing them."""
        table = self.table(on)
        return table[table["overdue"].astype(bool)].reset_index(drop=True)

    def _due(self, finding: str, addressee: str) -> Due:
        """The last of the body's own dates, else the recommendation's."""
        published = self.register.published
        held = self.response(finding, addressee)
        dates = [each.deadline(published) for each in held.actions] if held else []
        if held and held.assurance_due:
            dates.append(read_due(held.assurance_due, published=published))
        known = [each for each in dates if each.last]
        if known:
            return max(known, key=lambda each: each.last or date.min)
        waiting = [each for each in dates if each.after]
        return waiting[0] if waiting else self.register.finding(finding).deadline(published)


def _newest(statuses: Iterable[Status], finding: str, addressee: str, side: str) -> str:
    state = "not_started"
    for each in statuses:
        if (each.finding, each.addressee, each.side) == (finding, addressee, side):
            state = each.state
    return state
