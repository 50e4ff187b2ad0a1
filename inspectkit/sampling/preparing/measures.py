"""Size measures as exact decimal text, their signs for thousands and decimals as stated."""

from __future__ import annotations

import re
from decimal import Decimal

import pandas as pd

from inspectkit.errors import Problems
from inspectkit.sampling.preparing.dates import lines_of, mapped
from inspectkit.sampling.spec import FrameSpec

MOST_DIGITS, MOST_PLACES = 12, 6


def sizes(column: pd.Series, spec: FrameSpec, file: str, problems: Problems) -> pd.Series:
    """The column as text of positive decimals; zero only where it is stated to be left out.

    Errors: every value that is empty, negative, no number, or past 12 digits or 6 places.
    """
    found: dict[str, str] = {}
    for text in pd.unique(column):
        size = decimal_text(text, decimal=spec.decimal, thousands=spec.thousands)
        if size is None or (size == "0" and spec.zero_size == "refuse"):
            where = f"{file}, {lines_of(column.index[column == text])}"
            what = f"the size {text!r} in {column.name} is no positive number"
            remedy = (
                'Correct it, or state zero_size = "exclude" in [frame]'
                if size == "0"
                else f"Correct it, or state decimal and thousands in [frame]; the decimal sign is "
                f"{spec.decimal!r} and at most {MOST_DIGITS} digits stand before it"
            )
            problems.add(where, what, remedy)
        else:
            found[text] = size
    return mapped(column, found)


def decimal_text(text: str, *, decimal: str = ".", thousands: str = "") -> str | None:
    """A number in its shortest form, or None.

    >>> decimal_text("1,234.50", thousands=","), decimal_text("1,5", decimal=",")
    ('1234.5', '1.5')
    >>> decimal_text("1,5"), decimal_text("-3"), decimal_text("1e308"), decimal_text("inf")
    (None, None, None, None)
    """
    point = re.escape(decimal)
    places = rf"({point}[0-9]{{1,{MOST_PLACES}}})?"
    if thousands and re.fullmatch(
        rf"[0-9]{{1,3}}({re.escape(thousands)}[0-9]{{3}})+{places}", text
    ):
        text = text.replace(thousands, "")
    if not re.fullmatch(rf"[0-9]{{1,{MOST_DIGITS}}}{places}", text):
        return None
    number = Decimal(text.replace(decimal, "."))
    return format(number.normalize(), "f") if number else "0"
