"""How a total is shared among strata: whole numbers by exact arithmetic and the largest remainder.

Every rule gives each stratum a claim (its size N, its N x S, a power of N); the total is shared in
proportion to the claims. A stratum that would get fewer than the minimum gets the minimum, one
that would get more than it has is taken whole, and the others share what is left. Shares are then
rounded down and the cases left over go to the largest remainders, ties to the larger claim, then
to the stratum named first. Fractions throughout: a float can send a case to the wrong stratum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor, isqrt
from typing import Any

from inspectkit.errors import InspectionError

DECIMALS = 30
Sizes = Mapping[str, int]
Numbers = Mapping[str, Any]


def proportional(total: int, sizes: Sizes, *, minimum: int = 1) -> dict[str, int]:
    """n in proportion to N (Cochran 1977, ch. 5: n_h = n W_h).

    >>> proportional(90, {"MC": 17_500, "CC": 3_500, "RASSO": 500})
    {'MC': 73, 'CC': 15, 'RASSO': 2}
    """
    return share(total, {name: Fraction(N) for name, N in sizes.items()}, sizes, minimum=minimum)


def neyman(total: int, sizes: Sizes, deviations: Numbers, *, minimum: int = 1) -> dict[str, int]:
    """n in proportion to N x S: least variance for a fixed total (Cochran 1977, ch. 5).

    deviations: S of each stratum, assumed or from a pilot (`deviation`), as exact numbers or text.

    >>> neyman(24, {"large": 16, "other": 48}, {"large": "232.04", "other": "74.71"})
    {'large': 12, 'other': 12}
    """
    claims = {name: N * Fraction(deviations[name]) for name, N in sizes.items()}
    return share(total, claims, sizes, minimum=minimum)


def power(
    total: int,
    sizes: Sizes,
    *,
    exponent: Fraction = Fraction(1, 2),
    deviations: Numbers | None = None,
    minimum: int = 1,
) -> dict[str, int]:
    """n in proportion to N^exponent x S: between equal (0) and proportional or Neyman (1).

    After Bankier (1988), with the deviations (1 where not given) in place of his coefficients of
    variation. Roots are rounded down at 30 decimals.

    >>> power(60, {"MC": 10_000, "CC": 2_500, "RASSO": 100})
    {'MC': 37, 'CC': 19, 'RASSO': 4}
    """
    spread = deviations or {}
    claims = {
        name: root(Fraction(N), exponent) * Fraction(spread.get(name, 1))
        for name, N in sizes.items()
    }
    return share(total, claims, sizes, minimum=minimum)


def precision(
    sizes: Sizes,
    deviations: Numbers,
    *,
    half_width: Fraction,
    z: Fraction = Fraction("1.96"),
    minimum: int = 1,
) -> dict[str, int]:
    """The Neyman allocation of the smallest total whose overall half-width is at most half_width.

    Half-width z x standard error of the weighted mean with finite population correction: n from
    Cochran 1977, ch. 5, then raised until the rounded sizes keep it.

    >>> precision({"MC": 400, "CC": 100}, {"MC": "0.4", "CC": "0.5"}, half_width=Fraction("0.1"))
    {'MC': 46, 'CC': 14}
    """
    wanted = (half_width / z) ** 2
    whole = sum(sizes.values())
    spread = {name: Fraction(value) for name, value in deviations.items()}
    first = sum((N * spread[name] for name, N in sizes.items()), Fraction())
    second = sum((N * spread[name] ** 2 for name, N in sizes.items()), Fraction())
    total = max(floor(first**2 / (whole**2 * wanted + second)), minimum * len(sizes))
    sized = neyman(min(total, whole), sizes, spread, minimum=minimum)
    while variance(sizes, sized, spread) > wanted:
        total += 1
        sized = neyman(total, sizes, spread, minimum=minimum)
    return sized


def variance(sizes: Sizes, drawn: Sizes, deviations: Numbers) -> Fraction:
    """Variance of the stratified mean: sum of W^2 (1 - n/N) S^2 / n (Cochran 1977, ch. 5)."""
    whole = sum(sizes.values())
    parts = (
        Fraction(N * (N - drawn[name]), drawn[name] * whole**2) * Fraction(deviations[name]) ** 2
        for name, N in sizes.items()
    )
    return sum(parts, Fraction())


def share(
    total: int, claims: Mapping[str, Fraction], sizes: Sizes, *, minimum: int = 1
) -> dict[str, int]:
    """The total in whole numbers, in proportion to the claims, between minimum and N.

    Errors: a total below the minimum of every stratum together, or above the frame.
    """
    low = {name: min(minimum, N) for name, N in sizes.items()}
    if not sum(low.values()) <= total <= sum(sizes.values()):
        between = f"{sum(low.values())} to {sum(sizes.values())}"
        what = f"a total of {total} cannot be shared: these strata take {between}"
        raise InspectionError("allocation", what, "Change the total or the minimum per stratum")
    return _rounded(_bounded(total, claims, low, sizes), claims)


def _bounded(
    total: int, claims: Mapping[str, Fraction], low: Sizes, high: Sizes
) -> dict[str, Fraction]:
    """Exact shares; strata outside their limits are set on them, the side that is worse first."""
    fixed: dict[str, Fraction] = {}
    while True:
        free = {name: claim for name, claim in claims.items() if name not in fixed}
        left, whole = total - sum(fixed.values(), Fraction()), sum(free.values(), Fraction())
        shares = {
            name: left * claim / whole if whole else left / len(free)
            for name, claim in free.items()
        }
        short = {name: low[name] - each for name, each in shares.items() if each < low[name]}
        over = {name: each - high[name] for name, each in shares.items() if each > high[name]}
        if not short and not over:
            return {**fixed, **shares}
        if sum(short.values(), Fraction()) >= sum(over.values(), Fraction()):
            fixed |= {name: Fraction(low[name]) for name in short}
        else:
            fixed |= {name: Fraction(high[name]) for name in over}


def _rounded(shares: Mapping[str, Fraction], claims: Mapping[str, Fraction]) -> dict[str, int]:
    names = list(claims)
    down = {name: floor(shares[name]) for name in names}
    left = int(sum(shares.values(), Fraction())) - sum(down.values())
    ranked = sorted(names, key=lambda name: (down[name] - shares[name], -claims[name]))
    for name in ranked[:left]:
        down[name] += 1
    return down


def deviation(values: Sequence[Any]) -> Fraction:
    """The standard deviation of a pilot's values, divisor n - 1, rounded down at 30 decimals.

    >>> float(deviation([1, 0, 1, 1]))
    0.5
    """
    numbers = [Fraction(str(value)) for value in values]
    if len(numbers) < 2:
        raise InspectionError("pilot", f"{len(numbers)} values", "Give two values or more")
    mean = sum(numbers, Fraction()) / len(numbers)
    squares = sum(((number - mean) ** 2 for number in numbers), Fraction())
    return root(squares / (len(numbers) - 1), Fraction(1, 2))


def deviation_of_share(share: Any) -> Fraction:
    """The standard deviation of a yes or no with this share of yes: sqrt(p (1 - p)).

    >>> float(deviation_of_share("0.2"))
    0.4
    """
    p = Fraction(share)
    return root(p * (1 - p), Fraction(1, 2))


def root(value: Fraction, exponent: Fraction) -> Fraction:
    """value^exponent, rounded down at 30 decimals, in whole numbers only.

    >>> float(root(Fraction(2), Fraction(1, 2)))
    1.4142135623730951
    """
    degree = exponent.denominator
    scaled = floor(value**exponent.numerator * 10 ** (DECIMALS * degree))
    return Fraction(_whole_root(scaled, degree), 10**DECIMALS)


def _whole_root(value: int, degree: int) -> int:
    """The largest whole number whose power is not above the value."""
    if degree <= 2:
        return isqrt(value) if degree == 2 else value
    low, high = 0, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= value else (low, middle - 1)
    return low
