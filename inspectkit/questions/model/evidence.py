"""What an answer must rest on: reasons, documents, coded causes, limits, evidence items.

Evidence items serve judgements that no single file can give (leadership, governance): documents,
interviews, observations, data, surveys, each with its source and date; the scores of the cases
enter as one item among them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field

from inspectkit.questions.expressions import Condition, parse
from inspectkit.questions.model.base import (
    Expression,
    Flag,
    Id,
    Options,
    Positive,
    Record,
    Text,
    Translated,
)

EvidenceKind = Literal["document", "interview", "observation", "data", "survey", "case_scores"]


class EvidenceRule(Record):
    """At which answers a reason must be written, and how long it must be."""

    when: tuple[Id, ...]
    """The answers that need a reason."""
    min_length: Positive = 1
    """The fewest characters."""
    reference: Flag = False
    """true: the document in the file must be named as well, in a box of its own."""


class Causes(Record):
    """A coded cause, asked for when the answer is a failing. Causes are never scored."""

    options: Options = Field(min_length=1)
    """The causes to choose from, or the name of one of the set's lists."""
    when: tuple[Id, ...] = ()
    """The answers at which it is asked; left out: every answer that earns less than the best."""
    several: Flag = False
    """true: more than one may be ticked; false: the most significant one."""


class Must(Translated):
    """What an answer must meet to be saved. Nothing is refused while it is not known yet."""

    that: Expression
    """For example: ${letter_sent} >= ${decided}."""
    message: Text
    """What the inspector reads when it is not met."""

    @cached_property
    def condition(self) -> Condition:
        return parse(self.that, "must")


class CaseScores(Record):
    """Figures of the file examination that a judgement takes in as one item of evidence."""

    figures: tuple[Id, ...] = Field(min_length=1)
    """Themes, tags or questions."""
    of: str = ""
    """The question set they come from, such as area-inspection@1; left out: this one."""


class RestsOn(Record):
    """A judgement that rests on evidence items instead of one case file."""

    kinds: tuple[EvidenceKind, ...] = Field(min_length=1)
    """document, interview, observation, data, survey, case_scores."""
    at_least: Positive = 2
    """How many items from different sources a judgement needs."""
    case_scores: CaseScores | None = None
