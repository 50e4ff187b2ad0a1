"""Figures by name, as findings and paragraphs call them: `disclosure@CC`, `grip@all`.

Everything that is said about a figure in words is read here, from the ratings, so that a sentence,
a finding and a table cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from inspectkit.assessment import Ratings
from inspectkit.errors import InspectionError
from inspectkit.exhibits import spoken
from inspectkit.validation import nearest

AT = "@"
ALL = "all"
WITHOUT_NUMBER = "no figure"


@dataclass(frozen=True)
class Figure:
    """One figure in one domain, as the ratings hold it.

    value: the exact share, None where there is none. low, high: the limits of its interval. won,
    of: points. cases: those in which something applied, None where that is not published. rating:
    the band's label, "" if not rated. published: False where this version may not say it.
    """

    name: str
    label: str
    casework: str
    value: Fraction | None
    low: float | None = None
    high: float | None = None
    won: int = 0
    of: int = 0
    cases: int | None = 0
    rating: str = ""
    published: bool = True

    @property
    def spoken(self) -> str:
        """The share as a sentence has it; for a step without one, its rating."""
        if not self.published:
            return "[share not published]"
        if self.value is None and self.rating:
            return self.rating
        return spoken(self.value)

    @property
    def interval(self) -> str:
        """The limits of its interval as a sentence has them; nothing where there are none."""
        if self.low is None or self.high is None:
            return ""
        return f"{100 * self.low:.0f}% to {100 * self.high:.0f}%"

    @property
    def title(self) -> str:
        """What a reader calls it: 'Disclosure (Crown Court)'."""
        return f"{self.label} ({self.casework})"


@dataclass(frozen=True)
class Figures:
    """Every figure of an inspection by its name."""

    held: Mapping[str, Figure]

    @classmethod
    def of(cls, ratings: Ratings, casework: Mapping[str, str]) -> Figures:
        """The figures of these ratings. casework: domain → what readers call it."""
        found = {}
        for row in ratings.rows:
            each, name = row.estimate, f"{row.figure}{AT}{row.domain}"
            rating = row.band.label if row.band else ""
            called = casework.get(row.domain, row.domain)
            if each is None:
                found[name] = Figure(name, row.title, called, None, rating=rating)
                continue
            found[name] = Figure(name, row.title, called, each.value, each.low, each.high,
                                 each.points, each.available, each.n, rating)  # fmt: skip
        return cls(found)

    def figure(self, name: str, where: str = "figures") -> Figure:
        """The figure of that name; without @, over all casework. Errors: none such, the nearest."""
        whole = name if AT in name else f"{name}{AT}{ALL}"
        if whole in self.held:
            return self.held[whole]
        figure, _, domain = whole.partition(AT)
        if figure in self._ids and domain not in self._domains:
            known = ", ".join(self._domains)
            remedy = f"After @ write one of {known}.{nearest(domain, list(self._domains))}"
            raise InspectionError(where, f"no casework type {domain!r}", remedy)
        remedy = f"inspectkit narrative figures names them.{nearest(figure, list(self._ids))}"
        raise InspectionError(where, f"no figure {name!r}", remedy)

    def values(self, names: Iterable[str]) -> dict[str, str]:
        """Name → the figure as a sentence has it now; names that are not known are left out."""
        return {name: self.held[name].spoken for name in names if name in self.held}

    def difference(self, then: Figures) -> list[tuple[Figure | None, Figure | None]]:
        """Each figure that is not what it was, then and now; None where there was or is none."""
        names = dict.fromkeys((*then.held, *self.held))
        pairs = ((then.held.get(name), self.held.get(name)) for name in names)
        return [(one, other) for one, other in pairs if one != other]

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name.partition(AT)[0] for name in self.held))

    @cached_property
    def _domains(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name.partition(AT)[2] for name in self.held))
