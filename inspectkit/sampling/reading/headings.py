"""The headings of an export: one name for each column, from one line or from several."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.reading.lines import Lines, Merge, Row, is_blank, letters
from inspectkit.sampling.spec import FrameSpec
from inspectkit.validation import nearest


@dataclass(frozen=True)
class Headings:
    """names: heading → position of its column; width: cells of a full line; last: their last line.

    A column without heading that is empty throughout is no column: Excel writes separators for
    columns that were once used.
    """

    names: dict[str, int]
    width: int
    last: int


def read_headings(lines: Lines, spec: FrameSpec) -> Headings:
    """The headings where `inspection.toml` says they stand, outer and double spaces left out.

    Errors: no such line, merged cells, headings that are missing or stand twice, columns with
    content and no heading.
    """
    last = spec.header_row + spec.header_rows - 1
    found = [row for line, row in lines.rows if spec.header_row <= line <= last]
    if len(found) < spec.header_rows:
        where = lines.place(spec.header_row)
        raise InspectionError(
            where, "the file ends before the header", "Correct [frame] header_row"
        )
    _refuse_merges(lines, spec, last)
    width = max(len(row) for row in found)
    texts = [_joined(found, place, lines.merges, spec.header_row) for place in range(width)]
    _check(texts, lines, spec, last)
    kept = [place for place, text in enumerate(texts) if text]
    return Headings({texts[place]: place for place in kept}, width, last)


def tidy(cell: Any) -> str:
    """A heading as one line.

    >>> tidy(" Date\\nfinalised\\u00a0")
    'Date finalised'
    """
    return "" if cell is None else " ".join(str(cell).split())


def _refuse_merges(lines: Lines, spec: FrameSpec, last: int) -> None:
    if spec.header_rows > 1:
        return  # stated: a merged heading then stands over several columns
    problems = Problems()
    for merge in lines.merges:
        if merge.top <= last <= merge.bottom and merge.left < merge.right:
            cell = f"{letters(merge.left)}{last}"
            what = f"header cell {cell} is empty: merged over {merge.range}"
            remedy = (
                f"Undo the merge, or state the lines of the header in [frame] header_row and "
                f"header_rows, for example header_rows = {max(2, merge.bottom - merge.top + 1)}"
            )
            problems.add(lines.place(last, merge.left), what, remedy)
    problems.raise_if_any()


def _joined(found: list[Row], place: int, merges: tuple[Merge, ...], first: int) -> str:
    """The texts above each other, those of merged or empty upper cells carried to the right."""
    parts: list[str] = []
    for depth, row in enumerate(found):
        text = tidy(row[place]) if place < len(row) else ""
        if not text and depth < len(found) - 1:
            text = _carried(row, place, merges, first + depth)
        if text and text not in parts:
            parts.append(text)
    return " ".join(parts)


def _carried(row: Row, place: int, merges: tuple[Merge, ...], line: int) -> str:
    if merges:
        for each in merges:
            if each.top <= line <= each.bottom and each.left <= place + 1 <= each.right:
                return tidy(row[each.left - 1])
        return ""
    return next((tidy(cell) for cell in reversed(row[:place]) if not is_blank(cell)), "")


def _is_empty(lines: Lines, last: int, place: int) -> bool:
    return all(is_blank(row[place]) for line, row in lines.rows if line > last and len(row) > place)


def _check(texts: list[str], lines: Lines, spec: FrameSpec, last: int) -> None:
    problems = Problems()
    for heading, times in Counter(filter(None, texts)).items():
        if times > 1:
            what = f"{times} columns are called {heading!r}"
            problems.add(lines.place(last), what, "Give each column a name of its own")
    for place, heading in enumerate(texts):
        if not heading and not _is_empty(lines, last, place):
            over = _over(lines.merges, place + 1, last)
            what = f"column {letters(place)} has no heading{over} and is not empty"
            problems.add(lines.place(last, place), what, "Give it a heading, or correct header_row")
    for ours, theirs in spec.named.items():
        if theirs not in texts and theirs not in spec.optional:
            remedy = f"Correct {ours} in [frame], or header_row.{nearest(theirs, texts)}"
            problems.add(lines.place(last), f"no column {theirs!r}", remedy)
    problems.raise_if_any()


def _over(merges: tuple[Merge, ...], column: int, line: int) -> str:
    for each in merges:
        if each.left <= column <= each.right and each.top <= line <= each.bottom:
            return f" (merged: {each.range})"
    return ""
