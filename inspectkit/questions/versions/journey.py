"""Several steps from version to version as one way, and what every mark would become on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

import pandas as pd

from inspectkit.questions.versions.migration import KEPT, Move, Passage
from inspectkit.questions.versions.resolved import Resolved

CALCULATED = "calculated"


@dataclass(frozen=True)
class Journey:
    """Passages in order: what becomes of an answer after all of them."""

    ways: tuple[Passage, ...]

    def moves(self, answers: Mapping[str, str]) -> tuple[Move, ...]:
        """What becomes of the answers (question → answer) of one subject or item."""
        found = [Move(id, given, KEPT, id, given) for id, given in answers.items()]
        for way in self.ways:
            found = [after for move in found for after in _further(move, way)]
        return tuple(found)


def _further(move: Move, way: Passage) -> Iterator[Move]:
    if not move.to:
        yield move
        return
    for step in way.moves({move.to: move.becomes}):
        actions = [each for each in (move.action, step.action) if each != KEPT]
        action = ", then ".join(dict.fromkeys(actions)) or KEPT
        yield replace(step, question=move.question, answer=move.answer, action=action)


def dry_run(way: Journey, marks: pd.DataFrame) -> pd.DataFrame:
    """Every mark given, and what it would become; one row for each move, nothing is changed.

    marks: subject, item, question, marker, state, answer, as in `Reviews.marks`. The result has
    subject, item, marker, question, answer, action, to, becomes.
    """
    asked = Resolved(way.ways[0].old).questions if way.ways else {}
    worked = [id for id, each in asked.items() if each.get("type") == CALCULATED]  # by nobody
    given = marks[marks["state"].isin(["answered", "na"]) & ~marks["question"].isin(worked)]
    rows = [
        {"subject": row.subject, "item": row.item, "marker": row.marker, **asdict(move)}
        for row in given.itertuples(index=False)
        for move in way.moves({str(row.question): str(row.answer)})
    ]
    columns = ["subject", "item", "marker", "question", "answer", "action", "to", "becomes"]
    return pd.DataFrame(rows, columns=columns)
