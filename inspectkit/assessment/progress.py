"""How far the marking is: who has marked what, when it will be done, what waits, how far it agrees.

The expected finish rests on the pace so far, and says how sure that is: marks submitted are a
count, whose limits are those of a Poisson mean (Garwood 1936, Biometrika 28, 437-442).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import pandas as pd
from scipy.special import gammaincinv

from inspectkit.assessment.agreement import agree
from inspectkit.assessment.agreement.bootstrap import Coefficient
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Bar, Column, StackedBars, Table, counted
from inspectkit.review import beside
from inspectkit.review.entries import Event
from inspectkit.review.kept import Marked
from inspectkit.review.moderation import RULING, to_look_at_again
from inspectkit.review.state import FILE_ABSENT, NOT_STARTED, SIMULATED, STARTED, SUBMITTED
from inspectkit.review.store import Store

NOBODY = "Nobody yet"
STATES = (SUBMITTED, STARTED, NOT_STARTED)
COLUMNS = ["marker", "given", *STATES, "minutes", "last"]
LEAST = 5  # submitted marks under which a pace says nothing
A_DAY = timedelta(days=1)
FEW = f"fewer than {LEAST} cases have been submitted"
SOON = "marking has gone on for less than a day"


@dataclass(frozen=True)
class Finish:
    """The day on which the last mark is expected, the earliest and the latest; else the reason."""

    day: date | None = None
    earliest: date | None = None
    latest: date | None = None
    reason: str = ""

    def __str__(self) -> str:
        if self.day is None:
            return f"cannot be told: {self.reason}"
        if not self.earliest or not self.latest or self.earliest == self.latest:
            return in_words(self.day)
        return f"{in_words(self.day)} (from {in_words(self.earliest)} to {in_words(self.latest)})"


@dataclass(frozen=True, eq=False)
class Progress:
    """How far the marking is at a moment.

    markers: marker, given, submitted, started, not started (marks), minutes (the median of a
    submitted case, None without one), last (UTC, ISO form). waits: what, number, detail. agreement:
    the share of answers on which two blind marks agree, with its limits; pairs: of how many.
    """

    at: datetime
    markers: pd.DataFrame
    waits: pd.DataFrame
    finish: Finish
    agreement: Coefficient
    pairs: int

    @property
    def simulated(self) -> bool:
        """Were any of the marks made by a program?"""
        return bool((self.markers["marker"] == SIMULATED).any())

    def table(self) -> Table:
        """Who has marked what, the whole in the last row."""
        rows = [self._row(row) for row in self.markers.to_dict("records")]
        sums = self.markers[["given", *STATES]].sum()
        whole = ("All", *(int(sums[name]) for name in ("given", *STATES)), None, None)
        return Table(
            id="progress",
            title="Who has marked what",
            columns=(
                Column("Inspector"),
                Column("Marks to give", "number"),
                Column("Submitted", "number"),
                Column("Started", "number"),
                Column("Not started", "number"),
                Column("Minutes a case (median)", "number"),
                Column("Last saved (UTC)"),
            ),
            rows=(*rows, whole),
            totals=(len(rows),),
            notes=self.notes(),
        )

    def plain(self) -> dict[str, Any]:
        """Everything as plain values, dates in ISO form."""
        days = (self.finish.day, self.finish.earliest, self.finish.latest)
        names, agreed = ("day", "earliest", "latest"), self.agreement
        finish = {
            name: day.isoformat() if day else None for name, day in zip(names, days, strict=True)
        }
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "markers": json.loads(self.markers.to_json(orient="records")),
            "waiting": json.loads(self.waits.to_json(orient="records")),
            "finish": {**finish, "reason": self.finish.reason},
            "agreement": {"pairs": self.pairs, "percent": agreed.value, "low": agreed.low,
                          "high": agreed.high, "reason": agreed.reason},
            "simulated": self.simulated,
        }  # fmt: skip

    def _row(self, row: dict[Any, Any]) -> tuple[str | int | None, ...]:
        counts = (int(row[name]) for name in ("given", *STATES))
        last = str(row["last"])
        spent = None if pd.isna(row["minutes"]) else int(row["minutes"])
        return str(row["marker"]), *counts, spent, f"{last[:10]} {last[11:16]}".strip() or None

    def spoken(self) -> pd.DataFrame:
        """The markers as a terminal shows them."""
        shown = self.markers.copy()
        shown["minutes"] = shown["minutes"].astype("string").fillna("")
        shown["last"] = shown["last"].str[:16].str.replace("T", " ")
        return shown

    def notes(self) -> tuple[str, ...]:
        """As of when, the expected finish, and how far second marks agree."""
        told = [f"As of {in_words(self.at)}, {self.at:%H:%M} UTC. Expected finish {self.finish}."]
        if self.agreement.value is None:
            told.append(f"Agreement of second marks: none to tell, {self.agreement.reason}.")
        else:
            low, high = self.agreement.low, self.agreement.high
            limits = f", 95% limits {low:.1%} to {high:.1%}" if low is not None else ""
            pairs = counted(self.pairs, "answer given twice", "answers given twice")
            alone = f" ({self.agreement.reason})" if self.agreement.reason else ""
            told.append(f"Of {pairs} {self.agreement.value:.1%} agree{limits}{alone}.")
        return (*told, "These marks are SIMULATED.") if self.simulated else tuple(told)

    def chart(self) -> StackedBars:
        """Each inspector's marks by how far they are."""
        bars = tuple(
            Bar(str(row["marker"]), "Marks to give", tuple(int(row[name]) for name in STATES))
            for row in self.markers.to_dict("records")
        )
        sums = self.markers[list(STATES)].sum()
        said = ", ".join(f"{int(sums[name])} {name}" for name in STATES)
        return StackedBars(
            id="progress-chart",
            title="How far each inspector is",
            alt=f"Marks by inspector and state; in all {said}.",
            series=tuple(name.capitalize() for name in STATES),
            bars=bars,
            unit="marks",
            lengths="count",
            stamp="SIMULATED MARKS" if self.simulated else "",
        )

    def waiting(self) -> Table:
        """What waits for a moderator, a lead or an inspector."""
        return Table(
            id="waiting",
            title="What waits",
            columns=(Column("What"), Column("Number", "number"), Column("Detail")),
            rows=tuple(tuple(row) for row in self.waits.itertuples(index=False)),
        )


