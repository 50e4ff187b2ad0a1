"""The days that are named in words: each date is read once, and a sign stands where it was.

`named("reissued in august 2019, assured in autumn 2019", None)` gives the words with a sign for
each date, and for each sign its first and last day, or the reason why it has none. What the words
around a date make of it (by, before, from) is told by inspectkit.findings.dates.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from inspectkit.questions.calendars import calendar

Span = tuple[date, date] | str
Reader = Callable[[re.Match[str], date | None], Span]

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
           "twelve")  # fmt: skip
# Meteorological seasons, as the Met Office counts them: first month and length in months.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}

NO_DAY = "it names a day that is not in the calendar"
NO_START = "it counts from the day of publication, which is not known"
NO_CALENDAR = "the working days until then are not known"
BOTH = "it may be a financial year or a month"
NEITHER = "two years stand together that are neither a financial year nor a month"
NO_SEASON = "it may be a date that cannot be read: a season and two years"

MARK = "[\ue000-\uf8ff]"  # private use: no letter, and never in words that are read
MONTH = "|".join(["sept", *(rf"{name[:3]}(?:{name[3:]})?" for name in MONTHS)])
MONTH = rf"(?:{MONTH})\b\.?"
SEASON = "|".join(SEASONS)
YEAR = r"(?P<year>(?:19|20)\d\d)(?!\w|[/-]\d)"
PAIR = r"(?P<year>(?:19|20)\d\d)[/-](?P<next>(?:19|20)?\d\d)(?!\w|[/.-]\d)"
FREE = r"(?<![\w/.-])"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
# "may" is a word of every other sentence: it is the month only where such a word leads to it.
TO_MAY = ("in", "by", "of", "to", "or", "and", "until", "before", "after", "from", "during",
          "early", "mid", "late", "end", "the", "between")  # fmt: skip
IS_MONTH = r"(?:(?!may)|(?<![a-z] )|" + "|".join(rf"(?<=\b{word} )" for word in TO_MAY) + ")"
COUNT = rf"(?P<number>\d{{1,3}}|{'|'.join(NUMBERS)})"
UNIT = r"(?P<kind>working |calendar )?(?P<unit>day|week|month|year)s?\b"
OURS = r"(?:this|the|our) (?:inspection )?report"
REPORT = (rf"(?:(?:the )?(?:date|day) of )?(?:(?:its |the )?publication(?: date)?(?: of {OURS})?"
          rf"|{OURS}(?:'s publication| being published| is published)?)"
          r"(?=\W*$|[,;:()]| and (?!of\b|after\b|from\b|the\b|its\b)| at "
          r"| or (?:by|sooner|earlier)\b)")  # fmt: skip
HANGS = r"(?:of|after|from|following|before|once|when|upon|on)"

NAME = rf"(?:(?:early|mid|late)[ -])?(?:(?:{DAY} )?{MONTH}|{SEASON}|q[1-4])"
SEP = r"(?:,? (?:to|and|or|until) |, ?| ?[/&-] ?)"
YEARS = r"(?:19|20)\d\d(?:[/-](?:20)?\d\d)?(?!\w)"
ELIDED = re.compile(rf"\b({NAME})({SEP})(?=(?:the )?{NAME}(?: of)?,? ({YEARS}))")
ELIDED_DAY = re.compile(
    rf"((?:^|\b(?:from|between|on|in|by) )(?:the )?)({DAY})({SEP})"
    rf"(?=(?:the )?{DAY}(?: of)? ({MONTH},? {YEARS}))"
)


def named(text: str, published: date | None) -> tuple[str, list[Span]]:
    """The words with a sign for each date that they name, and the days of each in their order."""
    text = _whole(text)
    found: list[Span] = []
    for pattern, days in READERS:
        while match := re.search(pattern, text):
            start = match.end("lead") if "lead" in match.re.groupindex else match.start()
            text = f"{text[:start]}{chr(0xE000 + len(found))}{text[match.end() :]}"
            found.append(days(match, published))
    return text, [found[ord(sign) - 0xE000] for sign in re.findall(MARK, text)]


def _whole(text: str) -> str:
    """Each date with its own month and year: "march and june 2027" leaves the first year out."""
    text = ELIDED_DAY.sub(r"\1\2 \4\3", text)
    text = re.sub(rf"(?<=\d{{4}}) ?- ?(?={DAY} {MONTH}|\d{{1,2}}[/.]\d)", " to ", text)
    for _ in MONTHS:
        text = ELIDED.sub(r"\1 \3\2", text)
    return text


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


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
        return NO_DAY
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


def _follows(found: re.Match[str]) -> bool:
    """Is the second year the one after the first, as in a financial year?"""
    size = len(found["next"])
    return str(int(found["year"]) + 1)[-size:] == found["next"]


def _pair(found: re.Match[str], _: date | None) -> Span:
    """2027/28 is a financial year, 2027-12 a month; 2011/12 could be either."""
    month = len(found["next"]) == 2 and 1 <= int(found["next"]) <= 12
    if _follows(found):
        return BOTH if month else _stretch(int(found["year"]), 4, 12)
    return _stretch(int(found["year"]), int(found["next"])) if month else NEITHER


def _quarter(found: re.Match[str], _: date | None) -> Span:
    """A quarter of the year, or of the financial year from April where both its years stand."""
    number = int(found["digit"]) if found["digit"] else ORDINALS[found["ordinal"]]
    if "next" not in found.re.groupindex:
        return _stretch(int(found["year"]), 3 * number - 2, 3)
    if not _follows(found):
        return NEITHER
    later, before = divmod(3 * number, 12)
    return _stretch(int(found["year"]) + later, before + 1, 3)


def _winter(found: re.Match[str], _: date | None) -> Span:
    """Only the winter lies in two years."""
    certain = found["season"] == "winter" and _follows(found)
    return _stretch(int(found["year"]), SEASONS["winter"], 3) if certain else NO_SEASON


def _counted(found: re.Match[str], published: date | None) -> Span:
    """So many days, weeks, months or years from publication."""
    if published is None:
        return NO_START
    words, unit = found["number"], found["unit"]
    number = int(words) if words.isdigit() else NUMBERS.index(words) + 1
    if found["kind"] == "working ":
        end = calendar().after(published, number)
        return (published, end) if end else NO_CALENDAR
    if unit in ("month", "year"):
        last = _months_on(published, number * (12 if unit == "year" else 1))
    else:
        last = published + timedelta(days=number * (7 if unit == "week" else 1))
    return published, last


QUARTER = (rf"\b(?:q(?P<digit>[1-4])|(?P<ordinal>{'|'.join(ORDINALS)}) quarter)(?: of)?"
           r"(?: the)? ")  # fmt: skip
# The first that fits is taken, so the more precise stand first.
READERS: tuple[tuple[str, Reader], ...] = (
    (FREE + r"(?P<year>(?:19|20)\d\d)(?P<sign>[/.-])(?P<month>\d\d?)(?P=sign)(?P<day>\d\d?)"
     r"(?!\w|[/.-]\d)", lambda f, _: _day(f["year"], int(f["month"]), f["day"])),
    (FREE + r"(?P<day>\d\d?)(?P<sign>[/.-])(?P<month>\d\d?)(?P=sign)" + YEAR,
     lambda f, _: _day(f["year"], int(f["month"]), f["day"])),
    (rf"{FREE}(?P<day>\d+)(?:st|nd|rd|th)?(?: of)? (?P<month>{MONTH}),? {YEAR}",
     lambda f, _: _day(f["year"], _month(f["month"]), f["day"])),
    (rf"\b(?P<part>early|mid|late)[- ](?:in )?(?P<month>{MONTH}) {YEAR}", _part_of_month),
    (rf"\b(?P<part>early|mid|late)[- ](?:in )?{YEAR}", _part_of_year),
    (rf"\b{IS_MONTH}(?P<month>{MONTH})(?: of)?,? {YEAR}",
     lambda f, _: _stretch(int(f["year"]), _month(f["month"]))),
    (rf"\b(?P<season>{SEASON})(?: of)? {YEAR}",
     lambda f, _: _stretch(int(f["year"]), SEASONS[f["season"]], 3)),
    (rf"\b(?P<season>{SEASON})(?: of)? {PAIR}", _winter),
    (QUARTER + YEAR, _quarter),
    (rf"{QUARTER}(?:financial year |fy ?)?{PAIR}", _quarter),
    (rf"(?:(?<=\bfy)|{FREE}){PAIR}", _pair),
    (r"(?P<lead>\b(?:start of|end of|in|by|during|before|until|after|from) (?:the )?"
     rf"(?:calendar )?(?:year )?){YEAR}(?=$|[,;])", lambda f, _: _stretch(int(f["year"]), 1, 12)),
    (rf"\bimmediate(?:ly)?\b(?! {HANGS}\b)",
     lambda _, published: (published, published) if published else NO_START),
    (rf"\b{COUNT} {UNIT} (?:of|after|from) {REPORT}", _counted),
    (rf"(?P<lead>\b(?:within|in) ){COUNT} {UNIT}(?! {HANGS}\b)", _counted),
    (rf"\b{COUNT} (?P<kind>working )(?P<unit>day)s?\b(?! {HANGS}\b)", _counted),
)  # fmt: skip
