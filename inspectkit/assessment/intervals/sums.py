"""The sums per stratum that every interval of a ratio needs, and the ratio and its variance.

A theme's value is R = points won / points available over the cases in which something applied.
`Sums` is all an interval needs to know; its arrays share one shape whose last axis is the
stratum, so that one call does every figure and domain, and a plan can call it before the draw.

Terms, per stratum: N cases in the frame, n of them settled (marked, or known not to apply),
m of them applicable (something available), y points, a available, f = n/N, e = y - R a.

Source: W. G. Cochran (1977), Sampling Techniques, 3rd ed., ch. 5A and 6, for ratios, domains and
their linearised variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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
    weight = divide(sums.size, sums.settled)
    return divide((weight * sums.points).sum(-1), (weight * sums.available).sum(-1), np.nan)


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
    mean_available = divide(sums.available, sums.cases)
    e = sums.points - R * sums.available
    ee = sums.points_squared - 2 * R * sums.product + R**2 * sums.available_squared
    ee = ee + pseudo_cases * R * (1 - R) * mean_available**2
    count = sums.cases + pseudo_cases
    mean = divide(e, count)
    within = np.maximum(divide(ee, count) - mean**2, 0)
    inside = divide(sums.cases, sums.settled)
    return of_the_ratio(sums, inside * within + inside * (1 - inside) * mean**2)


def degrees_of_freedom(sums: Sums) -> Floats:
    """Applicable cases less the strata they are in."""
    return sums.cases.sum(-1) - (sums.cases > 0).sum(-1)


def of_the_ratio(sums: Sums, spread: Floats) -> Floats:
    """Variance of the ratio from the spread (divisor n) of e in each stratum."""
    N, n = sums.size, sums.settled
    bessel = np.where(n > 1, divide(n, n - 1), np.nan)
    stratum = divide(N**2, n) * (1 - divide(n, N)) * bessel * spread
    # a stratum known whole, or with nothing of the domain, adds nothing even where n is 1
    stratum = np.where((sums.cases == 0) | (n >= N), 0.0, stratum)
    total = (divide(N, n) * sums.available).sum(-1)
    return divide(stratum.sum(-1), total**2, np.nan)


def divide(top: Floats, bottom: Floats, otherwise: float = 0.0) -> Floats:
    """Division that says what stands where nothing is divided by."""
    top, bottom = np.broadcast_arrays(top, bottom)
    out = np.full(top.shape, otherwise, dtype=np.float64)
    return np.divide(top, bottom, out=out, where=bottom != 0)
