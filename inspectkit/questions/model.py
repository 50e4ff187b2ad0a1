"""The records a question set is made of: scales, themes, tags, sections, facts and questions."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from inspectkit.questions.expressions import Condition, parse

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Record(BaseModel):
    """Frozen; keys it does not know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Record):
    """Something with an id and a public label."""

    id: Id
    label: Text


class CaseworkType(Record):
    """A stratum of the frame and its public label."""

    id: str
    label: Text


class Answer(Named):
    """One answer of a scale: points it earns, or excluded (N/A: out of the base)."""

    points: int | None = Field(default=None, ge=0)
    excluded: bool = False


class Scale(Named):
    """The answers a question may be given."""

    answers: tuple[Answer, ...] = Field(min_length=2)

    @property
    def points_available(self) -> int:
        return max((answer.points or 0 for answer in self.answers), default=0)

    def answer(self, id: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.id == id), None)


class Fact(Named):
    """A column of the frame made known to the questions, with the values it can take."""

    values: tuple[Named, ...] = ()


class Section(Named):
    """Questions that one body answers and submits."""

    owner: Text


class EvidenceRule(Record):
    """At which answers a reason must be written, and how long it must be."""

    when: tuple[Id, ...]
    min_length: int = Field(default=1, ge=1)


class Question(Record):
    """One thing asked of a case file."""

    id: Id
    text: Text
    type: Literal["scale", "choice"] = "scale"
    scale: Id | None = None
    choices: tuple[Named, ...] = ()
    section: Id | None = None
    page: Id | None = None
    themes: tuple[Id, ...] = ()
    tags: tuple[Id, ...] = ()
    weight: int = Field(default=1, ge=1)
    casework_types: tuple[str, ...] = ()
    applies_when: str | None = None
    evidence: EvidenceRule | None = None
    prefill: Id | None = None
    context: bool = False
    guidance: str | None = None

    @cached_property
    def condition(self) -> Condition | None:
        return parse(self.applies_when) if self.applies_when else None

    @property
    def scored(self) -> bool:
        """Counts to a theme or a tag."""
        return self.type == "scale" and not self.context and bool(self.themes or self.tags)


class Content(Record):
    """A whole question set as its file states it."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
    revision: int = Field(ge=1)
    label: Text
    languages: tuple[str, ...] = ("en",)
    source: Text
    verified: bool
    casework_types: tuple[CaseworkType, ...] = Field(min_length=1)
    facts: tuple[Fact, ...] = ()
    scales: tuple[Scale, ...] = Field(min_length=1)
    themes: tuple[Named, ...] = Field(min_length=1)
    tags: tuple[Named, ...] = ()
    sections: tuple[Section, ...] = ()
    questions: tuple[Question, ...] = Field(min_length=1)
