"""The one text of a day or a number, and what it stands for: exact, never a float."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LARGEST = 10**12  # a number is kept with at most twelve digits before the point


def day(text: str) -> date | None:
    """The day of an ISO text; None where it is no day.

    >>> day("2024-02-29"), day("2023-02-29")
    (datetime.date(2024, 2, 29), None)
    """
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def number(text: str) -> Fraction | None:
    """The exact number of a canonical text; None where it is no number.

    >>> number("3.5"), number("1e3"), number("guilty")
    (Fraction(7, 2), None, None)
    """
    return Fraction(text) if NUMBER.fullmatch(text) else None


def numeral(value: Fraction) -> str:
    """The canonical text of a number: exact to six decimals, halves away from zero.

    >>> numeral(Fraction(7, 2)), numeral(Fraction(-2, 3)), numeral(Fraction(-1, 10**7))
    ('3.5', '-0.666667', '0')
    """
    millionths = (abs(value) * 10**6 + Fraction(1, 2)).__floor__()
    whole, rest = divmod(millionths, 10**6)
    text = f"{whole}.{rest:06}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and millionths else text
