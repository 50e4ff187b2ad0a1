"""Intervals that are not used, kept to be compared with: Wald, Wilson, Korn-Graubard unsmoothed.

All on the same sums and the same linearised variance as the others. They fail on stratified samples
in which little was lost: a stratum without a loss seems certain.

Sources: E. B. Wilson (1927), JASA 22, 209-212; Korn and Graubard (1998) as in R's svyciprop
(method "beta").
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from scipy.special import stdtrit

from inspectkit.assessment.intervals.korn_graubard import limits
from inspectkit.assessment.intervals.sums import (
    Floats,
    Sums,
    degrees_of_freedom,
    divide,
    ratio,
    variance,
)


def wald(sums: Sums, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """The value plus and minus z standard errors.

    >>> from inspectkit.assessment.intervals import yes_no
    >>> [round(float(end[0]), 3) for end in wald(yes_no([[10**9]], [[20]], [[15]]))]
    [0.555, 0.945]
    """
    value = ratio(sums)
    half = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(variance(sums, value))
    return value - half, value + half


def wilson(sums: Sums, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's interval at the effective n; with nothing lost, at the number of cases."""
    value, n = ratio(sums), _size(sums)
    zz = NormalDist().inv_cdf((1 + level) / 2) ** 2
    middle = (value + zz / (2 * n)) / (1 + zz / n)
    half = np.sqrt(zz * (value * (1 - value) / n + zz / (4 * n * n))) / (1 + zz / n)
    return middle - half, middle + half


def plain_korn_graubard(sums: Sums, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Beta limits at the effective n of the unsmoothed variance; the value where that is 0."""
    value, m, df = ratio(sums), sums.cases.sum(-1), degrees_of_freedom(sums)
    tail = (1 + level) / 2
    t = stdtrit(np.maximum(m - 1, 1), tail) / stdtrit(np.maximum(df, 1), tail)
    low, high = limits(value, _size(sums) * t**2, level=level)
    alike = (value == 0) | (value == 1)
    return np.where(alike, value, low), np.where(alike, value, high)


def _size(sums: Sums) -> Floats:
    value = ratio(sums)
    v = variance(sums, value)
    inside = (value > 0) & (value < 1) & (v > 0)
    return np.where(inside, divide(value * (1 - value), v), sums.cases.sum(-1))
