"""Scales: the answers that earn points, and those that take a question out of the base."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictInt

from inspectkit.questions.model.base import Flag, Named

Points = Annotated[StrictInt, Field(ge=0)]


class Answer(Named):
    """One answer of a scale: points it earns, or excluded (N/A: out of the base)."""

    points: Points | None = None
    """A whole number from 0. Ratios of points count, so halves are written as 2, 1, 0."""
    excluded: Flag = False
    """true: not applicable; the question then counts neither for nor against."""


class Scale(Named):
    """The answers a question may be given."""

    answers: tuple[Answer, ...] = Field(min_length=2)

    @property
    def points_available(self) -> int:
        return max((answer.points or 0 for answer in self.answers), default=0)

    def answer(self, id: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.id == id), None)

    @property
    def failing(self) -> tuple[str, ...]:
        """The answers that earn less than the best one.

        >>> met, not_met = {"id": "fm", "label": "Met", "points": 1}, {"id": "nm", "label": "Not"}
        >>> Scale(id="code", label="Code", answers=[met, not_met]).failing
        ('nm',)
        """
        best = self.points_available
        return tuple(a.id for a in self.answers if not a.excluded and (a.points or 0) < best)
