"""A rating rule is data: bands with exact boundaries, where they come from, who may be rated."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from inspectkit.digest import digest, exact
from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.loading import line_of, read_yaml
from inspectkit.resources import folder
from inspectkit.validation import nearest, validated

PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,9})?) ?%")


def percentage(text: Any) -> Fraction:
    """'62.5%' as an exact fraction; a number without its % is refused, since 1 may mean 100%.

    >>> percentage("62.5%")
    Fraction(5, 8)
    """
    if isinstance(text, Fraction):
        return text
    match = PERCENT.fullmatch(text) if isinstance(text, str) else None
    if not match or Fraction(match[1]) > 100:
        raise ValueError('a boundary is written as a percentage from "0%" to "100%"')
    return Fraction(match[1]) / 100


Share = Annotated[Fraction, BeforeValidator(percentage), PlainSerializer(exact)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Record(BaseModel):
    """Frozen; keys it does not know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Band(Record):
    """One rating: values from `at_least`, which it holds, up to the next band.

    tone is a word for the renderers (good, fair, poor), never a colour.
    """

    id: Name
    label: Text
    short: Text
    at_least: Share
    tone: Literal["good", "fair", "poor"]


class Rule(Record):
    """How a share of points becomes a rating.

    >>> rule = Rule.load("area-inspection@1")
    >>> [band.id for band in rule.bands]
    ['fully', 'partially', 'not_meeting']
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
    revision: int = Field(ge=1)
    label: Text
    source: Text
    verified: bool
    measure: Literal["share_of_points"]
    minimum_cases: int = Field(ge=1)
    bands: tuple[Band, ...] = Field(min_length=1)

    @classmethod
    def load(cls, ref: str | Path) -> Rule:
        """From 'id', 'id@revision' or a file.

        Errors: everything at fault in the file, with its line; a rule or revision not there.
        """
        path = _find(ref)
        tree = read_yaml(path)
        rule = validated(cls, tree, path.name, line=lambda place: line_of(tree, place))
        _lint(rule, tree, path.name)
        wanted = str(ref).partition("@")[2] if not Path(ref).exists() else ""
        if wanted and wanted != str(rule.revision):
            what = f"revision {wanted} is not here, {rule.revision} is"
            raise InspectionError(str(ref), what, f"Ask for {rule.ref}")
        return rule

    @property
    def ref(self) -> str:
        return f"{self.id}@{self.revision}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything the rule states."""
        return digest(self.model_dump(mode="json"))

    @property
    def boundaries(self) -> tuple[Fraction, ...]:
        """Where one band ends and the next begins, rising."""
        return tuple(band.at_least for band in reversed(self.bands) if band.at_least > 0)

    def band(self, value: Fraction) -> Band:
        """The band of an exact share; a value on a boundary belongs to the band that starts there.

        >>> Rule.load("area-inspection@1").band(Fraction(7, 10)).id
        'fully'
        """
        return next(band for band in self.bands if value >= band.at_least)

    def distance(self, value: Fraction) -> Fraction | None:
        """Points of a percent to the nearest boundary, exact; None without a boundary.

        >>> Rule.load("area-inspection@1").distance(Fraction(7, 12))
        Fraction(5, 3)
        """
        return min((abs(value - each) * 100 for each in self.boundaries), default=None)


def _find(ref: str | Path) -> Path:
    path = Path(ref)
    if path.is_file():
        return path
    if path.suffix in (".yaml", ".yml"):
        raise InspectionError(path.name, "no such file", "Give the path of a rule file")
    known = {each.stem: each for each in sorted(folder("rules").glob("*.yaml"))}
    name = str(ref).partition("@")[0]
    if name not in known:
        remedy = f"Choose from {', '.join(known)}, or give a file.{nearest(name, list(known))}"
        raise InspectionError(str(ref), "no such rating rule", remedy)
    return known[name]


def _lint(rule: Rule, tree: Any, name: str) -> None:
    problems = Problems()
    for row, band in enumerate(rule.bands):
        where = f"{name}, line {line_of(tree, ('bands', row))}, band {band.id}"
        above = rule.bands[row - 1] if row else None
        if above and band.at_least >= above.at_least:
            what = f"it does not start below the band before it ({above.id})"
            problems.add(where, what, "List the bands from best to worst, each boundary once")
        if band.id in [each.id for each in rule.bands[:row]]:
            problems.add(where, f"the id {band.id!r} stands twice", "Give each band its own id")
    last = rule.bands[-1]
    if last.at_least != 0:
        where = f"{name}, line {line_of(tree, ('bands', len(rule.bands) - 1))}, band {last.id}"
        what = "no band holds the values below it"
        problems.add(where, what, 'Let the last band start at "0%"')
    problems.raise_if_any()
