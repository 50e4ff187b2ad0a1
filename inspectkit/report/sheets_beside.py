"""The workbook's sheets of agreement, second look and waits: what the report shows, in cells."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from inspectkit.exhibits.table import Cell
from inspectkit.report.beside import AGREEMENT, NEVER, OPEN, SECOND_LOOK, WAITS, Row
from inspectkit.report.readings import LEFT_OUT, bands, domains
from inspectkit.report.sheets import Cells, Sheets, share

AGREED = (
    "Questions", "On", "Pairs", "Cases", "Same", "Same, low", "Same, high",
    "Gwet's AC", "AC, low", "AC, high", "Krippendorff's alpha", "Alpha, low", "Alpha, high",
)  # fmt: skip
LOOKED = (
    "Figure", "First marks", "Second look", "Low", "High", "Marked twice",
    "Rating by the first marks", "Rating by the second look", "Note", "Evened",
)  # fmt: skip
COUNTED = "Due", "Never", "Not known"
NINE_IN_TEN = "Nine in ten by", "Nine in ten, low", "Nine in ten, high"


def add_beside(insp: Any, sheets: Sheets) -> None:
    """A sheet for each of the three that this version shows; none where there is none."""
    held = insp.beside
    if agreed := held.get(AGREEMENT, []):
        sheets.add("Agreement", AGREED, map(_agreed, agreed))
    if looked := held.get(SECOND_LOOK, []):
        heads = LOOKED[:-1] if insp.public else LOOKED
        sheets.add("Second look", heads, [_looked(insp, row) for row in looked])
    if waits := held.get(WAITS, []):
        sheets.add("How long", _wait_heads(insp), [_waited(insp, row) for row in waits])


def notes(insp: Any) -> Iterator[tuple[str, str]]:
    """What these sheets say: name of the sheet, what it holds."""
    held = insp.beside
    if held.get(AGREEMENT):
        yield (
            "Agreement",
            "pairs of marks before any difference was settled. Applicability: whether the question "
            "applied; answer: how near the answers are where both found that it did. AC and alpha: "
            "1 is full agreement, 0 what chance alone would give",
        )
    if held.get(SECOND_LOOK):
        evened = "" if insp.public else "; evened: if all were as strict as the average of them"
        yield (
            "Second look",
            "shares over all casework if the second inspectors had marked the whole sample, with "
            f"the limits of a 95% interval. First marks: before any difference was settled{evened}",
        )
    if held.get(WAITS):
        yield (
            "How long",
            "what was never sent counts as longer than any that was. "
            f"{NEVER}: among those; {OPEN}: so few cases show no upper limit",
        )


def _agreed(row: Row) -> Cells:
    return (
        row["label"],
        row["stage"].capitalize(),
        _shown(row, "pairs"),
        _shown(row, "cases"),
        *map(_share, _three(row, "percent")),
        *(_decimal(end) for name in ("ac", "alpha") for end in _three(row, name)),
    )


def _looked(insp: Any, row: Row) -> Cells:
    names = {band.id: band.short for band in bands(insp)} | {LEFT_OUT: LEFT_OUT}
    left_out = "bands" in row.get("left_out", ())
    return (
        row["label"],
        *map(_share, (_shown(row, "first"), *_three(row, "second"))),
        _shown(row, "again"),
        *(names.get(each) for each in ((LEFT_OUT,) * 2 if left_out else row["bands"])),
        row["note"],
        *(() if insp.public else (_share(row["evened"]),)),
    )


def _wait_heads(insp: Any) -> tuple[str, ...]:
    counts, longest = ((), ()) if insp.public else (COUNTED, NINE_IN_TEN)
    return ("What", "In", "Casework type", "Allowed", *counts, "Median", "Median, low",
            "Median, high", *longest, "In time", "In time, low", "In time, high")  # fmt: skip


def _waited(insp: Any, row: Row) -> Cells:
    counts = () if insp.public else (row["n"], row["never"], row["not_known"])
    found = insp.readings
    judged = next((found.get((each, row["domain"])) for each in row["judged"]), None)
    in_time: tuple[Any, ...] = (None,) * 3
    if judged:
        hidden = "share" in judged.hidden
        in_time = (LEFT_OUT,) * 3 if hidden else (judged.value, judged.low, judged.high)
    return (
        row["label"],
        row["unit"],
        domains(insp, pooled=True)[row["domain"]],
        " or ".join(row["limits"]),
        *counts,
        *(_end(end) for each in row["quantiles"] for end in each["found"]),
        *map(_share, in_time),
    )


def _shown(row: Row, name: str) -> Any:
    return LEFT_OUT if name in row.get("left_out", ()) else row[name]


def _three(row: Row, name: str) -> tuple[Any, ...]:
    """A number and its limits."""
    found = _shown(row, name)
    return (found,) * 3 if found is None or found == LEFT_OUT else tuple(found)


def _share(value: Any) -> float | str | None:
    return LEFT_OUT if value == LEFT_OUT else share(value)


def _decimal(value: Any) -> Decimal | str | None:
    return value if value is None or value == LEFT_OUT else Decimal(f"{value:.2f}")


def _end(value: Any) -> Cell | Decimal:
    """A length of time, or the word for one that no number says."""
    if value is None:
        return LEFT_OUT
    if isinstance(value, str):
        return value
    return int(value) if float(value).is_integer() else Decimal(f"{value:g}")
