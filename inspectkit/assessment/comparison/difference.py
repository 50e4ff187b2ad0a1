"""The difference of two shares: its interval, its p, and both adjusted over many questions.

The interval squares and adds the distances to the limits of both shares (R. G. Newcombe 1998,
Statistics in Medicine 17, 873-890), so that it keeps inside the possible and lets skewed limits be
skewed; a correlation between the two shortens it as in the paired case. p tests no difference with
the variance there would be if the share were the same on both sides, on the effective sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, sqrt

import numpy as np
import scipy
from scipy.special import stdtr

from inspectkit.assessment.estimation import CENSUS, Estimate
from inspectkit.assessment.intervals import exact_limits, limits, yes_no

VERY_MANY = 10**6  # cases, where a publication does not say how many


@dataclass(frozen=True)
class Side:
    """One share: value, limits, size of the simple sample as certain (inf: all cases), df."""

    value: Fraction
    low: float
    high: float
    size: float
    df: float

    @property
    def variance(self) -> float:
        """Of the share; at 0 and 1 what one case more or less would give."""
        if self.size == inf:
            return 0.0
        one = 1 / (self.size + 2)
        p = min(max(float(self.value), one), 1 - one)
        return p * (1 - p) / self.size

    @classmethod
    def of(cls, row: Estimate) -> Side | None:
        """An estimate as a side; None where it has no value or no limits."""
        if row.value is None or row.low is None or row.high is None:
            return None
        p = float(row.value)
        if row.method == CENSUS:
            return cls(row.value, row.low, row.high, inf, inf)
        inside = 0 < p < 1 and row.variance
        size = p * (1 - p) / row.variance if inside and row.variance else row.effective_n or 0.0
        return cls(row.value, row.low, row.high, size, row.df)

    @classmethod
    def counted(cls, met: int, of: int, *, frame: int | None = None) -> Side:
        """A published count: so many met of so many examined, from a frame or from very many.

        >>> side = Side.counted(144, 200)
        >>> round(side.low, 3), round(side.high, 3)
        (0.652, 0.781)
        """
        share = Fraction(met, of)
        size = (of - 1) / (1 - of / frame) if frame and frame > of else float(of - 1)
        if share in (0, 1):
            low, high = exact_limits(yes_no([frame or VERY_MANY], [of], [met]), won=share == 1)
        else:
            ends = limits(np.array(float(share)), np.array(size))
            low, high = float(ends[0]), float(ends[1])
        return cls(share, low, high, size, of - 1)


@dataclass(frozen=True)
class Difference:
    """now - then: exact value, limits; p None where nothing is left to chance."""

    value: Fraction
    low: float
    high: float
    p: float | None


def difference(then: Side, now: Side, *, covariance: float = 0.0) -> Difference:
    """How far two shares are apart, and how likely so far by chance alone.

    covariance: of the two shares, where they rest on common cases.

    >>> found = difference(Side.counted(144, 200), Side.counted(319, 490))
    >>> round(float(found.value), 3), round(found.p, 2)
    (-0.069, 0.08)
    """
    gap = now.value - then.value
    spread = sqrt(then.variance * now.variance)
    r = min(max(covariance / spread, -1.0), 1.0) if spread else 0.0
    to_low = _joined(float(now.value) - now.low, then.high - float(then.value), r)
    to_high = _joined(now.high - float(now.value), float(then.value) - then.low, r)
    low, high = max(float(gap) - to_low, -1.0), min(float(gap) + to_high, 1.0)
    return Difference(gap, low, high, _p(then, now, covariance))


def holm(p: Sequence[float]) -> list[float]:
    """p adjusted by Holm (1979): the chance of even one false alarm among all is kept.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p)), key=lambda k: p[k])
    found, highest = [0.0] * len(p), 0.0
    for place, k in enumerate(order):
        highest = max(highest, min(1.0, (len(p) - place) * p[k]))
        found[k] = highest
    return found


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """p adjusted so that the share of false alarms among the alarms is kept.

    >>> [round(each, 3) for each in benjamini_hochberg([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    return list(map(float, scipy.stats.false_discovery_control(p))) if len(p) else []


def _joined(one: float, other: float, r: float) -> float:
    return sqrt(max(one**2 - 2 * r * one * other + other**2, 0.0))


def _p(then: Side, now: Side, covariance: float) -> float | None:
    if then.size == inf and now.size == inf:
        return None
    sizes = [each.size for each in (then, now) if each.size != inf]
    weight = sum(sizes)
    known = [each for each in (then, now) if each.size == inf]
    pooled = (
        float(known[0].value)
        if known
        else sum(float(each.value) * each.size for each in (then, now)) / weight
    )
    unit = pooled * (1 - pooled)
    parts = [0.0 if each.size == inf else unit / each.size for each in (then, now)]
    variance = sum(parts) - 2 * covariance
    if variance <= 0:
        return 1.0 if then.value == now.value else None
    # Welch and Satterthwaite
    share = [part**2 / each.df for part, each in zip(parts, (then, now), strict=True) if part]
    df = sum(parts) ** 2 / sum(share) if sum(share) else inf
    t = abs(float(now.value - then.value)) / sqrt(variance)
    return float(2 * stdtr(min(df, 1e9), -t))
