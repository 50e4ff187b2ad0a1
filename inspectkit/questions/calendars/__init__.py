"""Calendars of bank holidays, versioned and kept here as data, for counting in working days.

Published days never change within a version; a day proclaimed later (a funeral, a coronation) or a
further year makes a new one, so that an old inspection counts as it did.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.validation import nearest

FOLDER = Path(__file__).parent
DEFAULT = "england-and-wales@1"
WEEKEND = 5  # Saturday, counted from Monday as 0


@dataclass(frozen=True)
class Calendar:
    """Bank holidays from the first to the last day for which they have been published."""

    ref: str
    label: str
    first: date
    last: date
    holidays: frozenset[date]
    source: str

    def is_working_day(self, day: date) -> bool:
        """Neither Saturday, nor Sunday, nor a bank holiday."""
        return day.weekday() < WEEKEND and day not in self.holidays

    def working_days(self, start: date, end: date) -> int | None:
        """Working days after the start, up to and with the end; None outside the calendar.

        The day after the start is the first that can count; an earlier end gives a negative number.

        >>> calendar().working_days(date(2024, 12, 24), date(2025, 1, 2))  # a Tuesday, a Thursday
        4
        >>> calendar().working_days(date(2025, 1, 2), date(2024, 12, 24))
        -4
        """
        low, high = min(start, end), max(start, end)
        if low < self.first or high > self.last:
            return None
        weeks, rest = divmod((high - low).days, 7)
        tail = [high - timedelta(days=each) for each in range(rest)]
        count = weeks * WEEKEND + sum(each.weekday() < WEEKEND for each in tail)
        count -= sum(low < each <= high and each.weekday() < WEEKEND for each in self.holidays)
        return count if start <= end else -count

    def after(self, start: date, days: int) -> date | None:
        """The day that is so many working days after the start; None outside the calendar.

        >>> calendar().after(date(2024, 12, 24), 4)
        datetime.date(2025, 1, 2)
        """
        day = start
        while days and self.first <= day <= self.last:
            day += timedelta(days=1)
            days -= self.is_working_day(day)
        return day if self.first <= day <= self.last else None

    def plain(self) -> dict[str, Any]:
        """What a browser needs to count alike: first and last day, the holidays."""
        holidays = sorted(each.isoformat() for each in self.holidays)
        return {"first": str(self.first), "last": str(self.last), "holidays": holidays}


@cache
def calendar(ref: str = DEFAULT) -> Calendar:
    """The calendar of a reference such as england-and-wales@1.

    Errors: a calendar that is not here, with the nearest one.
    """
    path = FOLDER / f"{ref}.json"
    known = sorted(each.stem for each in FOLDER.glob("*.json"))
    if ref not in known:
        remedy = f"Use {', '.join(known)}.{nearest(ref, known)}"
        raise InspectionError("calendar", f"no calendar {ref!r}", remedy)
    held = json.loads(path.read_text(encoding="utf-8"))
    days = frozenset(
        date.fromisoformat(each) for year in held["holidays"].values() for each in year
    )
    first, last = date.fromisoformat(held["first"]), date.fromisoformat(held["last"])
    return Calendar(ref, held["label"], first, last, days, held["source"])
