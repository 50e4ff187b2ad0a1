"""Where bands begin: exact cuts that every value falls between, from boundaries, gaps and rounding.

A file states bands as published, with lowest values and sometimes highest ones; between the
highest value of one band and the lowest of the next there may be a gap, and its policy is stated.
Here all of that becomes one list of cuts, so that a value is decided in one way everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from inspectkit.assessment.rule.numbers import Halves, reaches_after_rounding

Gap = Literal["lower", "higher", "nearest"]
Numbers = npt.NDArray[Any]


@dataclass(frozen=True)
class Limits:
    """One band as stated: where it starts, whether it holds that value, its highest if given."""

    start: Fraction
    at_most: Fraction | None = None
    included: bool = True


@dataclass(frozen=True)
class Cut:
    """A value has passed it from `value` on, or only above it where it is not included."""

    value: Fraction
    included: bool = True

    def passed(self, value: Fraction) -> bool:
        return value > self.value or (self.included and value == self.value)


@dataclass(frozen=True)
class Cuts:
    """The cuts between bands, from the best band down; one fewer than there are bands."""

    cuts: tuple[Cut, ...]

    def index(self, value: Fraction) -> int:
        """Which band a value lies in; 0 is the best.

        >>> Cuts((Cut(Fraction(7, 10)), Cut(Fraction(6, 10)))).index(Fraction(6, 10))
        1
        """
        return sum(not cut.passed(value) for cut in self.cuts)

    def indices(self, numerators: Numbers, denominators: Numbers) -> npt.NDArray[np.int8]:
        """The band of every numerator / denominator; -1 where the denominator is 0.

        Compared by multiplication, so whole numbers are decided exactly (below 2^53).

        >>> Cuts((Cut(Fraction(7, 10)),)).indices(np.array([7, 6, 0]), np.array([10, 10, 0]))
        array([ 0,  1, -1], dtype=int8)
        """
        found = np.zeros(np.broadcast(numerators, denominators).shape, dtype=np.int8)
        for cut in self.cuts:
            left = numerators * cut.value.denominator
            right = denominators * cut.value.numerator
            found += left < right if cut.included else left <= right
        return np.where(denominators == 0, np.int8(-1), found)

    def distance(self, value: Fraction) -> Fraction | None:
        """How far the nearest cut is; None without any."""
        return min((abs(value - cut.value) for cut in self.cuts), default=None)


def cuts_of(
    bands: Sequence[Limits], gap: Gap | None = None, rounding: tuple[Fraction, Halves] | None = None
) -> Cuts:
    """The cuts between bands listed best first.

    A gap's values go to the band below it (lower), to the one above it (higher), or to the
    nearer one, its middle to the higher (nearest). A rounded value is compared as rounded.

    >>> bands = [Limits(Fraction(63, 100)), Limits(Fraction(39, 100), Fraction(62, 100))]
    >>> cuts_of(bands, "higher").cuts
    (Cut(value=Fraction(31, 50), included=False),)
    """
    found = []
    for above, below in pairwise(bands):
        cut = Cut(above.start, above.included)
        if below.at_most is not None and gap == "higher" and above.included:
            cut = Cut(below.at_most, included=False)
        elif below.at_most is not None and gap == "nearest" and above.included:
            cut = Cut((below.at_most + above.start) / 2)
        found.append(_after_rounding(cut, rounding) if rounding else cut)
    return Cuts(tuple(found))


def _after_rounding(cut: Cut, rounding: tuple[Fraction, Halves]) -> Cut:
    to, halves = rounding
    least = cut.value if cut.included else (cut.value // to + 1) * to
    return Cut(*reaches_after_rounding(least, to, halves))
