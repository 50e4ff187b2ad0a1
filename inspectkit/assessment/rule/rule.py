"""One rating rule, read from its file and checked whole."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field

from inspectkit.assessment.rule.bands import Cuts, Gap, Limits, cuts_of
from inspectkit.assessment.rule.files import check_revision, find
from inspectkit.assessment.rule.lint import faults
from inspectkit.assessment.rule.model import (
    SHARES,
    Band,
    Discretion,
    Kind,
    Limiter,
    Measure,
    Record,
    Rounding,
    Step,
    Text,
)
from inspectkit.assessment.rule.numbers import Number
from inspectkit.digest import digest
from inspectkit.errors import Problems
from inspectkit.questions.yaml import line_of, read_yaml
from inspectkit.validation import validated


class Rule(Record):
    """How the values of figures become ratings, and ratings an overall one.

    bands: the ratings there are, best first. rates: the kinds of figure that are rated by the
    measure. met: for measures of cases, the share of its points from which a case counts as met.

    >>> rule = Rule.load("area-inspection@1")
    >>> [band.id for band in rule.bands]
    ['fully', 'partially', 'not_meeting']
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
    revision: int = Field(ge=1)
    label: Text
    source: Text
    verified: bool
    notes: tuple[Text, ...] = ()
    measure: Measure
    minimum_cases: int = Field(default=1, ge=1)
    rates: tuple[Kind, ...] = ("theme", "tag", "question")
    met: Number = Fraction(1)
    bands: tuple[Band, ...] = Field(min_length=1)
    gap: Gap | None = None
    rounding: Rounding | None = None
    steps: tuple[Step, ...] = ()
    limiters: tuple[Limiter, ...] = ()
    discretion: Discretion | None = None

    @classmethod
    def load(cls, ref: str | Path) -> Rule:
        """From 'id', 'id@revision' or a file.

        Errors: everything at fault in the file, with its line; a rule or revision not there.
        """
        path = find(ref)
        tree = read_yaml(path)
        rule = validated(cls, tree, path.name, line=lambda place: line_of(tree, place))
        problems = Problems()
        for place, name, what, remedy in faults(rule, tree):
            where = f"{path.name}, line {line_of(tree, place)}"
            problems.add(f"{where}, {name}" if name else where, what, remedy)
        problems.raise_if_any()
        check_revision(ref, rule.id, rule.revision)
        return rule

    @property
    def ref(self) -> str:
        return f"{self.id}@{self.revision}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything the rule states."""
        return digest(self.model_dump(mode="json", exclude_unset=True))

    @property
    def is_share(self) -> bool:
        """Its figures are rated by a share, so that its boundaries are percentages."""
        return self.measure in SHARES

    @cached_property
    def cuts(self) -> Cuts:
        """Where the bands of figures begin; counts of failing cases are taken as negative."""
        if self.measure == "failing_cases":
            limits = [Limits(-(each.at_most or Fraction(0))) for each in self.bands]
        else:
            limits = [each.limits for each in self.bands]
        return cuts_of(limits, self.gap, self.rounding.pair if self.rounding else None)

    @property
    def boundaries(self) -> tuple[Fraction, ...]:
        """Where one band ends and the next begins, rising; none where figures have no share."""
        return tuple(cut.value for cut in reversed(self.cuts.cuts)) if self.is_share else ()

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Band id to its place, 0 the best."""
        return {band.id: place for place, band in enumerate(self.bands)}

    def band(self, value: Fraction) -> Band:
        """The band of an exact value; one on a boundary belongs to the band that starts there.

        >>> Rule.load("area-inspection@1").band(Fraction(7, 10)).id
        'fully'
        """
        signed = -value if self.measure == "failing_cases" else value
        return self.bands[self.cuts.index(signed)]

    def distance(self, value: Fraction) -> Fraction | None:
        """How far the nearest boundary is, exact; points of a percent for shares; None without.

        >>> Rule.load("area-inspection@1").distance(Fraction(7, 12))
        Fraction(5, 3)
        """
        signed = -value if self.measure == "failing_cases" else value
        found = self.cuts.distance(signed)
        return found * 100 if found is not None and self.is_share else found
