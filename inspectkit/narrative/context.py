"""The context a report opens with: caseload, staffing, from a csv that names its source.

`context.csv` in the inspection's folder has the columns topic, measure, period, value, source. A
row without its source is an error: a number whose origin nobody knows is no context.
"""

from __future__ import annotations

import csv
from pathlib import Path

from inspectkit.errors import InspectionError, Problems
from inspectkit.exhibits import Block, Column, Prose, Series, Table
from inspectkit.validation import nearest

FILE = "context.csv"
COLUMNS = ("topic", "measure", "period", "value", "source")
MAX_ROWS = 200
SHORT = 12  # characters: such values, all numbers, stand under one another by their ends


def context(folder: Path) -> Series:
    """The table of the context with its sources beneath; nothing where there is no file.

    Errors, all at once: columns missing or unknown, a row without value or source, no UTF-8.
    """
    path = folder / FILE
    if not path.exists():
        return Series(())
    rows = _rows(path)
    sources = list(dict.fromkeys(row["source"] for row in rows))
    letters = {source: str(number) for number, source in enumerate(sources, start=1)}
    short = all(len(row["value"]) <= SHORT and row["value"][-1:].isdigit() for row in rows)
    value = Column("Value", "number" if short else "text")
    table = Table(
        id="context-figures",
        title="The Area in figures",
        columns=(Column("Measure"), Column("Period"), value, Column("Source")),
        rows=tuple((r["measure"], r["period"], r["value"], letters[r["source"]]) for r in rows),
        groups=tuple(row["topic"] for row in rows),
        notes=tuple(f"Source {letters[each]}: {each}" for each in sources),
    )
    return Series((Prose((Block("Context", "chapter"),)), table))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            heads = list(reader.fieldnames or ())
            _check_heads(heads)
            rows = [{key: (row[key] or "").strip() for key in COLUMNS} for row in reader]
    except UnicodeDecodeError:
        raise InspectionError(FILE, "not UTF-8 text", "Save it as csv UTF-8") from None
    except csv.Error as error:
        raise InspectionError(FILE, f"not readable as csv: {error}", "Save it as csv") from None
    problems = Problems()
    for number, row in enumerate(rows, start=2):
        for key in ("measure", "value", "source"):
            if not row[key]:
                problems.add(f"{FILE}, row {number}", f"no {key}", f"Write the {key}")
    if len(rows) > MAX_ROWS:
        problems.add(FILE, f"{len(rows)} rows", f"Keep to {MAX_ROWS}: it is an opening")
    problems.raise_if_any()
    return rows


def _check_heads(heads: list[str]) -> None:
    problems = Problems()
    for head in heads:
        if head not in COLUMNS:
            hint = nearest(head, list(COLUMNS))
            problems.add(f"{FILE}, row 1", f"unknown column {head!r}", f"Remove it.{hint}")
    for name in COLUMNS:
        if name not in heads:
            problems.add(f"{FILE}, row 1", f"no column {name!r}", "Add it")
    problems.raise_if_any()
