"""The follow-up of a register: who answered what, how far each is, what is due, late or awaited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.findings.clocks import clock
from inspectkit.findings.dates import Due, read_due
from inspectkit.findings.register import ASKS, Finding, Register
from inspectkit.findings.responses import (
    ANSWERS,
    BODY,
    CLOSED,
    DONE_BEFORE,
    INSPECTORATE,
    STATES,
    Response,
    Status,
)
from inspectkit.validation import nearest

Sort = Literal["asked", "action", "assurance"]
ASKED = "As asked"
COLUMNS = ["id", "title", "addressee", "answer", "claimed", "verified", "due", "first", "last",
           "overdue", "waits_for"]  # fmt: skip


@dataclass(frozen=True)
class FollowUp:
    """A register with every response and status given since.

    Of each address the newest counts by its day, of one day what was recorded last: something old
    may be entered late. reworded: finding and addressee of each answer to words that changed since.
    """

    register: Register
    responses: tuple[Response, ...] = ()
    statuses: tuple[Status, ...] = ()
    reworded: frozenset[tuple[str, str]] = frozenset()
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
        in_time = sorted(self.responses, key=lambda each: each.received)
        held = {(each.finding, each.addressee): each for each in in_time}
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
        given = (
            each
            for each in reversed(self.statuses)
            if (each.finding, each.addressee, each.side) == (finding, addressee, side)
        )
        return max(given, key=lambda each: each.on, default=None)

    def addresses(self) -> Iterator[tuple[Finding, str]]:
        """Each finding with each of those who are to answer it, or who answered it unasked."""
        for finding in self.register.findings:
            asked = finding.addressees if finding.kind in ASKS else ()
            unasked = (to for id, to in self._held if id == finding.id)
            for addressee in dict.fromkeys((*asked, *unasked)):
                yield finding, addressee

    def to_ask_again(self) -> list[str]:
        """Whose answer was given before the finding had the words it has now."""
        return [
            f"{finding.title}: {to} answered it in earlier words. Send it again"
            for finding, to in self.addresses()
            if (finding.id, to) in self.reworded
        ]

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

    def passed(self, on: date) -> pd.DataFrame:
        """id, title, addressee, step, due, last: each step whose day has passed, not yet closed.

        A step is what was asked, an action or an assurance: the first of three phases is told here
        as soon as its day has passed, although the whole is due with the last.
        """
        rows = []
        for finding, to in self.addresses():
            if self.state(finding.id, to) in CLOSED:
                continue
            late = ((step, due) for _, step, due in self.dates(finding.id, to) if due.overdue(on))
            rows += [(finding.id, finding.title, to, step, d.written, d.last) for step, d in late]
        names = ["id", "title", "addressee", "step", "due", "last"]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def without_day(self) -> pd.DataFrame:
        """id, title, addressee, step, due, waits_for: each step that names no day, not yet done.

        An address of which no step is known at all is told as well.
        """
        rows = []
        for finding, to in self.addresses():
            if self.state(finding.id, to) not in CLOSED:
                steps = self.dates(finding.id, to) or [("asked", "No step yet", read_due(""))]
                rows += [(finding.id, finding.title, to, step, due.written, due.after or due.reason)
                         for _, step, due in steps
                         if due.last is None and due.reason != DONE_BEFORE]  # fmt: skip
        names = ["id", "title", "addressee", "step", "due", "waits_for"]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def history(self, finding: str) -> pd.DataFrame:
        """on, addressee, said, by, evidence: every answer and status of a finding, in order."""
        self.register.finding(finding)
        rows = [(each.received, each.addressee, f"answer: {ANSWERS[each.answer]}", each.addressee,
                 each.reason) for each in self.responses if each.finding == finding]  # fmt: skip
        for one in self.statuses:
            if one.finding == finding:
                word = "claimed" if one.side == BODY else "verified"
                more = f" by {one.superseded_by}" if one.superseded_by else ""
                said, vouched = f"{word}: {STATES[one.state]}{more}", one.attested_by
                rows.append((one.on, one.addressee, said, vouched or one.by, one.evidence))
        rows.sort(key=lambda row: row[0])
        return pd.DataFrame(rows, columns=["on", "addressee", "said", "by", "evidence"])

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
            found.append(("asked", ASKED, asked.deadline(published)))
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
