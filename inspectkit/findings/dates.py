"""Dates as people write them in responses: kept as written, and read as an interval of days.

"by 30 September 2024" · "in the autumn of 2019" · "by the end of September 2019" · "within three
months of publication" · "once the new guidance has been issued". What cannot be read is kept, has
no interval, and says why: a due date is never guessed. Words that name several days mean the
stretch from the first to the last of them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from inspectkit.questions.calendars import calendar

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
           "twelve")  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth")
# Meteorological seasons, as the Met Office counts them: first month and length in months.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
MONTH = "|".join([*MONTHS, *(name[:3] for name in MONTHS), "sept"])
UNKNOWN = "no date can be read from it"
NO_START = "the day is no day of the calendar, or the day it counts from is not known"


@dataclass(frozen=True)
class Due:
    """When something is to be done.

    written: the words as they were given. first, last: the days it may mean, first None where the
    words only set an end. Both None where `reason` says why there are no days. after: the step it
    hangs on.
    """

    written: str
    first: date | None = None
    last: date | None = None
    reason: str = ""
    after: str = ""

    @property
    def exact(self) -> bool:
        """One day, and not a stretch of days."""
        return self.last is not None and self.first in (None, self.last) and not self.vague

    @property
    def vague(self) -> bool:
        """Words that leave the reader to choose the day."""
        return bool(
            re.search(r"\b(early|mid|late|spring|summer|autumn|winter)\b", self.written, re.I)
        )

    def overdue(self, on: date) -> bool:
        """Has its last day passed? Words without days are never overdue, and are told apart."""
        return self.last is not None and self.last < on


def read_due(written: str, *, published: date | None = None) -> Due:
    """The days that words mean.

    published: the day that "within three months" counts from; without it such words have no days.

    >>> read_due("by the end of September 2019").last
    datetime.date(2019, 9, 30)
    >>> read_due("in the autumn of 2019").first, read_due("in the autumn of 2019").last
    (datetime.date(2019, 9, 1), datetime.date(2019, 11, 30))
    >>> read_due("in due course").reason
    'no date can be read from it'
    """
    told = " ".join(written.replace("’", "'").split()).strip(" .;")
    text = told.lower()
    waits = re.match(r"(?:once|after|when|following|on|upon)\b (?!\d|the \d)(.+)", told, re.I)
    if waits and not re.search(r"\d{4}", text) and not re.search(r"\bpublication\b", text):
        return Due(written, reason="it hangs on another step", after=waits[1])
    spans = list(_spans(text, published))
    known = [each for each in spans if each]
    if not known or len(known) < len(spans):
        unknown = UNKNOWN if text else "nothing is written"
        return Due(written, reason=NO_START if spans else unknown)
    whole = min(first for first, _ in known), max(last for _, last in known)
    return _worded(written, text, whole)


def _spans(text: str, published: date | None) -> Iterator[Span]:
    """The days of every date that the words name, no letter read twice."""
    for pattern, days in READERS:
        while found := re.search(pattern, text):
            text = f"{text[: found.start()]}|{text[found.end() :]}"
            yield days(found, published)


def _worded(written: str, text: str, span: tuple[date, date]) -> Due:
    """The days of a stretch, as the words before it take them: by, after, or in it."""
    first, last = span
    if re.search(r"\b(after|from|not before)\b(?! publication)", text):
        return Due(written, last + timedelta(days=1), reason="it says when it starts, not its end")
    ends = re.search(r"\b(by|before|until|within|no later than|end of)\b", text)
    return Due(written, None if ends else first, last)


Span = tuple[date, date] | None
Reader = Callable[[re.Match[str], date | None], Span]


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


def _count(words: str) -> int:
    return int(words) if words.isdigit() else NUMBERS.index(words) + 1


def _months_on(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _stretch(year: int, month: int, months: int = 1) -> Span:
    first = date(year, month, 1)
    return first, _months_on(first, months) - timedelta(days=1)


def _day(year: str, month: int, day: str) -> Span:
    try:
        found = date(int(year), month, int(day))
    except ValueError:
        return None
    return found, found


def _part_of_month(found: re.Match[str], _: date | None) -> Span:
    """Early, mid and late are the three thirds of a month."""
    year, month = int(found["year"]), _month(found["month"])
    ends = {"early": (1, 10), "mid": (11, 20), "late": (21, monthrange(year, month)[1])}
    first, last = ends[found["part"]]
    return date(year, month, first), date(year, month, last)


def _part_of_year(found: re.Match[str], _: date | None) -> Span:
    """Early, mid and late are the three thirds of a year."""
    return _stretch(int(found["year"]), 1 + 4 * ("early", "mid", "late").index(found["part"]), 4)


def _working(found: re.Match[str], published: date | None) -> Span:
    last = calendar().after(published, _count(found["number"])) if published else None
    return (published, last) if published and last else None


def _counted(found: re.Match[str], published: date | None) -> Span:
    if published is None:
        return None
    number, unit = _count(found["number"]), found["unit"]
    if unit.startswith("month"):
        last = _months_on(published, number)
    elif unit.startswith("year"):
        last = _months_on(published, 12 * number)
    else:
        last = published + timedelta(days=number * (7 if unit.startswith("week") else 1))
    return published, last


YEAR = r"(?P<year>(?:19|20)\d\d)"
COUNT = rf"(?P<number>\d{{1,3}}|{'|'.join(NUMBERS)})"
# The first that fits is taken, so the more precise stand first.
READERS: tuple[tuple[str, Reader], ...] = (
    (r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)",
     lambda f, _: _day(f["year"], int(f["month"]), f["day"])),
    (r"(?P<day>\d{1,2})(?P<sign>[/.-])(?P<month>\d{1,2})(?P=sign)" + YEAR,
     lambda f, _: _day(f["year"], int(f["month"]), f["day"])),
    (rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{MONTH})\w*,? {YEAR}",
     lambda f, _: _day(f["year"], _month(f["month"]), f["day"])),
    (rf"(?P<part>early|mid|late)[- ](?:in )?(?P<month>{MONTH})\w* {YEAR}", _part_of_month),
    (rf"(?P<part>early|mid|late)[- ](?:in )?{YEAR}", _part_of_year),
    (rf"(?P<month>{MONTH})\w* {YEAR}", lambda f, _: _stretch(int(f["year"]), _month(f["month"]))),
    (rf"(?P<season>{'|'.join(SEASONS)})(?: of)? {YEAR}",
     lambda f, _: _stretch(int(f["year"]), SEASONS[f["season"]], 3)),
    (rf"(?:q(?P<digit>[1-4])|(?P<ordinal>{'|'.join(ORDINALS)}) quarter)(?: of)? {YEAR}",
     lambda f, _: _stretch(int(f["year"]), 1 + 3 * (int(f["digit"]) - 1 if f["digit"]
                           else ORDINALS.index(f["ordinal"])), 3)),
    (r"(?P<year>20\d\d)[/–-](?:20)?\d\d\b", lambda f, _: _stretch(int(f["year"]), 4, 12)),
    (rf"(?:end of|in|by|during) (?:the )?(?:calendar )?(?:year )?{YEAR}$",
     lambda f, _: _stretch(int(f["year"]), 1, 12)),
    (r"\bimmediate(?:ly)?\b", lambda f, published: (published, published) if published else None),
    (rf"{COUNT} working days?", _working),
    (rf"(?:within|in) {COUNT} (?:calendar )?(?P<unit>day|week|month|year)s?", _counted),
    (rf"{COUNT} (?P<unit>day|week|month|year)s? (?:of|after|from) publication", _counted),
)  # fmt: skip
