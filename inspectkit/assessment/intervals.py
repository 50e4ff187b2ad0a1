"""Every interval of a ratio of sums, as pure functions of a few sums per stratum.

A theme's value is R = points won / points available over the cases in which something applied.
`Sums` is all an interval needs to know; its arrays share one shape whose last axis is the
stratum, so that one call does every figure and domain, and a plan can call it before the draw.

Terms, per stratum: N cases in the frame, n of them settled (marked, or known not to apply),
m of them applicable (something available), y points, a available, f = n/N, e = y - R a.

Sources: E. L. Korn and B. I. Graubard (1998), Survey Methodology 24(2), 193-201, for limits on an
effective n; W. G. Cochran (1977), Sampling Techniques, 3rd ed., ch. 5A and 6, for ratios, domains
and their linearised variance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, stdtrit

Floats = npt.NDArray[np.float64]
PSEUDO_CASES = 2


@dataclass(frozen=True)
class Sums:
    """What intervals need of each stratum; arrays of one shape, strata along the last axis."""

    size: Floats  # N: cases in the frame
    settled: Floats  # n: cases drawn and marked, whether or not anything applied
    cases: Floats  # m: of these, cases of the domain with something available
    points: Floats  # sum of y
    available: Floats  # sum of a
    points_squared: Floats  # sum of y * y
    product: Floats  # sum of y * a
    available_squared: Floats  # sum of a * a


def yes_no(size: object, settled: object, yes: object) -> Sums:
    """The sums of a yes-or-no question that applies to every case.

    >>> float(ratio(yes_no([519], [20], [15])))
    0.75
    """
    N, n, x = (np.asarray(values, dtype=np.float64) for values in (size, settled, yes))
    return Sums(N, n, n, x, n, x, x, n)


def ratio(sums: Sums) -> Floats:
    """Points over available points, each stratum weighted by N/n; not a number without any.

    >>> float(ratio(yes_no([300, 100], [10, 10], [5, 10])))
    0.625
    """
    weight = _divide(sums.size, sums.settled)
    return _divide((weight * sums.points).sum(-1), (weight * sums.available).sum(-1), np.nan)


def variance(sums: Sums, value: Floats, *, pseudo_cases: int = 0) -> Floats:
    """Linearised (Taylor) variance of a ratio; zeros stand for cases outside the domain.

    With `pseudo_cases` the variance between the cases of each stratum is smoothed first: that
    many cases with the stratum's mean available points join its m, a share R of them with all
    the points and the rest with none. For a yes-or-no question that applies everywhere this is
    v = sum W^2 (1 - f) p~ (1 - p~) / (n - 1) with p~ = (x + 2p) / (n + 2).

    >>> float(variance(yes_no([1000], [20], [15]), np.array(0.75)).round(6))
    0.009671
    """
    R = np.asarray(value)[..., None]
    mean_available = _divide(sums.available, sums.cases)
    e = sums.points - R * sums.available
    ee = sums.points_squared - 2 * R * sums.product + R**2 * sums.available_squared
    ee = ee + pseudo_cases * R * (1 - R) * mean_available**2
    count = sums.cases + pseudo_cases
    mean = _divide(e, count)
    within = np.maximum(_divide(ee, count) - mean**2, 0)
    inside = _divide(sums.cases, sums.settled)
    return _of_the_ratio(sums, inside * within + inside * (1 - inside) * mean**2)


def effective_n(sums: Sums, value: Floats, *, level: float = 0.95) -> Floats:
    """R (1 - R) / v * (t(m - 1) / t(df))^2 with the smoothed v: the size of an equal simple sample.

    At R = 0 or 1 it is the limit of cases that win all or nothing: (n - 1) / (1 - f) for one
    stratum in which every case applies. Infinite for a census; not a number where no variance
    can be had (m < 2, df <= 0, or a stratum of several cases of which one was settled).

    >>> float(effective_n(yes_no([519], [20], [20]), np.array(1.0)).round(2))
    19.76
    """
    R = np.asarray(value)
    extreme = (R == 0) | (R == 1)
    spread = _divide(sums.cases, sums.settled) * _divide(sums.available, sums.cases) ** 2
    v = np.where(extreme, _of_the_ratio(sums, spread), variance(sums, R, pseudo_cases=PSEUDO_CASES))
    m, df = sums.cases.sum(-1), degrees_of_freedom(sums)
    tail = 1 - (1 - level) / 2
    known = (df > 0) & np.isfinite(R) & np.isfinite(v)
    t = np.where(
        known, stdtrit(np.maximum(m - 1, 1), tail) / stdtrit(np.maximum(df, 1), tail), np.nan
    )
    return _divide(np.where(extreme, 1.0, R * (1 - R)), v, np.inf) * t**2


def degrees_of_freedom(sums: Sums) -> Floats:
    """Applicable cases less the strata they are in."""
    return sums.cases.sum(-1) - (sums.cases > 0).sum(-1)


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


def most_unseen(sums: Sums, *, level: float = 0.95) -> float:
    """The largest share of points that cases of a kind none of which was drawn could hold.

    For one row of strata. The exact bound behind 0% and 100%: the most unlike cases (such as
    cases that lost any point, counted as having lost all) among the eligible for which the worst
    allocation to strata still leaves a sample without any with probability over (1 - level) / 2.
    In one stratum this inverts the hypergeometric distribution; over several the allocation is
    greedy, which is best because the cost of each further case rises (log-concavity).

    A case in which nothing applied is neither lost nor won: it is outside. Given m, the m
    applicable cases are a simple random sample of the eligible ones, whose number is not known
    and is estimated as N m / n, rounded. Where strata differ in available points a case, cases
    count by them, and the case that no longer fits whole is added, so that the bound stays safe.

    >>> round(most_unseen(yes_no([519], [20], [20])) * 519)
    85
    """
    eligible = np.maximum(np.rint(_divide(sums.size * sums.cases, sums.settled)), sums.cases)
    worth = _divide(sums.available, sums.cases)
    budget = -log((1 - level) / 2)
    cost, gain = [], []
    for M, m, w in zip(eligible, sums.cases, worth, strict=True):
        if 0 < m < M:
            steps = np.arange(min(M - m, np.ceil(budget * M / m) + 1))
            cost.append(np.log(M - steps) - np.log(M - m - steps))
            gain.append(np.full(len(steps), w))
    if not cost:
        return 0.0
    costs, gains = np.concatenate(cost), np.concatenate(gain)
    order = np.argsort(costs / gains, kind="stable")
    fits = int((np.cumsum(costs[order]) < budget).sum())
    alike = len({float(w) for w in worth[sums.cases > 0]}) == 1
    held = gains[order][: fits if alike else fits + 1].sum()
    return float(min(held / (eligible * worth).sum(), 1.0))


def exact_limits(sums: Sums, *, won: bool, level: float = 0.95) -> tuple[float, float]:
    """Limits where every point (`won`) or none was won; see `most_unseen`.

    >>> low, high = exact_limits(yes_no([519], [20], [20]), won=True)
    >>> round(low, 3), high
    (0.836, 1.0)
    """
    unseen = most_unseen(sums, level=level)
    return (1.0 - unseen, 1.0) if won else (0.0, unseen)


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


def _of_the_ratio(sums: Sums, spread: Floats) -> Floats:
    """Variance of the ratio from the spread (divisor n) of e in each stratum."""
    N, n = sums.size, sums.settled
    bessel = np.where(n > 1, _divide(n, n - 1), np.nan)
    stratum = _divide(N**2, n) * (1 - _divide(n, N)) * bessel * spread
    # a stratum known whole, or with nothing of the domain, adds nothing even where n is 1
    stratum = np.where((sums.cases == 0) | (n >= N), 0.0, stratum)
    total = (_divide(N, n) * sums.available).sum(-1)
    return _divide(stratum.sum(-1), total**2, np.nan)


def _divide(top: Floats, bottom: Floats, otherwise: float = 0.0) -> Floats:
    """Division that says what stands where nothing is divided by."""
    top, bottom = np.broadcast_arrays(top, bottom)
    out = np.full(top.shape, otherwise, dtype=np.float64)
    return np.divide(top, bottom, out=out, where=bottom != 0)
