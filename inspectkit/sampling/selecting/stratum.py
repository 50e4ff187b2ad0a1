"""The parts of a design as plain records, with a canonical form that states only what is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from fractions import Fraction
from typing import Any, TypeVar

from inspectkit.digest import exact

R = TypeVar("R", bound="Record")


@dataclass(frozen=True)
class Record:
    """A frozen record that can be written as plain values and read back."""

    def canonical(self) -> dict[str, Any]:
        """Every field that differs from its default; labels decide nothing and stay out."""
        kept = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "label" or (field.default is not MISSING and value == field.default):
                continue
            plain = exact(value) if isinstance(value, Fraction) else value
            kept[field.name] = list(plain) if isinstance(plain, tuple) else plain
        return kept

    @classmethod
    def restore(cls: type[R], content: Mapping[str, Any], **more: Any) -> R:
        """The record from its canonical form."""
        fractions = {field.name for field in fields(cls) if "Fraction" in str(field.type)}
        values: dict[str, Any] = {**more}
        for name, value in content.items():
            plain: Any = tuple(value) if isinstance(value, list) else value
            values[name] = Fraction(plain) if name in fractions else plain
        return cls(**values)


@dataclass(frozen=True)
class Stratum(Record):
    """A part of the frame that is sampled by itself.

    n: cases to draw, or clusters where selection is "clusters"; 0 until it is worked out on a
    frame (an allocation, a stratum taken whole). selection: simple | pareto | sequential_poisson |
    systematic | clusters. take_all: a stratum with no more than n cases is taken whole.
    deviation: assumed standard deviation, for allocations. items: of each cluster drawn, a number
    or a share of them; "" takes all. sort: facts that order a systematic sample.
    of: the frame's stratum that this is a part of; where: a fact and its values in this part, ()
    for the rest. accept, fewest: acceptance number, and the fewest cases to judge the stratum on.
    """

    id: str
    label: str
    n: int
    reserves: int
    selection: str = "simple"
    take_all: bool = False
    deviation: Fraction | None = None
    items: str = ""
    sort: tuple[str, ...] = ()
    of: str = ""
    where: tuple[str, ...] = ()
    accept: int | None = None
    fewest: int | None = None

    @property
    def casework_type(self) -> str:
        """The frame's stratum that the cases of this one have."""
        return self.of or self.id


@dataclass(frozen=True)
class Allocation(Record):
    """How sizes follow from the frame.

    rule: proportional | neyman | power | precision, or each (total cases in every stratum that the
    facts make). reserves: the share of n that is added to it, rounded up.
    """

    rule: str
    total: int = 0
    minimum: int = 1
    power: Fraction = Fraction(1, 2)
    half_width: Fraction | None = None
    z: Fraction = Fraction("1.96")
    reserves: Fraction = Fraction(0)


@dataclass(frozen=True)
class AcceptancePlan:
    """Accept a lot when at most c of its n cases fail; fewer than `fewest` valid cases decide none.

    >>> AcceptancePlan(60, 2, fewest=53).decide(failures=2, valid=55)
    'accepted'
    >>> AcceptancePlan(60, 2, fewest=53).decide(failures=0, valid=52)
    'not evaluated'
    """

    n: int
    c: int
    fewest: int | None = None

    def decide(self, *, failures: int, valid: int) -> str:
        """accepted, rejected or not evaluated; more than c failures reject however few are seen.

        valid: cases examined and found in scope. Without `fewest` all n are needed to accept.
        """
        if failures > self.c:
            return "rejected"
        needed = self.n if self.fewest is None else self.fewest
        return "accepted" if valid >= needed else "not evaluated"
