"""Korn-Graubard limits: beta quantiles at the size of an equally certain simple sample.

Source: E. L. Korn and B. I. Graubard (1998), Survey Methodology 24(2), 193-201. The variance behind
the effective size is smoothed (`sums.variance`), so that a stratum in which nothing was lost does
not count as certain.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincinv, stdtrit

from inspectkit.assessment.intervals.sums import (
    PSEUDO_CASES,
    Floats,
    Sums,
    degrees_of_freedom,
    divide,
    of_the_ratio,
    variance,
)


def effective_n(
    sums: Sums, value: Floats, *, level: float = 0.95, beyond: Floats | float = 0.0
) -> Floats:
    """R (1 - R) / v * (t(m - 1) / t(df))^2 with the smoothed v: the size of an equal simple sample.

    At R = 0 or 1 it is the limit of cases that win all or nothing: (n - 1) / (1 - f) for one
    stratum in which every case applies. Infinite for a census; not a number where no variance
    can be had (m < 2, df <= 0, or a stratum of several cases of which one was settled).
    beyond: variance that the sums do not hold, such as that between the files of one office.

    >>> from inspectkit.assessment.intervals import yes_no
    >>> float(effective_n(yes_no([519], [20], [20]), np.array(1.0)).round(2))
    19.76
    """
    R = np.asarray(value)
    extreme = (R == 0) | (R == 1)
    spread = divide(sums.available_squared, sums.settled)
    smooth = np.maximum(variance(sums, R, pseudo_cases=PSEUDO_CASES) + beyond, 0.0)
    v = np.where(extreme, of_the_ratio(sums, spread), smooth)
    m, df = sums.cases.sum(-1), degrees_of_freedom(sums)
    tail = 1 - (1 - level) / 2
    known = (df > 0) & np.isfinite(R) & np.isfinite(v)
    t = np.where(
        known, stdtrit(np.maximum(m - 1, 1), tail) / stdtrit(np.maximum(df, 1), tail), np.nan
    )
    return divide(np.where(extreme, 1.0, R * (1 - R)), v, np.inf) * t**2


def limits(value: Floats, n: Floats, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Korn-Graubard limits: beta quantiles at an effective n, for values strictly inside (0, 1).

    >>> low, high = limits(np.array(0.5), np.array(20.0))
    >>> float(low.round(4)), float(high.round(4))
    (0.272, 0.728)
    """
    R, tail = np.asarray(value), (1 - level) / 2
    inside = (R > 0) & (R < 1) & (n > 0) & np.isfinite(n)
    x, k = np.where(inside, R, 0.5), np.where(inside, n, 1.0)
    low = betaincinv(k * x, k * (1 - x) + 1, tail)
    high = betaincinv(k * x + 1, k * (1 - x), 1 - tail)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def extreme_limits(n: float, *, won: bool, level: float = 0.95) -> tuple[float, float]:
    """Limits of a simple sample of n in which every point (`won`) or none was won.

    >>> low, high = extreme_limits(20, won=True)
    >>> round(low, 3), high
    (0.832, 1.0)
    """
    unseen = 1 - float((1 - level) / 2) ** (1 / n)
    return (1 - unseen, 1.0) if won else (0.0, unseen)


def beta_shares(value: Floats, n: Floats, boundaries: Floats) -> Floats:
    """Probability of lying between boundaries: Beta(n R + 1/2, n (1 - R) + 1/2) cut there.

    `boundaries` rise inside (0, 1); the last axis of the result runs from the lowest part up.

    >>> beta_shares(np.array([0.5]), np.array([10.0]), np.array([0.5])).round(3).tolist()
    [[0.5, 0.5]]
    """
    R, k = np.asarray(value)[..., None], np.asarray(n)[..., None]
    below = betainc(k * R + 0.5, k * (1 - R) + 0.5, boundaries)
    edges = np.zeros((*below.shape[:-1], 1))
    return np.diff(np.concatenate([edges, below, edges + 1], axis=-1), axis=-1)
