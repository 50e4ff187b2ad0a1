"""Clocks for an answer: so many days, working or calendar, from a day that somebody can name.

Each clock is data with its source. A clock of a statute counts as the statute says, the first day
in or out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.questions.calendars import calendar
from inspectkit.validation import nearest

REF = "clocks@1"
WORKING = "working"


@dataclass(frozen=True)
class Clock:
    """days: how many, unit: working or calendar. starts: what it counts from, sent or published."""

    id: str
    label: str
    days: int
    unit: str
    first_day_counts: bool
    starts: str
    calendar: str
    source: str
    verified: bool

    def ends(self, start: date) -> date | None:
        """The last day; None where the calendar of bank holidays does not reach it.

        >>> clock("police-comments").ends(date(2024, 1, 31))
        datetime.date(2024, 3, 26)
        >>> clock("factual-accuracy").ends(date(2024, 12, 20))
        datetime.date(2025, 1, 8)
        """
        days = self.days - self.first_day_counts
        if self.unit == WORKING:
            return calendar(self.calendar).after(start, days)
        return start + timedelta(days=days)

    @property
    def words(self) -> str:
        """'10 working days', '56 days'."""
        return f"{self.days} {'working days' if self.unit == WORKING else 'days'}"


@cache
def _clocks() -> dict[str, Clock]:
    path = Path(__file__).parent / f"{REF}.json"
    held: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        id: Clock(id=id, starts=each["from"], **{k: v for k, v in each.items() if k != "from"})
        for id, each in held.items()
    }


def clock(id: str) -> Clock:
    """The clock of that name. Errors: none such, with the nearest."""
    known = _clocks()
    if id not in known:
        remedy = f"Use one of {', '.join(known)}.{nearest(id, known)}"
        raise InspectionError("clock", f"no clock {id!r}", remedy)
    return known[id]
