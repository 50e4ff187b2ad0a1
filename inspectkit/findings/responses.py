"""Responses: what each addressee answered, what it will do by when, and how one will be sure.

An action alone is not an acceptance: where a body did not say whether it accepts, the answer is
`not_stated`, and stays so until it does.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from inspectkit.findings.dates import Due, read_due
from inspectkit.findings.register import Name
from inspectkit.review.log.kinds import Content

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
DONE_BEFORE = "done before publication"
CLOSED = ("achieved", "superseded", "no_longer_relevant")
BODY, INSPECTORATE = "body", "inspectorate"


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
            return Due(self.due, reason=DONE_BEFORE)
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
