"""The cells of one worksheet, with what Excel stores of them: types, errors, formulas, merges."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import IO, Any

from inspectkit.sampling.reading.lines import Fault, Merge, Row
from inspectkit.sampling.reading.xml import Attributes, parse

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# In the 1900 system serial 60 is 29 February 1900, a day that never was.
LEAP_FAULT = 60


@dataclass
class Sheet:
    """Collects the cells of a worksheet while its XML goes by.

    strings: the workbook's shared texts. dates: the cell styles that show dates. is_1904: the date
    system. rows: line → cells; hidden: lines that a filter or a person hid.
    """

    strings: list[str]
    dates: frozenset[int]
    is_1904: bool
    rows: dict[int, Row] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def read(self, stream: IO[bytes]) -> None:
        """Read the whole part."""
        self._line, self._column = 0, -1
        self._row: Row = []
        self._columns: dict[str, int] = {}
        self._cell: Attributes = {}
        self._value: list[str] = []
        self._takes, self._formula, self._phonetic = False, False, False
        parse(stream, self._start, self._end, self._text)

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._cell, self._value, self._formula = attributes, [], False
            place = attributes.get("r", "").rstrip("0123456789")
            self._column = self._index(place) if place else self._column + 1
        elif tag == "v" or tag == "t":
            self._takes = not self._phonetic
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._line = int(attributes.get("r", self._line + 1))
            self._row, self._column = [], -1
            self.rows[self._line] = self._row
            if attributes.get("hidden") in {"1", "true"}:
                self.hidden.append(self._line)
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "mergeCell":
            self.merges.append(merge(attributes["ref"]))

    def _end(self, tag: str) -> None:
        if tag == "v" or tag == "t":
            self._takes = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c":
            value = self._content("".join(self._value))
            if value is not None:
                self._row.extend([None] * (self._column - len(self._row)))
                self._row.append(value)

    def _text(self, text: str) -> None:
        if self._takes:
            self._value.append(text)

    def _index(self, place: str) -> int:
        if place not in self._columns:
            self._columns[place] = column_of(place)
        return self._columns[place]

    def _content(self, text: str) -> Any:
        kind = self._cell.get("t", "n")
        if kind == "s":
            return self.strings[int(text)] if text else None
        if kind in {"str", "inlineStr"}:
            return unescaped(text)
        if not text:
            return Fault("a formula without a stored value") if self._formula else None
        if kind == "b":
            return text in {"1", "true"}
        if kind == "e":
            return Fault(text)
        if kind == "d":
            return moment(text)
        number = whole(float(text))
        is_date = int(self._cell.get("s", "0")) in self.dates
        return from_serial(number, self.is_1904) if is_date else number


def shared_strings(stream: IO[bytes]) -> list[str]:
    """The texts that cells refer to by number; readings for a foreign script are left out."""
    found: list[str] = []
    parts: list[str] = []
    state = {"takes": False, "phonetic": False}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "si":
            parts.clear()
        elif tag == "rPh":
            state["phonetic"] = True
        elif tag == "t":
            state["takes"] = not state["phonetic"]

    def end(tag: str) -> None:
        if tag == "t":
            state["takes"] = False
        elif tag == "rPh":
            state["phonetic"] = False
        elif tag == "si":
            found.append(unescaped("".join(parts)))

    parse(stream, start, end, lambda text: parts.append(text) if state["takes"] else None)
    return found


def unescaped(text: str) -> str:
    """Excel writes control characters as _x000D_.

    >>> unescaped("a_x000A_b")
    'a\\nb'
    """
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def column_of(place: str) -> int:
    """The position of a column from 0.

    >>> column_of("A"), column_of("AA")
    (0, 26)
    """
    position = 0
    for letter in place.upper():
        position = position * 26 + ord(letter) - 64
    if not 1 <= position <= 16_384:
        raise ValueError(f"there is no column {place}")
    return position - 1


def merge(range: str) -> Merge:
    """A merged range from its address.

    >>> merge("A1:B2")
    Merge(range='A1:B2', left=1, top=1, right=2, bottom=2)
    """
    first, _, last = range.partition(":")
    corners = [re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", each) for each in (first, last or first)]
    left, right = (column_of(each[1]) + 1 for each in corners if each)
    top, bottom = (int(each[2]) for each in corners if each)
    return Merge(range, left, top, right, bottom)


def whole(number: float) -> int | float:
    """A number as Excel shows it: whole ones without a point, as far as it keeps 15 digits."""
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def from_serial(serial: int | float, is_1904: bool) -> Any:
    """The date or time that Excel shows for a number in a date format.

    >>> from_serial(45_000, False), from_serial(45_000 - 1462, True)
    (datetime.date(2023, 3, 15), datetime.date(2023, 3, 15))
    """
    if is_1904:
        start = datetime(1904, 1, 1)
    else:
        start = datetime(1899, 12, 30 if serial > LEAP_FAULT else 31)
    if int(serial) == LEAP_FAULT and not is_1904:
        return Fault("29 February 1900, which never was")
    try:
        # Excel keeps times as parts of a day; they are exact to the millisecond at best.
        found = start + timedelta(milliseconds=round(serial * 86_400_000))
    except OverflowError:
        return Fault(f"the number {serial}, which is no date")
    if serial < 0:
        return Fault(f"the number {serial}, which is no date")
    if serial < 1:
        return found.time().isoformat(timespec="seconds")
    return found if found.time() != datetime.min.time() else found.date()


def moment(text: str) -> date | datetime:
    """A date stored as ISO text."""
    found = datetime.fromisoformat(text)
    return found if "T" in text and found.time() != datetime.min.time() else found.date()