def in_words(day: date) -> str:
    """A day as people here write it.

    >>> in_words(date(2026, 12, 1))
    '1 December 2026'
    """
    return f"{day.day} {day:%B %Y}"


def progress(store: Store, *, now: datetime | None = None) -> Progress:
    """How far the marking of a store is. now: with a time zone; by default this moment.

    A case given to nobody is one mark that nobody has yet; a file that is not available is none.
    """
    at = now or datetime.now(UTC)
    events = store.events()
    rows = _rows(store, events)
    table = _by_marker(rows)
    agreement, pairs = _agreement(store)
    waits = pd.DataFrame(_waits(store, events, rows, at), columns=["what", "number", "detail"])
    return Progress(at, table, waits, _finish(rows, events, at), agreement, pairs)


def _rows(store: Store, events: tuple[Event, ...]) -> pd.DataFrame:
    """subject, marker, status, minutes, last: a row for each mark that is to be given."""
    by_case: dict[str, list[Event]] = {}
    for event in events:
        by_case.setdefault(event.subject, []).append(event)
    rows = [
        row
        for subject, marked in store.marked().items()
        if marked.state.status != FILE_ABSENT
        for row in _marks(subject, marked, by_case.get(subject, []))
    ]
    return pd.DataFrame(rows, columns=["subject", "marker", "status", "minutes", "last"])


def _marks(subject: str, marked: Marked, events: list[Event]) -> Iterator[tuple[object, ...]]:
    parts = {each.content["part"]: each.marker for each in events if each.kind == "allocate"}
    for marker in dict.fromkeys([*parts.values(), *marked.seen]) or [NOBODY]:
        own = marked.seen.get(marker)
        times = [each.at for each in events if marker in (each.marker, each.actor)]
        saved = [each.at for each in events if each.marker == marker and each.kind == "answer"]
        last = max(saved, default="")
        yield subject, marker, own.status if own else NOT_STARTED, beside.minutes(times), last


def _by_marker(rows: pd.DataFrame) -> pd.DataFrame:
    made = []
    for marker, part in sorted(rows.groupby("marker"), key=lambda each: each[0] == NOBODY):
        counts = part["status"].value_counts()
        done = part.loc[part["status"] == SUBMITTED, "minutes"]
        spent = int(median(done)) if len(done) else None
        states = (int(counts.get(name, 0)) for name in STATES)
        made.append((marker, len(part), *states, spent, part["last"].max()))
    return pd.DataFrame(made, columns=COLUMNS).astype({"minutes": "Int64"})


def _finish(rows: pd.DataFrame, events: tuple[Event, ...], at: datetime) -> Finish:
    """Left marks at the pace of the calendar days since the first answer."""
    done = int((rows["status"] == SUBMITTED).sum())
    left = len(rows) - done
    answers = [datetime.fromisoformat(each.at) for each in events if each.kind == "answer"]
    if not left:
        today = at.date()
        return Finish(today, today, today)
    if done < LEAST:
        return Finish(reason=FEW)
    days = (at - min(answers)) / A_DAY
    if days < 1:
        return Finish(reason=SOON)
    low, high = gammaincinv(done, 0.025), gammaincinv(done + 1, 0.975)
    day, earliest, latest = (
        (at + timedelta(days=left * days / count)).date() for count in (done, high, low)
    )
    return Finish(day, earliest, latest)


def _waits(
    store: Store, events: tuple[Event, ...], rows: pd.DataFrame, at: datetime
) -> list[tuple[str, int, str]]:
    open_queries = beside.unanswered(events)
    urgent = beside.concerns(store, at)
    urgent = urgent[urgent["dealt"] == ""]
    longest = f"the oldest for {urgent['hours'].max():.0f} hours" if len(urgent) else ""
    asked = beside.waiting_requests(events)
    marks = store.reviews().marks
    unsettled = int((marks["state"] == "unsettled").sum())
    twice = rows[rows["subject"].duplicated(keep=False)]
    blind = int(twice.loc[twice["status"] != SUBMITTED, "subject"].nunique())
    still = "their marks stay blind until then" if blind else ""
    again = to_look_at_again(store)
    ruled = sum(each.kind == RULING for each in events)
    cases = f"in {counted(int(again['subject'].nunique()), 'case')}" if len(again) else ""
    return [
        ("Queries without a reply", len(open_queries), _oldest(open_queries)),
        ("Urgent concerns not dealt with", len(urgent), longest),
        ("Requests to decide", len(asked), _oldest(asked)),
        ("Differing answers to settle", unsettled, ""),
        ("Cases waiting for another mark", blind, still),
        ("Answers to look at again", len(again), cases or f"{counted(ruled, 'ruling')} made"),
    ]


def _oldest(events: tuple[Event, ...]) -> str:
    return f"the oldest since {min(each.at for each in events)[:10]}" if events else ""


def _agreement(store: Store) -> tuple[Coefficient, int]:
    try:
        row = agree(store.reviews()).row("all", "")
    except InspectionError as none:
        return Coefficient(None, None, None, none.what), 0
    return row.coefficients["percent"], row.pairs
