"""Who gets no live case: markers under the threshold of a practice round, until the lead decides.

A result is an event of the inspection's own log, and so is the lead's release with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from inspectkit.review.log.kinds import Because, Content, register

CALIBRATED, CLEARED = "calibrated", "cleared"


class Calibrated(Content):
    """A marker's result in a practice round; threshold: the share wanted, as a fraction."""

    round: str
    marks: int = Field(ge=0)
    agreed: int = Field(ge=0)
    threshold: str
    passed: bool


register(CALIBRATED, Calibrated, address=("marker",))
register(CLEARED, Because, address=("marker",))


def kept_back(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Marker → why they get no live case, from the log's events in order."""
    found: dict[str, str] = {}
    for row in rows:
        if row["kind"] == CLEARED:
            found.pop(row["marker"], None)
        elif row["kind"] == CALIBRATED:
            told = Calibrated.model_validate(json.loads(row["body"]))
            found.pop(row["marker"], None)
            if not told.passed:
                said = f"{told.agreed} of {told.marks} marks of practice round {told.round}"
                found[row["marker"]] = f"{said} are the agreed ones, {told.threshold} is wanted"
    return found
