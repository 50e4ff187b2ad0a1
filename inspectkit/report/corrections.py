"""Frame errors in a report: how often the files bore out what the list said of them."""

from __future__ import annotations

from typing import Any

from inspectkit.exhibits import Column, Table
from inspectkit.review.corrections import by_fact


def frame_errors(insp: Any) -> list[Table]:
    """One table, or none where no file was looked at for what the list says."""
    found = by_fact(insp.reviews, insp.question_set)
    labels = {each.id: each.label for each in insp.question_set.facts}
    rows = [
        (labels.get(fact, fact), int(looked), int(wrong))
        for fact, looked, wrong in found.values.tolist()
        if looked
    ]
    if not rows:
        return []
    note = "The list itself was not changed; each correction and its reason is among the marks."
    return [
        Table(
            id="frame-errors",
            title="What the files showed of the list: frame errors",
            columns=(
                Column("In the list"),
                Column("Files looked at", "number"),
                Column("Corrected", "number"),
            ),
            rows=tuple(rows),
            notes=(note,),
        )
    ]
