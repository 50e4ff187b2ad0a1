"""Sample sizes that authorities publish, as data with a source, and what each gives for a frame."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import ceil
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from inspectkit.errors import InspectionError
from inspectkit.planning.acceptance import Acceptance
from inspectkit.questions.yaml import read_yaml
from inspectkit.sampling.sizes import Size, for_half_width, for_limit
from inspectkit.validation import nearest, validated

FILE = Path(__file__).with_name("presets.yaml")


class Record(BaseModel):
    """Frozen; keys it does not know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True)


class Preset(Record):
    """What every preset states: who says so, and whether that was read there."""

    label: str = Field(min_length=1)
    source: str = Field(min_length=1)
    verified: bool

    def size(self, N: int) -> Size:
        """The sample size for a frame of N cases."""
        raise NotImplementedError


class HalfWidth(Preset):
    """A half-width at a level, with finite population correction."""

    kind: Literal["half_width"]
    half_width: str
    level: str

    def size(self, N: int) -> Size:
        found = for_half_width(self.half_width, level=self.level, N=N)
        return Size(found.n, found.convention, self.source)


class Step(Record):
    """From so many cases on: n, plus a rate on the cases above a count."""

    least: int = Field(alias="from", ge=0)
    n: int | str
    rate: str = "0"
    above: int = 0

    def size(self, N: int) -> Fraction:
        return Fraction(str(self.n)) + Fraction(self.rate) * (N - self.above)


class Steps(Preset):
    """A size that grows with the caseload in straight pieces; parts of a case count as one."""

    kind: Literal["steps"]
    measure: str
    steps: tuple[Step, ...]

    def size(self, N: int) -> Size:
        step = next(each for each in self.steps if each.least <= N)
        wanted = step.size(N)
        told = f"{self.measure} {N:,}: {step.n}"
        told += f" + {step.rate} x (N - {step.above:,})" if Fraction(step.rate) else ""
        return Size(ceil(wanted), f"{told}, rounded up", self.source)


class Published(Record):
    """One entry of a table: n, and the deviations it allows."""

    n: int
    allowed: int


class Limit(Preset):
    """A table of sizes by the deviations allowed; the size of the first entry."""

    kind: Literal["limit"]
    tolerable: str
    level: str
    published: tuple[Published, ...]

    def size(self, N: int) -> Size:
        first = self.published[0]
        told = f"as published: {self.tolerable} tolerable, {self.level}, {first.allowed} allowed"
        return Size(min(first.n, N), told, self.source, first.allowed)

    def smallest(self, allowed: int) -> Size:
        """The smallest size of the binomial model for so many deviations, beside the table's."""
        return for_limit(self.tolerable, deviations=allowed, level=self.level)


class Fixed(Preset):
    """A number of cases of each stratum, whatever the frame."""

    kind: Literal["fixed"]
    strata: dict[str, int]

    def size(self, N: int) -> Size:
        told = " + ".join(f"{n} {name}" for name, n in self.strata.items())
        return Size(min(sum(self.strata.values()), N), f"fixed: {told}", self.source)


class FixedAcceptance(Preset):
    """n cases and the failures that are still accepted; too few valid cases: not evaluated."""

    kind: Literal["acceptance"]
    n: int
    accept: int
    fewest: int

    def size(self, N: int) -> Size:
        told = f"fixed: {self.n} cases, at most {self.accept} failures"
        return Size(min(self.n, N), told, self.source, self.accept)

    def plan(self, N: int | None = None) -> Acceptance:
        """The plan with its operating characteristic."""
        return Acceptance(self.n, self.accept, N, "as published", self.source)


Known = Annotated[HalfWidth | Steps | Limit | Fixed | FixedAcceptance, Field(discriminator="kind")]


class _Book(Record):
    presets: dict[str, Known]


@cache
def presets() -> dict[str, Known]:
    """Every preset by its name.

    >>> sorted(presets())[:3]
    ['aicpa-10', 'aicpa-5', 'cfsr']
    """
    content = read_yaml(FILE)
    return validated(_Book, {"presets": content}, FILE.name).presets


def preset(name: str) -> Known:
    """A preset by name. Errors: no such preset.

    >>> preset("snap-active").size(20_000).n
    720
    """
    known = presets()
    if name not in known:
        remedy = f"Choose from {', '.join(known)}.{nearest(name, list(known))}"
        raise InspectionError(name, "no such preset", remedy)
    return known[name]
