"""What a rule file may state: bands, steps that combine ratings, limiters, discretion."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from inspectkit.assessment.rule.bands import Cuts, Gap, Limits, cuts_of
from inspectkit.assessment.rule.numbers import Halves, Number

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Kind = Literal["theme", "tag", "question"]
Measure = Literal["share_of_points", "share_of_cases", "failing_cases", "judgement"]
Method = Literal["lowest", "highest", "sum", "share", "mean", "median", "counts"]
SHARES = ("share_of_points", "share_of_cases")
BY_POINTS = ("sum", "share", "mean", "median")


class Record(BaseModel):
    """Frozen; keys it does not know are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, arbitrary_types_allowed=True
    )


class Band(Record):
    """One rating, and the values it is given for: from `at_least`, which it holds.

    at_most: the highest value stated, where the file leaves a gap up to the next band. points:
    what the rating counts where ratings are added. tone is a word for the renderers, never a
    colour.
    """

    id: Name
    label: Text
    short: Text
    tone: Literal["good", "fair", "poor"]
    at_least: Number = Fraction(0)
    at_most: Number | None = None
    points: Number | None = None

    @property
    def limits(self) -> Limits:
        return Limits(self.at_least, self.at_most)


class Rounding(Record):
    """A value is rounded to a multiple of `to` before it is compared; exact halves as stated."""

    to: Number
    halves: Halves

    @property
    def pair(self) -> tuple[Fraction, Halves]:
        return self.to, self.halves


class Cut(Record):
    """The values for which a step gives a rating: from `at_least`, or only `above` a value."""

    rating: Name
    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None

    @property
    def limits(self) -> Limits:
        start = self.above if self.at_least is None else self.at_least
        return Limits(start or Fraction(0), self.at_most, self.at_least is not None)


class Condition(Record):
    """So many ratings of these kinds among the inputs, or a flag that inspectors set."""

    count: tuple[Name, ...] = ()
    at_least: int = Field(default=0, ge=0)
    at_most: int | None = Field(default=None, ge=0)
    flag: Name | None = None


class CountRow(Record):
    """The rating given where all conditions hold; without conditions, the rating that is left."""

    rating: Name
    when: tuple[Condition, ...] = ()


class Step(Record):
    """Ratings made of ratings.

    of: a kind of figure (question, theme, tag), the id of an earlier step, or ids. each: one
    result for every theme or tag, from the questions that feed it. inputs: how many there are,
    where the rule is for so many. missing: what an input that is not rated does.
    """

    id: Name
    label: Text
    of: Name | tuple[Name, ...]
    each: Literal["theme", "tag"] | None = None
    method: Method
    inputs: int | None = Field(default=None, ge=1, le=100)
    missing: Literal["not_rated", "left_out"] = "not_rated"
    bands: tuple[Cut, ...] = ()
    gap: Gap | None = None
    rounding: Rounding | None = None
    rows: tuple[CountRow, ...] = ()

    @cached_property
    def cuts(self) -> Cuts:
        """Where the step's ratings begin, in the order of its bands."""
        limits = [each.limits for each in self.bands]
        return cuts_of(limits, self.gap, self.rounding.pair if self.rounding else None)


class Limiter(Record):
    """A named cap: where its conditions hold, the rating is no better than `cap`.

    on: the steps or kinds of figure it caps. Conditions count the inputs of the step capped.
    """

    id: Name
    revision: int = Field(ge=1)
    label: Text
    on: tuple[Name, ...] = Field(min_length=1)
    cap: Name
    when: tuple[Condition, ...] = Field(min_length=1)


class Discretion(Record):
    """How far a person may move a rating: so many bands, and only so near to a boundary.

    on: the steps or kinds of figure; empty means all. within: in the units of the value, points
    as a share where it is one.
    """

    may_move: int = Field(ge=1)
    within: Number | None = None
    on: tuple[Name, ...] = ()
