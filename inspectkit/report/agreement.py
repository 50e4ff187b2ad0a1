"""How far two inspectors agreed on the cases that both marked, and what their second look moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inspectkit.exhibits import Block, Column, Prose, Series, Table, counted, listed, percent
from inspectkit.report.beside import AGREEMENT, SECOND_LOOK, Row, twice
from inspectkit.report.readings import ALL, FEW_CASES, LEFT_OUT, POOLED, bands

Cells = tuple[str | int | float | None, ...]
ANSWER = "answer"
FEW_AGAIN = 30  # cases marked twice under which a second look gives a direction and no size
ALIKE, FALLEN = 0.8, 0.2  # same answers from here on while alpha lies so far under Gwet's AC


def agreement_annex(insp: Any) -> Series:
    """Agreement by theme in words and numbers, then the shares as the second markers see them."""
    rows = insp.beside.get(AGREEMENT, [])
    if not rows:
        what = "Too few cases were marked by two inspectors to say how far their judgements agree."
        return Series((Prose((Block(what, "warning"),)),))
    parts: list[Prose | Table] = [Prose(tuple(_in_words(insp, rows))), _agreement(insp, rows)]
    if looks := insp.beside.get(SECOND_LOOK, []):
        parts += [Prose(tuple(_moved_in_words(insp, looks))), _second_look(insp, looks)]
    return Series(tuple(parts))


def _in_words(insp: Any, rows: list[Row]) -> Iterator[Block]:
    cases, of = twice(insp.reviews), len(insp.reviews.subjects)
    yield Block(
        f"{counted(cases, 'case was', 'cases were')} marked by two inspectors, out of {of:,} in "
        "the sample; neither saw the other's marks before both had submitted them."
    )
    every = next((row for row in rows if (row["figure"], row["stage"]) == (ALL, ANSWER)), None)
    if every and every["percent"]:
        same, low, high = (None if end is None else round(100 * end) for end in every["percent"])
        ends = "" if low is None else f" (95% interval {low} to {high})"
        beyond = "" if not every["ac"] else (
            " Beyond what chance alone would give, they came "
            f"{_decimals(every['ac'][0])} of the way to full agreement (Gwet's AC)."
        )  # fmt: skip
        yield Block(
            f"Of a hundred questions that both found to apply, about {same} got the same "
            f"answer{ends}.{beyond} The interval around a share in this report covers the chance "
            "of the draw only; what inspectors see differently comes on top of it."
        )
    if fallen := list(dict.fromkeys(_fallen(rows))):
        yield Block(
            "Where nearly all marks are the best one, alpha (and kappa, which works alike) falls "
            "towards 0 although the inspectors agree, since two who nearly always give that mark "
            f"would agree by chance too. That is so for {listed(fallen)}: read the share of same "
            "answers and Gwet's AC there.",
            "warning",
        )
    if cases < FEW_CASES:
        yield Block(f"Fewer than {FEW_CASES} cases were marked twice: too few to lean on.",
                    "warning")  # fmt: skip


def _fallen(rows: list[Row]) -> Iterator[str]:
    """Where alpha collapsed because nearly every mark is the same."""
    for row in rows:
        same, ac, alpha = (row[name] and row[name][0] for name in ("percent", "ac", "alpha"))
        if same and same >= ALIKE and ac and (alpha is None or alpha < ac - FALLEN):
            yield f"{row['label'].lower()} ({row['stage']})"


def _agreement(insp: Any, rows: list[Row]) -> Table:
    return Table(
        id="agreement",
        title="Agreement between inspectors before any difference was settled",
        columns=(
            Column("Questions"),
            Column("On"),
            Column("Pairs", "number"),
            Column("Cases", "number"),
            Column("Same", "percent"),
            Column("95% interval", "number"),
            Column("Gwet's AC"),
            Column("Krippendorff's alpha"),
        ),
        rows=tuple(_agreed(row) for row in rows),
        notes=(
            "Applicability: whether the question applied. Answer: how near the answers are where "
            "both found that it did. Same: pairs of marks that are equal. AC and alpha: 1 is full "
            "agreement, 0 what chance alone would give, and nearly equal answers count in part; "
            "limits in brackets are those of a 95% interval. Fewer than 20 pairs say little.",
            *_left_out_note(insp, rows),
        ),
    )


def _agreed(row: Row) -> Cells:
    head = row["label"], row["stage"].capitalize()
    if row.get("left_out"):
        return (*head, *[LEFT_OUT] * 6)
    share, *ends = row["percent"]
    return (
        *head,
        row["pairs"],
        row["cases"],
        percent(share),
        _whole(ends),
        *(_coefficient(row[name]) for name in ("ac", "alpha")),
    )


def _coefficient(found: list[float | None] | None) -> str | None:
    if found is None:
        return None
    value, *ends = (None if end is None else _decimals(end) for end in found)
    return value if None in ends else f"{value} ({ends[0]} to {ends[1]})"


def _decimals(number: float) -> str:
    return f"{number:.2f}".replace("-", "\N{MINUS SIGN}")


def _whole(ends: list[float | None]) -> str | None:
    low, high = ends
    return None if low is None or high is None else f"{100 * low:.0f} to {100 * high:.0f}"


# --- the second look ---------------------------------------------------------------------------


def _moved_in_words(insp: Any, rows: list[Row]) -> Iterator[Block]:
    yield Block("What a second look would move", "heading")
    rated = [row for row in rows if row["bands"] and all(row["bands"])]
    moved = [row for row in rated if row["bands"][0] != row["bands"][1]]
    said = f"would move {len(moved)} of {counted(len(rated), 'rating')} over all casework"
    which = f": {listed([row['label'].lower() for row in moved])}" if moved else ""
    yield Block(
        "The cases marked twice tell what every share would be if the second inspectors had marked "
        "the whole sample (two-phase sampling, as United States food assistance uses it to check "
        "its own reviews)."
        + (f" It {said}{which}. " if rated else " ")
        + "No rating in this report rests on it: it says how much hangs on who marks."
    )
    again = [row["again"] for row in rows if row["again"]]
    if again and min(again) < FEW_AGAIN:
        yield Block(
            f"It rests on {counted(min(again), 'case')} marked twice: enough for the direction, "
            "hardly for the size, and intervals from so few cases are themselves uncertain.",
            "warning",
        )


def _second_look(insp: Any, rows: list[Row]) -> Table:
    names = {band.id: band.short for band in bands(insp)}
    evened = () if insp.public else (Column("Evened", "percent"),)
    even = () if insp.public else (
        "Evened: the first marks' share if every inspector were as strict as the average of them.",
    )  # fmt: skip
    return Table(
        id="second-look",
        title=f"Shares as the second inspectors see them: {POOLED[:1].lower()}{POOLED[1:]}",
        columns=(
            Column("Figure"),
            Column("First marks", "percent"),
            Column("Second look", "percent"),
            Column("95% interval", "number"),
            Column("Moved by", "number"),
            Column("Marked twice", "number"),
            Column("Rating"),
            *evened,
        ),
        rows=tuple(_looked(row, names, public=insp.public) for row in rows),
        notes=(
            "First marks: before any difference was settled, so a share may differ a little from "
            "the one elsewhere in this report. Moved by: percent points; in brackets where the "
            "interval holds the first marks' share, so that chance alone may have moved it.",
            *even,
            *(f"{row['label']}: {row['note']}." for row in rows if row["note"]),
            *_left_out_note(insp, rows),
        ),
    )


def _looked(
    row: Row, names: dict[str, str], *, public: bool
) -> tuple[str | int | float | None, ...]:
    beside = () if public else (percent(row["evened"]),)
    if row["first"] is None:
        return (row["label"], *[LEFT_OUT] * 6)
    if row["second"] is None:
        return (row["label"], percent(row["first"]), None, None, None, None, None, *beside)
    value, low, high = row["second"]
    moved = f"{100 * (value - row['first']):+.1f}".replace("-", "\N{MINUS SIGN}")
    return (
        row["label"],
        percent(row["first"]),
        percent(value),
        _whole([low, high]),
        f"({moved})" if low <= row["first"] <= high else moved,
        row["again"],
        _rating(row["bands"], names),
        *beside,
    )


def _rating(found: list[str | None], names: dict[str, str]) -> str | None:
    first, second = found
    if first is None or second is None:
        return None
    same = first == second
    return f"{names[first]}, the same" if same else f"{names[first]} → {names[second]}"


def _left_out_note(insp: Any, rows: list[Row]) -> tuple[str, ...]:
    if not insp.public or not any("first" in row["left_out"] or "pairs" in row["left_out"]
                                  for row in rows):  # fmt: skip
        return ()
    return (f"{LEFT_OUT}: left out. Counts under {insp.threshold}, and what would give them away.",)
