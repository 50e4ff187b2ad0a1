"""Numbers of a rule file are exact: percentages, whole numbers, decimals and fractions as text."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer

from inspectkit.digest import exact

PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,9})?) ?%")
PLAIN = re.compile(r"\d{1,9}(?:\.\d{1,9}|/[1-9]\d{0,8})?")
Halves = Literal["up", "down", "even"]


def percentage(text: Any) -> Fraction:
    """'62.5%' as an exact fraction; a number without its % is refused, since 1 may mean 100%.

    >>> percentage("62.5%")
    Fraction(5, 8)
    """
    if isinstance(text, Fraction):
        return text
    match = PERCENT.fullmatch(text) if isinstance(text, str) else None
    if not match or Fraction(match[1]) > 100:
        raise ValueError('a boundary is written as a percentage from "0%" to "100%"')
    return Fraction(match[1]) / 100


def number(given: Any) -> Fraction:
    """A percentage, a whole number, or a decimal or fraction in quotes; a float is refused.

    >>> number("62.5%"), number(14), number("2.5"), number("7/2")
    (Fraction(5, 8), Fraction(14, 1), Fraction(5, 2), Fraction(7, 2))
    """
    if isinstance(given, Fraction):
        return given
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return Fraction(given)
    if isinstance(given, str) and PLAIN.fullmatch(given):
        return Fraction(given)
    if isinstance(given, str) and given.endswith("%"):
        return percentage(given)
    raise ValueError(
        'a boundary is written as a percentage from "0%" to "100%"; a number that is no share is '
        'whole (14), or stands in quotes ("2.5", "7/2")'
    )


Number = Annotated[Fraction, BeforeValidator(number), PlainSerializer(exact)]


def rounded(value: Fraction, to: Fraction, halves: Halves) -> Fraction:
    """The nearest multiple of `to`; exact halves go as the rule file says.

    >>> rounded(Fraction(5, 2), Fraction(1), "down"), rounded(Fraction(5, 2), Fraction(1), "up")
    (Fraction(2, 1), Fraction(3, 1))
    """
    below, rest = divmod(value, to)
    half = to / 2
    up = rest > half or (rest == half and (halves == "up" or (halves == "even" and below % 2)))
    return (below + bool(up)) * to


def reaches_after_rounding(least: Fraction, to: Fraction, halves: Halves) -> tuple[Fraction, bool]:
    """From which value on a rounded value is at least `least`, and whether that value is included.

    >>> reaches_after_rounding(Fraction(14), Fraction(1), "down")
    (Fraction(27, 2), False)
    """
    steps = ceil(least / to)
    return (steps - Fraction(1, 2)) * to, halves == "up" or (halves == "even" and steps % 2 == 0)


def written(value: Fraction, *, as_percent: bool = False) -> str:
    """A number of a rule as people write it, without loss.

    >>> written(Fraction(5, 8), as_percent=True), written(Fraction(14)), written(Fraction(1, 3))
    ('62.5%', '14', '1/3')
    """
    if as_percent:
        return f"{written(value * 100)}%"
    places = next((k for k in range(10) if (value * 10**k).denominator == 1), None)
    return str(value) if places is None else f"{float(value):.{places}f}"
