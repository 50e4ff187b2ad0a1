"""Dates of an export as ISO text, in the stated format only; what could mean two days is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from inspectkit.errors import Problems
from inspectkit.sampling.reading.lines import Doubt
from inspectkit.sampling.reading.sheet import from_serial
from inspectkit.sampling.spec import FrameSpec

ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
SERIAL = re.compile(r"[1-9]\d{4}(\.\d+)?")
LIKELY_ZONE = "Europe/London"


def iso_dates(
    column: pd.Series, spec: FrameSpec, file: str, problems: Problems
) -> tuple[pd.Series, list[Doubt]]:
    """The column as ISO dates and the doubts about it; an empty cell stays empty.

    column: text, indexed by line. Without a stated format only ISO 8601 is a date: nothing else
    says by itself which number is the day.
    """
    moments: dict[str, datetime] = {}
    unread = []
    for text in pd.unique(column):
        if text:
            found = _moment(text, spec)
            if found is None:
                unread.append(text)
            else:
                moments[text] = found
    _refuse(unread, column, spec, file, problems)
    iso = {"": ""} | {text: found.date().isoformat() for text, found in moments.items()}
    return mapped(column, iso), _doubts(column, moments, spec)


def mapped(column: pd.Series, values: Mapping[str, str]) -> pd.Series:
    """Each text of a column as the value it stands for, "" for none.

    The column stays one of Python's own texts: pandas' kind, which `map` gives, is the slower one
    to sort, compare and walk through.
    """
    found = [values.get(text, "") for text in column.tolist()]
    return pd.Series(found, index=column.index, name=column.name, dtype=object)


def _moment(text: str, spec: FrameSpec) -> datetime | None:
    if spec.date_serials and SERIAL.fullmatch(text):
        day = from_serial(float(text), spec.date_serials == "1904")
        return datetime(day.year, day.month, day.day) if isinstance(day, date) else None
    try:
        if spec.dates is not None:
            found = datetime.strptime(text, spec.dates)
        elif ISO.fullmatch(text):
            found = datetime.fromisoformat(text)
        else:
            return None
    except ValueError:
        return None
    if found.tzinfo is not None:
        zone = _zone(spec.zone)
        return found.astimezone(zone).replace(tzinfo=None) if zone else None
    return found


def _refuse(
    unread: list[str], column: pd.Series, spec: FrameSpec, file: str, problems: Problems
) -> None:
    if unread and spec.dates is None:
        where = f"{file}, {lines_of(column.index[column == unread[0]])}"
        what = f"{unread[0]!r} in {column.name} is a date only once its format is stated"
        remedy = 'State [frame] dates, for example "%d/%m/%Y" for day first'
        problems.add(where, what, remedy)
        return
    for text in unread:
        where = f"{file}, {lines_of(column.index[column == text])}"
        remedy = "Correct it, or state the format in [frame] dates"
        if SERIAL.fullmatch(text):
            days = [f"{from_serial(float(text), is_1904):%d %B %Y}" for is_1904 in (False, True)]
            remedy = (
                f'Where it is a date as Excel stores it, state [frame] date_serials = "1900" '
                f'({days[0]}) or "1904" ({days[1]})'
            )
        elif spec.dates and "%z" in spec.dates and spec.zone is None:
            remedy = f'State [frame] zone, for example "{LIKELY_ZONE}"'
        what = f"{text!r} in {column.name} is no date of the form {spec.dates}"
        problems.add(where, what, remedy)


def _doubts(column: pd.Series, moments: dict[str, datetime], spec: FrameSpec) -> list[Doubt]:
    found: list[Doubt] = []
    name = str(column.name)
    if _every_date_is_ambiguous(moments, spec.dates or "%Y"):
        what = (
            f"each of its {len(moments)} dates would be one with day and month exchanged too; "
            f"read as {spec.dates}"
        )
        found.append((name, what, ()))
    twice = [text for text, moment in moments.items() if _stood_twice(moment, spec.zone)]
    if twice and spec.zone is None:
        lines = tuple(map(int, column.index[column.isin(twice)]))
        what = (
            f"{len(lines)} times fall in the hour that stood twice when the clocks went back in "
            f"{LIKELY_ZONE}: ambiguous without [frame] zone"
        )
        found.append((name, what, lines))
    return found


def _every_date_is_ambiguous(moments: dict[str, datetime], form: str) -> bool:
    if "%d" not in form or "%m" not in form or form.startswith("%Y"):
        return False
    days = [(moment.day, moment.month) for moment in moments.values()]
    return any(day != month for day, month in days) and all(day <= 12 for day, _ in days)


def _stood_twice(moment: datetime, stated: str | None) -> bool:
    zone = _zone(stated or LIKELY_ZONE)
    if zone is None or moment.time() == datetime.min.time():
        return False
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    later = first.astimezone(UTC) < second.astimezone(UTC)  # an hour left out runs the other way
    return first.utcoffset() != second.utcoffset() and later


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def lines_of(lines: Iterable[int]) -> str:
    """The first two line numbers, for a message.

    >>> lines_of([4, 9, 12])
    'lines 4, 9, ...'
    """
    listed = list(map(str, lines))
    shown = ", ".join(listed[:2])
    return f"line{'s' if len(listed) > 1 else ''} {shown}{', ...' if len(listed) > 2 else ''}"
