"""Exact limits of a share that applies to every case: they hold whatever the truth is.

One stratum: the hypergeometric test inverted (`sampling.sizes.exact_limits`). Several strata, which
are drawn independently:

joined          each stratum's limits at level^(1/H), added up by size. All H hold at once with the
                wanted level (Z. Sidak (1967), JASA 62, 626-633).
greedy          the largest product of the strata's tail probabilities that any allocation of a
                total allows, against Fisher's bound for such products. The tails are log-concave,
                so giving each further case to the stratum where it costs least is best (P. B. Stark
                and others, used in election audits).
Wendell-Schmee  the samples no further out than the one seen are counted through, and the allocation
                of the total that makes them likeliest is looked for (R. E. Wendell and J. Schmee
                (1996), JASA 91, 825-830). For few and small strata only.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, gammaln, logsumexp

from inspectkit.assessment.intervals.sums import Floats
from inspectkit.errors import InspectionError
from inspectkit.sampling.sizes import exact_limits as one_stratum

Whole = npt.NDArray[np.int64]
COUNTABLE = 2_000_000  # samples times allocations


def level_of_each(level: Fraction, strata: Sequence[object]) -> Fraction:
    """The level at which each of independent strata must hold for all of them to hold at `level`.

    >>> round(float(level_of_each(Fraction(95, 100), "abc")), 5)
    0.98305
    """
    return Fraction(str(round(float(level) ** (1 / len(strata)), 12)))


def assurance_limits(
    N: Sequence[int], n: Sequence[int], yes: Sequence[int], *, level: float = 0.95
) -> tuple[float, float]:
    """The sharpest that can be had: Wendell-Schmee where it can be counted, else the greedy bound.

    In one stratum both are the test inverted.

    >>> low, high = assurance_limits([30, 20], [8, 6], [6, 6])
    >>> round(low, 3), round(high, 3)
    (0.62, 0.96)
    """
    if len(N) == 1:
        return joined_limits(N, n, yes, level=level)
    found = wendell_schmee_limits if _to_count(N, n) <= COUNTABLE else greedy_limits
    return found(N, n, yes, level=level)


def joined_limits(
    N: Sequence[int], n: Sequence[int], yes: Sequence[int], *, level: float = 0.95
) -> tuple[float, float]:
    """Limits of the share of yes over all strata, from the exact limits of each.

    >>> low, high = joined_limits([300, 100], [20, 20], [15, 20])
    >>> round(low, 3), round(high, 3)
    (0.573, 0.94)
    """
    each = level_of_each(Fraction(str(level)), N)
    ends = [one_stratum(x, k, each, size) for size, k, x in zip(N, n, yes, strict=True)]
    shares = [size / sum(N) for size in N]
    low, high = (sum(w * end[side] for w, end in zip(shares, ends, strict=True)) for side in (0, 1))
    return low, high


def greedy_limits(
    N: Sequence[int], n: Sequence[int], yes: Sequence[int], *, level: float = 0.95
) -> tuple[float, float]:
    """The same by the greedy bound on the product of the strata's tail probabilities.

    >>> low, high = greedy_limits([300, 100], [20, 20], [15, 20])
    >>> round(low, 3), round(high, 3)
    (0.58, 0.955)
    """
    no = [k - x for k, x in zip(n, yes, strict=True)]
    return _fewest(N, n, yes, level) / sum(N), 1 - _fewest(N, n, no, level) / sum(N)


def wendell_schmee_limits(
    N: Sequence[int], n: Sequence[int], yes: Sequence[int], *, level: float = 0.95
) -> tuple[float, float]:
    """The same by enumeration of samples and allocations. Errors: too many of them.

    >>> low, high = wendell_schmee_limits([30, 20], [8, 6], [6, 6])
    >>> round(low, 3), round(high, 3)
    (0.62, 0.96)
    """
    if (cells := _to_count(N, n)) > COUNTABLE * 100:
        what = f"{cells:,} samples and allocations to count through"
        raise InspectionError("Wendell-Schmee limits", what, "Use the joined or the greedy limits")
    no = [k - x for k, x in zip(n, yes, strict=True)]
    total = sum(N)
    return _least_total(N, n, yes, level) / total, 1 - _least_total(N, n, no, level) / total


def _fewest(N: Sequence[int], n: Sequence[int], yes: Sequence[int], level: float) -> int:
    """The smallest total of which so many yes are not too unlikely."""
    bound = -chdtri(2 * len(N), (1 - level) / 2) / 2  # of the log of the product
    log_tails = []
    for size, k, x in zip(N, n, yes, strict=True):
        log_tails.append(np.minimum(_log_tail(int(size), int(k), int(x)), 0.0))
    gains = np.sort(np.concatenate([np.diff(each) for each in log_tails]))[::-1]
    reached = sum(float(each[0]) for each in log_tails) + np.concatenate([[0.0], np.cumsum(gains)])
    return sum(yes) + int(np.argmax(reached > bound))


@lru_cache(maxsize=256)
def _log_tail(size: int, n: int, yes: int) -> Floats:
    """Log of P(at least so many yes), for every total from `yes` to `size - n + yes`."""
    totals, x = np.arange(yes, size - n + yes + 1), np.arange(yes, n + 1)
    return np.asarray(logsumexp(_log_chance(size, n, totals, x), axis=1))


def _log_chance(size: int, n: int, totals: Whole, x: Whole) -> Floats:
    """Log of the hypergeometric P(x), a row for each total."""
    K, x = totals[:, None], x[None, :]
    possible = (x <= K) & (x >= n - (size - K))
    x = np.where(possible, x, np.maximum(0, n - (size - K)))
    ways = _log_choose(K, x) + _log_choose(size - K, n - x) - _log_choose(size, n)
    return np.where(possible, ways, -np.inf)


def _log_choose(n: Any, k: Any) -> Any:
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def _to_count(N: Sequence[int], n: Sequence[int]) -> int:
    """Samples times allocations of their totals."""
    return prod(k + 1 for k in n) * prod(size + 1 for size in N)


def _least_total(N: Sequence[int], n: Sequence[int], yes: Sequence[int], level: float) -> int:
    """The smallest total for which some allocation makes a sample this far out likely enough."""
    weights = [Fraction(size, k) for size, k in zip(N, n, strict=True)]
    seen = sum(w * x for w, x in zip(weights, yes, strict=True))
    counts = np.stack(
        [each.ravel() for each in np.meshgrid(*(range(k + 1) for k in n), indexing="ij")], axis=-1
    )
    scaled = [float(each) for each in weights]
    further = (counts @ np.array(scaled) >= float(seen) - 1e-9).reshape([k + 1 for k in n])
    chance = [
        np.exp(_log_chance(size, k, np.arange(size + 1), np.arange(k + 1)))
        for size, k in zip(N, n, strict=True)
    ]
    tails = further.astype(np.float64)
    for each in chance:  # sums over the samples of one stratum, for each total it may have
        tails = np.tensordot(tails, each, (0, 1))
    likely = tails > (1 - level) / 2
    totals = reduce(np.add.outer, [np.arange(size + 1) for size in N])
    return int(totals[likely].min())
