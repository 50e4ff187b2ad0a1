"""A question: what is asked, of what, when it applies, and what its answer must rest on.

`type` says what an answer is, and how it is kept (always a text, `answers.canonical` makes it):

    scale       one answer of a scale, which may earn points      fm
    choice      one of the choices                                cps
    multiple    some of the choices, in their order               late partial
    date        a day                                             2026-11-25
    number      a decimal number without exponent                 3.5
    text        a text                                            Ms Patel
    calculated  worked out by `calculate`, asked of nobody        12
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from inspectkit.questions.expressions import Condition, Formula, formula, parse
from inspectkit.questions.model.base import (
    Expression,
    Flag,
    Id,
    Options,
    Positive,
    Retired,
    Text,
    Translated,
)
from inspectkit.questions.model.evidence import Causes, EvidenceRule, Must, RestsOn

Type = Literal["scale", "choice", "multiple", "date", "number", "text", "calculated"]
Limit = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=18, decimal_places=6)]


class Question(Translated):
    """One thing asked of a case file, or of another subject."""

    id: Id
    """Never changes and is never used again."""
    text: Text
    """The question as the inspector reads it."""
    type: Type = "scale"
    scale: Id | None = None
    """scale: the id of one of the set's scales."""
    choices: Options = ()
    """choice and multiple: the choices, or the name of one of the set's lists."""
    min: Limit | None = None
    """number: the smallest number taken."""
    max: Limit | None = None
    """number: the largest number taken."""
    whole: Flag = False
    """number: whole numbers only."""
    unit: Text | None = None
    """number and calculated: the unit shown beside it, such as working days."""
    calculate: Expression | None = None
    """calculated: for example working-days-between(${decided}, ${letter_sent})."""
    subject: Id = "case"
    """What is looked at: case, or the id of one of the set's subjects."""
    item: Id | None = None
    """Asked once for every item of that kind in the file, such as every letter."""
    section: Id | None = None
    """The section whose owner answers it."""
    page: Id | None = None
    """The theme on whose page it stands; left out: its first theme."""
    themes: tuple[Id, ...] = ()
    """The themes its points count to."""
    tags: tuple[Id, ...] = ()
    """The tags its points count to as well, such as grip."""
    weight: Positive = 1
    """How often its points count."""
    casework_types: tuple[str, ...] = ()
    """Asked of these casework types only; left out: of all."""
    applies_when: Expression | None = None
    """Asked only where this holds: ${charged_by} = 'cps'. Speaks of facts and earlier questions."""
    must: tuple[Must, ...] = ()
    """What the answer must meet to be saved."""
    prefill: Id | None = None
    """A fact that proposes the answer. The inspector confirms it, or corrects it with a reason."""
    suggest: Expression | None = None
    """Proposes an answer from what is known; another answer needs a reason."""
    evidence: EvidenceRule | None = None
    causes: Causes | None = None
    rests_on: RestsOn | None = None
    context: Flag = False
    """true: describes the case and counts to nothing."""
    guidance: str | None = None
    """A markdown file beside the set: guidance/decided.md; in Welsh guidance/decided.cy.md."""
    retired: Retired | None = None

    @cached_property
    def condition(self) -> Condition | None:
        return parse(self.applies_when) if self.applies_when else None

    @cached_property
    def calculation(self) -> Formula | None:
        return formula(self.calculate, "calculate") if self.calculate else None

    @cached_property
    def suggestion(self) -> Formula | None:
        return formula(self.suggest, "suggest") if self.suggest else None

    @property
    def scored(self) -> bool:
        """Counts to a theme or a tag."""
        return self.type == "scale" and not self.context and bool(self.themes or self.tags)


class Companion(Question):
    """A question that follows from a rule of another: its cause, N/A reason or document.

    It is never written in a file. It is answered, stored and reported like any other question.
    """

    of: Id
    """The question it belongs to."""
    role: Literal["cause", "na_reason", "reference"]
