"""The command that says how far blind marks agree, in tables that fit 80 columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import console, plain, records, say, show, show_json

if TYPE_CHECKING:
    import pandas as pd

app = commands()

STAGES = {
    "applicability": "Did both find that the question applied?",
    "answer": "Did both give the same answer, where both found that it applied?",
}
LEVELS = {
    "all": "All questions",
    "theme": "Themes",
    "pair": "Pairs",
    "marker": "Inspectors",
    "question": "Questions",
}
COEFFICIENTS = ("ac", "kappa", "alpha")
NAME = 13  # letters of a name in a line: what the numbers leave of 80 columns
HEADS = ("", "Pairs", "Same", "Gwet's AC", "Kappa", "Alpha")
Row = tuple[str, ...]


@app.command(epilog="Example:  inspectkit agree south-west --json")
def agree(folder: Folder, as_json: AsJson = False) -> None:
    """How far two blind marks agree: by question, theme, pair and marker, with intervals."""
    from inspectkit.assessment.agreement import agree
    from inspectkit.inspection import Inspection

    reviews = Inspection.open(folder).reviews
    found, apart = agree(reviews), reviews.named_apart
    if as_json:
        told = {"rows": found.table(), "severity": found.severity, "named_apart": apart}
        show_json({name: records(each) for name, each in told.items()})
        return
    table = found.table()
    table = table[table["pairs"] > 0]
    for stage, title in STAGES.items():
        rows = table[table["stage"] == stage].to_dict("records")
        _show(title, HEADS, {LEVELS[each]: [_agreed(row) for row in rows if row["level"] == each]
                             for each in LEVELS})  # fmt: skip
    for line in _explained(table):
        say(line)
    heads = ("", "Cases", "Severity", "95% interval", "Shrunk", "Drift", "95% interval")
    markers = [_marker(row) for row in found.severity.to_dict("records")]
    _show("Severity of inspectors, in percentage points", heads, {"": markers})
    if len(apart):
        show("Items are matched by their number; these are named differently", apart)


def _agreed(row: dict[Any, Any]) -> Row:
    """A row of two lines: the values, and under each its limits."""
    return (
        _broken(row["id"]),
        f"{row['pairs']} in\n{row['cases']} case{'s' * (row['cases'] != 1)}",
        _limits(row, "percent", lambda share: f"{100 * share:.0f}"),
        *(_limits(row, name, lambda value: f"{value:.2f}") for name in COEFFICIENTS),
    )


def _broken(id: str) -> str:
    """An id in lines, broken after underscores; a name has blanks and breaks by itself.

    >>> _broken("victim_letter_quality").splitlines()
    ['victim_', 'letter_', 'quality']
    """
    lines = [""]
    for part in re.findall(r"[^_]*_?", id):
        if lines[-1] and len(lines[-1] + part) > NAME:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _limits(row: dict[Any, Any], name: str, said: Any) -> str:
    value, low, high = (row[each] for each in (name, f"{name}_low", f"{name}_high"))
    if _absent(value):
        return "-"
    first = f"{said(value)}%" if name == "percent" else said(value)
    return first if _absent(low) or _absent(high) else f"{first}\n{said(low)} to {said(high)}"


def _absent(value: float | None) -> bool:
    return value is None or value != value  # None in a column of numbers is a NaN


def _explained(table: pd.DataFrame) -> Iterator[str]:
    yield "Under each value its 95% interval. Values and limits in full: --json."
    parts = [part for note in table["note"] for part in str(note).split("; ") if part]
    for note in dict.fromkeys(re.sub(r"^\d+ pairs only", "Few pairs", part) for part in parts):
        yield f"{note[:1].upper()}{note[1:]}."


def _marker(row: dict[Any, Any]) -> Row:
    def said(name: str) -> str:
        return "-" if _absent(row[name]) else f"{row[name]:.1f}"

    return (
        str(row["marker"]),
        str(row["cases"]),
        said("severity"),
        f"{said('low')} to {said('high')}",
        said("shrunk"),
        said("drift"),
        f"{said('drift_low')} to {said('drift_high')}",
    )


def _show(title: str, heads: Row, parts: dict[str, list[Row]]) -> None:
    """A table without rules between its columns; each part under its title."""
    table = plain(title)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left", overflow="fold")
    for part, rows in parts.items():
        if rows and part:
            table.add_section()
            table.add_row(f"[bold]{escape(part)}[/bold]")
        for row in rows:
            table.add_row(*map(escape, row))
    console.print(table)
