"""How long things took, where the question set counts it: a table by casework type."""

from __future__ import annotations

from typing import Any

from inspectkit.exhibits import Block, Column, Prose, Series, Table, counted
from inspectkit.report.beside import NEVER, OPEN, WAITS, Row
from inspectkit.report.figures import left_out_note
from inspectkit.report.readings import FEW_CASES, LEFT_OUT, Reading, domains

Cells = tuple[str | int | float | None, ...]


def how_long(insp: Any) -> Series:
    """A heading and one table of every wait; nothing where the set counts none."""
    rows = insp.beside.get(WAITS, [])
    if not rows:
        return Series(())
    return Series((Prose((Block("How long it took", "heading"),)), _table(insp, rows)))


def _table(insp: Any, rows: list[Row]) -> Table:
    found = insp.readings
    counts = () if insp.public else (
        Column("Due", "number"), Column("Never", "number"), Column("Not known", "number"),
    )  # fmt: skip
    longest = () if insp.public else (Column("Nine in ten by"),)
    return Table(
        id="how-long",
        title="How long it took, and how much of it was in time",
        columns=(
            Column("Casework type"),
            Column("Allowed"),
            *counts,
            Column("Median"),
            *longest,
            Column("In time", "percent"),
            Column("95% interval", "number"),
        ),
        rows=tuple(_row(insp, row, found) for row in rows),
        groups=tuple(f"{row['label']} (in {row['unit']})" for row in rows),
        notes=tuple(_notes(insp, rows)),
    )


def _row(insp: Any, row: Row, found: dict[tuple[str, str], Reading]) -> Cells:
    middle, *longer = row["quantiles"]
    counts = () if insp.public else (row["n"], row["never"], row["not_known"])
    judged = next((found.get((each, row["domain"])) for each in row["judged"]), None)
    return (
        domains(insp, pooled=True)[row["domain"]],
        " or ".join(row["limits"]) or None,
        *counts,
        _quantile(middle),
        *(() if insp.public else (_quantile(each) for each in longer)),
        judged.share if judged else None,
        judged.interval if judged else None,
    )


def _quantile(one: Row) -> str:
    """The value with its limits; what is left out of this version reads so."""
    value, low, high = (LEFT_OUT if end is None else end if end in (NEVER, OPEN) else f"{end:g}"
                        for end in one["found"])  # fmt: skip
    return value if value == LEFT_OUT else f"{value} ({low} to {high})"


def _notes(insp: Any, rows: list[Row]) -> list[str]:
    texts = {each.id: each.text for each in insp.question_set.questions}
    judges = list(dict.fromkeys(each for row in rows for each in row["judged"]))
    notes = [
        "Median: half of them took no longer; in brackets the limits of its 95% interval. What was "
        f"never sent is late and not missing, so it counts as longer than any that was; “{NEVER}” "
        f"says that a value lies among those, “{OPEN}” that so few cases show no upper limit.",
    ]
    if judges:
        asked = "; ".join(f"“{texts[each]}”" for each in judges)
        notes.append(
            f"In time: the share of the points of {asked}, as inspectors judged it. Allowed: the "
            "limit that the question set goes by; it has two where it depends on who was to get it."
        )
    few = [row for row in rows if not insp.public and row["n"] < FEW_CASES]
    if few:
        opening = counted(len(few), "row rests", "rows rest")
        notes.append(f"{opening} on fewer than {FEW_CASES} of them: too few to lean on.")
    return [*notes, *left_out_note(insp)]
