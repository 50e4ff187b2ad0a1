"""Who agreed to the frame, to which digest of it and when; or that the stated days passed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from inspectkit.errors import InspectionError

SHORTEST_DIGEST = 8


@dataclass(frozen=True)
class Agreement:
    """by and on: who agreed and when; or sent_on and days: the days that passed without a word."""

    frame_digest: str
    by: str = ""
    on: str = ""
    sent_on: str = ""
    days: int = 0

    def plain(self) -> dict[str, Any]:
        """Without what does not apply."""
        return {name: value for name, value in asdict(self).items() if value}


def agreement(
    frame_digest: str,
    today: date,
    *,
    by: str = "",
    on: str = "",
    digest: str = "",
    sent_on: str = "",
    days: int = 0,
) -> Agreement | None:
    """The agreement recorded, or None where nothing was said of one.

    digest: the first eight or more digits of the digest that was agreed to. sent_on, days: the
    list was sent on that date, and that many calendar days were stated for objections.
    Errors: half of an answer, dates to come, another frame, days that have not passed.

    >>> agreement("ab" * 32, date(2026, 11, 23), by="A. Manager", on="2026-11-20").plain()["by"]
    'A. Manager'
    """
    if not (by or on or digest or sent_on or days):
        return None
    _same_frame(frame_digest, digest)
    if sent_on or days:
        return _passed(frame_digest, today, by, on, sent_on, days)
    if not (by.strip() and on):
        remedy = "Give --agreed-by and --agreed-on, or --sent-on and --days"
        raise InspectionError("agreement", "who agreed, or when, is missing", remedy)
    agreed = _date("agreed-on", on)
    if agreed > today:
        raise InspectionError("agreed-on", f"{on} is after the commitment", "Correct the date")
    return Agreement(frame_digest, by=by.strip(), on=agreed.isoformat())


def _passed(frame_digest: str, today: date, by: str, on: str, sent_on: str, days: int) -> Agreement:
    if by or on:
        what = "both an agreement and days without one are given"
        raise InspectionError("agreement", what, "Record the one that happened")
    if not sent_on or days < 1:
        remedy = "Give --sent-on and --days, a whole number from 1"
        raise InspectionError("agreement", "the date or the number of days is missing", remedy)
    last = _date("sent-on", sent_on) + timedelta(days=days)
    if last > today:
        what = f"the {days} days since {sent_on} end on {last.isoformat()}"
        raise InspectionError("agreement", what, "Wait for that day, or record who agreed")
    return Agreement(frame_digest, sent_on=sent_on, days=days)


def _same_frame(frame_digest: str, agreed: str) -> None:
    given = agreed.strip().lower()
    if given and (len(given) < SHORTEST_DIGEST or not frame_digest.startswith(given)):
        what = f"it begins {given[:16]}, the frame's digest {frame_digest[:16]}"
        remedy = "Send the agreement workbook of this frame again"
        raise InspectionError("agreed-digest", what, remedy)


def _date(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        what = f"{text!r} is no date"
        raise InspectionError(where, what, "Write it as 2026-11-23") from None
