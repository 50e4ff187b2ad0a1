"""Sample sizes in closed form, each with its convention, exact where a float would cost a case.

A share is taken by its decimal text: 0.05, "0.05" and "5%" are all 1/20, never the nearest double.
Tail probabilities are compared as whole numbers, so a size that a table calls 400 is not 423 here.

Sources: W. G. Cochran (1977), Sampling Techniques, 3rd ed., ch. 4, for half-widths; E. B. Wilson
(1927), JASA 22, 209-212; C. J. Clopper and E. S. Pearson (1934), Biometrika 26, 404-413; AICPA
(2017), Audit Guide: Audit Sampling, appendix A, for one-sided limits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil, comb, factorial, floor, isqrt
from statistics import NormalDist
from typing import Literal

import scipy
from scipy.special import bdtr, betaincinv, pdtr

from inspectkit.errors import InspectionError

Number = int | float | str | Fraction
Model = Literal["binomial", "hypergeometric", "poisson"]
LARGEST = 10_000_000


@dataclass(frozen=True)
class Size:
    """A sample size: n, how it was reckoned and rounded, and who says so.

    allowed: deviations that the sample may hold; None where the size is for a half-width.
    """

    n: int
    convention: str
    source: str
    allowed: int | None = None


def share(value: Number, what: str = "share") -> Fraction:
    """A share as an exact fraction. Errors: not a number from 0 to 1.

    >>> share(0.05), share("62.5%"), share(1)
    (Fraction(1, 20), Fraction(5, 8), Fraction(1, 1))
    """
    text = str(value).strip()
    try:
        found = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        found = Fraction(-1)
    if not 0 <= found <= 1:
        raise InspectionError(what, f"{text!r} is no share", 'Give 0.05 or "5%", from 0 to 1')
    return found


def for_half_width(
    half_width: Number,
    *,
    level: Number = "0.95",
    guess: Number = "0.5",
    N: int | None = None,
    method: Literal["normal", "wilson", "exact"] = "normal",
    z: Number | None = None,
    rounding: Literal["up", "nearest"] = "up",
) -> Size:
    """Cases needed for a share to be known to within a half-width, if the share is as guessed.

    N: cases in the frame; with it the finite population correction is applied. z: the normal
    quantile as a table prints it (such as "1.96"), else the quantile itself. method: normal,
    Wilson (n where the Wilson half-width first keeps to it), exact (Clopper-Pearson, or the
    inverted hypergeometric with N; from this n on, every n keeps to it). rounding is for normal.

    >>> for_half_width("5%").n, for_half_width("5%", N=2000).n
    (385, 323)
    >>> for_half_width("5%", level="80%", N=300).convention
    'normal, 80%, half-width 5%, guess 50%, z 1.28155, correction for N = 300, rounded up'
    """
    d, p, wanted_level = share(half_width, "half-width"), share(guess, "guess"), confidence(level)
    if d == 0:
        raise InspectionError("half-width", "it is 0", 'Give one above 0, such as "5%"')
    quantile = Fraction(str(z)) if z is not None else _quantile(wanted_level)
    told = f"{method}, {_percent(wanted_level)}, half-width {_percent(d)}, guess {_percent(p)}"
    if method == "normal":
        before = quantile**2 * p * (1 - p) / d**2
        wanted = before if N is None else before / (1 + (before - 1) / N)
        n = ceil(wanted) if rounding == "up" else floor(wanted + Fraction(1, 2))
        told += f", z {float(quantile):.6g}{_correction(N)}, rounded {_ROUNDED[rounding]}"
    elif method == "wilson":
        n = _fewest(lambda n: _wilson(n, p, quantile, N) <= d, 1, N or LARGEST)
        told += f", z {float(quantile):.6g}{_correction(N)}, smallest n that keeps to it"
    else:
        n = _from_here_on(lambda n: _exact_half_width(n, p, wanted_level, N) <= d, N or LARGEST)
        told += f"{_correction(N)}, smallest n from which on every n keeps to it"
    return Size(max(1, n if N is None else min(n, N)), told, _SOURCES[method])


def for_limit(
    tolerable: Number,
    *,
    deviations: int = 0,
    expected_rate: Number | None = None,
    level: Number = "0.95",
    model: Model = "binomial",
    N: int | None = None,
) -> Size:
    """Cases needed so that few deviations found show the rate to be below what is tolerable.

    The smallest n for which at most the allowed deviations turn up with probability <= 1 - level
    when the rate is the tolerable one. deviations: how many may be found. With `expected_rate`
    instead, n times that rate, rounded up, may be found (the AICPA tables). model: hypergeometric
    needs N, and takes the fewest deviations that make the rate tolerable or worse.

    >>> [for_limit("10%", model=model).n for model in ("binomial", "poisson")]
    [29, 30]
    >>> size = for_limit("5%", expected_rate="3.5%", level="90%")
    >>> size.n, size.allowed
    (400, 14)
    """
    t, risk = share(tolerable, "tolerable rate"), 1 - confidence(level)
    if model == "hypergeometric" and N is None:
        raise InspectionError("sample size", "hypergeometric without N", "Give the frame's size")
    most = N if model == "hypergeometric" and N is not None else LARGEST
    told = f"{model}, {_percent(1 - risk)}, tolerable {_percent(t)}"
    if model == "hypergeometric":
        told += f" = {ceil(most * t)} of {most}"
    if expected_rate is None:
        n = smallest_n(t, deviations, risk, model, most)
        return Size(n, f"{told}, {deviations} allowed", _SOURCES["limit"], deviations)
    rate = share(expected_rate, "expected rate")
    if rate >= t:
        what = f"{_percent(rate)} is expected and {_percent(t)} tolerable"
        raise InspectionError("sample size", what, "Expect less than is tolerable")
    for allowed in range(most):
        n = smallest_n(t, allowed, risk, model, most)
        n = max(n, floor((allowed - 1) / rate) + 1) if allowed else n
        if ceil(n * rate) <= allowed:
            told += f", {_percent(rate)} expected, n times that rounded up exactly"
            return Size(n, told, _SOURCES["limit"], allowed)
    raise InspectionError("sample size", "no size is large enough", "Expect fewer deviations")


def discovery(critical: int, *, N: int, level: Number = "0.95") -> Size:
    """Cases needed to meet at least one of a critical number of deviations among N cases.

    >>> discovery(5, N=100).n
    45
    """
    if not 1 <= critical <= N:
        raise InspectionError("discovery", f"{critical} of {N} cases", "Give from 1 to N")
    n = smallest_n(Fraction(critical, N), 0, 1 - confidence(level), "hypergeometric", N)
    told = f"hypergeometric, {_percent(confidence(level))} to meet one of {critical} among {N}"
    return Size(n, told, _SOURCES["limit"], 0)


def smallest_n(t: Fraction, allowed: int, risk: Fraction, model: Model, most: int) -> int:
    """The smallest n with P(at most `allowed` deviations) <= risk where the rate is t."""
    if t == 0 or (model == "hypergeometric" and ceil(most * t) <= allowed):
        what = f"{allowed} deviations are as many as {_percent(t)} is"
        raise InspectionError("sample size", what, "Allow fewer deviations, or tolerate more")

    def rough(n: int) -> bool:
        return _tail(n, allowed, t, model, most) <= float(risk)

    def certain(n: int) -> bool:
        return chance_of_at_most(allowed, n, t, model, most) <= risk

    n = _fewest(rough, allowed + 1, most)
    while n > allowed + 1 and certain(n - 1):
        n -= 1
    while not certain(n):
        n += 1
    return n


def chance_of_at_most(c: int, n: int, rate: Fraction, model: Model, N: int = 0) -> Fraction:
    """P(at most c deviations among n cases), exact (Poisson: to 60 digits).

    >>> chance_of_at_most(0, 2, Fraction(1, 10), "binomial")
    Fraction(81, 100)
    """
    if c >= n:
        return Fraction(1)
    if model == "hypergeometric":
        K = ceil(N * rate)
        ways = sum(comb(K, k) * comb(N - K, n - k) for k in range(max(0, n - N + K), c + 1))
        return Fraction(ways, comb(N, n))
    if model == "poisson":
        with localcontext() as context:
            context.prec = 60
            mean = Decimal((n * rate).numerator) / (n * rate).denominator
            total = sum((mean**k / factorial(k) for k in range(c + 1)), Decimal(0))
            return Fraction(total * (-mean).exp())
    a, b = rate.numerator, rate.denominator
    if a == b:
        return Fraction(0)
    term = total_ways = (b - a) ** n
    for k in range(c):
        term = term * (n - k) * a // ((k + 1) * (b - a))
        total_ways += term
    return Fraction(total_ways, b**n)


def _tail(n: int, c: int, rate: Fraction, model: Model, N: int) -> float:
    """The same in floats: near enough to know where to look."""
    if model == "hypergeometric":
        return float(scipy.stats.hypergeom.cdf(c, N, ceil(N * rate), n))
    return float(bdtr(c, n, float(rate)) if model == "binomial" else pdtr(c, n * float(rate)))


def _fewest(enough: Callable[[int], bool], low: int, most: int) -> int:
    """The smallest n from `low` that is enough, for what only grows with n; `most` if none is."""
    step, high = 16, low
    while high < most and not enough(high):
        low, high, step = high + 1, min(high + step, most), 2 * step
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def _from_here_on(enough: Callable[[int], bool], most: int) -> int:
    """The smallest n from which on every n is enough, for what grows in a saw's teeth."""
    near = _fewest(enough, 2, most)
    reach = min(most, near + 2 * isqrt(near) + 10)
    lacking = [n for n in range(max(1, near - 2 * isqrt(near)), reach + 1) if not enough(n)]
    return lacking[-1] + 1 if lacking else near


