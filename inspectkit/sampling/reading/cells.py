"""Looks at cells as their file stores them, and turns them into the text a csv would hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.reading.lines import Doubt, Fault, Lines, is_blank
from inspectkit.sampling.spec import FrameSpec

ERRORS = {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
EXACT = 10**15  # Excel keeps 15 digits of a number
AS_TEXT = "Format the column as text at its source and export again"
Numbers = Sequence[int]


def check_ids(
    cells: Sequence[Any],
    numbers: Numbers,
    place: int,
    lines: Lines,
    ours: str,
    spec: FrameSpec,
    problems: Problems,
) -> None:
    """Refuse ids that are no text, unless it is stated that they are numbers.

    numbers: the line of each cell. place: the column's position.
    """
    if lines.provenance.get("format") == "csv":
        return
    counts: list[tuple[int, Any]] = []
    texts: list[tuple[int, Any]] = []
    for line, cell in zip(numbers, cells, strict=True):
        if isinstance(cell, str):
            if cell.strip():
                texts.append((line, cell))
        elif isinstance(cell, bool | date | time):
            kind = "a truth value" if isinstance(cell, bool) else "a date or time"
            what = f"the {ours} {as_cell(cell)} is {kind}: a program took the reference for one"
            problems.add(lines.place(line, place), what, AS_TEXT)
        elif isinstance(cell, int | float | Decimal):
            counts.append((line, cell))
    if counts and texts:
        (one, number), (two, text) = counts[0], texts[0]
        mixed = f"numbers (line {one}: {number}) and text (line {two}: {text!r})"
        what = f"the {ours} column mixes {mixed}"
        problems.add(lines.place(one, place), what, AS_TEXT)
    elif counts and not spec.number_ids:
        shown = ", ".join(f"line {line}: {number}" for line, number in counts[:2])
        what = f"the {ours} is a number on {len(counts)} lines ({shown}), so its zeros may be lost"
        remedy = f"{AS_TEXT}, or state number_ids = true in [frame], and id_width for its digits"
        problems.add(lines.place(counts[0][0], place), what, remedy)
    for line, number in counts if spec.number_ids else ():
        if number != int(number) or not 0 <= number < EXACT:
            what = f"the {ours} {number} is no whole number of at most 15 digits"
            problems.add(lines.place(line, place), what, AS_TEXT)


def check_cells(
    columns: dict[str, Sequence[Any]],
    numbers: Numbers,
    places: dict[str, int],
    lines: Lines,
    spec: FrameSpec,
    problems: Problems,
) -> list[Doubt]:
    """Refuse errors of Excel's and merged cells in the columns used; doubt them in the others."""
    doubts: list[Doubt] = []
    used = set(spec.named.values())
    for name, cells in columns.items():
        faults = _faults(cells, lines)
        held = zip(numbers, cells, strict=True) if faults else ()
        wrong = [(line, cell) for line, cell in held if cell in faults]
        if wrong and name not in used:
            what = f"{len(wrong)} cells hold {wrong[0][1]} or the like; the column is not used"
            doubts.append((name, what, tuple(line for line, _ in wrong)))
        for line, cell in wrong if name in used else ():
            remedy = "Mend it at its source; save the workbook from Excel so that values are stored"
            problems.add(lines.place(line, places[name]), f"{name} holds {cell}", remedy)
        if lines.sheet and name in {spec.named[each] for each in spec.dated}:
            doubts += _half_dates(name, cells, numbers)
    _refuse_merges(numbers, {name: places[name] for name in used & set(places)}, lines, problems)
    return doubts


def _faults(cells: Sequence[Any], lines: Lines) -> set[Any]:
    if lines.provenance.get("format") == "csv" and "#" not in "".join(cells):
        return set()  # all of them are text, and none has the sign of an error in it
    return {cell for cell in set(cells) if _is_fault(cell)}


def _is_fault(cell: Any) -> bool:
    if isinstance(cell, str):
        return "#" in cell and cell.strip() in ERRORS
    return isinstance(cell, Fault)


def _half_dates(name: str, cells: Sequence[Any], numbers: Numbers) -> list[Doubt]:
    """Excel turns 03/04/2026 into a date of its own country and leaves 13/04/2026 as text."""
    held = list(zip(numbers, cells, strict=True))
    texts = [line for line, cell in held if isinstance(cell, str) and not is_blank(cell)]
    dates = [cell for _, cell in held if isinstance(cell, date)]
    if not texts or not dates:
        return []
    early = " and no date falls after the 12th" if all(each.day <= 12 for each in dates) else ""
    what = (
        f"{len(dates)} cells are dates and {len(texts)} are text{early}: Excel may have exchanged "
        "day and month in the dates"
    )
    return [(name, what, tuple(texts))]


def _refuse_merges(
    numbers: Numbers, places: dict[str, int], lines: Lines, problems: Problems
) -> None:
    data = set(numbers)
    for merge in lines.merges:
        columns = [name for name, place in places.items() if merge.left <= place + 1 <= merge.right]
        if columns and any(line in data for line in range(merge.top, merge.bottom + 1)):
            what = f"the cells {merge.range} are merged, so all but the first are empty"
            problems.add(lines.place(merge.top), what, "Undo the merge and fill each cell in")


def as_text(
    cells: Sequence[Any],
    name: str,
    numbers: Numbers,
    lines: Lines,
    spec: FrameSpec,
    problems: Problems,
) -> list[str]:
    """A column as text: numbers without a needless point, dates in the stated format."""
    width = 0
    if name in {spec.named.get("id"), spec.named.get("cluster")}:
        width = spec.id_width or 0
    zone = _zone(spec)
    found = []
    for line, cell in zip(numbers, cells, strict=True):
        if isinstance(cell, datetime) and cell.tzinfo is not None:
            if zone is None:
                what = f"{name} holds a time of the world clock"
                remedy = 'State [frame] zone, for example "Europe/London"'
                problems.add(lines.place(line), what, remedy)
                zone = ZoneInfo("UTC")
            cell = cell.astimezone(zone).replace(tzinfo=None)
        text = as_cell(cell, spec.dates)
        found.append(text.zfill(width) if width and not isinstance(cell, str) and text else text)
    return found


def _zone(spec: FrameSpec) -> ZoneInfo | None:
    try:
        return ZoneInfo(spec.zone) if spec.zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        what = f"{spec.zone!r} is no time zone known here"
        raise InspectionError("[frame] zone", what, 'State one such as "Europe/London"') from None


def as_cell(cell: Any, dates: str | None = None) -> str:
    """A cell as the text a csv would hold.

    >>> as_cell(12.0), as_cell(date(2026, 2, 3), "%d/%m/%Y"), as_cell(True), as_cell(None)
    ('12', '03/02/2026', 'TRUE', '')
    """
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime):
        if dates is None and cell.time() == time():
            return cell.date().isoformat()
        return cell.strftime(dates) if dates else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.strftime(dates) if dates else cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
