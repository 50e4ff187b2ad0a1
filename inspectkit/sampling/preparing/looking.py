"""A first look at an export: its encoding, delimiter, header and totals line, as they seem."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from inspectkit.errors import InspectionError
from inspectkit.sampling.reading.csv import mark_of, read_csv
from inspectkit.sampling.reading.files import kind_of, regular_file
from inspectkit.sampling.reading.headings import tidy
from inspectkit.sampling.reading.lines import Row, is_blank
from inspectkit.sampling.reading.parquet import read_parquet
from inspectkit.sampling.reading.xlsx import list_sheets, read_xlsx
from inspectkit.sampling.spec import FrameSpec

DELIMITERS = ",;\t|"
FIRST = 50  # lines among which a header is looked for
NO_HEADING = re.compile(r"[\d\s.,/:-]+")
P = TypeVar("P")
Seen = tuple[str, Any, str, bool]  # key, value, why, sure


@dataclass(frozen=True)
class Look:
    """What a file seems to be. seen: settings with reasons. headings, and the data lines below."""

    seen: tuple[Seen, ...]
    headings: tuple[str, ...]
    rows: list[Row]

    def column(self, heading: str) -> list[Any]:
        """The cells below a heading, footers left out."""
        if heading not in self.headings:
            return []
        place = self.headings.index(heading)
        return [row[place] for row in self.rows if len(row) > place]

    def points(self, make: Callable[[str, Any, str, bool], P]) -> list[P]:
        return [make(*each) for each in self.seen]


def look_at(path: Path) -> Look:
    """What a csv, xlsx or parquet file seems to be. Errors: no regular file, no header to be seen.

    Only what the file says of itself is used: no setting is read.
    """
    seen, rows = _opened(regular_file(path))
    width = Counter(_filled(row) for _, row in rows if _filled(row) > 1).most_common(1)
    usual = width[0][0] if width else 0
    header = next(((line, row) for line, row in rows[:FIRST] if _is_header(row, usual)), None)
    if header is None:
        what = f"none of the first {FIRST} lines looks like headings"
        raise InspectionError(path.name, what, "State header_row in [frame] by hand")
    body = [row for line, row in rows if line > header[0] and _filled(row)]
    footer = _footer(body, usual)
    seen.append(("header_row", header[0], f"the first line with {usual} different words", True))
    if footer:
        ends = str(body[-1][0]).strip()
        seen.append(("footer", footer, f"the last line has little more than {ends!r}", True))
        body = [row for row in body if not str(row[0] or "").strip().startswith(footer)]
    else:
        seen.append(("footer", None, "the last line looks like a case", True))
    return Look(tuple(seen), tuple(map(tidy, header[1])), body)


def _opened(path: Path) -> tuple[list[Seen], list[tuple[int, Row]]]:
    kind = kind_of(path)
    start: dict[str, Any] = {"columns": {"id": "?"}}
    if kind == "parquet":
        return [], read_parquet(path).rows
    if kind == "xlsx":
        sheets = list_sheets(path)
        open_ones = [name for name, is_hidden in sheets.items() if not is_hidden]
        chosen = (open_ones or list(sheets))[0]
        rows = read_xlsx(path, FrameSpec(**start, sheet=chosen)).rows
        if len(sheets) == 1:
            return [], rows
        listed = ", ".join(f"{name} (hidden)" if hid else name for name, hid in sheets.items())
        return [("sheet", chosen, f"the first open one of {listed}", False)], rows
    content = path.read_bytes()
    encoding, why, sure = guess_encoding(content)
    delimiter = guess_delimiter(content.decode(encoding, errors="replace"))
    found: list[Seen] = [
        ("encoding", encoding, why, sure),
        ("delimiter", delimiter, "it parts the lines into equally many cells", True),
    ]
    spec = FrameSpec(**start, encoding=encoding, delimiter=delimiter, line_breaks=True)
    return found, read_csv(path, spec).rows


def guess_encoding(content: bytes) -> tuple[str, str, bool]:
    """The likeliest encoding, why, and whether nothing else is likely.

    >>> guess_encoding("Zoë".encode("cp1252"))[0], guess_encoding("Zoë".encode())[0]
    ('cp1252', 'utf-8')
    """
    marked = mark_of(content)
    if marked:
        return marked, "a byte order mark says so", True
    start = content[:4096]
    if start.count(0) * 4 > len(start):
        order = "le" if start[1::2].count(0) > start[::2].count(0) else "be"
        return f"utf-16-{order}", "every second byte is NUL", True
    if content.isascii():
        return "utf-8", "all letters are ASCII, the same in any encoding", True
    for encoding in ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        letters = "".join(
            sorted({each for each in text if not each.isascii() and each.isalpha()})[:12]
        )
        return (
            encoding,
            f"it reads as such, with {letters or 'no letters'} in it: look at a name",
            encoding == "utf-8",
        )
    return "latin-1", "neither UTF-8 nor cp1252 can read it", False


def guess_delimiter(text: str) -> str:
    """The sign that parts most lines into equally many cells.

    >>> guess_delimiter("a;b;c\\n1,5;2;3\\n")
    ';'
    """
    sample = text.splitlines()[: 10 * FIRST]

    def evenness(sign: str) -> tuple[int, int]:
        widths = Counter(map(len, _parted(sample, sign)))
        widths.pop(1, None)
        return max(((times, width) for width, times in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=evenness)


def _parted(lines: Sequence[str], sign: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO("\n".join(lines)), delimiter=sign))
    except csv.Error:
        return []


def _filled(row: Row) -> int:
    return sum(not is_blank(cell) for cell in row)


def _is_header(row: Row, usual: int) -> bool:
    """As many filled cells as the data lines have, all different, none of them a number or date."""
    texts = [tidy(cell) for cell in row if not is_blank(cell)]
    if len(texts) < max(2, usual) or not all(cell is None or isinstance(cell, str) for cell in row):
        return False
    return len(set(texts)) == len(texts) and not any(map(NO_HEADING.fullmatch, texts))


def _footer(body: list[Row], usual: int) -> str:
    """The words with which a last line of few cells begins; '' where it looks like a case."""
    last = body[-1] if body else []
    if not last or is_blank(last[0]) or _filled(last) > max(1, min(3, usual // 2)):
        return ""
    return re.split(r"[:\d]", str(last[0]).strip())[0].strip() or str(last[0]).strip()