def _wilson(n: int, p: Fraction, z: Fraction, N: int | None) -> float:
    """Half the width of Wilson's interval; with N, z^2 is cut by (N - n) / (N - 1)."""
    cut = Fraction(1) if N is None or N == 1 else Fraction(max(N - n, 0), N - 1)
    zz = float(z**2 * cut)
    return (zz * (float(p * (1 - p)) / n + zz / (4 * n * n))) ** 0.5 / (1 + zz / n)


def _exact_half_width(n: int, p: Fraction, level: Fraction, N: int | None) -> float:
    """Half the width of the exact interval at the counts nearest to n p, the wider of the two."""
    counts = {floor(n * p), ceil(n * p)}
    return max((high - low) / 2 for low, high in (exact_limits(x, n, level, N) for x in counts))


def exact_limits(x: int, n: int, level: Fraction, N: int | None = None) -> tuple[float, float]:
    """Clopper-Pearson limits of a share; with N, the hypergeometric test inverted.

    >>> [round(limit, 4) for limit in exact_limits(15, 20, Fraction(95, 100))]
    [0.509, 0.9134]
    >>> [round(limit * 519) for limit in exact_limits(20, 20, Fraction(95, 100), 519)]
    [434, 519]
    """
    tail = float((1 - level) / 2)
    if N is None:
        low = 0.0 if x == 0 else float(betaincinv(x, n - x + 1, tail))
        return low, 1.0 if x == n else float(betaincinv(x + 1, n - x, 1 - tail))
    least, top = x, N - n + x
    chance = scipy.stats.hypergeom
    fewest = _fewest(lambda K: float(chance.sf(x - 1, N, K, n)) > tail, least, top)
    unlike = _fewest(lambda K: float(chance.cdf(x, N, K, n)) <= tail, fewest, top + 1)
    return fewest / N, min(unlike - 1, top) / N


def confidence(level: Number) -> Fraction:
    """A confidence level as an exact fraction. Errors: not between 0 and 1."""
    found = share(level, "confidence level")
    if found in (0, 1):
        raise InspectionError("confidence level", f"it is {found}", 'Give "95%"')
    return found


def _quantile(level: Fraction) -> Fraction:
    return Fraction(NormalDist().inv_cdf(float((1 + level) / 2)))


def _percent(value: Fraction) -> str:
    return f"{float(value * 100):.6g}%"


def _correction(N: int | None) -> str:
    return "" if N is None else f", correction for N = {N}"


_ROUNDED = {"up": "up", "nearest": "to the nearest, halves up"}
_SOURCES = {
    "normal": "Cochran 1977, eq. 4.1 and 4.2",
    "wilson": "Wilson 1927",
    "exact": "Clopper and Pearson 1934",
    "limit": "AICPA 2017, appendix A",
}
