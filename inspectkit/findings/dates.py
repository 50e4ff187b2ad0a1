"""Dates as people write them in responses: kept as written, and read as an interval of days.

"by 30 September 2024" · "in the autumn of 2019" · "by the end of September 2019" · "within three
months of publication" · "once the new guidance has been issued". What cannot be read is kept, has
no interval, and says why: a due date is never guessed. Words that name several days mean the
stretch from the first to the last of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from inspectkit.findings.spans import DAY, MARK, MONTH, MONTHS, NAME, REPORT, SEASON, SEP, named

UNKNOWN = "no date can be read from it"
HANGS = "it hangs on another step"
COUNTS = "it counts from another day than that of publication"
CHOICE = "it leaves a choice between a date and something else"
PART = "a part of it may be a date that cannot be read"
ORDER = "its dates are not in order"
STARTS = "it says when it starts, not its end"

# One word for what many words say, so that each is read once.
SAME = (
    (r"\b(on|in) or after\b", "from"),
    (r"\b(on|in|by|at|during) or before\b|\bbefore or (on|in|by|at|during)\b", "by"),
    (r"\b(no|not) later than\b|\bnot after\b|\bup to\b|\bbetween now and\b", "by"),
    (r"\b(not (before|until)|not? (earlier|sooner) than|since|as (of|from))\b", "from"),
    (r"\b(prior to|ahead of|in advance of|earlier than)\b", "before"),
    (r"\b(till|through)\b", "until"),
    (r"\b(following|later than)\b", "after"),
    (r"\b(beginning|first day) of\b", "start of"),
    (r"\b(last|final) (day|week) of\b|\bend[- ](?!of\b)", "end of "),
    (r"\bbefore (?=(the )?end\b)", "by "),
    (r"\b(the )?middle of\b", "mid"),
    (r"\bfy ?(?=\d)", "financial year "),
    (r"\b(the )?month of\b", ""),
    (rf"(?<!week )\b(start|begin|commenc)(s|e|es|n?ing)?( in| on)?( the)?(?= ({NAME}))", "from"),
)
STEP = r"(?:(?:immediately|shortly|as soon as) )?(?:once|after|when|following|on|upon|before)\b"
WAITS = re.compile(rf"(?:{STEP}|as soon as) (?!\d|the \d|possible|{REPORT})(.+)", re.I)
LENGTH = r"[\w-]+ (?:working |calendar )?(?:days?|weeks?|months?|years?)"
FROM_STEP = re.compile(
    rf"(?<!each )(?<!every )\b(?:(?:within|in) {LENGTH} (?:of|on|upon|once|when)"
    rf"|{LENGTH} (?:after|from|following|before)) (?!{REPORT})(.+)", re.I)  # fmt: skip
# What may be a date and was not read as one: with it, the dates that were read are not all.
UNREAD = re.compile(
    r"(?<!\d)(?:19|20)\d\d"
    rf"|\b(?:{'|'.join(name for name in MONTHS if name != 'may')})\b|\b{DAY}(?: of)? {MONTH}"
    r"|\d[/.-]\d+[/.-]\d|\b(?:early|mid|late) ?(?:to|or|/|-)"
    rf"|(?:\b(?:{MONTH}|{SEASON}|q[1-4]|half|third|quarter|part|weeks?|days?|months?))"
    rf"(?: (?:of|in|the|financial|year|beginning|commencing|starting))*\W{{0,2}}{MARK}"
    rf"|\w[/-]?{MARK}|{MARK}[/-]?\w"
)
OTHER = re.compile(
    r"\bwhichever\b|\bor (?:by|in|on|at|within|after|from|until|once|when|as|upon|later|thereafter"
    rf"|immediate\w*|the end|the start|before \w|[\w-]+ (?:days?|weeks?|months?)|(?:the )?{MARK})"
)
FILL = (r"(?:[\s(:,]|\b(?:the|in|on|of|about|around|year|month|calendar|financial|date"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b)*$")  # fmt: skip
EDGE = re.compile(rf"\b(start|end) of{FILL}")
LEADS = re.compile(rf"\b(from|after|before|by|until|within){FILL}")
ONWARDS = re.compile(r"\W*(?:onwards?|at the earliest|and (?:after|onwards?|thereafter))\b")

RANGE = re.compile(r" ?(?:to|until|-) ?(?:the )?")

Sense = tuple[date | None, date | None]


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
    told = " ".join(re.sub(MARK, " ", written).replace("’", "'").split()).strip(" .;")
    if waiting := _waiting(written, told):
        return waiting
    text, spans = named(_plain(told), published)
    days = [each for each in spans if not isinstance(each, str)]
    if not spans:
        return Due(written, reason=UNKNOWN if told else "nothing is written")
    if doubt := next((each for each in spans if isinstance(each, str)), "") or _doubt(text, days):
        return Due(written, reason=doubt)
    leads = _ranges(re.split(MARK, text), days)
    senses = [_sense(*each) for each in zip(leads, days, leads[1:], strict=False)]
    known = [each for each in senses if each]
    return _joined(written, known) if len(known) == len(senses) else Due(written, reason=HANGS)


def _waiting(written: str, told: str) -> Due | None:
    """What begins with, or counts from, a step that has no day yet."""
    if (waits := WAITS.match(told)) and not re.search(r"\d{4}", told):
        return Due(written, reason=HANGS, after=waits[1])
    if counts := FROM_STEP.search(told):
        dated = re.search(r"\d{4}", counts[1])
        return Due(written, reason=COUNTS if dated else HANGS, after="" if dated else counts[1])
    return None


def _plain(told: str) -> str:
    text = re.sub("[–—]", "-", told.lower())
    for pattern, word in SAME:
        text = re.sub(pattern, word, text)
    return " ".join(text.split())


def _doubt(text: str, days: list[tuple[date, date]]) -> str:
    """Why the dates that were read may not be all that is said, or nothing."""
    if UNREAD.search(text):
        return PART
    if OTHER.search(text):
        return CHOICE
    between = re.split(MARK, text)[1:]
    pairs = zip(days, days[1:], between, strict=False)
    mixed = any(a > b and re.fullmatch(rf"{SEP}(?:the )?", gap) for a, b, gap in pairs)
    return ORDER if mixed else ""


def _ranges(leads: list[str], days: list[tuple[date, date]]) -> list[str]:
    """The words before each date, and the days, once "from one to another" is one stretch."""
    at = 1
    while at < len(days):
        before = re.sub(r"\bfrom (?:the )?(?:start of )?(?:the )?$", "", leads[at - 1])
        if RANGE.fullmatch(leads[at]) and not EDGE.search(before):
            leads[at - 1 : at + 1] = [before]
            days[at - 1 : at + 1] = [(days[at - 1][0], days[at][1])]
        else:
            at += 1
    return leads


def _sense(lead: str, days: tuple[date, date], trail: str) -> Sense | None:
    """First and last day of one date as the words around it take it; None if it hangs on a step."""
    edge = EDGE.search(lead)
    head = lead[: edge.start()] if edge else lead
    side = 0 if edge and edge[1] == "start" else 1
    first, last = (days[side], days[side]) if edge else days
    if ONWARDS.match(trail):
        return first, None
    if word := LEADS.search(head):
        return _led(word[1], first, last)
    if re.search(r"\b(once|when|after|upon|before|until)\b", head):
        return None
    return (None if re.search(r"\b(by|within)\b", head) or (side and edge) else days[0]), days[1]


def _led(word: str, first: date, last: date) -> Sense:
    if word == "from":
        return first, None
    if word == "after":
        return last + timedelta(days=1), None
    return None, first - timedelta(days=1) if word == "before" else last


def _joined(written: str, senses: list[Sense]) -> Due:
    """All the dates of the words together: what only starts ends with an end that follows it."""
    firsts = [first for first, _ in senses if first]
    ends = [last for _, last in senses if last]
    starts = [n for n, (_, last) in enumerate(senses) if last is None]
    if not starts:
        return Due(written, min(firsts) if len(firsts) == len(senses) else None, max(ends))
    later = senses[starts[-1] + 1 :]
    begins = senses[starts[-1]][0]
    if not later or any(first for first, _ in later):
        return Due(written, begins, reason=STARTS)
    if begins and begins > max(ends):
        return Due(written, reason=ORDER)
    return Due(written, min(firsts), max(ends))
